import Files
import Foundation
import Model

/// The part of verification that reads tar shards and `videos/`.
extension ReleaseExamination {
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

    func examineShard(_ path: String) throws {
        var samples = 0
        do {
            let reader = try TarReader(root + "/" + path, name: path)
            var sample: Found?
            do {
                while let member = try reader.next() {
                    let name = member.name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
                    guard name.count == 2, !name[0].contains("/") else {
                        note(.mismatch, path, member.name, "it is not named KEY.FIELD")
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
                shardSamples[path] = samples
            } catch let fault as Fault where [.corrupt, .truncated].contains(fault.reason) {
                damagedSplits.insert(String(path.prefix { $0 != "-" }))
                let member = fault.place.hasPrefix(path + ": ") ? String(fault.place.dropFirst(path.count + 2)) : ""
                note(.damaged, path, member, fault.what)
            }
            digests[path] = try reader.drain()
        } catch let fault as Fault where fault.place == root + "/" + path {
            damagedSplits.insert(String(path.prefix { $0 != "-" }))
            note(.damaged, path, fault.what)
        }
    }

    private func take(_ field: String, from reader: TarReader, into sample: inout Found, in path: String) throws {
        if sample.fields.contains(field) {
            note(.mismatch, path, "\(sample.key).\(field)", "the sample holds it twice")
        }
        sample.fields.append(field)
        switch field {
        case "json": sample.json = try reader.readAll()
        case "txt": sample.text = try reader.readAll()
        case "mp4":
            let video = countFrames == nil ? nil : try OutputFile("\(sample.key).mp4", in: unpacking)
            defer { if video != nil { try? Folder.remove(unpacking + "/\(sample.key).mp4") } }
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
                sample.frames = decode(unpacking + "/\(sample.key).mp4", digest, path, "\(sample.key).mp4")
            }
        default: break
        }
    }

    /// Frames of the video at `file`; nil where it does not decode (a finding) or did before.
    func decode(_ file: String, _ digest: Digest, _ path: String, _ member: String) -> Int? {
        guard let countFrames, decoded.insert(digest).inserted else { return nil }
        report.decoded += 1
        do {
            return try countFrames(file)
        } catch {
            note(.undecodable, path, member, "it does not decode: \((error as? Fault)?.what ?? "\(error)")")
            return nil
        }
    }

    /// Holds a sample against its own JSON and against `clips.jsonl`.
    private func judge(_ sample: Found, in path: String) {
        func differs(_ field: String, _ what: String) { note(.mismatch, path, "\(sample.key).\(field)", what) }
        guard sample.fields.sorted() == ["json", "mp4", "txt"] else {
            let fields = sample.fields.sorted().joined(separator: ", ")
            return note(.mismatch, path, sample.key, "the sample holds \(fields), not json, mp4, txt")
        }
        if !sharded.insert(sample.key).inserted { differs("json", "the clip is in the shards twice") }
        let record: SampleRecord
        do {
            record = try SampleRecord.read(sample.json, at: path)
        } catch {
            return note(.damaged, path, "\(sample.key).json", (error as? Fault)?.what ?? "\(error)")
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
            note(
                .undecodable, path, "\(sample.key).mp4",
                "it decodes to \(frames) frames, and its JSON says \(record.frames)")
        }
        guard expected[sample.key]?.line != Digest(of: Data(sample.json)) else { return }
        differs("json", "it is not the clip's line in \(ReleaseWriter.listingName)")
    }
}

extension ReleaseExamination {
    /// Holds `videos/` against the clips: each has its file there, and its caption beside it where a layout asks.
    func examineVideos(texts: Bool, present: Set<String>) {
        for (id, clip) in expected.sorted(by: { $0.key < $1.key }) {
            let video = VideoFolderWriter.path(id, clip.split, "mp4")
            if expect(video, to: "its hash is not the one of the clip", clip.sha256, present) {
                let frames = decode(root + "/" + video, clip.sha256, video, "")
                if let frames, frames != clip.frames {
                    note(.undecodable, video, "it decodes to \(frames) frames, and its clip has \(clip.frames)")
                }
            }
            guard texts else { continue }
            let text = VideoFolderWriter.path(id, clip.split, "txt")
            _ = expect(text, to: "it is not the clip's caption", clip.caption, present)
        }
    }

    private func expect(_ path: String, to what: String, _ digest: Digest, _ present: Set<String>) -> Bool {
        guard present.contains(path) else {
            note(.missing, path, "\(ReleaseWriter.listingName) lists its clip")
            return false
        }
        hash(path)
        guard let found = digests[path], found != digest else { return digests[path] != nil }
        note(.mismatch, path, what)
        return false
    }
}
