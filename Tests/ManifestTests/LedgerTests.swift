import ByHand
import Foundation
import Manifest
import Model
import Testing

@Suite struct LedgerTests {
    let fixture: Fixture
    init() throws { fixture = try Fixture() }

    /// So many accepting decisions, spread over the first two clips.
    private func decisions(_ numbers: Range<Int>) -> [Decision] {
        numbers.map { decision($0, on: fixture.clip($0 % 2), by: "reviewer \($0)") }
    }

    private func fault(_ body: () throws -> some Any) throws -> Fault {
        try #require(throws: Fault.self) { _ = try body() }
    }

    @Test func everyDecisionIsALineOfAHashChain() throws {
        let manifest = try fixture.manifest(clips: 2)
        #expect(try manifest.decisions.ledgerHead() == Ledger.genesis)
        #expect(try manifest.decisions.verifyLedger() == 0)
        #expect(try manifest.commit { try $0.decisions.record(decisions(0..<3), resolve: resolve) } == 3)
        #expect(try manifest.commit { try $0.decisions.record(decisions(3..<4), resolve: resolve) } == 1)

        var previous = String(repeating: "0", count: 64)
        for (index, line) in try fixture.lines().enumerated() {
            let entry = try JSON.decode(Ledger.Entry.self, from: line)
            #expect(entry.previous == previous && entry.sequence == index + 1)
            #expect(entry.decision == decisions(0..<4)[index])
            let hashed = """
                {"clip":\(try JSON.line(entry.clip)),"decision":\(try JSON.line(entry.decision)),\
                "previous":"\(previous)","sequence":\(index + 1)}
                """
            #expect(entry.sha256 == Digest(of: hashed).hex)
            previous = entry.sha256
        }
        #expect(try fixture.lines().count == 4)
        #expect(try manifest.decisions.ledgerHead() == previous)
        #expect(try manifest.decisions.verifyLedger() == 4)
        #expect(try manifest.decisions.all() == decisions(0..<4))
        #expect(try manifest.decisions.on(fixture.clip(1)) == [decisions(0..<4)[1], decisions(0..<4)[3]])
    }

