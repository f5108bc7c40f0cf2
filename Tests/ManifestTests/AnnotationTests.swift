import Foundation
import Manifest
import Model
import Review
import Testing

/// What the manifest tells of clips' captions and decisions, for releases.
@Suite struct AnnotationTests {
    let fixture: Fixture
    let manifest: Manifest
    init() throws {
        fixture = try Fixture()
        manifest = try fixture.manifest(clips: 3)
    }

    private var clip: ClipID { fixture.clip(0) }
    private let recipe = Recipe.Review()

    private func decide(_ decisions: Decision...) throws {
        try manifest.commit {
            try $0.decisions.record(decisions) { OutcomeResolver.resolve(decisions: $0, recipe: recipe) }
        }
    }

    private func annotations(_ clips: ClipID...) throws -> [ClipID: [Annotation]] {
        try manifest.releases.annotations(of: clips) { decisions in
            let voices = ClipVoices(decisions)
            return voices.voices + [voices.settlement].compactMap(\.self)
        }
    }

    private func write(_ kind: CaptionRecord.Kind, _ text: String, _ origin: String, on clip: ClipID) throws {
        try manifest.commit { try $0.captions.add([CaptionRecord(clip: clip, kind: kind, text: text, origin: origin)]) }
    }

    /// One line an annotation: who said what, by what, from which of the others.
    private func lines(_ annotations: [Annotation]?) -> [String] {
        let places = Dictionary(
            uniqueKeysWithValues: (annotations ?? []).enumerated().map { ($1.id, "#\($0 + 1)") })
        return (annotations ?? []).map { annotation in
            let from = places[annotation.wasDerivedFrom] ?? annotation.wasDerivedFrom
            return "\(annotation.value) by \(annotation.wasAttributedTo), \(annotation.wasGeneratedBy) from '\(from)'"
        }
    }

