import ByHand
import Foundation
import Manifest
import Model
import Testing

/// The manifest's decisions, restored from the ledger.
@Suite struct RebuildTests {
    let fixture: Fixture
    init() throws { fixture = try Fixture() }

    private func decisions(_ numbers: Range<Int>) -> [Decision] {
        numbers.map { number in
            var row = decision(
                number, on: fixture.clip(number % 3), by: "reviewer \(number)", number % 2 == 0 ? .accept : .reject)
            if number == 2 { row.caption = "Lamellipodia ruffle." }
            return row
        }
    }

    private func open() throws -> Manifest {
        try Manifest(path: fixture.path, ledger: fixture.ledger, recovers: false)
    }

    private func refresh(_ manifest: Manifest) throws {
        try manifest.decisions.refreshOutcomes(under: Digest(of: "rule"), resolve: resolve)
    }

    /// SQL past the triggers, each with what `verify` says of it.
    @Test(arguments: [
        (
            "UPDATE decision SET document = replace(document, '\"accept\"', '\"reject\"') WHERE sequence = 3",
            "decision 3"
        ),
        ("DELETE FROM decision WHERE sequence = 2", "the manifest 5"),
        ("DELETE FROM decision", "the manifest 0"),
        ("UPDATE decision SET ledger_sha256 = replace(ledger_sha256, 'a', 'b')", "differs"),
        (
            """
            UPDATE decision SET sequence = 100 WHERE sequence = 1; UPDATE decision SET sequence = 1 WHERE sequence = 2;
            UPDATE decision SET sequence = 2 WHERE sequence = 100
            """, "decision 1"
        ),
        (
            """
            INSERT INTO decision SELECT 7, 'forged', clip_id, 'eve', decision, standing, level, decided_at, supersedes,
                document, 'forged' FROM decision WHERE sequence = 6
            """, "the manifest 7"
        ),
    ]) func whateverIsDoneToTheManifest(sql: String, named: String) throws {
        let all = decisions(0..<6)
        let schema: String
        let outcomes: [Outcome?]
        do {
            let manifest = try fixture.manifest(clips: 3)
            try manifest.commit { try $0.decisions.record(all, resolve: resolve) }
            try refresh(manifest)
            schema = try manifest.schema()
            outcomes = try (0..<3).map { try manifest.outcome(of: fixture.clip($0)) }
        }
        try fixture.raw("DROP TRIGGER decision_keep; DROP TRIGGER decision_stay; DROP TRIGGER decision_once; \(sql)")
        let manifest = try open()
        let fault = try #require(throws: Fault.self) { _ = try manifest.decisions.verifyLedger() }
        #expect(fault.reason == .mismatch && fault.what.contains(named), "\(fault)")

        let done = try manifest.commit { try $0.decisions.rebuild() }
        #expect(done.restored == 6 && done.waiting == 0)
        try refresh(manifest)
        #expect(try manifest.decisions.all() == all)
        #expect(try manifest.decisions.verifyLedger() == 6)
        #expect(try (0..<3).map { try manifest.outcome(of: fixture.clip($0)) } == outcomes)
        #expect(
            try manifest.captions.clips(withWords: "lamellipodia", limit: 9) == [fixture.clip(2)],
            "search knows it, once")
        #expect(
            try manifest.commit { try $0.decisions.record(decisions(0..<7), resolve: resolve) } == 1, "and it goes on")
        #expect(try fixture.open().decisions.verifyLedger() == 7)
        let lines = Set(schema.split(separator: ";"))
        #expect(try Set(manifest.schema().split(separator: ";")) == lines, "with all its guards")
        for change in ["UPDATE decision SET reviewer = 'eve'", "DELETE FROM decision"] {
            #expect(throws: (any Error).self) { try fixture.raw(change) }
        }
    }

    @Test func anOlderCopyCatchesUp() throws {
        do {
            let manifest = try fixture.manifest(clips: 3)
            try manifest.commit { try $0.decisions.record(decisions(0..<2), resolve: resolve) }
            try manifest.copy(to: fixture.folder + "/older")
            try manifest.commit { try $0.decisions.record(decisions(2..<6), resolve: resolve) }
        }
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: fixture.path + suffix) }
        try FileManager.default.moveItem(atPath: fixture.folder + "/older", toPath: fixture.path)
        let manifest = try open()
        #expect(
            try #require(throws: Fault.self) { _ = try manifest.decisions.verifyLedger() }.what.contains(
                "the manifest 2"))
        #expect(try manifest.commit { try $0.decisions.rebuild() }.restored == 6)
        try refresh(manifest)
        #expect(try manifest.decisions.all() == decisions(0..<6))
        #expect(try manifest.decisions.verifyLedger() == 6)
    }

    /// An empty manifest, its sources to be ingested again.
    @Test func decisionsWaitForTheirSource() throws {
        do { try fixture.manifest(clips: 3).commit { try $0.decisions.record(decisions(0..<6), resolve: resolve) } }
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: fixture.path + suffix) }
        let manifest = try open()
        let done = try manifest.commit { try $0.decisions.rebuild() }
        #expect(done.restored == 0 && done.waiting == 6)
        #expect(try manifest.decisions.verifyLedger() == 6)
        try manifest.addFilm(fixture.source)
        #expect(try manifest.decisions.all() == decisions(0..<6))
        let again = try manifest.commit { try $0.decisions.rebuild() }
        #expect(again.restored == 6 && again.waiting == 0)
        #expect(try manifest.decisions.all() == decisions(0..<6))
    }

    @Test func abrokenLedgerReplacesNothing() throws {
        let manifest = try fixture.manifest(clips: 3)
        try manifest.commit { try $0.decisions.record(decisions(0..<6), resolve: resolve) }
        var lines = try fixture.lines()
        lines[3] = lines[3].replacingOccurrences(of: "reviewer 3", with: "reviewer 9")
        try fixture.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        let fault = try #require(throws: Fault.self) { _ = try manifest.commit { try $0.decisions.rebuild() } }
        #expect(fault.reason == .corrupt && fault.what.contains("line 4 "))
        #expect(try manifest.decisions.all() == decisions(0..<6), "as it was")
        #expect(try manifest.outcome(of: fixture.clip(0)) != nil)
    }
}
