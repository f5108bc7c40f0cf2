import Foundation
import GRDB
import Manifest
import Model
import Testing

/// A manifest with its ledger in a folder of its own, and the steps that fill it.
final class Fixture {
    let folder: String
    let source = SourceID(rawValue: "src-00000000000000000000000000000001")
    var path: String { folder + "/manifest.sqlite" }
    var ledger: String { folder + "/ledger/decisions.jsonl" }

    init() throws {
        folder = NSTemporaryDirectory() + "manifest-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func open(_ access: Manifest.Access = .write) throws -> Manifest {
        try Manifest(path: path, ledger: ledger, access: access)
    }

    /// A manifest with one source and so many proposed clips of 100 frames each, one after another.
    func manifest(clips count: Int) throws -> Manifest {
        let manifest = try open()
        try add(source, to: manifest)
        try propose((0..<count).map { 100 * $0..<100 * ($0 + 1) }, in: manifest)
        try manifest.use(profile: .native)
        return manifest
    }

    func add(_ id: SourceID, to manifest: Manifest) throws {
        let digest = Digest(of: id.rawValue)
        let location = Model.SourceLocation(
            id: id, kind: .video, paths: ["/footage/\(id).mp4"], stream: 0, view: View(), timing: .pts,
            timeBase: Rational(1, 25))
        let description = MediaDescription(
            kind: .video, container: "mov", codec: "h264", stream: 0, width: 64, height: 48, frames: 1000)
        let source = SourceRecord(
            location: location, digests: [digest], description: description, provenance: Provenance(), subtitles: [])
        try manifest.commit { transaction in
            try transaction.files.add(digest, bytes: 9, path: "/footage/\(id).mp4", modifiedNanoseconds: 7)
            try transaction.sources.add(source)
        }
    }

    /// Replaces the source's proposal by spans of as many ticks as frames, decided ones kept as `propose` does.
    func propose(_ spans: [Range<Int>], in manifest: Manifest) throws {
        func clip(_ span: ClipSpan) -> ProposalRecord.Clip { .init(span: span, signals: ["duration": 4]) }
        let proposal = ProposalRecord(
            source: source, transitions: [], shots: spans.map { FrameSpan(start: $0.lowerBound, end: $0.upperBound) },
            clips: spans.map { clip(Self.span($0)) },
            frozen: try manifest.clips.frozen(of: source).map { clip($0.span) })
        let output = Digest(of: "\(spans)")
        try manifest.commit { transaction in
            try transaction.clips.record(proposal)
            try transaction.tasks.finish(task(source.rawValue), stage: "propose", output: output)
        }
    }

    static func span(_ range: Range<Int>) -> ClipSpan {
        ClipSpan(
            ticks: TickSpan(start: Int64(range.lowerBound), end: Int64(range.upperBound)),
            frames: FrameSpan(start: range.lowerBound, end: range.upperBound))
    }

    /// The id of the clip number `index` of `manifest(clips:)`.
    func clip(_ index: Int) -> ClipID {
        ClipID(source: source, span: Self.span(100 * index..<100 * (index + 1)).ticks)
    }

    func task(_ key: String) -> TaskReference { TaskReference(key: key, fingerprint: Digest(of: key)) }

    /// Verdicts on one clip: all pass, or the first ones given.
    func judge(_ clip: ClipID, _ verdicts: [Verdict] = [], in manifest: Manifest) throws {
        let all = verdicts + [Verdict(filter: .blank, answer: .pass, value: 0, threshold: 0.2)]
        try manifest.commit { transaction in
            try transaction.verdicts.record([(clip, all)])
            try transaction.tasks.finish(task("filter \(clip)"), stage: "filter", output: Digest(of: ""))
        }
    }

    func cut(_ clip: ClipID, in manifest: Manifest) throws {
        let rendition = Rendition(
            clip: clip, profile: Profile.native.name, sha256: Digest(of: clip.rawValue), file: "renditions/\(clip).mp4",
            bytes: 9, width: 64, height: 48, frames: 100, frameRate: nil, sourceFrames: Array(0..<100))
        try manifest.commit { transaction in
            try transaction.renditions.record(rendition)
            try transaction.tasks.finish(task(clip.rawValue), stage: "cut", output: rendition.sha256)
        }
    }

    func caption(_ clip: ClipID, in manifest: Manifest) throws {
        let text = CaptionRecord(clip: clip, kind: .normalized, text: "Cells divide.", origin: "normalizer 1")
        try manifest.commit { transaction in
            try transaction.captions.record(raws: [], taken: nil, normalized: text)
            try transaction.tasks.finish(task(clip.rawValue), stage: "caption", output: text.sha256)
        }
    }

    /// The state and reason of a clip, as the view tells them.
    func state(_ clip: ClipID, in manifest: Manifest) throws -> String {
        let row = try manifest.query(
            "SELECT state || COALESCE(' ' || reason, '') FROM clip_state WHERE clip_id = ?", [clip.rawValue]
        ).rows
        return row.map { $0[0].description }.joined(separator: "; ")
    }

    /// Runs SQL that the product would never run, past its API, as a careless hand would.
    func raw(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        try DatabaseQueue(path: path, configuration: configuration).inDatabase { try $0.execute(sql: sql) }
    }

    /// The ledger's lines.
    func lines() throws -> [String] {
        try String(contentsOfFile: ledger, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    func write(_ data: Data) throws { try data.write(to: URL(fileURLWithPath: ledger)) }
}

/// A decision with a readable id.
func decision(
    _ number: Int, on clip: ClipID, by reviewer: String = "ada", _ choice: Decision.Choice = .accept
) -> Decision {
    let digits = String(number)
    return Decision(
        id: "00000000-0000-8000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits, clipId: clip,
        reviewer: reviewer, decision: choice, decidedAt: "2026-05-04T12:00:00Z", seconds: 6.25)
}

/// One voice decides.
@Sendable func resolve(_ decisions: [Decision]) -> Outcome {
    var outcome = Outcome.open
    outcome.acceptance = decisions.last?.decision == .reject ? .declined : .accepted
    return outcome
}

extension Manifest {
    /// A copy of the database as it is now: what a backup holds.
    func copy(to path: String) throws {
        try DatabaseQueue(path: self.path).inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
    }
}

extension Manifest {
    /// The outcome on record, by way of SQL.
    func outcome(of clip: ClipID) throws -> Outcome? {
        let rows = try query(
            "SELECT acceptance, level_state, level, caption_state, caption FROM outcome WHERE clip_id = ?1",
            [clip.rawValue]
        ).rows
        guard let row = rows.first else { return nil }
        func text(_ value: SQLValue) -> String? { value == .null ? nil : value.description }
        return Outcome(
            acceptance: try #require(Outcome.Acceptance(rawValue: row[0].description)),
            levelState: try #require(Outcome.Facet(rawValue: row[1].description)), level: text(row[2]),
            captionState: try #require(Outcome.Facet(rawValue: row[3].description)), caption: text(row[4]))
    }
}
