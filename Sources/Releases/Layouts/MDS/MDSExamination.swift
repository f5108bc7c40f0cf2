import Files
import Foundation
import Model

/// The part of verification that reads `mds/`. It holds a shard's offsets and a block of bytes, and believes no number
/// in a shard before it fits the shard's size and the others.
final class MDSExamination {
    private struct Damage: Error {
        var member = ""
        let what: String
    }

    /// A shard as found; `samples` is nil where its header cannot be read.
    private struct Found {
        let path: String
        let bytes: Int
        let sha256: Digest
        let samples: Int?
    }

    private let release: ReleaseExamination
    private var seen: Set<String> = []
    /// Splits in which clips can be missing because a shard is damaged.
    private var damaged: Set<Split> = []

    init(_ release: ReleaseExamination) { self.release = release }

    /// - Throws: `Fault` where a video cannot be unpacked; what is wrong with the release goes into its report.
    func run(present: Set<String>) throws {
        for split in Split.allCases {
            let shards = present.filter { $0.hasPrefix("\(MDSShards.folder)/\(split)/") && $0.hasSuffix(".mds") }
            let inOrder = shards.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
            let found = try inOrder.compactMap { try examine($0, of: split) }
            let index = MDSShards.indexPath(split)
            if present.contains(index) {
                if found.count == shards.count { judgeIndex(index, found, of: split) }
            } else if !shards.isEmpty {
                release.note(.missing, index, "it is missing: the loader reads it first")
            }
        }
        for (id, clip) in release.expected.sorted(by: { $0.key < $1.key })
        where !seen.contains(id) && !damaged.contains(clip.split) {
            release.note(.missing, MDSShards.indexPath(clip.split), id, "the clip is in no shard")
        }
    }

    private func examine(_ path: String, of split: Split) throws -> Found? {
        var samples: Int?
        do {
            let file = try InputFile(release.root + "/" + path)
            do {
                let offsets = try offsets(of: file)
                samples = offsets.count - 1
                release.shardSamples[path] = samples
                for index in 0..<offsets.count - 1 {
                    try examine(sample: index, upTo: offsets[index + 1], of: file, in: path, split)
                }
                if file.offset < file.size {
                    throw Damage(what: "\(file.size - file.offset) bytes follow its last sample")
                }
            } catch let damage as Damage {
                damaged.insert(split)
                release.note(.damaged, path, damage.member, damage.what)
            }
            let digest = try file.drain()
            release.digests[path] = digest
            return Found(path: path, bytes: file.size, sha256: digest, samples: samples)
        } catch let fault as Fault where fault.place == release.root + "/" + path {
            damaged.insert(split)
            release.note(.damaged, path, fault.what)
            return nil
        }
    }

    /// Where the samples begin and the last one ends. Reads up to the first sample.
    private func offsets(of file: InputFile) throws -> [Int] {
        let count = Self.numbers(try file.read(exactly: 4)).first ?? 0
        guard count > 0 else { throw Damage(what: "it names no samples") }
        guard count <= release.expected.count else {
            let listed = release.expected.count
            throw Damage(what: "it names \(count) samples, and \(ReleasePath.clips) lists \(listed)")
        }
        let offsets = Self.numbers(try file.read(exactly: 4 * (count + 1)))
        guard offsets.count == count + 1 else { throw Damage(what: "it ends within its offsets") }
        let configuration = MDSShards.configuration
        guard try file.read(exactly: configuration.count) == configuration, file.offset == offsets[0] else {
            throw Damage(what: "its configuration is not that of a release's shards")
        }
        return offsets
    }

    /// Reads one sample, which ends at byte `end`, and holds it against `clips.jsonl`.
    private func examine(
        sample index: Int, upTo end: Int, of file: InputFile, in path: String, _ split: Split
    ) throws {
        let start = file.offset
        guard end >= start, end <= file.size else {
            throw Damage(member: "sample \(index)", what: "it is said to end at byte \(end), which it cannot")
        }
        let sizes = Self.numbers(try file.read(exactly: min(MDSShards.sampleHead, end - start)))
        let key = try key(ofSize: sizes.first ?? 0, before: end, in: file)
        // An id that no clip has is not repeated: it may be any bytes.
        guard let key, let clip = release.expected[key] else {
            damaged.insert(split)
            release.note(
                .damaged, path, "sample \(index)", "it begins with no id that \(ReleasePath.clips) lists")
            return try skip(to: end, in: file)
        }
        guard sizes.count == MDSShards.columns.count, sizes.reduce(MDSShards.sampleHead, +) == end - start else {
            damaged.insert(split)
            release.note(.damaged, path, key, "its sizes don't add up to the \(end - start) bytes it has")
            return try skip(to: end, in: file)
        }
        func differs(_ column: String, _ what: String) { release.note(.mismatch, path, "\(key).\(column)", what) }
        if !seen.insert(key).inserted { differs("clip_id", "the clip is in the shards twice") }
        if clip.split != split { differs("clip_id", "it belongs to the split \(clip.split)") }
        if try digest(sizes[1], of: file) != clip.line {
            differs("json", "it is not the clip's line in \(ReleasePath.clips)")
        }
        try examineVideo(key, sizes[2], clip, of: file, in: path)
        if try digest(sizes[3], of: file) != clip.caption { differs("txt", "it is not the clip's caption") }
    }

