import Captions
public import Manifest
import Model
public import Pipeline
import Review

/// Takes experts' answers in: checks them, records them for good, and only then says so.
public struct AnswerIntake: Sendable {
    private let workspace: Workspace
    private let manifest: Manifest

    public init(_ workspace: Workspace, _ manifest: Manifest) {
        self.workspace = workspace
        self.manifest = manifest
    }

    /// What was recorded, and what is now said of each clip that it touches.
    public struct Result: Sendable {
        public var receipt: AnswerReceipt
        public var touched: [SaidClip]
        /// By how many clips with an answer in force the reviewer has more.
        public var answered = 0
    }

    private var recipe: Recipe { workspace.recipe }

    /// Seconds that an answer may have waited in a browser; an older one counts as this old.
    private static let oldest: Double = 366 * 86_400

    /// Sending the same answer again is safe.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: a `Fault`, and nothing was recorded: `forbidden` for a curator's word, `notFound` for an unknown clip or
    ///   answer, `conflict` for an id that is taken and for a clip that is being cut, `invalid` for what the recipe or
    ///   the clip's frames don't allow.
    public func take(_ given: Answer, by reviewer: String, now: Double) throws -> Result {
        guard Decision.Choice.answers.contains(given.decision) || given.decision == .undo else {
            throw Fault(
                .forbidden, "'\(given.decision.rawValue)' is for curators to say", at: given.clipId.rawValue,
                advice: "Ask a curator to look, or to make you one.")
        }
        let clip = try clip(given.clipId)
        let said = ClipVoices(try manifest.decisions.on(clip.id))
        let mine = said.voices.first { $0.reviewer == reviewer }
        var decision = Decision(
            id: given.id, clipId: clip.id, reviewer: reviewer, decision: given.decision,
            reasons: given.reasons ?? [], level: given.level, caption: try caption(of: given),
            decidedAt: Moment.precise(now - min(Self.oldest, max(0, given.ageSeconds ?? 0))),
            supersedes: given.supersedes,
            captionSha256: given.captionSha256, renditionSha256: given.renditionSha256,
            seconds: given.seconds.map { min(86_400, max(0, $0)) }, client: given.client ?? "page")
        decision = try decision.checked(by: recipe)
        if let known = try manifest.decisions.decision(decision.id) { return try repeated(known, decision, clip, said) }
        var result =
            decision.decision == .undo
            ? try undo(decision, clip) : try answer(decision, given.spans, clip, mine: mine)
        let speaks = result.touched.contains { touched in
            touched.clip.id == clip.id && touched.voices.voices.contains { $0.reviewer == reviewer }
        }
        result.answered = (speaks ? 1 : 0) - (mine == nil ? 0 : 1)
        return result
    }

    /// A manifest that can't be read just now is no unknown clip: the page sends the answer again.
    private func clip(_ id: ClipID) throws -> ClipRecord {
        do { return try manifest.clips.clip(id) } catch let fault as Fault where fault.reason == .invalid {
            throw Fault.notHere("the clip", at: id.rawValue)
        }
    }

    /// The text as edited, in its normal form; nil for none and for the text that was there.
    private func caption(of given: Answer) throws -> String? {
        guard let text = given.caption else { return nil }
        let normal = Normalizer.normalize(text).text
        guard normal.isEmpty || Digest(of: normal) != given.captionSha256 else { return nil }
        return normal
    }

    private func repeated(
        _ known: Decision, _ again: Decision, _ clip: ClipRecord, _ said: ClipVoices
    ) throws -> Result {
        let isTrimmed = known.reasons == [Decision.trimmed] && again.decision == .accept
        let isSame =
            known.reviewer == again.reviewer && known.clipId == again.clipId
            && (isTrimmed
                || known.decision == again.decision && known.reasons == again.reasons && known.level == again.level
                    && known.caption == again.caption)
        guard isSame else {
            throw Fault(
                .conflict, "another decision has this id already", at: again.id,
                advice: "Load the page again, then decide once more.")
        }
        return Result(
            receipt: AnswerReceipt(id: known.id, status: .known, message: nil, gold: gold(said, again)),
            touched: [(clip, said)])
    }

