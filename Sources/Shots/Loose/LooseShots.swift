import Analysis
import Files
import Foundation
import Media
public import Model

/// The shots of a loose recording in every form: what `shots` shows.
public struct LooseShots {
    public let list: ShotList
    private let source: SourceLocation
    private let nominalRate: Rational?
    private let track: FrameTrack
    private let rejected: [Transition]
    private let rule: Recipe.Detect
    private let isDamaged: Bool
    private let size: (width: Int, height: Int)

    /// Decodes `footage` once and looks for transitions by the recipe.
    ///
    /// - Throws: a `Fault`, among others where there is no frame.
    public init(_ footage: LooseFootage, recipe: Recipe, threads: Int) throws {
        source = footage.source
        nominalRate =
            source.timing == .pts ? footage.description.frameRate.nominal : footage.timeBase.reciprocal
        rule = recipe.detect
        let scan = try SourceScan.measure(source, plan: try ScanPlan(for: recipe, from: "."), threads: threads)
        track = scan.track
        size = (scan.width, scan.height)
        let detection = TransitionDetector(rule).detect(track)
        rejected = detection.rejected
        isDamaged = !scan.problems.isEmpty
        let problems = scan.problems + Self.gaps(in: track.timing, timeBase: footage.timeBase)
        list = ShotList(
            detection.transitions, timing: track.timing, timeBase: footage.timeBase, problems: problems)
    }

    private var name: String { (source.paths[0] as NSString).lastPathComponent }

    /// The frames a second that its edit decision list counts in.
    public var editRate: EditRate {
        if let nominalRate, nominalRate > Rational(0) { return EditRate(nominal: nominalRate) }
        let ticks = track.timing.start(of: track.count) - track.timing.start(of: 0)
        return EditRate(nominal: Rational(Int64(track.count), max(1, ticks)) / list.timeBase)
    }

    public var edl: String { list.edl(name: name, rate: editRate) }

    /// An SVG of the scores over time.
    public var plot: String {
        ScorePlot(title: name, list: list, track: track, rejected: rejected, rule: rule).svg
    }

    /// A JPEG with pictures of each shot, and how many of the shots are on it.
    ///
    /// - Throws: `mismatch` where the file has changed since it was scanned; what reading it throws.
    public func contactSheet(threads: Int) throws -> (jpeg: [UInt8], shots: Int) {
        let timing = SourceTiming(pts: track.timing.pts, checksums: track.timing.checksums, timeBase: list.timeBase)
        let picker = FramePicker(source: source, timing: timing, threads: isDamaged ? 1 : threads)
        let sheet = ContactSheet(list, title: name, width: size.width, height: size.height)
        return (try sheet.draw(picker, seeks: !isDamaged, at: source.paths[0]), sheet.shots)
    }

    /// Where footage of a steady rate lacks pictures: a demuxer may pass over damage without a word. Of a rate that is
    /// not steady nothing can be said.
    private static func gaps(in timing: FrameTiming, timeBase: Rational) -> [String] {
        let steps = zip(timing.pts.dropFirst(), timing.pts).map { $0 - $1 }
        guard let usual = steps.sorted().dropFirst(steps.count / 2).first else { return [] }
        // A tick either way is rounding of the container's clock.
        let steady = steps.count { abs($0 - usual) <= max(1, usual / 4) }
        let gaps = steps.indices.filter { steps[$0] >= 3 * usual }
        guard steady * 10 >= steps.count * 9, !gaps.isEmpty else { return [] }
        let clock = ShotList([], timing: timing, timeBase: timeBase).clock
        let told = gaps.prefix(mostGaps).map { frame in
            let (start, end) = (clock.text(timing.pts[frame] + usual), clock.text(timing.pts[frame + 1]))
            return "no pictures from \(start) to \(end), between frames \(frame) and \(frame + 1)"
        }
        return told + (gaps.count > mostGaps ? ["\(gaps.count - mostGaps) more gaps without pictures"] : [])
    }

    private static let mostGaps = 20
}

extension LooseFootage {
    /// Writes a whole file or none: a temporary one beside it is renamed.
    ///
    /// - Throws: a `Fault` that names the path and the cause.
    public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        if FileNode.kind(at: path) == .folder {
            throw Fault(.invalid, "it is a folder", at: path, advice: "Name a file in it.")
        }
        try Fault.guarding(path) { try DurableFile.replace(path, with: Array(bytes)) }
    }
}
