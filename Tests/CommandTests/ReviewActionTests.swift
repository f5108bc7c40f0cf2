import Foundation
import Model
import Testing

/// What a curator says of clips by command.
@Suite(ReviewedFilm.Shared())
struct ReviewActionTests {
    private struct Receipt: Decodable {
        var action: String
        var done: Int
        var ids: [String]
    }

    private let folder: TemporaryFolder
    private let clips: [String]
    private let workspace: Curation

    init() throws {
        folder = try TemporaryFolder()
        let film = try #require(ReviewedFilm.current)
        clips = film.clips
        workspace = try film.curation.copy(to: folder.path("workspace"))
    }

    private func clip(_ id: String) throws -> DecidedClip { try #require(try workspace.clips().first { $0.id == id }) }

    /// Two experts accept a clip, years ago.
    private func accept(_ clip: String) throws {
        try workspace.decide(
            ["ada", "bob"].map { name in
                Decision(
                    id: UUID().uuidString.lowercased(), clipId: ClipID(rawValue: clip), reviewer: name,
                    decision: .accept, decidedAt: "2020-05-04T12:00:00Z")
            })
    }

    @Test func aSettlementIsTheOutcome() throws {
        let said = try workspace.perform(
            "review", "settle", clips[0], "--decision", "accept", "--level", "cellular", "--caption",
            "Grains   of 3um", "--as", "cora", "--json")
        let receipt = try JSON.decode(Receipt.self, from: said)
        #expect(receipt.done == 1 && receipt.ids.count == 1)
        let settled = try clip(clips[0])
        #expect(settled.state == "accepted" && settled.level == "cellular" && settled.caption == "Grains of 3 µm")
        let row = try #require(try workspace.decisions().last)
        #expect(row.id == receipt.ids[0] && row.reviewer == "cora" && row.standing == .settle)
        #expect(row.client == "curator/\(receipt.action)", "the dashboard lists and undoes it")

        let many = try workspace.perform(
            "review", "settle", clips[1], clips[2], "--decision", "reject", "--reason", "overlay", "--as", "cora")
        #expect(many.hasPrefix("2 clips settled: reject (action "))
        #expect(try [1, 2].map { try clip(clips[$0]).state } == ["declined", "declined"])
        #expect(try workspace.decisions().suffix(2).map(\.reasons) == [["overlay"], ["overlay"]])
        #expect(try workspace.perform("review", "verify").hasPrefix("3 decisions"), "ledger and manifest agree")
    }

    @Test func clipsAreReopenedAndSentBack() throws {
        try accept(clips[0])
        try accept(clips[1])
        #expect(try workspace.perform("review", "send-back", clips[0], "--as", "cora").hasPrefix("1 clip sent back"))
        #expect(try workspace.perform("review", "reopen", clips[1], "--as", "cora").hasPrefix("1 clip reopened"))
        #expect(try [0, 1].map { try clip(clips[$0]).state } == ["ready", "ready"])
        #expect(try workspace.decisions().suffix(2).map(\.decision) == [.sendBack, .reopen])
        let inForce = try workspace.perform("review", "export")
        #expect(inForce.contains(clips[0]) && !inForce.contains(clips[1]))
        let again = try workspace.attempt("review", "reopen", clips[1], "--as", "cora")
        #expect(again.status == 1 && again.errors.contains("nothing is said of it"), "\(again.errors)")
    }

    @Test func knownAnswersAreGivenAndTakenBack() throws {
        func golds() throws -> Int {
            try workspace.perform("review", "export").components(separatedBy: #""standing":"gold""#).count - 1
        }
        let given = try workspace.perform(
            "review", "gold", clips[0], clips[1], "--decision", "reject", "--reason", "overlay", "--as", "cora")
        #expect(given.hasPrefix("2 clips of known answer: reject"))
        #expect(try golds() == 2 && clip(clips[0]).state == "ready", "no voice")
        let foreign = try workspace.attempt("review", "gold", clips[0], "--remove", "--as", "carl")
        #expect(foreign.status == 1 && foreign.errors.contains("cora"), "\(foreign.errors)")
        let receipt = try JSON.decode(
            Receipt.self, from: try workspace.perform("review", "gold", clips[0], "--remove", "--as", "cora", "--json"))
        #expect(receipt.done == 1)
        #expect(try golds() == 1)
        let none = try workspace.attempt("review", "gold", clips[0], "--remove", "--as", "cora")
        #expect(none.status == 1 && none.errors.contains("no known answer"), "\(none.errors)")
        #expect(try workspace.decisions().count == 3, "nothing is lost")
    }

    @Test func badInputRecordsNothing() throws {
        try workspace.perform("review", "invite", "ada")
        let clip = clips[0]
        let failed: [([String], String)] = [
            (["settle", "clip-0", "--decision", "accept"], "clip-0"),
            (["settle", clip, "clip-0", "--decision", "accept"], "clip-0"),
            (["settle", clip, "--decision", "reject", "--reason", "mood"], "unknown reason 'mood'"),
            (["settle", clip, "--decision", "accept", "--level", "planet"], "unknown level 'planet'"),
            (["gold", clip, "--decision", "accept", "--level", "planet"], "unknown level 'planet'"),
            (["gold", clip, "--remove"], "no known answer"), (["gold", "clip-0", "--remove"], "clip-0"),
            (["reopen", clip], "nothing is said of it"), (["reopen", "clip-0"], "clip-0"),
            (["send-back", "clip-0"], "clip-0"),
        ]
        for (words, text) in failed {
            let answer = try Command.run(workspace.words(["review"] + words + ["--as", "cora"]))
            #expect(answer.status == 1 && answer.output.isEmpty, "\(words): \(answer)")
            #expect(answer.errors.hasPrefix("error: ") && answer.errors.contains(text), "\(answer.errors)")
        }
        for (name, text) in [("ada", "not a curator"), ("", "no name"), ("a\nb", "no name")] {
            let answer = try workspace.attempt("review", "send-back", clip, "--as", name)
            #expect(answer.status == 1 && answer.errors.contains(text), "\(name): \(answer.errors)")
        }
        let misused = [
            ["settle", clip], ["settle", "--decision", "accept"], ["settle", clip, "--decision", "unsure"],
            ["settle", clip, "--decision", "accept", "--reason", "overlay"],
            ["settle", clip, "--decision", "reject", "--level", "organ"],
            ["settle", clip, "--decision", "reject", "--caption", "Cells."], ["gold", clip],
            ["gold", clip, "--remove", "--decision", "accept"], ["gold", clip, "--remove", "--reason", "overlay"],
            ["reopen"], ["send-back"], ["send-back", clip, "--to", "bob"],
        ]
        for words in misused {
            let answer = try Command.run(workspace.words(["review"] + words + ["--as", "cora"]))
            #expect(answer.status == 2 && answer.output.isEmpty, "\(words): \(answer)")
        }
        for action in ["reopen", "send-back"] {
            #expect(try workspace.attempt("review", action, clip).status == 2, "in nobody's name")
        }
        #expect(try workspace.decisions().isEmpty)
    }

    /// The server at work reads its queue anew.
    @Test func aServerAtWorkTakesNote() throws {
        let service = try ReviewService(workspace)
        let ada = try service.signIn("ada")
        let wire = try Wire(port: service.port)
        func wait(until left: Int) throws -> Int {
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .seconds(60), try ada.queue(over: wire, want: 0).left != left {
                usleep(50_000)
            }
            return try ada.queue(over: wire, want: 0).left
        }
        #expect(try ada.queue(over: wire, want: 0).left == 6)
        try workspace.perform("review", "settle", clips[0], clips[1], "--decision", "accept", "--as", "cora")
        #expect(try wait(until: 4) == 4)
        try workspace.perform("review", "reopen", clips[0], "--as", "cora")
        #expect(try wait(until: 5) == 5)
        #expect(try workspace.perform("review", "verify").hasPrefix("3 decisions"))
    }
}
