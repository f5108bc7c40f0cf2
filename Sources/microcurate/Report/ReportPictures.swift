import Manifest
import Model
import Pages
import Pipeline
import ReviewDesk

/// The thumbnails of clips, out of the files that `scan` left. A file that can't be read becomes a fault of the report.
final class ReportPictures {
    private let workspace: Workspace
    private let manifest: Manifest
    /// By source; nil where there are none to show.
    private var packs: [String: ThumbnailFile?] = [:]
    private(set) var faults: [Fault] = []

    init(_ workspace: Workspace, _ manifest: Manifest) {
        self.workspace = workspace
        self.manifest = manifest
    }

    /// Up to `limit` pictures from inside the clip, in order of time; where none was kept there, the nearest one.
    func pictures(of clip: ReportClip, title: String, limit: Int) throws -> [Picture] {
        guard let pack = try pack(of: clip.source) else { return [] }
        let inside = pack.frames.filter { clip.frames.contains($0) }
        guard inside.isEmpty else {
            return try inside.sampled(limit).compactMap { try picture($0, clip, title) }
        }
        let middle = (clip.frames.lowerBound + clip.frames.upperBound) / 2
        guard let nearest = pack.frames.min(by: { abs($0 - middle) < abs($1 - middle) }) else { return [] }
        return try picture(nearest, clip, title).map { [$0] } ?? []
    }

    /// The pictures nearest to some seconds from the clip's start, each once.
    func pictures(of clip: ReportClip, title: String, at seconds: [Double]) throws -> [Picture] {
        guard let pack = try pack(of: clip.source), clip.seconds > 0 else { return [] }
        let inside = pack.frames.filter { clip.frames.contains($0) }
        let framesPerSecond = Double(clip.frames.count) / clip.seconds
        let wanted = seconds.compactMap { second -> Int? in
            let frame = Double(clip.frames.lowerBound) + second * framesPerSecond
            return inside.min { abs(Double($0) - frame) < abs(Double($1) - frame) }
        }
        return try Set(wanted).sorted().compactMap { try picture($0, clip, title) }
    }

    private func pack(of source: String) throws -> ThumbnailFile? {
        if let known = packs[source] { return known }
        let parts = try manifest.tracks.parts(of: SourceID(rawValue: source))
        let pack = try parts.first { $0.part == ThumbnailFile.part }.flatMap { part -> ThumbnailFile? in
            let path = workspace.path(part.file)
            return try noting {
                guard let pack = try ThumbnailFile(path) else { throw Self.missing(path) }
                return pack
            }
        }
        packs[source] = .some(pack)
        return pack
    }

    private func picture(_ frame: Int, _ clip: ReportClip, _ title: String) throws -> Picture? {
        guard let pack = packs[clip.source] ?? nil else { return nil }
        let read = try noting {
            guard let jpeg = try pack.picture(near: frame) else { throw Self.missing(pack.path) }
            return jpeg
        }
        guard let jpeg = read else {
            packs[clip.source] = .some(nil)
            return nil
        }
        let rate = clip.seconds / Double(max(1, clip.frames.count))
        let at = Figure.seconds(max(0, Double(frame - clip.frames.lowerBound) * rate))
        return Picture(jpeg: jpeg, alt: "\(title), \(at) into the clip", at: at)
    }

    /// What `body` reads; nil where it can't, which becomes a fault of the report.
    private func noting<Value>(_ body: () throws -> Value) throws -> Value? {
        do { return try body() } catch let fault as Fault {
            faults.append(fault)
            return nil
        }
    }

    private static func missing(_ path: String) -> Fault {
        Fault(
            .unreadable, "the thumbnails are missing", at: path,
            advice: "Run 'microcurate run': what is missing is made again.")
    }
}
