import Model

/// The measurements of one source, from which transitions, shots, clip spans, signals, verdicts and duplicates are
/// computed without decoding again: parts by their types, each with a version of its own. Under 200 bytes a frame at
/// 25 frames a second, thumbnails apart.
public struct FrameTrack: Sendable {
    /// By name.
    private var parts: [String: any TrackPart] = [:]

    /// Of several parts of one type the last one stays.
    public init(_ parts: [any TrackPart] = []) {
        for part in parts { insert(part) }
    }

    /// Decodes parts and checks that they belong together.
    ///
    /// - Parameters:
    ///   - types: what is wanted; optional parts that are not there are left out.
    ///   - bytes: the file of a part by its name, nil where there is none.
    /// - Throws: a `Fault` where a part is missing or damaged, or they are of different numbers of frames.
    public init(reading types: [any TrackPart.Type], bytes: (_ part: String) throws -> [UInt8]?) throws {
        for type in types {
            if let bytes = try bytes(type.name) {
                insert(try type.init(decoding: bytes))
            } else if !type.isOptional {
                throw Fault(
                    .corrupt, "the frame track has no part '\(type.name)'", at: "frame track",
                    advice: "Run 'microcurate scan'.")
            }
        }
        try check()
    }

    public subscript<Part: TrackPart>(_ type: Part.Type) -> Part? {
        get { parts[Part.name] as? Part }
        set { parts[Part.name] = newValue }
    }

    public subscript(named name: String) -> (any TrackPart)? { parts[name] }

    /// Every part, ordered by name.
    public var all: [any TrackPart] { parts.sorted { $0.key < $1.key }.map(\.value) }

    public mutating func insert(_ part: any TrackPart) { parts[type(of: part).name] = part }

    /// A part that whoever made the track has put in it.
    public func known<Part: TrackPart>(_ type: Part.Type) -> Part {
        guard let part = self[type] else { preconditionFailure("the track was made without its part '\(Part.name)'") }
        return part
    }

    /// Frames of the source.
    public var count: Int { timing.count }

    /// - Throws: a `Fault` where the parts are of different numbers of frames.
    public func check() throws {
        var counts: Set<Int> = []
        var last = -1
        for part in parts.values {
            switch part.coverage {
            case .each(let count): counts.insert(count)
            case .chosen(let frame): last = max(last, frame ?? -1)
            }
        }
        guard counts.count <= 1, last < counts.first ?? .max else {
            let words = all.map { "\(type(of: $0).name) \($0.coverage.text)" }
            throw Fault(
                .mismatch, "its parts are of different numbers of frames: \(words.joined(separator: ", "))",
                at: "frame track", advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
    }
}

extension FrameCoverage {
    fileprivate var text: String {
        switch self {
        case .each(let count): "has \(count)"
        case .chosen(let last): last.map { "reaches frame \($0)" } ?? "has none"
        }
    }
}
