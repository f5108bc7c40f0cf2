import Foundation
import Model
import Review
import Testing

@Suite struct StatisticsTests {
    @Test func statisticsOfAReview() throws {
        let all = [
            decision("1", "bob", .accept, clip: "c1", seconds: 5),
            decision("2", "ann", .accept, clip: "c1", seconds: 4),
            decision("3", "bob", .reject, clip: "c2", seconds: 7), decision("4", "ann", .accept, at: 1, clip: "c2"),
            decision("5", "ann", .reject, at: 2, clip: "c2", supersedes: "4", seconds: 8),
            decision("6", "ann", .unsure, clip: "c3"), decision("6", "ann", .unsure, clip: "c3"),
        ]
        let statistics = ReviewStatistics(of: all)
        #expect(statistics == ReviewStatistics(of: all.reversed()))
        #expect(statistics.clips == 3 && statistics.decisions == 6)
        let ann = try #require(statistics.reviewers.first)
        #expect(ann.reviewer == "ann" && ann.decisions == 4 && ann.clips == 3)
        #expect((ann.accepts, ann.rejects, ann.unsure) == (1, 1, 1) && ann.acceptRate == 0.5)
        #expect(ann.seconds == 12 && ann.clipsPerHour == 600 && ann.medianSeconds == 6 && ann.agreement == 1)
        #expect(statistics.reviewers.map(\.reviewer) == ["ann", "bob"])
        #expect(statistics.pairs.map(\.clips) == [2] && statistics.pairs[0].kappa == 1)
        #expect(statistics.pairs[0].kappaError == 0 && statistics.pairs[0].agreement == 1)
        #expect(statistics.pairs[0].first == "ann" && statistics.pairs[0].second == "bob")
        #expect(statistics.alpha == 1 && statistics.levelAlpha == nil && statistics.levelAlphaInterval == nil)
        #expect(statistics.alphaInterval?.lower == 1)
    }

    /// Scripts rely on these keys; unknown is null, and the key is there.
    @Test func aTimeTooShortToBeOneGivesNoPace() {
        let statistics = ReviewStatistics(of: [decision("1", "ann", .accept, clip: "c1", seconds: 1e-20)])
        #expect(statistics.reviewers.map(\.clipsPerHour) == [nil])
    }

