import Files
import Foundation
import Model

/// Reads a release back, every byte of it, and says all that is wrong.
public struct ReleaseVerifier {
    /// Decodes the video at a path and counts its frames.
    public typealias FrameCounter = (_ path: String) throws -> Int

    private let temporary: String
    private let countFrames: FrameCounter?

    /// - Parameters:
    ///   - temporary: where videos are unpacked, one at a time, to be decoded; nil is the system's place.
    ///   - countFrames: nil decodes nothing.
    public init(temporary: String? = nil, countFrames: FrameCounter? = nil) {
        self.temporary = temporary ?? NSTemporaryDirectory()
        self.countFrames = countFrames
    }

    /// - Throws: `Fault` where `directory` is no directory or nothing can be unpacked; what is wrong with the release
    ///   is in the report.
    public func verify(_ directory: String) throws -> VerificationReport {
        guard FileNode.kind(at: directory) == .folder else {
            throw Fault(
                .unreadable, "there is no release here", at: directory, advice: "Give the directory of a release.")
        }
        let unpacked = temporary + "/microcurate-verify-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: unpacked, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: unpacked) }
        let examination = ReleaseExamination(directory, unpacking: unpacked, countFrames: countFrames)
        try examination.run()
        return examination.report
    }
}

/// One verification under way. Every file is read once, its hash taken on the way.
final class ReleaseExamination {
    /// What `clips.jsonl` says of a clip.
    struct Expected {
        let split: Split
        let sha256: Digest
        let frames: Int
        let caption: Digest
        let line: Digest
    }

    let root: String
    let unpacking: String
    let countFrames: ReleaseVerifier.FrameCounter?
    var report = VerificationReport()
    var expected: [String: Expected] = [:]
    /// Hashes of the files read so far, by path.
    var digests: [String: Digest] = [:]
    /// Clips found in shards, and splits whose shards could not be read to their end.
    var sharded: Set<String> = []
    var shardSamples: [String: Int] = [:]
    var damagedSplits: Set<String> = []
    /// Videos decoded already, by hash: two formats hold the same ones.
    var decoded: Set<Digest> = []
    private var counts = ReleaseCounts()

    init(_ root: String, unpacking: String, countFrames: ReleaseVerifier.FrameCounter?) {
        self.root = root
        self.unpacking = unpacking
        self.countFrames = countFrames
    }

    func note(_ kind: VerificationReport.Kind, _ file: String, _ what: String) { note(kind, file, "", what) }

    func note(_ kind: VerificationReport.Kind, _ file: String, _ member: String, _ what: String) {
        report.findings.append(.init(kind: kind, file: file, member: member, what: what))
    }

    func run() throws {
        let present = try files()
        guard present.contains(Checksums.name) else {
            note(.missing, Checksums.name, "it is missing: this is no complete release")
            return
        }
        let checksums = Checksums(reading: read(Checksums.name) ?? [])
        report.sha256 = digests[Checksums.name]
        for what in checksums.damage { note(.damaged, Checksums.name, what) }

        let listed = Set(checksums.digests.keys)
        for path in listed.subtracting(present).sorted() { note(.missing, path, "it is missing") }
        for path in present.subtracting(listed).sorted() where path != Checksums.name {
            note(.extra, path, "it has no checksum: it is no part of the release")
        }
        let readable = listed.intersection(present)
        let facts = readable.contains(ReleaseWriter.documentName) ? examineDocument() : nil
        if readable.contains(ReleaseWriter.listingName) { examineListing(facts?.formats ?? [], present: readable) }
        if readable.contains(DraftWriter.provenanceName) { examineProvenance() }
        for path in readable.sorted() where path.hasSuffix(".tar") { try examineShard(path) }
        if let formats = facts?.formats {
            if formats.contains(.mds) { try MDSExamination(self).run(present: readable) }
            if formats.contains(where: \.hasVideos) {
                examineVideos(texts: formats.contains(where: \.hasTexts), present: readable)
            }
        }
        for path in readable.sorted() where digests[path] == nil { hash(path) }
        for path in readable.sorted() {
            guard let digest = digests[path], digest != checksums.digests[path] else { continue }
            note(.altered, path, "its bytes are not those that were released")
        }
        report.files = digests.count
        if let facts { compare(facts) }
    }

