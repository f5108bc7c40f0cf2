import Foundation
import Model
import Footage
import Testing

/// Decisions given out, taken in, and restored by `review export`, `import`, `verify` and `rebuild`.
@Suite(ReviewedFilm.Shared())
struct ReviewRestoreTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var film: ReviewedFilm { get throws { try #require(ReviewedFilm.current) } }

    private func workspace(_ name: String) throws -> Curation { try film.curation.copy(to: folder.path(name)) }

    /// Decisions of every kind, through the server: answers, changed ones, one taken back, a curator's actions.
    private func review(_ curation: Curation, seed: UInt64 = 9) throws {
        let service = try ReviewService(curation)
        let clips = try film.clips
        let people = try [service.signIn("ada"), service.signIn("bob"), service.signIn("cora", role: "curator")]
        let wire = try Wire(port: service.port)
        var random = SplitMix(seed: seed)
        func post(_ person: ServedReviewer, _ path: String, _ body: String) throws {
            let answer = try person.post(path, body, over: wire)
            #expect(answer.status == 200, "\(body): \(answer.text)")
        }
        for person in people {
            for clip in clips.prefix(4) {
                try post(person, "/api/decisions", SentDecision(clip, by: person.name, &random).body)
            }
        }
        let last = SentDecision(clips[4], by: "ada", &random)
        try post(people[0], "/api/decisions", last.body)
        let undo = SentDecision(clips[4], by: "ada", &random)
        try post(
            people[0], "/api/decisions",
            #"{"id": "\#(undo.id)", "clip_id": "\#(clips[4])", "decision": "undo", "supersedes": "\#(last.id)"}"#)
        let edit = SentDecision(clips[5], by: "bob", &random)
        try post(
            people[1], "/api/decisions",
            """
            {"id": "\(edit.id)", "clip_id": "\(clips[5])", "decision": "accept", "level": "cellular", \
            "caption": "Zellen \\u201eteilen\\u201c sich.\\nTwice."}
            """)
        for action in [
            #""settle", "decision": "accept""#, #""reopen""#, #""send_back""#, #""gold", "decision": "reject""#,
        ] {
            try post(
                people[2], "/api/curator/actions",
                #"{"id": "\#(UUID())", "clips": ["\#(clips[0])"], "action": \#(action)}"#)
        }
    }

    private func export(_ curation: Curation) throws -> String { try curation.perform("review", "export", "--all") }

    private func outcomes(_ curation: Curation) throws -> [DecidedClip] { try curation.clips() }

    @Test func aRoundTripGivesEqualBytesAndIsIdempotent() throws {
        let first = try workspace("first")
        try review(first)
        let second = try workspace("second")
        #expect(try export(second).isEmpty)
        let given = try export(first)
        #expect(given.split(separator: "\n").count == 19)
        try Tool.run(
            "sh", "-c", #""$0" -C "$1" review export --all | "$0" -C "$2" review import -"#, Command.path, first.root,
            second.root)
        #expect(try export(second) == given)
        #expect(try outcomes(second) == outcomes(first), "and the same follows from them")
        let file = folder.path("given.jsonl")
        try Data(given.utf8).write(to: URL(fileURLWithPath: file))
        let again = try second.perform("review", "import", file, "--json")
        #expect(try JSON.decode([String: Int].self, from: again) == ["new": 0, "known": 19])
        #expect(try export(second) == given)
        #expect(try second.perform("review", "verify").hasPrefix("19 decisions"))

        // In any order, in parts, and in force alone.
        let third = try workspace("third")
        let lines = given.split(separator: "\n")
        for part in [lines.suffix(9), lines.prefix(12)] {
            try Data((part.reversed().joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file))
            try third.perform("review", "import", file)
        }
        #expect(Set(try export(third).split(separator: "\n")) == Set(lines))
        #expect(try outcomes(third) == outcomes(first))
        let inForce = try first.perform("review", "export").split(separator: "\n")
        #expect(inForce.count < lines.count && Set(inForce).isSubset(of: lines))
    }

    /// Somebody edits the database's file: nothing of SQLite's own rules is in their way.
    @Test func alteredDecisionsAreNamedAndRestored() throws {
        let workspace = try workspace("altered")
        try review(workspace)
        let (given, clips) = (try export(workspace), try outcomes(workspace))
        let manifest = URL(fileURLWithPath: workspace.path("manifest.sqlite"))
        var bytes = [UInt8](try Data(contentsOf: manifest))
        let place = try #require(bytes.position(of: Array(#""reviewer":"bob""#.utf8)), "not in the file itself")
        bytes.replaceSubrange(place..<place + 16, with: Array(#""reviewer":"eve""#.utf8))
        try Data(bytes).write(to: manifest)

        let verified = try workspace.attempt("review", "verify")
        #expect(verified.status == 1 && verified.errors.contains("differs between ledger and manifest"))
        #expect(try export(workspace) != given)
        let restored = try workspace.perform("review", "rebuild", "--json")
        #expect(try JSON.decode([String: Int].self, from: restored) == ["restored": 19, "waiting": 0])
        #expect(try export(workspace) == given)
        #expect(try outcomes(workspace) == clips)
        #expect(try workspace.perform("review", "verify").hasPrefix("19 decisions"))
        #expect(try workspace.damage() == [])
        try workspace.perform("review", "rebuild")
        #expect(try export(workspace) == given, "again changes nothing")
        try review(workspace, seed: 10)
        #expect(try workspace.perform("review", "verify").hasPrefix("38 decisions"), "and reviewing goes on")
    }

    /// A backup of the manifest is put back; what was decided since is in the ledger.
    @Test func anOlderManifestCatchesUp() throws {
        let workspace = try workspace("older")
        try review(workspace)
        let copies = ["manifest.sqlite"].map { (workspace.path($0), folder.path("backup")) }
        for (from, to) in copies { try FileManager.default.copyItem(atPath: from, toPath: to) }
        try review(workspace, seed: 10)
        let (given, clips) = (try export(workspace), try outcomes(workspace))
        for name in ["manifest.sqlite", "manifest.sqlite-wal", "manifest.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: workspace.path(name))
        }
        for (from, to) in copies { try FileManager.default.copyItem(atPath: to, toPath: from) }
        try workspace.perform("review", "rebuild")
        #expect(try export(workspace) == given)
        #expect(try outcomes(workspace) == clips)
        #expect(try workspace.perform("review", "verify").hasPrefix("38 decisions"))
        #expect(try workspace.damage() == [])
    }

    /// One who alters the ledger instead: it is the truth, so nothing is rebuilt from it.
    @Test func anAlteredLedgerRestoresNothing() throws {
        let workspace = try workspace("ledger")
        try review(workspace)
        let given = try export(workspace)
        let path = workspace.path("ledger/decisions.jsonl")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let altered = text.replacing(#""reviewer":"bob""#, with: #""reviewer":"eve""#, maxReplacements: 1)
        try #require(altered != text)
        try Data(altered.utf8).write(to: URL(fileURLWithPath: path))
        for command in ["verify", "rebuild"] {
            let answer = try workspace.attempt("review", command)
            #expect(answer.status == 1 && answer.errors.contains("line "), "\(command): \(answer.errors)")
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try export(workspace) == given)
    }
}