    @Test func keysOfTheJSON() throws {
        func keys(_ value: Any?) throws -> [String] { try #require(value as? [String: Any]).keys.sorted() }
        func object(_ statistics: ReviewStatistics) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: JSON.canonical(statistics)) as? [String: Any])
        }
        #expect(
            try keys(object(ReviewStatistics(of: []))) == [
                "alpha", "alpha_interval", "clips", "decisions", "drift_by", "level_alpha", "level_alpha_interval",
                "levels", "pairs", "reasons", "reviewers",
            ])
        let filled = try object(
            ReviewStatistics(of: [
                decision("1", "ann", .reject, reasons: ["overlay"]), decision("2", "bob", .accept, level: "organ"),
            ]))
        #expect(
            try keys((filled["reviewers"] as? [Any])?.first) == [
                "accept_rate", "accepts", "agreement", "clips", "clips_per_hour", "decisions", "drift", "gold",
                "median_seconds", "rejects", "reviewer", "seconds", "unsure",
            ])
        #expect(
            try keys((filled["pairs"] as? [Any])?.first) == [
                "agreement", "clips", "first", "kappa", "kappa_error", "second",
            ])
        for list in ["reasons", "levels"] {
            #expect(try keys((filled[list] as? [Any])?.first) == ["alpha", "clips", "interval", "name", "times"])
        }
        let statistics = ReviewStatistics(of: [decision("1", "ann", .reject)])
        #expect(try JSON.decode(ReviewStatistics.self, from: JSON.line(statistics)) == statistics)
    }

    /// Settlements, known answers and undone answers are no voices; a curator without a voice is no reviewer.
    @Test func onlyVoicesAreCounted() {
        let all =
            voices("aar") + [
                decision("s", "eve", .reject, at: 10, standing: .settle),
                decision("g", "eve", .accept, at: 11, standing: .gold),
                decision("x", "expert2", .undo, at: 12, supersedes: "d2"),
                decision("b", "eve", .sendBack, at: 13),
            ]
        let statistics = ReviewStatistics(of: all)
        #expect(statistics.clips == 1 && statistics.decisions == 3)
        #expect(statistics.reviewers.map(\.reviewer) == ["expert0", "expert1", "expert2"])
        #expect(statistics.reviewers.map(\.clips) == [1, 1, 0] && statistics.reviewers.map(\.decisions) == [1, 1, 1])
        let reopened = ReviewStatistics(of: all + [decision("o", "eve", .reopen, at: 14)])
        #expect(reopened.clips == 0 && reopened.decisions == 3 && reopened.pairs.isEmpty)
    }

    @Test func goldMeasuresOthersThanItsAuthor() throws {
        let letters = ["a", "a", "r", "u", "a"]
        let known: [Decision.Choice] = [.accept, .accept, .accept, .reject, .reject]
        var all: [Decision] = []
        for (index, letter) in letters.enumerated() {
            all += voices(letter, levels: [index == 0 ? "organ" : "cellular"], clip: "c\(index)").map {
                var copy = $0
                copy.id += "-\(index)"
                return copy
            }
            all.append(
                decision("g\(index)", "eve", known[index], level: "organ", clip: "c\(index)", standing: .gold))
        }
        all.append(decision("v", "eve", .accept, clip: "c0"))
        let statistics = ReviewStatistics(of: all)
        let eve = try #require(statistics.reviewers.first { $0.reviewer == "eve" })
        #expect(eve.gold.clips == 0 && eve.gold.accuracy == nil)
        let gold = try #require(statistics.reviewers.first { $0.reviewer == "expert0" }).gold
        #expect((gold.clips, gold.right, gold.wrong, gold.unsure) == (5, 2, 2, 1) && gold.accuracy == 0.5)
        #expect((gold.levels, gold.levelsRight) == (2, 1))
    }

    @Test func driftByDayThenByWeek() throws {
        func said(_ id: String, _ who: String, _ choice: Decision.Choice, _ date: String, clip: String) -> Decision {
            var decision = decision(id, who, choice, clip: clip, seconds: 4)
            decision.decidedAt = date
            return decision
        }
        let first = [
            said("1", "ann", .accept, "2026-05-03T23:59:59.9Z", clip: "c1"),
            said("2", "ann", .reject, "2026-05-04T00:00:00Z", clip: "c2"),
            said("3", "ann", .accept, "2026-05-10T12:00:00Z", clip: "c3"),
            said("4", "bob", .reject, "2026-05-10T12:00:00Z", clip: "c3"),
            said("5", "bob", .reject, "2026-05-11T12:00:00Z", clip: "c2"),
        ]
        let days = ReviewStatistics(of: first)
        #expect(days.driftBy == .day)
        #expect(days.reviewers[0].drift.map(\.start) == ["2026-05-03", "2026-05-04", "2026-05-10"])
        #expect(days.reviewers[0].drift.map(\.acceptRate) == [1, 0, 1])
        #expect(days.reviewers[0].drift.map(\.agreement) == [nil, 1, 0])
        #expect(days.reviewers[0].agreement == 0.5)
        let within = ReviewStatistics(of: first + [said("6", "bob", .accept, "2026-05-30T23:59:59Z", clip: "c9")])
        #expect(within.driftBy == .day)
        let weeks = ReviewStatistics(of: first + [said("6", "bob", .accept, "2026-05-31T00:00:00Z", clip: "c9")])
        #expect(weeks.driftBy == .week)
        #expect(weeks.reviewers[0].drift.map(\.start) == ["2026-04-27", "2026-05-04"])
        #expect(weeks.reviewers[0].drift.map(\.clips) == [1, 2])
        #expect(weeks.reviewers[0].drift.map(\.acceptRate) == [1, 0.5])
        #expect(weeks.reviewers[0].drift.map(\.medianSeconds) == [4, 4])
        #expect(weeks.reviewers[1].drift.map(\.start) == ["2026-05-04", "2026-05-11", "2026-05-25"])
        let year = [said("1", "ann", .accept, "2025-12-31T12:00:00Z", clip: "c1")]
        let turned = ReviewStatistics(of: year + [said("2", "ann", .accept, "2026-02-01T00:00:00Z", clip: "c2")])
        #expect(turned.reviewers[0].drift.map(\.start) == ["2025-12-29", "2026-01-26"])
    }

    /// Reasons and levels are held against plain alphas of given or not given.
    @Test func agreementOfEachReasonAndLevel() throws {
        var random = SplitMix(seed: 17)
        var all: [Decision] = []
        for clip in 0..<300 {
            for who in ["ann", "bob", "cyd"] where random.unit() < 0.7 {
                let choice = random.pick(Decision.Choice.answers)
                let reasons = ["overlay", "other"].filter { _ in random.unit() < 0.5 }
                all.append(
                    decision(
                        "d\(all.count)", who, choice, reasons: reasons, level: random.pick([nil, "organ", "cellular"]),
                        clip: "c\(100 + clip)"))
            }
        }
        let statistics = ReviewStatistics(of: all)
        #expect(statistics.reasons.map(\.name) == ["other", "overlay"])
        #expect(statistics.levels.map(\.name) == ["cellular", "organ"])
        let clips = Dictionary(grouping: all, by: \.clipId).values
        func check(_ value: ReviewStatistics.Value, _ units: [[Bool]]) {
            let units = units.map { $0.map { $0 ? "given" : "not" } }
            #expect(
                value.times == units.joined().count { $0 == "given" } && value.clips == units.count { $0.count > 1 })
            #expect(abs((value.alpha ?? .nan) - (Agreement.krippendorffAlpha(nominal: units) ?? .nan)) < 1e-12)
            #expect(value.interval.map { $0.lower < value.alpha! && value.alpha! < $0.upper } == true, "\(value)")
        }
        for value in statistics.reasons {
            check(value, clips.map { $0.map { $0.decision == .reject && $0.reasons.contains(value.name) } })
        }
        for value in statistics.levels {
            let naming = clips.map { $0.filter { $0.decision == .accept && $0.level != nil } }
            check(value, naming.map { $0.map { $0.level == value.name } })
        }
        #expect(ReviewStatistics(of: all.shuffled(using: &random)) == statistics)
        #expect(ReviewStatistics(of: all, resamples: 0).alphaInterval == nil)
    }
}

