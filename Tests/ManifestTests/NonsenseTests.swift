import ByHand
import Manifest
import Model
import Testing

/// Values that no version of the program wrote are told, and never taken for something else.
@Suite struct NonsenseTests {
    let fixture: Fixture
    init() throws { fixture = try Fixture() }

    struct Case: Sendable, CustomTestStringConvertible {
        let sql: String
        /// What the fault says of it.
        let table: String, column: String, value: String
        let ask: @Sendable (Manifest, Fixture) throws -> Void
        var testDescription: String { sql }

        init(
            _ sql: String, _ table: String, _ column: String, _ value: String,
            _ ask: @escaping @Sendable (Manifest, Fixture) throws -> Void
        ) {
            (self.sql, self.table, self.column, self.value, self.ask) = (sql, table, column, value, ask)
        }
    }

    private static let noHash = String(repeating: "z", count: 64)

    @Test(arguments: [
        Case("UPDATE rendition SET frame_rate = 'fast'", "rendition", "frame_rate", "fast") {
            _ = try $0.renditions.of($1.clip(0), profile: "native")
        },
        Case("UPDATE rendition SET sha256 = '\(noHash)'", "rendition", "sha256", noHash) {
            _ = try $0.queue.sheet(of: $1.clip(0), profile: "native")
        },
        Case("UPDATE rendition SET source_frames = '{\"a\": 1}'", "rendition", "source_frames", "a") {
            _ = try $0.releases.releasable([$1.clip(0)], profile: "native")
        },
        Case("UPDATE file SET sha256 = '\(noHash)'", "file", "sha256", noHash) { _ = try $0.files.of($1.source) },
        Case("UPDATE source SET kind = 'film'", "source", "kind", "film") {
            _ = try $0.sources.location(of: $1.source)
        },
        Case("UPDATE source SET timing = 'never'", "source", "timing", "never") { manifest, _ in
            _ = try manifest.sources.overviews()
        },
        Case("UPDATE source SET view = '7'", "source", "view", "7") { _ = try $0.sources.location(of: $1.source) },
        Case("UPDATE source SET time_base_den = 0", "source", "time_base_den", "0") { manifest, _ in
            _ = try manifest.sources.timeBases()
        },
        Case("UPDATE outcome SET acceptance = 'perhaps'", "clip", "acceptance", "perhaps") { manifest, _ in
            _ = try manifest.clips.inUse()
        },
        Case("UPDATE outcome SET level_state = 'perhaps'", "outcome", "level_state", "perhaps") {
            _ = try $0.decisions.outcome(on: $1.clip(0))
        },
        Case("UPDATE person SET role = 'king'", "person", "role", "king") { manifest, _ in
            _ = try manifest.people.all()
        },
        Case("UPDATE task SET output_sha256 = 'x' WHERE stage = 'cut'", "task", "output_sha256", "x") { manifest, _ in
            _ = try manifest.tasks.outputs(stage: "cut")
        },
        Case("DROP TRIGGER caption_keep; UPDATE caption SET kind = 'sung'", "caption", "kind", "sung") {
            _ = try $0.captions.all(of: $1.clip(0))
        },
        Case("ALTER TABLE imported RENAME COLUMN item TO thing", "imported", "item", "no column") {
            _ = try $0.imports.clip($1.source)
        },
    ])
    func isAFaultThatSaysWhere(_ nonsense: Case) throws {
        let (clip, source) = (fixture.clip(0), fixture.source)
        do {
            let manifest = try fixture.manifest(clips: 2)
            try manifest.cut(clip)
            try manifest.caption(clip)
            try manifest.commit { transaction in
                try transaction.decisions.record([decision(1, on: clip)], resolve: resolve)
                let imported = ImportedClip(source: source, dataset: "MicroSim", item: "a.mp4", caption: nil)
                try transaction.imports.add(imported, provenance: Provenance())
                try transaction.people.invite(
                    "ada", role: .curator, token: Digest(of: "link"), at: "2026-05-04T08:00:00Z",
                    until: "2026-05-04T20:00:00Z")
            }
            try nonsense.ask(manifest, fixture)
        }
        // Past what the schema forbids too, as a damaged disk would.
        try fixture.raw("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; \(nonsense.sql)")
        if nonsense.table == "file" {
            try fixture.raw("PRAGMA foreign_keys = OFF; UPDATE source_file SET sha256 = '\(Self.noHash)'")
        }
        let fault = try #require(throws: Fault.self) { try nonsense.ask(try fixture.open(.read), fixture) }
        #expect(fault.reason == .corrupt)
        for named in ["'\(nonsense.table)'", "'\(nonsense.column)'", nonsense.value] {
            #expect(fault.what.contains(named), "\(fault)")
        }
        #expect(!fault.place.isEmpty && !fault.advice.isEmpty)
    }

    @Test func theRowIsNamed() throws {
        _ = try fixture.manifest(clips: 1)
        try fixture.raw("UPDATE source SET time_base_den = 0")
        let fault = try #require(throws: Fault.self) { try fixture.open(.read).sources.location(of: fixture.source) }
        #expect(fault.place == fixture.source.rawValue)
    }

    @Test func aTransactionSeesWhatItWrote() throws {
        let manifest = try fixture.manifest(clips: 1)
        try manifest.commit { transaction in
            try transaction.withdrawals.add(fixture.clip(0).rawValue, reason: "asked for")
            #expect(try transaction.withdrawals.frames(of: fixture.source)[fixture.source]?.count == 1)
            #expect(try manifest.withdrawals.targets().isEmpty, "and nobody else, yet")
        }
        #expect(try manifest.withdrawals.targets() == [fixture.clip(0).rawValue])
    }

    @Test func theExampleIsAnswered() throws {
        #expect(try fixture.manifest(clips: 1).query(Manifest.exampleQuery).rows.count == 1)
    }
}
