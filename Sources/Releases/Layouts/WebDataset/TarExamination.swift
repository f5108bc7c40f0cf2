import Files
import Foundation
import Model

/// The part of verification that reads tar shards.
final class TarExamination {
    /// What a shard holds of one sample.
    private struct Found {
        let key: String
        var fields: [String] = []
        var json: [UInt8] = []
        var text: [UInt8] = []
        var bytes = 0
        var sha256: Digest?
        /// Decoded frames; nil where the video was not decoded.
        var frames: Int?
    }

    private let release: ReleaseExamination
    private var seen: Set<String> = []
    /// Splits in which clips can be missing because a shard could not be read to its end.
    private var damaged: Set<String> = []

    init(_ release: ReleaseExamination) { self.release = release }

    /// - Parameter isNamed: whether the shards must hold every clip.
    /// - Throws: `Fault` where a video cannot be unpacked; what is wrong with the release goes into its report.
    func run(present: Set<String>, isNamed: Bool) throws {
        for path in present.sorted() where path.hasSuffix(".tar") { try examine(path) }
        guard isNamed else { return }
        for (id, clip) in release.expected.sorted(by: { $0.key < $1.key })
        where !seen.contains(id) && !damaged.contains(clip.split.rawValue) {
            release.note(.missing, ReleasePath.clips, id, "the clip is in no shard")
        }
    }

    private func examine(_ path: String) throws {
        var samples = 0
        do {
            let reader = try TarReader(release.root + "/" + path, name: path)
            var sample: Found?
            do {
                while let member = try reader.next() {
                    let name = member.name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
                    guard name.count == 2, !name[0].contains("/") else {
                        release.note(.mismatch, path, member.name, "it is not named KEY.FIELD")
                        continue
                    }
                    if let finished = sample, finished.key != name[0] {
                        judge(finished, in: path)
                        sample = nil
                    }
                    if sample == nil {
                        sample = Found(key: String(name[0]))
                        samples += 1
                    }
                    try take(String(name[1]), from: reader, into: &sample!, in: path)
                }
                if let sample { judge(sample, in: path) }
                release.shardSamples[path] = samples
            } catch let fault as Fault where [.corrupt, .truncated].contains(fault.reason) {
                damaged.insert(String(path.prefix { $0 != "-" }))
                let member = fault.place.hasPrefix(path + ": ") ? String(fault.place.dropFirst(path.count + 2)) : ""
                release.note(.damaged, path, member, fault.what)
            }
            release.digests[path] = try reader.drain()
        } catch let fault as Fault where fault.place == release.root + "/" + path {
            damaged.insert(String(path.prefix { $0 != "-" }))
            release.note(.damaged, path, fault.what)
        }
    }

    private func take(_ field: String, from reader: TarReader, into sample: inout Found, in path: String) throws {
        if sample.fields.contains(field) {
            release.note(.mismatch, path, "\(sample.key).\(field)", "the sample holds it twice")
        }
        sample.fields.append(field)
        switch field {
        case "json": sample.json = try reader.readAll()
        case "txt": sample.text = try reader.readAll()
        case "mp4":
            let video = release.countFrames == nil ? nil : try OutputFile("\(sample.key).mp4", in: release.unpacking)
            defer { if video != nil { try? Folder.remove(release.unpacking + "/\(sample.key).mp4") } }
            var hash = RunningDigest()
            while true {
                let block = try reader.read()
                if block.isEmpty { break }
                hash.update(block)
                sample.bytes += block.count
                try video?.write(block)
            }
            let digest = hash.digest
            sample.sha256 = digest
            if let video {
                _ = try video.finish()
                sample.frames = release.decode(
                    release.unpacking + "/\(sample.key).mp4", digest, path, "\(sample.key).mp4")
            }
        default: break
        }
    }

    /// Holds a sample against its own JSON and against `clips.jsonl`.
    private func judge(_ sample: Found, in path: String) {
        func differs(_ field: String, _ what: String) { release.note(.mismatch, path, "\(sample.key).\(field)", what) }
        guard sample.fields.sorted() == ["json", "mp4", "txt"] else {
            let fields = sample.fields.sorted().joined(separator: ", ")
            return release.note(.mismatch, path, sample.key, "the sample holds \(fields), not json, mp4, txt")
        }
        if !seen.insert(sample.key).inserted { differs("json", "the clip is in the shards twice") }
        let record: SampleRecord
        do {
            record = try SampleRecord.read(sample.json, at: path)
        } catch {
            return release.note(.damaged, path, "\(sample.key).json", (error as? Fault)?.what ?? "\(error)")
        }
        if record.clipId.rawValue != sample.key { differs("json", "it describes the clip \(record.clipId)") }
        if !path.hasPrefix("\(record.split)-") { differs("json", "it belongs to the split \(record.split)") }
        if record.bytes != sample.bytes {
            differs("mp4", "it has \(sample.bytes) bytes, and its JSON says \(record.bytes)")
        }
        if record.sha256 != sample.sha256 { differs("mp4", "its hash is not the one in its JSON") }
        if !record.caption.utf8.elementsEqual(sample.text) { differs("txt", "it is not the caption in its JSON") }
        if record.frames != record.sourceFrames.count {
            differs("json", "it says \(record.frames) frames, and names \(record.sourceFrames.count) source frames")
        }
        if let frames = sample.frames, frames != record.frames {
            release.note(
                .undecodable, path, "\(sample.key).mp4",
                "it decodes to \(frames) frames, and its JSON says \(record.frames)")
        }
        guard release.expected[sample.key]?.line != Digest(of: Data(sample.json)) else { return }
        differs("json", "it is not the clip's line in \(ReleasePath.clips)")
    }
}
