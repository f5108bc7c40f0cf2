public import Foundation

/// What is known of an edited video: a `STEM.truth.json` beside it. A video of one shot has no transitions.
///
/// Schema: `schemas/shot-truth.schema.json`.
public struct ShotTruth: Hashable, Sendable {
    public struct Shot: Codable, Hashable, Sendable {
        public var start: Int
        /// Exclusive; two shots meet in the middle of a gradual transition.
        public var end: Int
        /// What it shows.
        public var footage: String?
        /// What happens in it that is no transition, such as `flash`.
        public var tricks: [String]?

        public init(start: Int, end: Int, footage: String?, tricks: [String]?) {
            self.start = start
            self.end = end
            self.footage = footage
            self.tricks = tricks
        }
    }

    public var fps: Double
    public var frames: Int
    public var width: Int
    public var height: Int
    public var shots: [Shot]
    /// In order, none overlapping another; scores of 1.
    public var transitions: [Transition]

    public init(fps: Double, frames: Int, width: Int, height: Int, shots: [Shot], transitions: [Transition]) {
        self.fps = fps
        self.frames = frames
        self.width = width
        self.height = height
        self.shots = shots
        self.transitions = transitions
    }

    public var seconds: Double { Double(frames) / fps }

    /// What happens in the shots that `frames` touches, each word once.
    public func tricks(in frames: FrameSpan) -> [String] {
        var words: [String] = []
        for shot in shots where shot.start < frames.end && frames.start < shot.end {
            for word in shot.tricks ?? [] where !words.contains(word) { words.append(word) }
        }
        return words
    }

    /// - Throws: a `Fault` for what is no such document, and for transitions that can't be.
    public static func parse(_ data: Data, file: String) throws -> ShotTruth {
        let truth: ShotTruth
        do {
            truth = try JSON.decode(ShotTruth.self, from: data)
        } catch let error as DecodingError {
            throw Fault(.invalid, "it is no truth of shots: \(Self.words(error))", at: file, advice: Self.advice)
        }
        try truth.check(at: file)
        return truth
    }

    private static let advice = "See schemas/shot-truth.schema.json."

    private static func words(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
            return path.isEmpty ? "it is not JSON of that form" : "'\(path.joined(separator: "."))' can't be read"
        case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
        @unknown default: return "it can't be read"
        }
    }

    private func check(at file: String) throws {
        guard fps.isFinite, fps > 0, frames > 0, width > 0, height > 0 else {
            throw Fault(
                .invalid, "fps, frames, width and height must be more than 0", at: file, advice: Self.advice)
        }
        for shot in shots where !(0 <= shot.start && shot.start < shot.end && shot.end <= frames) {
            throw Fault(
                .invalid, "the shot \(shot.start)-\(shot.end) does not lie in 0-\(frames)", at: file,
                advice: Self.advice)
        }
        for transition in transitions {
            let span = transition.frames
            let isInside =
                transition.kind == .cut
                ? 0 < span.start && span.start < frames
                : 0 <= span.start && span.start < span.end && span.end <= frames
            guard isInside else {
                throw Fault(
                    .invalid, "the \(transition.kind.rawValue) \(span.start)-\(span.end) does not lie in 0-\(frames)",
                    at: file, advice: Self.advice)
            }
        }
        for (first, second) in zip(transitions, transitions.dropFirst()) {
            guard first.frames.start < second.frames.start, first.frames.end <= second.frames.start else {
                throw Fault(
                    .invalid,
                    "the \(second.kind.rawValue) at frame \(second.frames.start) overlaps the "
                        + "\(first.kind.rawValue) before it, or is out of order",
                    at: file, advice: "List the transitions in order, each once.")
            }
        }
    }
}

extension ShotTruth: Codable {
    private enum Key: String, CodingKey { case fps, frames, width, height, shots, transitions }

    /// A cut has `frame`, the others `start` and `end`.
    private struct Entry: Codable {
        var kind: Transition.Kind
        var frame: Int?
        var start: Int?
        var end: Int?
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        fps = try container.decode(Double.self, forKey: .fps)
        frames = try container.decode(Int.self, forKey: .frames)
        width = try container.decode(Int.self, forKey: .width)
        height = try container.decode(Int.self, forKey: .height)
        shots = try container.decodeIfPresent([Shot].self, forKey: .shots) ?? []
        transitions = try container.decode([Entry].self, forKey: .transitions).map { entry in
            guard let start = entry.start ?? entry.frame, let end = entry.end ?? entry.frame,
                entry.kind != .cut || start == end
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: .transitions, in: container,
                    debugDescription: "a cut has a frame, other transitions have start and end")
            }
            return Transition(kind: entry.kind, frames: FrameSpan(start: start, end: end), score: 1)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(fps, forKey: .fps)
        try container.encode(frames, forKey: .frames)
        try container.encode(width, forKey: .width)
        try container.encode(height, forKey: .height)
        try container.encode(shots, forKey: .shots)
        try container.encode(
            transitions.map { transition in
                transition.kind == .cut
                    ? Entry(kind: .cut, frame: transition.frames.start)
                    : Entry(kind: transition.kind, start: transition.frames.start, end: transition.frames.end)
            }, forKey: .transitions)
    }
}
