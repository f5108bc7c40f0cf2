import ByHand
import Foundation
import GRDB
import Manifest
import Model
import Testing

/// A manifest that is opened to read.
@Suite struct ReadTests {
    let fixture: Fixture
    init() throws { fixture = try Fixture() }

    /// What can be told of the manifest's file, and what lies beside it.
    private struct Trace: Equatable {
        var bytes: Data
        var modified: Date?
        var beside: [String]

        init(_ fixture: Fixture) throws {
            bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
            let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
            modified = attributes[.modificationDate] as? Date
            beside = try FileManager.default.contentsOfDirectory(atPath: fixture.folder).sorted()
        }
    }

    private static let rule = Digest(of: "rule")

    private func clips(_ manifest: Manifest) throws -> Int { try manifest.clips.inUse().count }

    @Test func readingLeavesNothingBehind() throws {
        do { _ = try fixture.manifest(clips: 3) }
        let before = try Trace(fixture)
        #expect(before.beside == ["manifest.sqlite"])
        do {
            let manifest = try fixture.open(.read)
            #expect(try clips(manifest) == 3)
            #expect(try clips(try manifest.frozen()) == 3)
            #expect(try manifest.query("SELECT count(*) FROM clip").rows == [[.integer(3)]])
            #expect(try manifest.arrears(profile: .native, outcomesUnder: Self.rule) == [])
        }
        #expect(try Trace(fixture) == before)
    }