@Suite struct DisagreementTests {
    private let recipe = review(quorum: 2)

    private func disagreement(_ decisions: [Decision]) -> Disagreement? {
        Disagreement(clip: ClipID(rawValue: "clip-1"), ClipVoices(decisions), recipe: recipe)
    }

    @Test func inWhatExpertsDiffer() throws {
        #expect(disagreement([]) == nil && disagreement(voices("a")) == nil && disagreement(voices("aa")) == nil)
        #expect(disagreement(voices("aa", levels: ["organ", nil])) == nil)
        #expect(disagreement(voices("rr", levels: ["organ", "cellular"])) == nil)
        #expect(disagreement(voices("ar"))?.facets == [.acceptance])
        #expect(disagreement(voices("au"))?.facets == [.acceptance])
        #expect(disagreement(voices("aa", levels: ["organ", "cellular"]))?.facets == [.level])
        let captions = [
            decision("1", "ann", .accept, caption: "A cell"), decision("2", "bob", .accept, at: 1, caption: " A cell "),
            decision("3", "cyd", .accept, at: 2, caption: "Two cells"),
        ]
        #expect(disagreement(Array(captions.prefix(2))) == nil)
        let differing = try #require(disagreement(captions))
        #expect(differing.facets == [.caption] && differing.voices == captions)
        #expect(differing.outcome.caption == "A cell" && differing.wanted == 0 && !differing.needsCurator)
        let settled = try #require(disagreement(captions + [decision("s", "eve", .accept, at: 9, standing: .settle)]))
        #expect(settled.settlement?.id == "s" && !settled.needsCurator && settled.wanted == 0)
    }

    @Test func theCuratorsOwnFirst() {
        let all = ["resolved", "tie-old", "tie-new", "curator"].enumerated().flatMap { index, clip in
            voices(["arr", "ar", "ar", "aarr"][index], clip: clip).map { voice in
                var copy = voice
                copy.id += clip
                if clip == "tie-new" { copy.decidedAt = "2026-05-05T00:00:00Z" }
                return copy
            }
        }
        let listed = Disagreement.all(in: all, recipe: recipe)
        #expect(listed.map(\.clipId.rawValue) == ["curator", "tie-new", "tie-old", "resolved"])
        #expect(listed.map(\.outcome.acceptance) == [.disputed, .disputed, .disputed, .declined])
        #expect(listed.map(\.wanted) == [0, 1, 1, 0] && Disagreement.all(in: all.reversed(), recipe: recipe) == listed)
    }
}
