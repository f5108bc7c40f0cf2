/// Counts over the clips of a release, as `release.json` holds them. Unknown levels and licences count under "".
public struct ReleaseCounts: Decodable, Hashable, Sendable {
    public private(set) var clips = 0
    /// Over all renditions.
    public private(set) var frames = 0
    public private(set) var bytes = 0
    /// Playing time in whole milliseconds, given in seconds.
    public var seconds: Double {
        let rounded = (playingTime * 1000).rounded() / 1000
        return rounded.isFinite ? rounded : playingTime
    }
    public private(set) var splits: [String: Int] = [:]
    public private(set) var levels: [String: Int] = [:]
    /// By split, then level.
    public private(set) var splitLevels: [String: [String: Int]] = [:]
    public private(set) var captions: [String: Int] = [:]
    public private(set) var acceptedBy: [String: Int] = [:]
    public private(set) var licences: [String: Int] = [:]
    private var playingTime = 0.0

    private enum CodingKeys: String, CodingKey {
        case clips, frames, bytes, splits, levels, captions, licences
        case splitLevels = "split_levels"
        case acceptedBy = "accepted_by"
        case playingTime = "seconds"
    }

    public var unreviewed: Int { acceptedBy[ReleaseClip.AcceptedBy.unreviewed.rawValue] ?? 0 }

    init() {}

    mutating func add(_ record: SampleRecord) {
        clips += 1
        frames += record.frames
        bytes += record.bytes
        playingTime += Double(record.frames) / record.fps
        splits[record.split.rawValue, default: 0] += 1
        levels[record.level, default: 0] += 1
        splitLevels[record.split.rawValue, default: [:]][record.level, default: 0] += 1
        captions[record.captionKind.rawValue, default: 0] += 1
        acceptedBy[record.acceptedBy.rawValue, default: 0] += 1
        licences[record.licence, default: 0] += 1
    }

    /// Each count that is not the same, with both values.
    func differences(from other: ReleaseCounts) -> [(count: String, here: String, there: String)] {
        zip(members.sorted { $0.key < $1.key }, other.members.sorted { $0.key < $1.key })
            .map { ($0.key, $0.value.line, $1.value.line) }
            .filter { $0.1 != $0.2 }
    }

    /// As members of `release.json`.
    var members: [String: JSONNode] {
        [
            "clips": .integer(clips), "frames": .integer(frames), "bytes": .integer(bytes), "seconds": .float(seconds),
            "splits": .counts(splits), "levels": .counts(levels), "captions": .counts(captions),
            "split_levels": .object(splitLevels.mapValues(JSONNode.counts)), "accepted_by": .counts(acceptedBy),
            "licences": .counts(licences),
        ]
    }
}
