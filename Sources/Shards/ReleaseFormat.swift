import Model

/// The layouts that a release can hold, side by side in one directory.
public enum ReleaseFormat: String, Codable, Sendable, CaseIterable, Comparable {
    /// Tar shards `SPLIT-000000.tar` for Python's `webdataset` and Hugging Face `datasets`.
    case webdataset
    /// `metadata.json` and `videos/` for the MicroVerse trainer (DiffSynth-Studio).
    case microverse

    public static func < (a: ReleaseFormat, b: ReleaseFormat) -> Bool { a.rawValue < b.rawValue }
}

/// Limits of one tar shard. A single sample over `bytes` gets a shard of its own.
public struct ShardLimits: Hashable, Sendable {
    public var samples: Int
    public var bytes: Int

    /// - Throws: `Fault` unless both are at least 1.
    public init(samples: Int, bytes: Int) throws {
        guard samples > 0, bytes > 0 else {
            throw Fault(
                .invalid, "a shard of \(samples) samples and \(bytes) bytes holds nothing", at: "export",
                advice: "Give export.shard_samples and export.shard_bytes numbers of at least 1.")
        }
        self.samples = samples
        self.bytes = bytes
    }
}

/// A clip on its way into a release: checked, with its JSON made once for all formats.
struct Sample {
    let clip: ReleaseClip
    let json: String
    /// The JSON as readers will see it.
    let record: SampleRecord

    init(_ clip: ReleaseClip) throws {
        try clip.validate()
        self.clip = clip
        json = clip.json
        record = try SampleRecord.read(json.utf8, at: clip.id.rawValue)
    }

    var key: String { clip.id.rawValue }

    /// Hands over the rendition's bytes block by block.
    ///
    /// - Throws: `Fault` naming the rendition where it is missing or not the file that was recorded.
    func streamRendition(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        let rendition = clip.rendition
        func altered(_ what: String) -> Fault {
            Fault(
                .mismatch, "the rendition of \(clip.id) \(what)", at: rendition.path,
                advice: "Delete it and run 'microcurate run': what is missing is made again.")
        }
        let file = try InputFile(rendition.path)
        guard file.size == rendition.bytes else {
            throw altered("has \(file.size) bytes, not the \(rendition.bytes) recorded")
        }
        while true {
            let block = try file.read()
            if block.isEmpty { break }
            try body(block)
        }
        guard try file.drain() == rendition.sha256 else { throw altered("changed since it was recorded") }
    }
}

/// Writes one layout: clips in order, then `finish`.
protocol FormatWriter: AnyObject {
    func append(_ sample: Sample) throws
    /// Completes every file and names them all.
    func finish() throws -> [ReleaseFile]
}