    private func undo(_ undo: Decision, _ clip: ClipRecord) throws -> Result {
        guard let target = try undo.supersedes.flatMap({ try manifest.decisions.decision($0) }),
            target.reviewer == undo.reviewer, target.clipId == clip.id
        else { throw Fault.notHere("the answer that you take back", at: clip.id.rawValue) }
        let parts = target.reasons == [Decision.trimmed] ? try manifest.decisions.from(target) : []
        let rows =
            try [undo]
            + parts.map { part in
                var row = Decision(
                    id: "", clipId: part.clipId, reviewer: undo.reviewer, decision: .undo, decidedAt: undo.decidedAt,
                    supersedes: part.id, client: undo.client, origin: undo.id)
                row.id = try row.derivedID()
                return row
            }
        return try record(rows, clip, message: nil)
    }

    private func answer(
        _ answer: Decision, _ spans: [[Int]]?, _ clip: ClipRecord, mine: Decision?
    ) throws -> Result {
        var answer = answer
        var message: String?
        if let mine, answer.supersedes == nil {
            if mine.decidedAt <= answer.decidedAt {
                answer.supersedes = mine.id
                message =
                    "You had answered this clip before (\(mine.decision.rawValue)). The newer answer counts; both are kept."
            } else {
                message =
                    "This answer was given before another one of yours (\(mine.decision.rawValue)), which counts. Both are kept."
            }
        }
        guard let spans, answer.decision == .accept else { return try record([answer], clip, message: message) }
        let trimmed = try trimmedSpans(spans, of: clip)
        var original = answer
        (original.decision, original.reasons) = (.reject, [Decision.trimmed])
        (original.level, original.caption) = (nil, nil)
        let rows = try trimmed.map { span in
            var row = answer
            (row.clipId, row.origin, row.supersedes) = (span.id, answer.id, nil)
            (row.renditionSha256, row.seconds) = (nil, nil)
            row.id = try row.derivedID()
            return row
        }
        return try record(
            [original] + rows, on: trimmed, clip,
            message: message
                ?? (trimmed.count == 1
                    ? "Recorded for the trimmed clip; the next run cuts it."
                    : "Recorded for \(trimmed.count) new clips; the next run cuts them."))
    }

    private func trimmedSpans(_ spans: [[Int]], of clip: ClipRecord) throws -> [TrimmedSpan] {
        guard spans.count <= 8, spans.allSatisfy({ $0.count == 2 && $0[0] <= $0[1] }) else {
            throw Fault(
                .invalid, "the spans are not pairs of frames", at: clip.id.rawValue, advice: "Set start and end again.")
        }
        guard let rendition = try manifest.renditions.of(clip.id, profile: recipe.mainProfile.name) else {
            throw Fault(
                .conflict, "the clip is being cut anew", at: clip.id.rawValue, advice: "Try again after the run.")
        }
        return try ClipFrames(of: clip, rendition: rendition, in: workspace, manifest)
            .spans(of: spans.map { $0[0]..<$0[1] })
            .map { TrimmedSpan(of: clip.id, source: clip.source, span: $0) }
    }

    private func record(
        _ rows: [Decision], on spans: [TrimmedSpan] = [], _ clip: ClipRecord, message: String?
    ) throws -> Result {
        try Decisions.record(rows, on: spans, recipe: recipe.review, in: manifest)
        let touched = try manifest.clipsWithVoices(Set(rows.map(\.clipId)).sorted())
        let said = touched.first { $0.0.id == clip.id }?.1
        return Result(
            receipt: AnswerReceipt(
                id: rows[0].id, status: .recorded, message: message, gold: said.flatMap { gold($0, rows[0]) }),
            touched: touched)
    }

    /// What the reviewer learns of a known answer.
    private func gold(_ said: ClipVoices, _ answer: Decision) -> AnswerReceipt.Gold? {
        guard recipe.review.goldFeedback == .answer, let gold = said.gold, answer.decision != .undo else { return nil }
        return AnswerReceipt.Gold(
            right: gold.decision == answer.decision
                && (gold.level == nil || answer.level == nil || gold.level == answer.level),
            decision: gold.decision, level: gold.level)
    }
}
