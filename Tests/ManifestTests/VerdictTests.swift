import Manifest
import Model
import Testing

/// The filters' answers as they are kept, and those that only another version knows.
@Suite struct VerdictTests {
    let fixture: Fixture
    let manifest: Manifest
    private let blurred = Verdict(filter: .blurred, answer: .fail, value: 0.1, threshold: 2)
    private let unmeasured = Verdict(filter: .border, answer: .error, value: nil, threshold: 0.12)

    init() throws {
        fixture = try Fixture()
        manifest = try fixture.manifest(clips: 3)
    }

    private func record(_ verdicts: [Verdict], of clip: ClipID) throws {
        try manifest.commit { try $0.verdicts.record([(clip, verdicts)]) }
    }

    private func everyClip() throws -> [ClipID: [Verdict]] {
        var all: [ClipID: [Verdict]] = [:]
        try manifest.verdicts.forEachClip { all[$0] = $1 }
        return all
    }

    @Test func theyComeBackAsTheyWereGiven() throws {
        try record([unmeasured, blurred], of: fixture.clip(0))
        try record([blurred], of: fixture.clip(1))
        let all = [fixture.clip(0): [unmeasured, blurred], fixture.clip(1): [blurred]]
        #expect(try everyClip() == all)
        #expect(try manifest.verdicts.on((0..<3).map(fixture.clip)) == all)
        #expect(try manifest.verdicts.on(fixture.clip(0)) == [unmeasured, blurred])
        #expect(try manifest.verdicts.on(fixture.clip(2)).isEmpty)
        try record([blurred], of: fixture.clip(0))
        #expect(try manifest.verdicts.on(fixture.clip(0)) == [blurred])
    }

    @Test func anUnknownFilterIsAFault() throws {
        let clip = fixture.clip(1)
        try record([blurred], of: fixture.clip(0))
        try record([unmeasured, blurred], of: clip)
        try fixture.raw("UPDATE verdict SET filter = 'toy' WHERE clip_id = '\(clip)' AND position = 0")
        for read in [
            { _ = try manifest.verdicts.on(clip) }, { _ = try manifest.verdicts.on([fixture.clip(0), clip]) },
            { _ = try everyClip() },
        ] {
            let fault = try #require(throws: Fault.self) { try read() }
            #expect(fault.reason == .corrupt && fault.place == clip.rawValue)
            #expect(fault.what.contains("'toy'") && fault.advice.contains("microcurate filter"))
        }
        // Of the others there is no doubt, and judging anew mends it.
        #expect(try manifest.verdicts.on(fixture.clip(0)) == [blurred])
        try record([unmeasured, blurred], of: clip)
        #expect(try manifest.verdicts.on(clip) == [unmeasured, blurred])
    }
}