    @Test func aCaptionIsDerivedFromTheNewestRawText() throws {
        try write(.raw, "mitosis!!", "sidecar", on: clip)
        try write(.normalized, "Old.", "normalizer 1", on: clip)
        try write(.raw, "HeLa mitosis", "file", on: clip)
        try write(.normalized, "HeLa mitosis.", "normalizer 2", on: clip)
        try write(.raw, "other", "sidecar", on: fixture.clip(1))
        try write(.normalized, "Other.", "normalizer 2", on: fixture.clip(1))
        let found = try annotations(clip, fixture.clip(1), fixture.clip(2))
        #expect(
            lines(found[clip]) == [
                "HeLa mitosis by file, import from ''", "HeLa mitosis. by microcurate, normalizer 2 from '#1'",
            ])
        #expect(
            lines(found[fixture.clip(1)]) == [
                "other by sidecar, import from '\(fixture.source)'", "Other. by microcurate, normalizer 2 from '#1'",
            ])
        #expect(found[fixture.clip(2)] == [])
        #expect(found.values.joined().allSatisfy { $0.at == "" && $0.kind == .caption && $0.id.hasPrefix("caption-") })
    }

    @Test func anEmptyNormalFormIsNoCaption() throws {
        try write(.raw, "!!!", "file", on: clip)
        try write(.normalized, "", "normalizer 1", on: clip)
        #expect(try annotations(clip)[clip] == [])
    }

    @Test func anExpertsTextNamesItsReviewerByNumber() throws {
        try write(.raw, "hela", "file", on: clip)
        try write(.normalized, "HeLa.", "normalizer 1", on: clip)
        var first = decision(1, on: clip, by: "zoe")
        first.captionSha256 = Digest(of: "HeLa.")
        first.caption = "HeLa cells divide.\n"
        first.renditionSha256 = Digest(of: "video")
        var second = decision(2, on: clip, by: "ada")
        second.level = "cellular"
        try decide(first, second)
        let found = try #require(try annotations(clip)[clip])
        #expect(
            lines(found) == [
                "hela by file, import from ''", "HeLa. by microcurate, normalizer 1 from '#1'",
                "HeLa cells divide. by reviewer-1, review from '#2'",
                "accept by reviewer-1, review from '\(Digest(of: "video"))'", "accept by reviewer-2, review from ''",
            ])
        #expect(found.map(\.at) == ["", "", first.decidedAt, first.decidedAt, second.decidedAt])
        #expect(found.map(\.level) == ["", "", "", "", "cellular"])
        #expect(found.map(\.id)[3...] == [first.id, second.id])
        let text = try JSON.line(found)
        #expect(!text.contains("zoe") && !text.contains("ada"))
    }

    @Test func onlyWhatIsInForceIsTold() throws {
        func row(
            _ number: Int, by reviewer: String, _ choice: Decision.Choice, minute: Int, supersedes: Int? = nil,
            standing: Decision.Standing? = nil
        ) -> Decision {
            var row = decision(number, on: clip, by: reviewer, choice)
            row.decidedAt = "2026-05-04T12:0\(minute):00Z"
            row.supersedes = supersedes.map { decision($0, on: clip).id }
            row.standing = standing
            return row
        }
        var rejected = row(4, by: "cleo", .reject, minute: 4)
        rejected.reasons = ["overlay", "other"]
        try decide(
            row(1, by: "ada", .accept, minute: 0), row(2, by: "ada", .undo, minute: 1, supersedes: 1),
            row(3, by: "bob", .reject, minute: 2), row(5, by: "bob", .unsure, minute: 5, supersedes: 3), rejected,
            row(6, by: "dora", .accept, minute: 6, standing: .gold),
            row(7, by: "dora", .accept, minute: 7, standing: .settle))
        let found = try #require(try annotations(clip)[clip])
        #expect(
            lines(found) == [
                "reject by reviewer-3, review from ''", "unsure by reviewer-2, review from ''",
                "accept by reviewer-4, review from ''",
            ])
        #expect(found[0].reasons == ["overlay", "other"])
        try decide(row(8, by: "dora", .reopen, minute: 8))
        #expect(try annotations(clip)[clip] == [])
    }

    @Test func aCarriedDecisionNamesItsOrigin() throws {
        try decide(decision(1, on: clip))
        var carried = decision(2, on: fixture.clip(1))
        carried.origin = decision(1, on: clip).id
        try decide(carried)
        let found = try annotations(fixture.clip(1))[fixture.clip(1)]
        #expect(lines(found) == ["accept by reviewer-1, carry from '\(decision(1, on: clip).id)'"])
    }

    /// Another workspace in which the same was said gives the same, whenever and in whatever order texts came in.
    @Test func annotationsDependOnWhatWasSaidAlone() throws {
        let other = try Fixture()
        let copy = try other.manifest(clips: 3)
        for (manifest, order) in [(manifest, [0, 1, 2]), (copy, [2, 0, 1])] {
            for index in order {
                try manifest.commit {
                    try $0.captions.add([
                        CaptionRecord(clip: fixture.clip(index), kind: .raw, text: "a \(index)", origin: "sidecar"),
                        CaptionRecord(
                            clip: fixture.clip(index), kind: .normalized, text: "A \(index).", origin: "normalizer 1"),
                    ])
                }
            }
            try manifest.commit {
                try $0.decisions.record([decision(1, on: fixture.clip(1)), decision(2, on: fixture.clip(0), by: "bob")])
                {
                    OutcomeResolver.resolve(decisions: $0, recipe: recipe)
                }
            }
        }
        let clips = (0..<3).map(fixture.clip)
        let found = try manifest.releases.annotations(of: clips) { $0 }
        #expect(found == (try copy.releases.annotations(of: clips.reversed()) { $0 }))
        #expect(found.values.map(\.count).reduce(0, +) == 8)
        #expect(Set(found.values.joined().map(\.id)).count == 8)
    }

    /// More clips than one read takes.
    @Test func manyClipsComeInBatches() throws {
        let fixture = try Fixture()
        let manifest = try fixture.manifest(clips: 1203)
        let clips = (0..<1203).map(fixture.clip)
        try manifest.commit { transaction in
            try transaction.captions.add(
                clips.map { CaptionRecord(clip: $0, kind: .normalized, text: "\($0)", origin: "normalizer 1") })
        }
        let found = try manifest.releases.annotations(of: clips + [ClipID(rawValue: "clip-unknown")]) { $0 }
        #expect(found.count == 1204)
        #expect(clips.allSatisfy { found[$0]?.map(\.value) == [$0.rawValue] })
        #expect(found[ClipID(rawValue: "clip-unknown")] == [])
    }
}
