import ByHand
import Foundation
import GRDB
import Manifest
import Model
import Testing

/// A manifest with its ledger in a folder of its own.
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
        try manifest.addFilm(source)
        try manifest.propose((0..<count).map { 100 * $0..<100 * ($0 + 1) }, of: source)
        try manifest.use(profile: .native)
        return manifest
    }

    /// The id of the clip number `index` of `manifest(clips:)`.
    func clip(_ index: Int) -> ClipID {
        ClipID(source: source, span: ClipSpan(100 * index..<100 * (index + 1)).ticks)
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