    @Test func whatIsOpenedToReadCantBeWritten() throws {
        do { _ = try fixture.manifest(clips: 1) }
        let before = try Trace(fixture)
        do {
            let manifest = try fixture.open(.read)
            let fault = try #require(throws: Fault.self) {
                try manifest.commit { try $0.withdrawals.add(fixture.clip(0).rawValue, reason: "") }
            }
            #expect(fault.reason == .readOnly && fault.place == fixture.path)
            #expect(throws: Fault.self) {
                try manifest.frozen().commit { try $0.withdrawals.add(fixture.clip(0).rawValue, reason: "") }
            }
        }
        #expect(try Trace(fixture) == before)
    }

    @Test func aFrozenReaderSeesOneState() throws {
        let writer = try fixture.manifest(clips: 2)
        let reader = try fixture.open(.read)
        let frozen = try reader.frozen()
        #expect(try clips(frozen) == 2)
        try writer.propose([0..<100, 100..<200, 200..<300], of: fixture.source)
        try writer.commit { try $0.decisions.record([decision(1, on: fixture.clip(0))], resolve: resolve) }
        #expect(try clips(frozen) == 2 && frozen.decisions.all().isEmpty)
        #expect(try frozen.query("SELECT count(*) FROM clip").rows == [[.integer(2)]])
        #expect(try clips(reader) == 3 && reader.decisions.all().count == 1)
        #expect(try clips(try reader.frozen()) == 3)
    }

    /// The same of one that is opened to write.
    @Test func aFrozenWriterSeesOneState() throws {
        let writer = try fixture.manifest(clips: 2)
        let frozen = try writer.frozen()
        try writer.propose([0..<100], of: fixture.source)
        #expect(try clips(frozen) == 2 && clips(writer) == 1)
        #expect(try frozen.query("SELECT count(*) FROM clip WHERE proposed").rows == [[.integer(2)]])
    }

    @Test func readersComeAndGoBesideAWriter() throws {
        do {
            let writer = try fixture.manifest(clips: 2)
            for number in 1...3 {
                let reader = try fixture.open(.read)
                try writer.commit {
                    try $0.decisions.record([decision(number, on: fixture.clip(0), by: "r\(number)")], resolve: resolve)
                }
                #expect(try reader.decisions.all().count == number)
            }
            #expect(try writer.decisions.verifyLedger() == 3)
        }
        #expect(try Trace(fixture).beside == ["ledger", "manifest.sqlite"])
    }

    /// A reader that outlives the writer takes away what SQLite keeps beside the manifest.
    @Test func theLastReaderTidiesUp() throws {
        do {
            let reader: Manifest
            do {
                let writer = try fixture.manifest(clips: 2)
                reader = try fixture.open(.read)
                #expect(try clips(writer) == 2)
            }
            #expect(try clips(reader) == 2)
        }
        #expect(try Trace(fixture).beside == ["manifest.sqlite"])
    }

    @Test func arrearsAreNamed() throws {
        func arrears(profile: Profile = .native, _ rule: Digest = Self.rule) throws -> [Manifest.Arrear] {
            try fixture.open(.read).arrears(profile: profile, outcomesUnder: rule)
        }
        var other = Profile.native
        other.name = "other"
        do {
            let manifest = try fixture.manifest(clips: 2)
            #expect(try arrears() == [], "without decisions, no rule was needed")
            try manifest.commit { try $0.decisions.record([decision(1, on: fixture.clip(0))], resolve: resolve) }
            #expect(try arrears() == [.outcomes])
            try manifest.decisions.refreshOutcomes(under: Self.rule, resolve: resolve)
        }
        #expect(try arrears() == [])
        #expect(try arrears(Digest(of: "another")) == [.outcomes])
        #expect(try arrears(profile: other) == [.profile])
        let copy = try Fixture()
        do {
            let manifest = try copy.manifest(clips: 2)
            try manifest.commit {
                try $0.decisions.record(
                    [decision(1, on: copy.clip(0)), decision(2, on: copy.clip(0), by: "bob")],
                    resolve: resolve)
            }
        }
        try fixture.write(try Data(contentsOf: URL(fileURLWithPath: copy.ledger)))
        #expect(try arrears() == [.decisions])
        do { _ = try fixture.open(.write) }
        try fixture.raw("PRAGMA user_version = 4")
        #expect(try arrears() == [.schema])
    }

    @Test func listsAreAskedForAtOnce() throws {
        let manifest = try fixture.manifest(clips: 3)
        let ids = [2, 0].map(fixture.clip)
        let unknown = ClipID(rawValue: "clip-none")
        #expect(try manifest.clips.named(ids) == ids.map { try manifest.clips.clip($0) })
        #expect(try manifest.clips.named([]) == [])
        #expect(try Set(manifest.clips.among(ids + [unknown]).keys) == Set(ids))
        let fault = try #require(throws: Fault.self) { try manifest.clips.named(ids + [unknown]) }
        #expect(fault.reason == .invalid && fault.place == unknown.rawValue)

        let said = (0..<6).map { decision($0, on: fixture.clip($0 % 2), by: "r\($0)") }
        try manifest.commit { try $0.decisions.record(said, resolve: resolve) }
        let wanted = (0..<3).map(fixture.clip)
        let found = try manifest.decisions.on(wanted)
        #expect(Set(found.keys) == Set([0, 1].map(fixture.clip)))
        for clip in wanted { #expect(try found[clip] ?? [] == manifest.decisions.on(clip)) }
        #expect(
            try manifest.decisions.withIDs([said[4].id, "none", said[1].id])
                == [said[4].id: said[4], said[1].id: said[1]])

        try manifest.caption(fixture.clip(1))
        #expect(try manifest.captions.normalized(of: wanted) == [fixture.clip(1): "Cells divide."])
        #expect(try manifest.sources.titles(of: wanted) == [:])
        try fixture.raw("UPDATE provenance SET title = 'A film'")
        #expect(try manifest.sources.titles(of: [wanted[0], unknown]) == [wanted[0]: "A film"])
        #expect(try manifest.sources.provenances(of: [fixture.source])[fixture.source]?.title == "A film")
        let timeBases = [fixture.source: Rational(1, 25)]
        #expect(
            try manifest.sources.timeBases() == timeBases
                && manifest.sources.timeBases(of: [fixture.source]) == timeBases)
        #expect(try manifest.sources.timeBases(of: []).isEmpty)
    }
}