    private func examineVideo(
        _ key: String, _ size: Int, _ clip: ReleaseExamination.Expected, of file: InputFile, in path: String
    ) throws {
        let member = "\(key).mp4"
        let unpacked = release.unpacking + "/clip.mp4"
        let wanted = release.countFrames != nil && !release.decoded.contains(clip.sha256)
        let video = wanted ? try OutputFile("clip.mp4", in: release.unpacking) : nil
        defer { if wanted { try? Folder.remove(unpacked) } }
        guard try digest(size, of: file, copying: video) == clip.sha256 else {
            return release.note(.mismatch, path, member, "its hash is not the one of the clip")
        }
        guard let video else { return }
        _ = try video.finish(durable: false)
        if let frames = release.decode(unpacked, clip.sha256, path, member), frames != clip.frames {
            release.note(.undecodable, path, member, "it decodes to \(frames) frames, and its clip has \(clip.frames)")
        }
    }

    /// The sample's id; nil where it is none. Ids are at most 64 bytes.
    private func key(ofSize size: Int, before end: Int, in file: InputFile) throws -> String? {
        guard size > 0, size <= min(64, end - file.offset) else { return nil }
        return String(validating: try file.read(exactly: size), as: UTF8.self)
    }

    private func skip(to end: Int, in file: InputFile) throws { _ = try digest(end - file.offset, of: file) }

    /// The hash of the next `count` bytes.
    private func digest(_ count: Int, of file: InputFile, copying copy: OutputFile? = nil) throws -> Digest {
        var hash = RunningDigest()
        var rest = count
        while rest > 0 {
            let block = try file.read(upTo: rest)
            guard !block.isEmpty else { throw Damage(what: "it ends early, at byte \(file.offset)") }
            hash.update(block)
            try copy?.write(block)
            rest -= block.count
        }
        return hash.digest
    }

    /// Whole u32 numbers, little-endian.
    private static func numbers(_ bytes: [UInt8]) -> [Int] {
        stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { at in
            bytes[at..<at + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
    }
}

extension MDSExamination {
    /// `index.json`, as far as it is compared.
    private struct Index: Decodable {
        struct Entry: Decodable {
            struct File: Decodable {
                let basename: String
                let bytes: Int
                let hashes: [String: String]
            }

            let rawData: File
            let samples: Int
        }

        let shards: [Entry]
    }

    /// Holds an index against the shards beside it.
    private func judgeIndex(_ path: String, _ found: [Found], of split: Split) {
        guard let bytes = release.read(path) else { return }
        let shards = found.compactMap { shard in
            shard.samples.map {
                Shard(
                    file: ReleaseFile(path: shard.path, bytes: shard.bytes, sha256: shard.sha256), split: split,
                    samples: $0)
            }
        }
        let isWhole = shards.count == found.count
        if isWhole, MDSShards.index(of: shards).utf8.elementsEqual(bytes) { return }
        guard let index = try? JSON.decode(Index.self, from: Data(bytes)) else {
            return release.note(.damaged, path, "it is no index of MDS shards")
        }
        var named = false
        func differs(_ member: String, _ what: String) {
            release.note(.mismatch, path, member, what)
            named = true
        }
        if index.shards.count != found.count {
            differs("", "it lists \(index.shards.count) shards, and \(found.count) are there")
        }
        for (entry, shard) in zip(index.shards, found) {
            let name = String(shard.path.split(separator: "/").last ?? "")
            if entry.rawData.basename != name { differs(name, "it lists '\(entry.rawData.basename)' in its place") }
            if entry.rawData.bytes != shard.bytes { differs(name, "it gives another size for this shard") }
            if entry.rawData.hashes["sha256"] != shard.sha256.hex {
                differs(name, "it gives another hash for this shard")
            }
            if let samples = shard.samples, samples != entry.samples {
                differs(name, "it says \(entry.samples) samples, and the shard holds \(samples)")
            }
        }
        if isWhole, !named { differs("", "it is not the index that the shards make") }
    }
}
