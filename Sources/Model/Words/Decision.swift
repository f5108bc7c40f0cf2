/// One expert's answer on a clip: one line of `review import`, `review export` and the ledger. Append-only.
public struct Decision: Codable, Hashable, Sendable {
    public enum Choice: String, Codable, Sendable, CaseIterable {
        case accept, reject, unsure
        /// Takes back the decision that `supersedes` names, as if it had never been said.
        case undo
        /// What was said of the clip before counts no longer; all experts are asked anew. A curator's word.
        case reopen
        /// One more expert is to look, whatever the outcome. A curator's word.
        case sendBack = "send_back"

        /// What an expert may say of a clip.
        public static let answers: [Choice] = [.accept, .reject, .unsure]
    }

    /// What an accept or reject counts as where it is not one voice among the experts'.
    public enum Standing: String, Codable, Sendable, CaseIterable {
        /// A curator's last word: the outcome, whatever the voices say.
        case settle
        /// The known answer, by which reviewers are measured. No voice.
        case gold
    }

    /// A UUID in lower case; makes an import idempotent.
    public var id: String
    public var clipId: ClipID
    public var reviewer: String
    public var decision: Choice
    public var reasons: [String]
    @Nullable public var level: String?
    /// The expert's caption, where they wrote one.
    @Nullable public var caption: String?
    /// RFC 3339 in UTC, such as `2026-05-04T12:00:00Z`.
    public var decidedAt: String
    /// The id of the decision that this one replaces.
    @Nullable public var supersedes: String?
    /// Hashes of the caption and the rendition that the expert saw.
    @Nullable public var captionSha256: Digest?
    @Nullable public var renditionSha256: Digest?
    /// Seconds spent.
    @Nullable public var seconds: Double?
    @Nullable public var client: String?
    /// The id of the decision on another clip that this one was carried over from.
    @Nullable public var origin: String?
    /// Absent in JSON for a voice, so that lines written before there was anything else keep their bytes.
    public var standing: Standing?

    public init(
        id: String, clipId: ClipID, reviewer: String, decision: Choice, reasons: [String] = [], level: String? = nil,
        caption: String? = nil, decidedAt: String, supersedes: String? = nil, captionSha256: Digest? = nil,
        renditionSha256: Digest? = nil, seconds: Double? = nil, client: String? = nil,
        origin: String? = nil, standing: Standing? = nil
    ) {
        self.id = id
        self.clipId = clipId
        self.reviewer = reviewer
        self.decision = decision
        self.reasons = reasons
        self.level = level
        self.caption = caption
        self.decidedAt = decidedAt
        self.supersedes = supersedes
        self.captionSha256 = captionSha256
        self.renditionSha256 = renditionSha256
        self.seconds = seconds
        self.client = client
        self.origin = origin
        self.standing = standing
    }
}

extension Decision {
    /// A UUID version 8 (RFC 9562, section 5.8) from the SHA-256 of the canonical JSON, the id left empty: equal
    /// decisions get equal ids.
    public func derivedID() throws -> String {
        var anonymous = self
        anonymous.id = ""
        var digits = Array(try Digest(ofJSON: anonymous).hex.utf8.prefix(32))
        digits[12] = UInt8(ascii: "8")
        digits[16] = Array("89ab".utf8)[Int(digits[16]) % 4]
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return parts.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
    }
}

/// What the decisions on one clip add up to, each facet resolved apart.
public struct Outcome: Codable, Hashable, Sendable {
    public enum Acceptance: String, Codable, Sendable { case open, accepted, declined, disputed }
    public enum Facet: String, Codable, Sendable { case open, agreed, disputed }

    public var acceptance: Acceptance
    public var levelState: Facet
    @Nullable public var level: String?
    public var captionState: Facet
    /// The newest agreed expert text; nil keeps the normalized one.
    @Nullable public var caption: String?

    public init(
        acceptance: Acceptance, levelState: Facet, level: String?, captionState: Facet, caption: String?
    ) {
        self.acceptance = acceptance
        self.levelState = levelState
        self.level = level
        self.captionState = captionState
        self.caption = caption
    }

    public static let open = Outcome(
        acceptance: .open, levelState: .open, level: nil, captionState: .open, caption: nil)
}
