import Manifest
import Model
import Pages

/// A clip as it is shown in galleries and comparisons.
struct CardView {
    let id: String
    let title: String
    let source: String
    let state: String
    let reason: String?
    let level: String?
    let caption: String?
    let span: String
    let length: String
    /// Of the film: seconds, and the source's frames, by which thumbnails are found.
    let seconds: String
    let startFrame: Int
    let endFrame: Int
    let poster: String
    /// The rendition; nil where the clip is not cut, and thumbnails take its place.
    let video: String?
    /// Frames a second of what is shown.
    let rate: String
    /// Seconds to add to a time in this film for the time that films side by side share.
    var offset = "0"

    init(_ card: ClipCard) {
        id = card.clipId.rawValue
        title = card.title ?? card.sourceId.rawValue
        source = card.sourceId.rawValue
        state = card.state.rawValue
        reason = Self.reason(card)
        level = card.level
        caption = card.caption
        span = Figure.span(card.startSeconds, card.endSeconds)
        let duration = max(0.04, card.endSeconds - card.startSeconds)
        length = Figure.seconds(duration)
        (startFrame, endFrame) = (card.startFrame, card.endFrame)
        poster = "/media/thumbnails/\(card.sourceId)/\((card.startFrame + card.endFrame) / 2).jpg"
        video = card.renditionSha256.map { "/media/renditions/\($0).mp4" }
        let given = card.frameRate.flatMap { Rational($0) }?.double
        let shown = card.renditionSha256 == nil ? card.endFrame - card.startFrame : card.frames ?? 1
        let rate = given ?? Double(shown) / duration
        seconds = Figure.coordinate(given.flatMap { rate in card.frames.map { Double($0) / rate } } ?? duration)
        self.rate = Figure.coordinate(rate)
    }

    /// Why it stands where it does, where the state alone doesn't say it.
    private static func reason(_ card: ClipCard) -> String? {
        guard let reason = card.reason, reason != "experts" else { return nil }
        return reason.hasPrefix("duplicate_of") ? nil : Words.plain(reason)
    }
}

/// What a settlement or a known answer can say, for the form.
struct SettleView {
    let clip: String
    let levels: [Choice]
    let reasons: [Choice]
    /// Texts that experts wrote, to be taken over.
    var texts: [(String, String)] = []

    init(_ clip: String, _ recipe: Recipe, level: String? = nil) {
        self.clip = clip
        levels = Choice.list(recipe.labels.level, selected: level)
        reasons = Choice.list(recipe.review.reasons, selected: nil)
    }
}

/// A decision as the pages list it.
struct DecisionView {
    let id: String
    let clip: String
    let title: String?
    let reviewer: String
    /// In words: what it says, and what it counts as.
    let says: String
    let decision: String
    let reasons: String?
    let level: String?
    let caption: String?
    let decidedAt: String
    let seconds: String?
    /// What became of it: in force, undone, replaced, ended.
    var fate: String?
    var inForce = true

    init(_ decision: Decision, title: String? = nil) {
        id = decision.id
        clip = decision.clipId.rawValue
        self.title = title
        reviewer = decision.reviewer
        says = Self.words(decision.decision, decision.standing)
        self.decision = decision.decision.rawValue
        reasons = decision.reasons.isEmpty ? nil : decision.reasons.map { Words.plain($0) }.joined(separator: ", ")
        level = decision.level
        caption = decision.caption
        decidedAt = decision.decidedAt
        seconds = decision.seconds.map { Figure.seconds($0) }
    }

    static func words(_ decision: Decision.Choice, _ standing: Decision.Standing?) -> String {
        switch (decision, standing) {
        case (.accept, .settle?): "settled: accept"
        case (.reject, .settle?): "settled: reject"
        case (.accept, .gold?): "known answer: accept"
        case (.reject, .gold?): "known answer: reject"
        case (.sendBack, _): "sent back"
        case (.reopen, _): "reopened"
        case (.undo, _): "undid"
        default: decision.rawValue
        }
    }
}
