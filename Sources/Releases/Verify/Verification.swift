import Files
import Foundation
import Model

/// Holds what a release says of itself against its files: checksums, records, listings, shards and videos.
final class Verification {
    private let release: ReleaseExamination
    private let layouts: [Layout]
    private let makeListings: ([Layout], any ListingPlace) -> [any Listing]
    private var counts = ReleaseCounts()

    /// - Parameters:
    ///   - layouts: all that a release may be in.
    ///   - listings: makes those of a release in some of the layouts.
    init(
        _ release: ReleaseExamination, among layouts: [Layout],
        listings: @escaping ([Layout], any ListingPlace) -> [any Listing]
    ) {
        self.release = release
        self.layouts = layouts
        makeListings = listings
    }

    /// - Throws: `Fault` where a video can't be unpacked; what is wrong with the release goes into its report.
    func run() throws {
        let present = try files()
        guard present.contains(Checksums.name) else {
            release.note(.missing, Checksums.name, "it is missing: this is no complete release")
            return
        }
        let checksums = Checksums(reading: release.read(Checksums.name) ?? [])
        release.report.sha256 = release.digests[Checksums.name]
        for what in checksums.damage { release.note(.damaged, Checksums.name, what) }

        let listed = Set(checksums.digests.keys)
        for path in listed.subtracting(present).sorted() { release.note(.missing, path, "it is missing") }
        for path in present.subtracting(listed).sorted() where path != Checksums.name {
            release.note(.extra, path, "it has no checksum: it is no part of the release")
        }
        let readable = listed.intersection(present)
        let facts = readable.contains(ReleasePath.document) ? examineDocument() : nil
        let named = layouts.filter { facts?.formats.contains($0.name) ?? false }
        if readable.contains(ReleasePath.clips) { examineClips(named, present: readable) }
        if readable.contains(ReleasePath.provenance) { examineProvenance() }
        for layout in layouts {
            try layout.shardStorage?.examine(release, present: readable, isNamed: named.contains(layout))
        }
        if named.haveVideos { release.examineVideos(texts: named.haveTexts, present: readable) }
        for path in readable.sorted() where release.digests[path] == nil { release.hash(path) }
        for path in readable.sorted() {
            guard let digest = release.digests[path], digest != checksums.digests[path] else { continue }
            release.note(.altered, path, "its bytes are not those that were released")
        }
        release.report.files = release.digests.count
        if let facts { compare(facts) }
    }

    /// Every file below the release, as relative paths. Links are findings: a release holds its bytes itself.
    private func files() throws -> Set<String> {
        var files: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: release.root) {
            guard let node = try? FileNode(release.root + "/" + path, followingLinks: false) else { continue }
            switch node.kind {
            case .folder: continue
            case .file: files.insert(path)
            default: release.note(.extra, path, "it is a link or a special file")
            }
        }
        return files
    }

    /// Reads the clips, and holds every file that follows from them against what they make once more.
    private func examineClips(_ layouts: [Layout], present: Set<String>) {
        let name = ReleasePath.clips
        let comparison = ListingComparison(release, present: present)
        let listings = makeListings(layouts, comparison)
        var number = 0
        release.examine(name) { file in
            try file.forEachLine { line in
                number += 1
                let record: SampleRecord
                do {
                    record = try SampleRecord.read(line, at: name)
                } catch let fault as Fault {
                    release.note(.damaged, name, "line \(number)", fault.what)
                    return
                }
                guard record.isCountable else {
                    release.note(.damaged, name, "line \(number)", "its numbers are none that a clip can have")
                    return
                }
                let facts = ReleaseExamination.Expected(
                    split: record.split, sha256: record.sha256, frames: record.frames,
                    caption: Digest(of: record.caption), line: Digest(of: Data(line)))
                if release.expected.updateValue(facts, forKey: record.clipId.rawValue) != nil {
                    release.note(.mismatch, name, "line \(number)", "the clip \(record.clipId) is listed twice")
                }
                counts.add(record)
                comparison.clip = record.clipId.rawValue
                for listing in listings {
                    do {
                        try listing.append(record)
                    } catch let fault as Fault {
                        release.note(.damaged, name, "line \(number)", fault.what)
                    }
                }
            }
            comparison.clip = ""
            for listing in listings { try listing.finish() }
        }
        comparison.finish()
        release.report.clips = release.expected.count
    }

    private func examineProvenance() {
        let name = ReleasePath.provenance
        var number = 0
        release.examine(name) { file in
            try file.forEachLine { line in
                number += 1
                guard let annotation = try? JSON.decode(Annotation.self, from: Data(line)) else {
                    release.note(.damaged, name, "line \(number)", "it is no annotation")
                    return
                }
                guard release.expected[annotation.clipId.rawValue] == nil else { return }
                release.note(
                    .mismatch, name, "line \(number)", "the release does not hold the clip \(annotation.clipId)")
            }
        }
    }

    private func examineDocument() -> ReleaseFacts? {
        guard let bytes = release.read(ReleasePath.document) else { return nil }
        let names = layouts.map(\.name)
        guard let facts = try? JSONDecoder().decode(ReleaseFacts.self, from: Data(bytes)),
            (facts.formats + facts.shards.map(\.format)).allSatisfy(names.contains)
        else {
            release.note(.damaged, ReleasePath.document, "it is not a release's description")
            return nil
        }
        return facts
    }

    private func compare(_ facts: ReleaseFacts) {
        let name = ReleasePath.document
        for (count, said, found) in facts.counts.differences(from: counts) {
            release.note(.mismatch, name, count, "it says \(said), and \(ReleasePath.clips) holds \(found)")
        }
        for shard in facts.shards {
            guard let digest = release.digests[shard.path] else {
                release.note(.missing, shard.path, "\(name) names this shard")
                continue
            }
            if digest != shard.sha256 {
                release.note(.mismatch, shard.path, "\(name) gives another hash for this shard")
            }
            guard let samples = release.shardSamples[shard.path], samples != shard.samples else { continue }
            release.note(.mismatch, shard.path, "it holds \(samples) samples, and \(name) says \(shard.samples)")
        }
    }
}