    @Test func decidingIsIdempotentByID() throws {
        let manifest = try fixture.manifest(clips: 2)
        #expect(try manifest.commit { try $0.decisions.record(decisions(0..<3), resolve: resolve) } == 3)
        #expect(try manifest.commit { try $0.decisions.record(decisions(0..<3), resolve: resolve) } == 0)
        #expect(
            try manifest.commit { try $0.decisions.record(decisions(1..<5) + decisions(1..<5), resolve: resolve) } == 2)
        #expect(try manifest.commit { try $0.decisions.record([], resolve: resolve) } == 0)
        #expect(try fixture.lines().count == 5)
        #expect(try fixture.open().commit { try $0.decisions.record(decisions(0..<5), resolve: resolve) } == 0)
        #expect(try manifest.decisions.verifyLedger() == 5)
    }

    @Test func anUnknownClipRecordsNothing() throws {
        let manifest = try fixture.manifest(clips: 2)
        let stranger = decision(9, on: ClipID(rawValue: "clip-unknown"))
        let fault = try fault {
            try manifest.commit { try $0.decisions.record(decisions(0..<2) + [stranger], resolve: resolve) }
        }
        #expect(fault.reason == .invalid && fault.place == "clip-unknown")
        #expect(try manifest.decisions.all().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: fixture.ledger))
        #expect(try manifest.outcome(of: fixture.clip(0)) == nil)
    }

    /// What the manifest's rules refuse must not be in the ledger either, or the two could never agree again.
    @Test func whatTheManifestRefusesIsNotInTheLedger() throws {
        let manifest = try fixture.manifest(clips: 2)
        try manifest.commit { try $0.decisions.record(decisions(0..<1), resolve: resolve) }
        #expect(throws: Fault.self) {
            try manifest.commit {
                try $0.decisions.record([decision(1, on: fixture.clip(0), by: "")], resolve: resolve)
            }
        }
        #expect(try fixture.lines().count == 1)
        #expect(try fixture.open().commit { try $0.decisions.record(decisions(2..<3), resolve: resolve) } == 1)
        #expect(try manifest.decisions.verifyLedger() == 2)
    }

    @Test func aFailedAppendLeavesNothing() throws {
        let manifest = try fixture.manifest(clips: 2)
        // A folder in the ledger's place can't be opened for writing, not even by root.
        try FileManager.default.createDirectory(atPath: fixture.ledger, withIntermediateDirectories: true)
        #expect(throws: Fault.self) {
            try manifest.commit { try $0.decisions.record(decisions(0..<2), resolve: resolve) }
        }
        #expect(try manifest.decisions.all().isEmpty)
        try FileManager.default.removeItem(atPath: fixture.ledger)
        #expect(try manifest.commit { try $0.decisions.record(decisions(0..<2), resolve: resolve) } == 2)
        #expect(try manifest.decisions.verifyLedger() == 2)
    }

    /// A crash in mid-append leaves any prefix of the bytes; whole lines are taken over, a torn one is cut off, and the
    /// import can be repeated.
    @Test func anyPrefixOfAnAppendIsRecovered() throws {
        let older = try fixture.manifest(clips: 2)
        try older.commit { try $0.decisions.record(decisions(0..<1), resolve: resolve) }
        let before = fixture.path + ".before"
        try older.copy(to: before)
        try older.commit { try $0.decisions.record(decisions(1..<4), resolve: resolve) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.ledger))
        let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        #expect(ends.count == 4)

        let cuts = Set(
            ends + ends.map { $0 - 1 } + ends.dropLast().map { $0 + 1 }
                + stride(from: ends[0], to: whole.count, by: 211))
        for cut in cuts.sorted() where cut >= ends[0] {
            let other = try Fixture()
            try FileManager.default.createDirectory(atPath: other.folder + "/ledger", withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: before, toPath: other.path)
            try other.write(whole.prefix(cut))
            let manifest = try other.open()
            let complete = ends.count { $0 <= cut }
            #expect(try manifest.decisions.verifyLedger() == complete, "cut at \(cut)")
            try manifest.decisions.refreshOutcomes(under: Digest(of: "rule"), resolve: resolve)
            #expect(try manifest.outcome(of: fixture.clip(1))?.acceptance == (complete > 1 ? .accepted : nil))
            #expect(try manifest.commit { try $0.decisions.record(decisions(0..<4), resolve: resolve) } == 4 - complete)
            #expect(try Data(contentsOf: URL(fileURLWithPath: other.ledger)) == whole, "cut at \(cut)")
            #expect(try manifest.decisions.verifyLedger() == 4)
        }
    }

    /// The line of a process that died between fsync and commit, met by one that has the manifest open.
    @Test func anotherProcessesLineIsTakenOverBeforeDeciding() throws {
        let manifest = try fixture.manifest(clips: 2)
        try manifest.commit { try $0.decisions.record(decisions(0..<1), resolve: resolve) }
        let copy = fixture.path + ".before"
        try manifest.copy(to: copy)
        try manifest.commit { try $0.decisions.record(decisions(1..<3), resolve: resolve) }

        let other = try Fixture()
        try FileManager.default.copyItem(atPath: copy, toPath: other.path)
        try FileManager.default.createDirectory(atPath: other.folder + "/ledger", withIntermediateDirectories: true)
        let lines = try fixture.lines()
        try other.write(Data((lines[0] + "\n").utf8))
        let open = try other.open()
        #expect(try open.decisions.verifyLedger() == 1)
        try other.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        // The same import again, one decision more: the recovered ones are known.
        #expect(try open.commit { try $0.decisions.record(decisions(0..<4), resolve: resolve) } == 1)
        #expect(try other.lines().count == 4)
        #expect(try open.decisions.verifyLedger() == 4)
        #expect(try open.outcome(of: fixture.clip(1))?.acceptance == .accepted)
        #expect(try other.open().decisions.verifyLedger() == 4)
    }

    @Test func anyFlippedByteIsFound() throws {
        let manifest = try fixture.manifest(clips: 2)
        try manifest.commit { try $0.decisions.record(decisions(0..<3), resolve: resolve) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.ledger))
        let second = whole.firstIndex(of: UInt8(ascii: "\n"))! + 1
        let third = whole[second...].firstIndex(of: UInt8(ascii: "\n"))! + 1
        for position in second..<third {
            var altered = whole
            altered[position] ^= 1
            try fixture.write(altered)
            let fault = try fault { try manifest.decisions.verifyLedger() }
            #expect(fault.place == fixture.ledger && fault.reason == .corrupt, "byte \(position)")
            #expect(fault.what.contains("line 2") || position == third - 1, "byte \(position): \(fault)")
        }
        try fixture.write(whole)
        #expect(try manifest.decisions.verifyLedger() == 3)
    }

    @Test(arguments: [1, 2, 3])
    func anAlteredLineIsNamedOnOpening(line: Int) throws {
        do {
            let manifest = try fixture.manifest(clips: 2)
            try manifest.commit { try $0.decisions.record(decisions(0..<3), resolve: resolve) }
        }
        var lines = try fixture.lines()
        lines[line - 1] = lines[line - 1].replacingOccurrences(of: "reviewer \(line - 1)", with: "somebody else")
        try fixture.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        let fault = try fault { try fixture.open() }
        #expect(fault.reason == .corrupt && fault.what.contains("line \(line) "), "\(fault)")
        #expect(fault.advice.contains("copy"))
    }

    @Test func aMissingLineInTheMiddleIsNamed() throws {
        do { try fixture.manifest(clips: 2).commit { try $0.decisions.record(decisions(0..<3), resolve: resolve) } }
        var lines = try fixture.lines()
        lines.remove(at: 1)
        try fixture.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        #expect(try fault { try fixture.open() }.what.contains("line 2 "))
    }

    @Test func aShorterLedgerIsRefusedAndNothingIsTouched() throws {
        do { try fixture.manifest(clips: 2).commit { try $0.decisions.record(decisions(0..<3), resolve: resolve) } }
        let whole = try fixture.lines()
        try fixture.write(Data((whole[0] + "\n").utf8))
        let short = try fault { try fixture.open() }
        #expect(short.reason == .mismatch && short.what.contains("1 decisions") && short.what.contains("3"))
        try FileManager.default.removeItem(atPath: fixture.ledger)
        #expect(try fault { try fixture.open() }.reason == .mismatch)
        try fixture.write(Data((whole.joined(separator: "\n") + "\n").utf8))
        #expect(try fixture.open().decisions.verifyLedger() == 3)
    }

    @Test func theLedgerOfAnotherWorkspaceIsRefused() throws {
        let other = try Fixture()
        do {
            try other.manifest(clips: 2).commit { try $0.decisions.record(decisions(0..<2), resolve: resolve) }
            try fixture.manifest(clips: 2).commit { try $0.decisions.record(decisions(5..<10), resolve: resolve) }
        }
        try FileManager.default.removeItem(atPath: other.ledger)
        try FileManager.default.copyItem(atPath: fixture.ledger, toPath: other.ledger)
        #expect(try fault { try other.open() }.reason == .mismatch)

    }

    /// The manifest is lost, the ledger is not: decisions wait for their source, and bring their clips along.
    @Test func theLedgerRebuildsALostManifest() throws {
        let head: String
        do {
            let manifest = try fixture.manifest(clips: 2)
            try manifest.commit { try $0.decisions.record(decisions(0..<4), resolve: resolve) }
            head = try manifest.decisions.ledgerHead()
        }
        let second = try Fixture()
        try FileManager.default.createDirectory(atPath: second.folder + "/ledger", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: fixture.ledger, toPath: second.ledger)
        let manifest = try second.open()
        #expect(try manifest.decisions.all().isEmpty)
        #expect(try manifest.decisions.verifyLedger() == 4)
        #expect(try manifest.decisions.ledgerHead() == head)

        try manifest.addFilm(second.source)
        try manifest.decisions.refreshOutcomes(under: Digest(of: "rule"), resolve: resolve)
        #expect(try manifest.decisions.all() == decisions(0..<4))
        #expect(try manifest.clips.inUse().map(\.id).sorted() == [fixture.clip(0), fixture.clip(1)].sorted())
        #expect(try manifest.commit { try $0.decisions.record(decisions(0..<5), resolve: resolve) } == 1)
        #expect(try manifest.decisions.verifyLedger() == 5)
    }

    @Test func aCommitIsDurable() throws {
        #expect(try fixture.manifest(clips: 1).writerSynchronous() == 2)
    }

    @Test func aKnownIDWithOtherContentIsRefused() throws {
        let manifest = try fixture.manifest(clips: 2)
        try manifest.commit { try $0.decisions.record(decisions(0..<1), resolve: resolve) }
        var other = decisions(0..<1)[0]
        other.decision = .reject
        let fault = try fault { try manifest.commit { try $0.decisions.record([other], resolve: resolve) } }
        #expect(fault.reason == .invalid && fault.advice.contains("supersedes"))
        #expect(try manifest.decisions.all() == decisions(0..<1))
        #expect(try fixture.lines().count == 1)
    }

    @Test func anAlteredManifestIsNamed() throws {
        let manifest = try fixture.manifest(clips: 2)
        try manifest.commit { try $0.decisions.record(decisions(0..<3), resolve: resolve) }
        try fixture.raw(
            """
            DROP TRIGGER decision_keep;
            UPDATE decision SET document = replace(document, 'accept', 'reject') WHERE sequence = 2
            """
        )
        let fault = try fault { try manifest.decisions.verifyLedger() }
        #expect(fault.reason == .mismatch && fault.what.contains("decision 2"))
    }

    /// Two connections to one manifest, as two processes hold them.
    @Test func twoAtOnceLoseNothing() async throws {
        let first = try fixture.manifest(clips: 2)
        let second = try fixture.open()
        let all = decisions(0..<120)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for (offset, manifest) in [first, second, first, second].enumerated() {
                group.addTask {
                    // Each decides on half of them, so that every decision comes from two sides.
                    let part = offset < 2 ? Array(all[..<80]) : Array(all[40...])
                    return try part.chunks(of: 4).reduce(0) { count, some in
                        try count + manifest.commit { try $0.decisions.record(Array(some), resolve: resolve) }
                    }
                }
            }
            let recorded = try await group.reduce(0, +)
            #expect(recorded == all.count)
        }
        #expect(try second.decisions.verifyLedger() == all.count)
        #expect(Set(try first.decisions.all().map(\.id)) == Set(all.map(\.id)))
        #expect(try fixture.open().decisions.verifyLedger() == all.count)
    }

    @Test func theQuorumsChangeResolvesAnew() throws {
        let manifest = try fixture.manifest(clips: 2)
        try manifest.commit { try $0.decisions.record(decisions(0..<2), resolve: resolve) }
        try manifest.decisions.refreshOutcomes(under: Digest(of: "one"), resolve: resolve)
        try manifest.decisions.refreshOutcomes(under: Digest(of: "two")) { _ in .open }
        #expect(try manifest.outcome(of: fixture.clip(0)) == .open)
        // The same rule again: nothing to do.
        try manifest.decisions.refreshOutcomes(under: Digest(of: "two"), resolve: resolve)
        #expect(try manifest.outcome(of: fixture.clip(0)) == .open)
    }
}
