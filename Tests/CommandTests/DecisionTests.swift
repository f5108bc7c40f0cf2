import Foundation
import Model
import Footage
import Testing

/// Decisions outlive other boundaries, other encodings, crashes and other machines.
@Suite(.serialized, Decided.Shared())
struct DecisionTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var decided: Decided { get throws { try #require(Decided.current) } }

    /// A workspace of its own, as it stood with all decisions made.
    private func workspace() throws -> Curation { try decided.after.copy(to: folder.path("workspace")) }

    @Test func decisionsMakeOutcomes() throws {
        let decided = try decided
        let tied = try decided.tied.clips()
        #expect(tied.first(decided.third)?.state == "disputed")
        #expect(try decided.tied.released(name: "tied").keys.sorted() == [decided.first.id])

        let clips = try decided.after.clips()
        #expect(clips.first(decided.first)?.state == "accepted" && clips.first(decided.first)?.level == "subcellular")
        #expect(clips.first(decided.first)?.caption == Decided.words)
        #expect(clips.first(decided.second)?.state == "declined")
        #expect(clips.first(decided.third)?.state == "accepted", "the third expert broke the tie")
        #expect(clips.first(decided.third)?.level == "organ")
        #expect(clips.first(decided.fourth)?.state == "ready")
        #expect(clips.first(decided.copy)?.reason == "duplicate_of \(decided.first.id)")

        let released = try decided.after.released(name: "made")
        #expect(released.keys.sorted() == [decided.first.id, decided.third.id].sorted())
        #expect(released[decided.first.id]?.caption == Decided.words)
        #expect(
            released[decided.first.id]?.captionKind == "expert" && released[decided.first.id]?.acceptedBy == "experts")
        // Their captions are at odds: the normalized one serves.
        #expect(released[decided.third.id]?.captionKind == "normalized")
    }

    /// Changes that move boundaries; the last two propose clips that reach over several decided ones.
    @Test(arguments: [
        Decided.native(maxSeconds: 2.6), "propose: {min_seconds: 1}\n\(Curation.smallProfile)",
        Decided.native() + "\ndetect: {cut_threshold: 1, gradual_threshold: 1}",
        Decided.native(maxSeconds: 30) + "\ndetect: {cut_threshold: 1, gradual_threshold: 1}",
    ])
    func movedBoundariesLoseNoDecision(change: String) throws {
        let decided = try decided
        let workspace = try workspace()
        let before = try workspace.decisions()
        try workspace.use(change, quorum: 2)
        try workspace.perform("run", "--quiet")

        let clips = try workspace.clips()
        let old = [decided.first, decided.second, decided.third]
        #expect(old.map { clips.first($0)?.state } == ["accepted", "declined", "accepted"])
        #expect(try workspace.decisions() == before)
        #expect(clips.first(decided.first)?.caption == Decided.words)
        #expect(clips.first(decided.fourth)?.state == "retired")
        let proposals = clips.filter { clip in !(old + [decided.fourth, decided.copy]).contains { $0.id == clip.id } }
        #expect(!proposals.isEmpty, "new proposals stand beside the decided clips")
        #expect(!proposals.contains { $0.state == "accepted" || $0.state == "retired" })

        // What shows the footage of an accepted clip is its duplicate, or of a group with it.
        for accepted in [decided.first, decided.third] {
            let overlapping = proposals.filter { $0.sharesHalf(of: accepted) }
            #expect(!overlapping.isEmpty)
            for proposal in overlapping where proposal.state != "rejected" {
                #expect(proposal.state == "duplicate", "\(proposal)")
                let representative = try #require(proposal.reason).dropFirst("duplicate_of ".count)
                #expect([decided.first.id, decided.third.id].contains(String(representative)), "\(proposal)")
            }
            let overlaps = try workspace.explanation(of: accepted.id).overlaps
            for proposal in overlapping {
                let shared = min(proposal.endFrame, accepted.endFrame) - max(proposal.startFrame, accepted.startFrame)
                #expect(
                    overlaps.contains {
                        $0.otherId == proposal.id && $0.sharedFrames == shared && $0.state == proposal.state
                    })
            }
        }

