import Analysis
import Model
import Testing

/// What a rule makes of a track: here one shot of 100 frames at 25 a second, cut into clips of 20 frames at most.
@Suite struct ProposalTests {
    private static let film = track(Array(repeating: Cells.plain(90), count: 100))

    private func proposal(
        isImport: Bool = false, without withdrawn: [ClosedRange<Int>] = []
    ) throws -> Proposal {
        let recipe = try RecipeDocument.parse(
            "profile: native\ndetect: {detector: embedded}\npropose: {max_seconds: 0.8, min_seconds: 0.2}",
            file: "recipe.yaml")
        return Proposal(
            of: Self.film, timeBase: Rational(1, 25), rule: ProposalRule(of: recipe), isImport: isImport,
            without: withdrawn.map { FrameSpan(start: $0.lowerBound, end: $0.upperBound + 1) })
    }

    private func frames(_ proposal: Proposal) -> [ClosedRange<Int>] {
        proposal.spans.map { $0.frames.start...$0.frames.end - 1 }
    }

    @Test func aShotIsCutIntoClips() throws {
        let proposal = try proposal()
        #expect(proposal.shots == [FrameSpan(start: 0, end: 100)])
        #expect(frames(proposal) == [0...19, 20...39, 40...59, 60...79, 80...99])
    }

    @Test(
        arguments: [
            ([0...9], [10...27, 28...45, 46...63, 64...81, 82...99]),
            ([90...120], [0...17, 18...35, 36...53, 54...71, 72...89]),
            ([20...79], [0...19, 80...99]),
            ([10...29, 20...59, 25...40], [0...9, 60...79, 80...99]),
            ([0...99], []),
            ([-5 ... -1, 100...120], [0...19, 20...39, 40...59, 60...79, 80...99]),
        ] as [([ClosedRange<Int>], [ClosedRange<Int>])])
    func noClipShowsWhatIsWithdrawn(withdrawn: [ClosedRange<Int>], clips: [ClosedRange<Int>]) throws {
        let proposal = try proposal(without: withdrawn)
        #expect(frames(proposal) == clips)
        #expect(proposal.shots == [FrameSpan(start: 0, end: 100)], "shots are what the film has")
    }

    @Test func anImportIsOneClipOrNone() throws {
        let whole = try proposal(isImport: true)
        #expect(frames(whole) == [0...99])
        #expect(whole.spans.map(\.ticks) == [TickSpan(start: 0, end: 100)])
        let withdrawn = try proposal(isImport: true, without: [50...50])
        #expect(withdrawn.spans.isEmpty && withdrawn.shots.count == 1)
    }
}