    /// Every file below the release, as relative paths. Links are findings: a release holds its bytes itself.
    private func files() throws -> Set<String> {
        var files: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            guard let node = try? FileNode(root + "/" + path, followingLinks: false) else { continue }
            switch node.kind {
            case .folder: continue
            case .file: files.insert(path)
            default: note(.extra, path, "it is a link or a special file")
            }
        }
        return files
    }

    /// A small file's bytes; a finding and nil where they cannot be read.
    func read(_ path: String) -> [UInt8]? {
        examine(path) { file in
            var bytes: [UInt8] = []
            while true {
                let block = try file.read()
                if block.isEmpty { return bytes }
                bytes += block
            }
        }
    }

    func hash(_ path: String) { _ = examine(path) { _ in } }

    /// Opens a file, keeps its hash, and turns a fault into a finding.
    @discardableResult
    private func examine<Result>(_ path: String, _ body: (InputFile) throws -> Result) -> Result? {
        do {
            let file = try InputFile(root + "/" + path)
            let result = Swift.Result { try body(file) }
            digests[path] = try file.drain()
            return try result.get()
        } catch let fault as Fault {
            note(.damaged, path, fault.place.hasPrefix(path) ? fault.place : "", fault.what)
        } catch {
            note(.damaged, path, error.localizedDescription)
        }
        return nil
    }

    /// Opens a file; a finding and nil where that fails. `close` keeps its hash.
    func open(_ path: String) -> InputFile? {
        do {
            return try InputFile(root + "/" + path)
        } catch {
            note(.damaged, path, (error as? Fault)?.what ?? error.localizedDescription)
            return nil
        }
    }

    func close(_ path: String, _ digest: Digest?) { if let digest { digests[path] = digest } }

    /// Reads the clips, and holds every file that follows from them against what they make once more.
    private func examineListing(_ formats: [ReleaseFormat], present: Set<String>) {
        let name = ReleaseWriter.listingName
        let comparison = ListingComparison(self, present: present)
        let listings =
            [LicenceTable(in: comparison), ParquetListing(in: comparison)]
            + formats.flatMap { $0.listings(in: comparison) }
        var number = 0
        examine(name) { file in
            try file.forEachLine { line in
                number += 1
                let record: SampleRecord
                do {
                    record = try SampleRecord.read(line, at: name)
                } catch let fault as Fault {
                    note(.damaged, name, "line \(number)", fault.what)
                    return
                }
                guard record.isCountable else {
                    note(.damaged, name, "line \(number)", "its numbers are none that a clip can have")
                    return
                }
                let facts = Expected(
                    split: record.split, sha256: record.sha256, frames: record.frames,
                    caption: Digest(of: record.caption), line: Digest(of: Data(line)))
                if expected.updateValue(facts, forKey: record.clipId.rawValue) != nil {
                    note(.mismatch, name, "line \(number)", "the clip \(record.clipId) is listed twice")
                }
                counts.add(record)
                comparison.clip = record.clipId.rawValue
                for listing in listings {
                    do {
                        try listing.append(record)
                    } catch let fault as Fault {
                        note(.damaged, name, "line \(number)", fault.what)
                    }
                }
            }
            comparison.clip = ""
            for listing in listings { try listing.finish() }
        }
        comparison.finish()
        report.clips = expected.count
    }

    private func examineProvenance() {
        let name = DraftWriter.provenanceName
        var number = 0
        examine(name) { file in
            try file.forEachLine { line in
                number += 1
                guard let annotation = try? JSON.decode(Annotation.self, from: Data(line)) else {
                    note(.damaged, name, "line \(number)", "it is no annotation")
                    return
                }
                guard expected[annotation.clipId.rawValue] == nil else { return }
                note(.mismatch, name, "line \(number)", "the release does not hold the clip \(annotation.clipId)")
            }
        }
    }

    private func examineDocument() -> ReleaseFacts? {
        guard let bytes = read(ReleaseWriter.documentName) else { return nil }
        do {
            return try JSONDecoder().decode(ReleaseFacts.self, from: Data(bytes))
        } catch {
            note(.damaged, ReleaseWriter.documentName, "it is not a release's description")
            return nil
        }
    }

    private func compare(_ facts: ReleaseFacts) {
        let name = ReleaseWriter.documentName
        for (count, said, found) in facts.counts.differences(from: counts) {
            note(.mismatch, name, count, "it says \(said), and \(ReleaseWriter.listingName) holds \(found)")
        }
        for shard in facts.shards {
            guard let digest = digests[shard.path] else {
                note(.missing, shard.path, "\(name) names this shard")
                continue
            }
            if digest != shard.sha256 { note(.mismatch, shard.path, "\(name) gives another hash for this shard") }
            guard let samples = shardSamples[shard.path], samples != shard.samples else { continue }
            note(.mismatch, shard.path, "it holds \(samples) samples, and \(name) says \(shard.samples)")
        }
        guard facts.formats.contains(.webdataset) else { return }
        for (id, clip) in expected.sorted(by: { $0.key < $1.key }) where !sharded.contains(id) {
            if damagedSplits.contains(clip.split.rawValue) { continue }
            note(.missing, ReleaseWriter.listingName, id, "the clip is in no shard")
        }
    }
}