        let released = try workspace.released(name: "second")
        #expect(released.keys.sorted() == [decided.first.id, decided.third.id].sorted())
        #expect(released[decided.first.id]?.caption == Decided.words)
        // With the unreviewed ones: nothing retired, nothing twice.
        let all = try workspace.released(name: "third", "--accept-unreviewed")
        #expect(all[decided.first.id] != nil && all[decided.third.id] != nil)
        #expect(all[decided.fourth.id] == nil && all[decided.copy.id] == nil && all[decided.second.id] == nil)
        #expect(Set(all.keys) == Set(clips.filter { ["accepted", "ready"].contains($0.state) }.map(\.id)))
    }

    @Test func theOldRecipeBringsTheOldClipsBack() throws {
        let workspace = try workspace()
        let before = try workspace.clips()
        try workspace.use(Decided.native(maxSeconds: 2.6), quorum: 2)
        try workspace.perform("run", "--quiet")
        try workspace.use(Decided.native(), quorum: 2)
        try workspace.perform("run", "--quiet")
        let after = try workspace.clips().filter { $0.state != "retired" }
        #expect(after == before)
    }

    /// One frame shorter: a decision passes on within the recipe's tolerance only, as a row that names its origin.
    @Test(arguments: [0, 2]) func carryingOver(tolerance: Int) throws {
        let decided = try decided
        let workspace = try workspace()
        let before = try workspace.decisions()
        let frames = decided.first.endFrame - decided.first.startFrame - 1
        try workspace.use(
            """
            propose: {min_seconds: 1}
            profile: shorter
            profiles:
              - {name: shorter, fit: keep, rate: 25, frames: \(frames)}
            """, quorum: 2, carryOver: tolerance)
        try workspace.perform("run", "--quiet")
        let near = try #require(
            try workspace.clips().first {
                $0.path == decided.first.path && $0.startFrame == 0 && $0.endFrame == frames
            })
        let decisions = try workspace.decisions()
        #expect(decisions.filter { $0.clipId.rawValue != near.id } == before)
        let carried = decisions.filter { $0.clipId.rawValue == near.id }
        let origins = before.filter { $0.clipId.rawValue == decided.first.id }
        if tolerance == 0 {
            #expect(carried.isEmpty)
        } else {
            #expect(carried.map(\.origin) == origins.map(\.id))
            #expect(
                carried.map(\.reviewer) == origins.map(\.reviewer) && carried.map(\.caption) == origins.map(\.caption))
            #expect(Set(carried.map(\.id)).isDisjoint(with: before.map(\.id)))
            let told = try workspace.explanation(of: near.id).decisions
            #expect(told.map(\.origin) == origins.map(\.id))
            try workspace.perform("run", "--quiet")
            #expect(try workspace.decisions() == decisions, "once is enough")
        }
        #expect(try workspace.clips().first(decided.first)?.state == "accepted")
        try workspace.perform("review", "verify")
    }

    @Test func anotherEncodingKeepsEverything() throws {
        let decided = try decided
        let workspace = try workspace()
        let (before, decisions) = (try workspace.clips(), try workspace.decisions())
        let released = try workspace.released(name: "first")
        try workspace.use(
            "\(Decided.native())\nprofiles:\n  - {name: coarse, fit: keep, crf: 40}".replacing(
                "native", with: "coarse"),
            quorum: 2)
        try workspace.perform("run", "--quiet")
        let after = try workspace.clips()
        #expect(after.map(\.withoutFile) == before.map(\.withoutFile))
        #expect(try workspace.decisions() == decisions)
        let coarse = try workspace.released(name: "coarse")
        #expect(coarse.keys.sorted() == released.keys.sorted())
        for (id, clip) in coarse {
            #expect(clip.caption == released[id]?.caption && clip.sourceFrames == released[id]?.sourceFrames)
            #expect(clip.sha256 != released[id]?.sha256, "encoded anew")
        }
        // Back again: the renditions are the same bytes as before.
        try workspace.use(Decided.native(), quorum: 2)
        try workspace.perform("run", "--quiet")
        #expect(try workspace.clips() == before)
        #expect(try workspace.released(name: "again")[decided.first.id] == released[decided.first.id])
    }

    @Test func aDeclinedRepresentativeGivesWay() throws {
        let decided = try decided
        let workspace = try decided.before.copy(to: folder.path("workspace"))
        #expect(try workspace.clips().first(decided.copy)?.state == "duplicate")
        try workspace.decide([
            .vote(decided.first, "ada", .reject, reasons: ["overlay"]), .vote(decided.first, "bob", .reject),
        ])
        try workspace.perform("run", "--quiet")
        let clips = try workspace.clips()
        #expect(clips.first(decided.first)?.state == "declined")
        #expect(clips.first(decided.copy)?.state == "ready")
        let released = try workspace.released(name: "first", "--accept-unreviewed")
        #expect(released[decided.copy.id] != nil && released[decided.first.id] == nil)
    }

    /// An expert's work on a clip is not put aside for a better copy that comes later.
    @Test func aClipWithADecisionStaysRepresentative() throws {
        let decided = try decided
        let workspace = try Curation.begin(
            at: folder.path("workspace"), recipe: Decided.recipe(Decided.native(), quorum: 2))
        try workspace.perform("ingest", "--quiet", decided.footage + "/copy.mkv")
        try workspace.perform("run", "--quiet")
        try workspace.decide([.vote(decided.copy, "ada", .accept)])
        try workspace.perform("ingest", "--quiet", decided.footage + "/film.mp4")
        try workspace.perform("run", "--quiet")
        let clips = try workspace.clips()
        #expect(clips.first(decided.copy)?.state == "ready")
        #expect(clips.first(decided.first)?.reason == "duplicate_of \(decided.copy.id)")
        try workspace.decide([.vote(decided.copy, "bob", .accept)])
        #expect(try workspace.released(name: "first").keys.sorted() == [decided.copy.id])
    }

    @Test func decisionsTravelToACopyWithoutThem() throws {
        let decided = try decided
        let workspace = try decided.before.copy(to: folder.path("workspace"))
        let lines = try decided.after.perform("review", "export")
        let file = folder.path("decisions.jsonl")
        try Data(lines.utf8).write(to: URL(fileURLWithPath: file))
        for expected in [(lines.split(separator: "\n").count, 0), (0, lines.split(separator: "\n").count)] {
            let counts = try JSON.decode(
                [String: Int].self, from: try workspace.perform("review", "import", "--json", file))
            #expect(counts == ["new": expected.0, "known": expected.1])
        }
        #expect(try workspace.perform("review", "export") == lines)
        try workspace.perform("review", "verify")
        try workspace.perform("run", "--quiet")
        #expect(try workspace.clips() == decided.after.clips())
        #expect(try workspace.released(name: "first") == decided.after.released(name: "travelled"))
    }

    @Test func anUndoneDecisionStaysInTheRecord() throws {
        let decided = try decided
        let workspace = try workspace()
        let old = try #require(try workspace.decisions().first { $0.clipId.rawValue == decided.first.id })
        var undo = Decision.vote(decided.first, old.reviewer, .reject, minute: 30)
        undo.supersedes = old.id
        try workspace.decide([undo])
        #expect(try workspace.clips().first(decided.first)?.state == "disputed")
        let inForce = try workspace.perform("review", "export")
        let all = try workspace.perform("review", "export", "--all")
        #expect(!inForce.contains(#""id":"\#(old.id)""#) && all.contains(#""id":"\#(old.id)""#))
    }

    @Test func verifyFindsAFlippedByte() throws {
        let workspace = try workspace()
        #expect(try workspace.perform("review", "verify").contains("\(try workspace.decisions().count) decisions"))
        let ledger = URL(fileURLWithPath: workspace.path("ledger/decisions.jsonl"))
        let whole = try Data(contentsOf: ledger)
        let secondLine = try #require(whole.firstIndex(of: UInt8(ascii: "\n"))) + 1
        for offset in [10, 100, 300] {
            var altered = whole
            altered[secondLine + offset] ^= 1
            try altered.write(to: ledger)
            let answer = try workspace.attempt("review", "verify")
            #expect(answer.status == 1 && answer.errors.contains("line 2 "), "\(offset): \(answer.errors)")
        }
        try whole.write(to: ledger)
        try workspace.perform("review", "verify")
        try FileManager.default.removeItem(at: ledger)
        #expect(try workspace.attempt("review", "verify").status == 1)
    }

    @Test func aWithdrawnClipLeavesLaterReleasesAndStaysExplained() throws {
        let decided = try decided
        let workspace = try workspace()
        #expect(try workspace.released(name: "before").keys.contains(decided.first.id))
        try workspace.perform("withdraw", decided.first.id, "--reason", "the author asked")
        try workspace.perform("run", "--quiet")
        #expect(try workspace.released(name: "after").keys.sorted() == [decided.third.id])
        let explanation = try workspace.explanation(of: decided.first.id)
        #expect(explanation.clip[0].state == "withdrawn" && explanation.clip[0].reason == "the author asked")
        #expect(explanation.decisions.map(\.reviewer) == ["ada", "bob"])
        #expect(explanation.releases.map(\.release).contains("before"))
        // Its copy from another source is another clip: experts may now see that one.
        #expect(try workspace.clips().first(decided.copy)?.state == "ready")

        let source = try #require(try workspace.clips().first(decided.third)).sourceId
        try workspace.perform("withdraw", source, "--reason", "the licence changed")
        try workspace.perform("run", "--quiet")
        #expect(try workspace.released(name: "none", "--accept-unreviewed").keys.sorted() == [decided.copy.id])
        #expect(try workspace.attempt("withdraw", "clip-unknown", "--reason", "x").status == 1)
    }

    @Test func anImportThatCannotBeUnderstoodRecordsNothing() throws {
        let decided = try decided
        let workspace = try workspace()
        let before = try workspace.decisions()
        var stranger = Decision.vote(decided.first, "eve", .accept)
        stranger.clipId = ClipID(rawValue: "clip-unknown")
        let good = try JSON.line(Decision.vote(decided.fourth, "eve", .accept))
        for bad in [try JSON.line(stranger), "{\"clip_id\": 3}", "nonsense"] {
            let file = folder.path("bad.jsonl")
            try Data("\(good)\n\(bad)\n".utf8).write(to: URL(fileURLWithPath: file))
            let answer = try workspace.attempt("review", "import", file)
            #expect(answer.status == 1 && !answer.errors.isEmpty)
            #expect(try workspace.decisions() == before)
        }
    }

    /// `kill -9` while thousands of decisions come in. What was acknowledged is there, and the rest can follow.
    @Test func aKilledImportCanBeRepeated() throws {
        let decided = try decided
        let all = [decided.first, decided.second, decided.third, decided.fourth].flatMap { clip in
            (0..<500).map { Decision.vote(clip, "reviewer \($0)", $0 % 3 == 0 ? .reject : .accept) }
        }
        let file = folder.path("many.jsonl")
        try Data(all.map { try! JSON.line($0) + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
        let whole = try decided.before.copy(to: folder.path("whole"))
        let start = ContinuousClock.now
        try whole.perform("review", "import", file)
        let duration = ContinuousClock.now - start
        var interrupted = 0
        for seed in 0..<4 {
            // Of the import's whole time, drawn from the seed.
            let share = Double(UInt32(Digest(of: "seed \(seed)").hex.prefix(8), radix: 16)!) / Double(UInt32.max)
            let workspace = try decided.before.copy(to: folder.path("killed-\(seed)"))
            let process = Command.process(workspace.words(["review", "import", file]))
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            if seed % 2 == 0 {
                Thread.sleep(forTimeInterval: share * (duration / .seconds(1)))
            } else {
                // As soon as the ledger has bytes: before the manifest's commit, if the machine is quick.
                let ledger = workspace.path("ledger/decisions.jsonl")
                while process.isRunning, (try? Data(contentsOf: URL(fileURLWithPath: ledger)))?.isEmpty != false {
                    usleep(500)
                }
            }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let isKilled = process.terminationReason == .uncaughtSignal
            interrupted += isKilled ? 1 : 0

            try workspace.perform("review", "verify")
            let kept = try workspace.decisions().count
            #expect(kept == all.count || isKilled, "seed \(seed)")
            print("seed \(seed): killed \(isKilled), \(kept) of \(all.count) decisions kept")
            let counts = try JSON.decode(
                [String: Int].self, from: try workspace.perform("review", "import", "--json", file))
            #expect(counts == ["new": all.count - kept, "known": kept], "seed \(seed)")
            try workspace.perform("review", "verify")
            #expect(
                try workspace.perform("review", "export", "--all") == whole.perform("review", "export", "--all"),
                "seed \(seed)")
            #expect(try workspace.clips() == whole.clips(), "seed \(seed)")
        }
        #expect(interrupted > 0)
    }

    /// Two imports and a run at once, each a process of its own.
    @Test func processesAtOnceLoseNothing() throws {
        let decided = try decided
        let workspace = try decided.before.copy(to: folder.path("workspace"))
        try workspace.use(Decided.native(maxSeconds: 2.6), quorum: 2)
        let all = [decided.first, decided.second, decided.third].flatMap { clip in
            (0..<30).map { Decision.vote(clip, "reviewer \($0)", .accept) }
        }
        // Ten small imports from two sides, each decision in two of them.
        let processes = try (0..<10).map { number in
            let file = folder.path("part-\(number).jsonl")
            let part = all.indices.filter { $0 % 5 == number % 5 }.map { all[$0] }
            try Data(try part.map { try JSON.line($0) + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
            return Command.process(workspace.words(["review", "import", file]))
        }
        let run = Command.process(workspace.words(["run", "--quiet"]))
        for process in [run] + processes {
            process.standardOutput = FileHandle.nullDevice
            try process.run()
        }
        for process in [run] + processes {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        #expect(Set(try workspace.decisions().map(\.id)) == Set(all.map(\.id)))
        #expect(try workspace.perform("review", "verify").contains("\(all.count) decisions"))
        try workspace.perform("run", "--quiet")
        let clips = try workspace.clips()
        for clip in [decided.first, decided.second, decided.third] { #expect(clips.first(clip)?.state == "accepted") }
    }
}
