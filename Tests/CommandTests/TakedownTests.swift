import Foundation
import Model
import Footage
import Testing

/// What is withdrawn leaves every later release, says where it went before, and with `--purge` leaves the disk for good.
@Suite(.serialized, Decided.Shared())
struct TakedownTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var decided: Decided { get throws { try #require(Decided.current) } }

    private func workspace() throws -> Curation { try decided.after.copy(to: folder.path("workspace")) }

    private struct Answer: Decodable, Equatable {
        struct Release: Decodable, Equatable {
            var release: String
            var directory: String
            var clips: Int
        }
        struct Purge: Decodable, Equatable {
            var deleted: [String]
            var shared: [String]
            var ofSource: [String]
        }
        var target: String
        var reason: String
        var releases: [Release]
        var sameFootage: [String]
        var otherViews: [String]
        var footage: [String]
        var purge: Purge?
    }

    private func withdraw(_ curation: Curation, _ target: String, _ more: String...) throws -> Answer {
        try JSON.decode(
            Answer.self,
            from: try curation.perform(["withdraw", target, "--reason", "patient data", "--json"] + more))
    }

    /// Files that the manifest names of a source: renditions and the parts of its track.
    private func files(_ curation: Curation, of source: String) throws -> [String] {
        struct Row: Decodable { var file: String }
        return try curation.rows(
            Row.self,
            """
            SELECT file FROM rendition JOIN clip ON clip.id = clip_id WHERE source_id = '\(source)'
            UNION SELECT file FROM track WHERE source_id = '\(source)' ORDER BY file
            """
        ).map(\.file)
    }

    private func exist(_ curation: Curation, _ files: [String]) -> [Bool] {
        files.map { FileManager.default.fileExists(atPath: curation.path($0)) }
    }

    @Test func itSaysWhereTheClipsWentAndWhatShowsTheSame() throws {
        let decided = try decided
        let curation = try workspace()
        _ = try curation.released(name: "one")
        _ = try curation.released(name: "two", "--accept-unreviewed")
        let clip = try withdraw(curation, decided.first.id)
        #expect(
            clip.releases
                == ["one", "two"].map { .init(release: $0, directory: curation.path("exports/\($0)"), clips: 1) })
        #expect(clip.sameFootage == [decided.copy.id] && clip.purge == nil && clip.otherViews.isEmpty)
        #expect(clip.footage == ["\(decided.footage)/film.mp4"])
        #expect(try withdraw(curation, decided.first.id) == clip, "said again, it says the same")

        let source = try withdraw(curation, decided.first.sourceId)
        #expect(source.releases.map(\.clips) == [2, 3] && source.sameFootage == [decided.copy.id])
        let none = try withdraw(curation, decided.copy.sourceId)
        #expect(none.releases.isEmpty && none.sameFootage.isEmpty)

