internal import Foundation
internal import Media
public import Model

/// An edited video with exact truth, out of footage that is drawn: shots joined by cuts, dissolves, fades through black
/// and wipes, with things in them that are no transition. Its look and its truth are a function of the seed.
///
/// What it shows is meant to be as hard as microscopy: particles in Brownian motion, drifting cells in noise, tissue that
/// scrolls, rods that divide, planes of a stack, time lapses, and shots that follow one of the same look.
public struct EditFootage: Sendable {
    /// What happens in a shot that is no transition.
    public enum Trick: String, CaseIterable, Sendable { case flash, flicker, bleach, focus, zoom, caption }

    public var seed: UInt64
    /// One makes unedited footage.
    public var shots = 25
    /// Pixels; both even.
    public var width = 320
    public var height = 180
    public var rate = 25
    /// Frames that a shot is made of, 20 or more; transitions take theirs from it.
    public var lengths = 36...90
    /// How often each kind of transition occurs, relative to each other.
    public var weights: [Transition.Kind: Int] = [.cut: 8, .dissolve: 5, .fade: 3, .wipe: 3]

    public init(seed: UInt64) { self.seed = seed }

    /// Frames of a gradual transition.
    private static let mixes = [6, 8, 12, 16, 24, 32]
    /// Frames that a shot keeps for itself where a gradual transition eats into it.
    private static let rest = 12

    private struct Take {
        var pictures: [EditPicture]
        var subject: EditSubject
        var tricks: [Trick]
    }

    /// Writes the video, and its truth as `STEM.truth.json` beside it.
    @discardableResult
    public func write(to path: String) throws -> ShotTruth {
        var settings = VideoWriter.Settings(
            codec: .h264, width: width, height: height, timeBase: Rational(1, Int64(rate)), rate: Rational(Int64(rate)))
        settings.quality = 23
        settings.preset = "veryfast"
        settings.gop = 250
        var writer = try VideoWriter.create(path, settings)
        var frames = 0
        func write(_ pictures: some Sequence<EditPicture>, to writer: inout VideoWriter) throws {
            for picture in pictures {
                try writer.write(picture.encoded, at: Int64(frames))
                frames += 1
            }
        }
        var random = SplitMix(seed: seed)
        var truth = ShotTruth(fps: Double(rate), frames: 0, width: width, height: height, shots: [], transitions: [])
        var current = take(after: nil, &random)
        var start = 0
        for index in 0..<shots {
            let next = index + 1 < shots ? take(after: current, &random) : nil
            let join = next.map { self.join(current.pictures, $0.pictures, &random) }
            try write(current.pictures.dropLast(join?.mix.count ?? 0), to: &writer)
            var end = frames
            if let join {
                truth.transitions.append(
                    Transition(
                        kind: join.kind, frames: FrameSpan(start: frames, end: frames + join.mix.count), score: 1))
                end += join.mix.count / 2
                try write(join.mix, to: &writer)
            }
            truth.shots.append(
                ShotTruth.Shot(
                    start: start, end: end, footage: current.subject.rawValue,
                    tricks: current.tricks.map(\.rawValue)))
            start = end
            guard var next else { break }
            next.pictures.removeFirst(join?.mix.count ?? 0)
            current = next
        }
        truth.frames = frames
        _ = try writer.finish()
        let file = (path as NSString).deletingPathExtension + ".truth.json"
        try Data((try JSON.pretty(truth) + "\n").utf8).write(to: URL(fileURLWithPath: file))
        return truth
    }

    /// Writes `edits` edited videos, and half as many of one shot each, into `directory`, which is made where it is
    /// absent.
    /// - Returns: the number of videos.
    public static func write(edits: Int, seed: UInt64, to directory: String) throws -> Int {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for index in 0..<edits {
            let seed = seed &+ UInt64(index)
            try EditFootage(seed: seed).write(to: "\(directory)/edit-\(seed).mp4")
        }
        let takes = (edits + 1) / 2
        for index in 0..<takes {
            let seed = seed &+ UInt64(index)
            var take = EditFootage(seed: seed)
            take.shots = 1
            take.lengths = 300...300
            try take.write(to: "\(directory)/take-\(seed).mp4")
        }
        return edits + takes
    }

