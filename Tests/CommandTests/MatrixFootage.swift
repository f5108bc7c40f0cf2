import Foundation
import Model
import Footage

/// A file of the matrix, written by the `ffmpeg` tool, and what the tool says it shows.
struct MatrixFootage: Sendable {
    let subject: MatrixCase
    let path: String
    /// As the tool shows the file.
    let truth: Witness.Film
    /// The film's frame behind each frame of the file; nil where the clock can't be read.
    let ordinals: [Int?]

    init(_ subject: MatrixCase, in folder: TemporaryFolder) throws {
        self.subject = subject
        path = try subject.write(in: folder.path)
        let size = subject.size(in: .native)
        truth = try Witness.read(
            .init(
                path: path, width: size.width, height: size.height, stream: subject.stream, filter: subject.filter))
        let footage = subject.film.footage
        ordinals = truth.frames.map { footage.ordinal(in: $0.picture) }
    }
}

/// When the frames of a source are seen.
struct SourceClock {
    /// One a frame, strictly increasing.
    var pts: [Int64]
    /// Seconds a tick in playback.
    var playback: Rational

    /// The clock of transport streams has 33 bits. libavformat takes this off what lies before its overrun, and adds it
    /// to what falls back by more than a minute.
    private static let wrap: Int64 = 1 << 33

    /// A frame of unknown time comes a nominal frame after the one before it, and where time jumps back, it goes on
    /// from there.
    init(_ entry: MatrixFootage, _ profile: Profile) {
        guard entry.subject.clock == .stamps else {
            pts = entry.truth.frames.indices.map(Int64.init)
            playback = profile.ordinalRate.reciprocal
            return
        }
        playback = entry.truth.timeBase
        let nominal = entry.subject.film.footage.rate.reciprocal.rescale(1, to: playback)
        let isTransport = entry.path.hasSuffix(".ts")
        var offset = isTransport && (entry.truth.frames.first?.pts ?? 0) < 0 ? Self.wrap : 0
        pts = []
        for stamp in entry.truth.frames.map(\.pts) {
            var time = stamp.map { $0 + offset } ?? (pts.last ?? -nominal) + nominal
            if let last = pts.last, time <= last || isTransport && time - last > Self.wrap / 2 {
                offset += last + nominal - time
                time = last + nominal
            }
            pts.append(time)
        }
    }

    /// The frames of a span that lie nearest to the times of a profile's frames, the earlier of two.
    func nearest(_ start: Int64, _ end: Int64, _ span: Range<Int>, _ profile: Profile) -> [Int] {
        guard let rate = profile.rate else { return Array(span) }
        let ticks = rate.reciprocal / playback
        let count = Int((end - start) * ticks.denominator / ticks.numerator)
        return (0..<max(1, min(count, profile.frames ?? count))).map { k in
            span.min { a, b in
                func distance(_ frame: Int) -> Int64 {
                    abs((pts[frame] - start) * ticks.denominator - Int64(k) * ticks.numerator)
                }
                return distance(a) < distance(b)
            }!
        }
    }
}