        let told = try curation.perform("withdraw", decided.first.id, "--reason", "patient data")
        for text in [curation.path("exports/one"), decided.copy.id, "/film.mp4", "is withdrawn"] {
            #expect(told.contains(text) || text == decided.copy.id, "\(text) in \(told)")
        }
        struct Overview: Decodable, Equatable { var release: String; var clips: Int; var withdrawn: Int }
        #expect(
            try curation.rows(Overview.self, "SELECT release, clips, withdrawn FROM release_overview ORDER BY release")
                == [.init(release: "one", clips: 2, withdrawn: 2), .init(release: "two", clips: 3, withdrawn: 3)])
        // Past releases are what they were.
        for name in ["one", "two"] {
            #expect(try Command.run("verify", curation.path("exports/\(name)")).status == 0)
        }
    }

    @Test func aPurgedSourceIsGoneForGood() throws {
        let decided = try decided
        let curation = try workspace()
        let gone = try files(curation, of: decided.first.sourceId)
        let kept = try files(curation, of: decided.copy.sourceId)
        #expect(gone.count > 8 && kept.count >= 6)
        try Data("left by a killed run".utf8).write(to: URL(fileURLWithPath: curation.path("staging/left.mp4")))
        let footage = try FileTree(decided.footage)

        let answer = try withdraw(curation, decided.first.sourceId, "--purge")
        #expect(answer.purge == .init(deleted: gone, shared: [], ofSource: []))
        #expect(answer.footage == ["\(decided.footage)/film.mp4"])
        #expect(exist(curation, gone) == gone.map { _ in false } && exist(curation, kept) == kept.map { _ in true })
        #expect(exist(curation, ["staging/left.mp4"]) == [false])
        #expect(try FileTree(decided.footage) == footage)
        #expect(try curation.damage() == [])
        // Its picture hashes went with its track.
        #expect(
            try curation.count("SELECT count(*) AS n FROM track WHERE source_id = '\(decided.first.sourceId)'") == 0)

        // Nothing is pending for it, whatever is asked for; the copy of its first clip takes over.
        for command in [["run"], ["scan"], ["cut"], ["ingest", decided.footage], ["run"]] {
            try curation.perform([command[0], "--quiet"] + command.dropFirst())
        }
        try curation.use(Decided.native(maxSeconds: 2), quorum: 2)
        try curation.perform("run", "--quiet")
        #expect(exist(curation, gone) == gone.map { _ in false })
        #expect(try files(curation, of: decided.first.sourceId) == [])
        #expect(
            try curation.clips().filter { $0.sourceId == decided.first.sourceId }.allSatisfy {
                $0.state == "withdrawn" && $0.reason == "patient data" && $0.sha256 == nil
            })
        #expect(try curation.clips().contains { $0.sourceId == decided.copy.sourceId && $0.state == "ready" })
        #expect(try curation.damage() == [])

        // The tombstone: who said what, and what was deleted.
        #expect(try curation.explanation(of: decided.first.id).decisions.map(\.reviewer) == ["ada", "bob"])
        #expect(
            try curation.count("SELECT json_array_length(files) AS n FROM purge WHERE finished_at IS NOT NULL")
                == gone.count)
        #expect(try withdraw(curation, decided.first.sourceId, "--purge").purge?.deleted == gone)
        for command in [["status"], ["report", "-o", folder.path("report.html")], ["doctor"], ["review", "verify"]] {
            try curation.perform(command)
        }
    }

    @Test func aPurgedClipLeavesItsSourceAsItIs() throws {
        let decided = try decided
        let curation = try workspace()
        let first = try #require(try curation.clips().first(decided.first))
        let all = try files(curation, of: first.sourceId)
        let answer = try #require(try withdraw(curation, first.id, "--purge").purge)
        let sha256 = try #require(first.sha256)
        #expect(answer.deleted.count == 1 && answer.deleted[0].contains(sha256))
        #expect(answer.ofSource == all.filter { !$0.hasPrefix("renditions/") } && answer.shared.isEmpty)
        #expect(exist(curation, answer.deleted) == [false])
        #expect(try files(curation, of: first.sourceId) == all.filter { $0 != answer.deleted[0] })
        try curation.perform("run", "--quiet")
        #expect(exist(curation, answer.deleted) == [false])
        #expect(try curation.clips().first(decided.first)?.state == "withdrawn")
        #expect(try curation.released(name: "after").keys.sorted() == [decided.third.id])
        #expect(try curation.damage() == [])
    }

    /// A recipe of other lengths proposes around what was withdrawn.
    @Test func withdrawnFramesAreInNoNewClip() throws {
        let decided = try decided
        let curation = try decided.before.copy(to: folder.path("workspace"))
        _ = try withdraw(curation, decided.second.id)
        try curation.use(Decided.native(maxSeconds: 2), quorum: 2)
        try curation.perform("run", "--quiet")
        let film = try curation.clips().filter { $0.path.hasSuffix("film.mp4") && $0.state != "retired" }
        #expect(film.filter { $0.state != "withdrawn" }.count > 6)
        for clip in film where clip.state != "withdrawn" {
            #expect(clip.endFrame <= decided.second.startFrame || clip.startFrame >= decided.second.endFrame, "\(clip)")
        }
        #expect(film.filter { $0.state == "withdrawn" }.map(\.id) == [decided.second.id])
    }

    /// Two recordings with the same pictures: their renditions and tracks are the same bytes.
    @Test func whatOthersUseStaysUntilTheyGoToo() throws {
        let film = try SmallFilm(in: folder)
        let curation = try film.curation("profile: native")
        try curation.perform("ingest", "--quiet", film.footage)
        try curation.perform("run", "--quiet")
        // An empty atom behind it makes another file of the same recording, a larger one: it represents the two.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: film.path("film.mp4")))
        try (bytes + Data([0, 0, 0, 8] + Array("free".utf8))).write(to: URL(fileURLWithPath: film.path("other.mp4")))
        try curation.perform("ingest", "--quiet", film.footage)
        try curation.perform("run", "--quiet")
        struct Row: Decodable { var sourceId: String; var file: String }
        let rows = try curation.rows(Row.self, "SELECT source_id, file FROM clip_overview ORDER BY source_id")
        try #require(rows.count == 2 && rows[0].file == rows[1].file)
        let all = try files(curation, of: rows[0].sourceId)

        let first = try #require(try withdraw(curation, rows[0].sourceId, "--purge").purge)
        #expect(first.deleted.isEmpty && first.shared == all)
        #expect(exist(curation, all) == all.map { _ in true })
        #expect(try files(curation, of: rows[1].sourceId) == all)
        let second = try #require(try withdraw(curation, rows[1].sourceId, "--purge").purge)
        #expect(second.deleted == all && second.shared.isEmpty)
        #expect(exist(curation, all) == all.map { _ in false })
        #expect(try curation.damage() == [])
    }

    @Test func aPurgeThatCannotEndIsFinishedLater() throws {
        let decided = try decided
        let curation = try workspace()
        let gone = try files(curation, of: decided.first.sourceId)
        // A folder in the file's place can't be unlinked.
        let stuck = try #require(gone.last)
        try FileManager.default.removeItem(atPath: curation.path(stuck))
        try FileManager.default.createDirectory(atPath: curation.path(stuck), withIntermediateDirectories: false)
        let words = ["withdraw", decided.first.sourceId, "--reason", "patient data", "--purge"]
        let failed = try Command.run(curation.words(words))
        #expect(failed.status == 1 && failed.errors.contains(stuck), "\(failed.errors)")
        #expect(
            try curation.clips().filter { $0.sourceId == decided.first.sourceId }.allSatisfy { $0.state == "withdrawn" }
        )
        #expect(try curation.perform("status").contains("the purge did not end"))
        #expect(try files(curation, of: decided.first.sourceId) == [], "no row names a file that may be gone")
        try FileManager.default.removeItem(atPath: curation.path(stuck))
        #expect(try curation.perform(words).contains(gone[0]))
        #expect(exist(curation, gone) == gone.map { _ in false })
        #expect(try !curation.perform("status").contains("the purge did not end"))
    }

    /// `kill -9` at any instant: said again, it ends as if undisturbed.
    @Test func aKilledPurgeIsFinishedBySayingItAgain() throws {
        let decided = try decided
        let whole = try decided.after.copy(to: folder.path("whole"))
        let gone = try files(whole, of: decided.first.sourceId)
        let words = ["withdraw", decided.first.sourceId, "--reason", "patient data", "--purge"]
        let began = ContinuousClock.now
        try whole.perform(words)
        let lasted = began.duration(to: .now)
        let content = try whole.content()
        for seed in 0..<8 {
            let curation = try decided.after.copy(to: folder.path("killed-\(seed)"))
            let process = Command.process(curation.words(words))
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(lasted.components.attoseconds / 1_000_000_000_000 * Int64(seed + 1) / 9))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(try curation.damage() == [], "seed \(seed)")
            try curation.perform("run", "--quiet")
            try curation.perform(words)
            #expect(exist(curation, gone) == gone.map { _ in false }, "seed \(seed)")
            try curation.perform("run", "--quiet")
            try whole.perform("run", "--quiet")
            #expect(try curation.content().symmetricDifference(try whole.content()) == [], "seed \(seed)")
        }
        #expect(try whole.content() != content, "the run has another clip take over")
    }

    @Test func aRunAtWorkPutsThePurgeOffNotTheWithdrawal() throws {
        let decided = try decided
        let curation = try workspace()
        let gone = try files(curation, of: decided.first.sourceId)
        let words = ["withdraw", decided.first.sourceId, "--reason", "patient data", "--purge"]
        do {
            let descriptor = open(curation.path("lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
            defer { close(descriptor) }
            try #require(flock(descriptor, LOCK_EX) == 0)
            let answer = try Command.run(curation.words(words))
            #expect(answer.status == 1 && answer.errors.contains("at work here"))
            #expect(exist(curation, gone) == gone.map { _ in true })
            #expect(try curation.clips().first(decided.first)?.state == "withdrawn")
        }
        try curation.perform(words)
        #expect(exist(curation, gone) == gone.map { _ in false })
    }

    @Test func aTakedownNeedsATargetAndAReason() throws {
        let curation = try decided.after
        #expect(try curation.attempt("withdraw", "clip-none", "--reason", "x", "--purge").status == 1)
        #expect(try curation.attempt("withdraw", try decided.first.id, "--purge").status == 2)
        #expect(try curation.attempt("withdraw", try decided.first.id, "--reason", " ").status == 2)
        #expect(try curation.count("SELECT count(*) AS n FROM withdrawal") == 0)
    }
}