    private func take(after last: Take?, _ random: inout SplitMix) -> Take {
        let index = random.index(EditSubject.allCases.count)
        // Every fifth shot stays with the subject of the one before it; there are few looks of each subject, so that
        // some shots differ in nothing but the specimen.
        let stays = random.index(5) == 0
        let subject = stays ? last?.subject ?? EditSubject.allCases[index] : EditSubject.allCases[index]
        var look = SplitMix(seed: subject.rawValue.utf8.reduce(seed) { 31 &* $0 &+ UInt64($1) })
        for _ in 0..<random.index(3) { _ = look.next() }
        var scene = subject.scene(width, height, look: look.next(), specimen: random.next())
        var pictures = (0..<random.whole(in: lengths)).map { _ in scene.draw() }
        let tricks = tricks(&random)
        for trick in tricks { play(trick, &pictures, &random) }
        return Take(pictures: pictures, subject: subject, tricks: tricks)
    }

    /// None, one or two, as often as in the project's composing script.
    private func tricks(_ random: inout SplitMix) -> [Trick] {
        var left = Trick.allCases
        return (0..<[0, 0, 1, 1, 2][random.index(5)]).map { _ in left.remove(at: random.index(left.count)) }
    }

    private func play(_ trick: Trick, _ pictures: inout [EditPicture], _ random: inout SplitMix) {
        let count = pictures.count
        switch trick {
        case .flash:
            pictures[random.whole(in: 4...count - 5)].flash()
        case .flicker:
            let depth = random.value(in: 0.05...0.25)
            for i in 0..<count { pictures[i].scale(by: Float(1 + depth * random.value(in: -1...1))) }
        case .bleach:
            let kept = 1 - Float(random.value(in: 0.5...1.6)) / Float(count)
            var gain: Float = 1
            for i in 0..<count {
                pictures[i].scale(by: gain)
                gain *= kept
            }
        case .focus:
            let (centre, width) = (random.value(in: 0.3...0.7) * Double(count), max(4, 0.2 * Double(count)))
            for i in 0..<count {
                let way = (Double(i) - centre) / width
                let radius = way * way < 1 ? Int((9 * (1 - way * way) * (1 - way * way)).rounded()) : 0
                if radius > 0 { pictures[i].blur(radius) }
            }
        case .zoom:
            let top = Float(random.value(in: 1.15...1.5))
            for i in 0..<count { pictures[i] = pictures[i].zoomed(1 + (top - 1) * Float(i) / Float(count - 1)) }
        case .caption:
            let first = random.whole(in: 2...count / 2)
            let top = random.index(2) == 0 ? height * 8 / 100 : height * 82 / 100
            let glyphs = (0..<width * 6 / 10 / 9).map { (4 + 2 * random.index(2), 5 + 2 * random.index(3), $0) }
            for i in first..<count {
                for (wide, high, place) in glyphs {
                    pictures[i].fill(x: width / 5 + 9 * place, y: top, width: wide, height: high, luma: 0.96)
                }
            }
        }
    }

    /// The mixed frames between two shots, taken from the end of one and the beginning of the other; none for a cut.
    private func join(
        _ left: [EditPicture], _ right: [EditPicture], _ random: inout SplitMix
    ) -> (kind: Transition.Kind, mix: [EditPicture]) {
        let kind = kind(&random)
        let length = Self.mixes[random.index(Self.mixes.count)]
        let side = EditPicture.Side.allCases[random.index(EditPicture.Side.allCases.count)]
        guard kind != .cut, min(left.count, right.count) >= length + Self.rest else { return (.cut, []) }
        let mix = zip(left.suffix(length), right).enumerated().map { step, pair in
            let share = Float(step + 1) / Float(length + 1)
            switch kind {
            case .fade:
                var dimmed = share < 0.5 ? pair.0 : pair.1
                dimmed.scale(by: abs(1 - 2 * share))
                return dimmed
            case .wipe: return pair.0.wiped(by: pair.1, from: side, share)
            case .dissolve, .cut: return pair.0.mixed(with: pair.1, share)
            }
        }
        return (kind, mix)
    }

    private func kind(_ random: inout SplitMix) -> Transition.Kind {
        let kinds = Transition.Kind.allCases
        var place = random.index(max(1, kinds.reduce(0) { $0 + (weights[$1] ?? 0) }))
        for kind in kinds {
            place -= weights[kind] ?? 0
            if place < 0 { return kind }
        }
        return .cut
    }
}
