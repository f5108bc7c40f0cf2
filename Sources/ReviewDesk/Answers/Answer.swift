public import Model

/// An expert's answer to a clip, as the review page sends it.
public struct Answer: Decodable, Sendable {
    /// A UUID; the same answer sent again is recorded once.
    public var id: String
    public var clipId: ClipID
    /// An accept, a reject, an unsure or, to take back what `supersedes` names, an undo.
    public var decision: Decision.Choice
    public var reasons: [String]?
    public var level: String?
    public var caption: String?
    public var captionSha256: Digest?
    public var renditionSha256: Digest?
    /// Seconds spent.
    public var seconds: Double?
    /// Seconds since it was said, by the page's clock.
    public var ageSeconds: Double?
    public var supersedes: String?
    /// Half-open runs of the rendition's frames, where the clip was trimmed or split.
    public var spans: [[Int]]?
    public var client: String?

    public init(
        id: String, clipId: ClipID, decision: Decision.Choice, reasons: [String]? = nil, level: String? = nil,
        caption: String? = nil, supersedes: String? = nil, spans: [[Int]]? = nil, ageSeconds: Double? = nil
    ) {
        self.id = id
        self.clipId = clipId
        self.decision = decision
        self.reasons = reasons
        self.level = level
        self.caption = caption
        self.supersedes = supersedes
        self.spans = spans
        self.ageSeconds = ageSeconds
    }
}

/// What an expert is told of an answer that is durable.
public struct AnswerReceipt: Encodable, Sendable {
    public enum Status: String, Encodable, Sendable { case recorded, known }

    /// What they learn of a known answer.
    public struct Gold: Encodable, Sendable {
        public var right: Bool
        public var decision: Decision.Choice
        @Nullable public var level: String?
    }

    public var id: String
    public var status: Status
    @Nullable public var message: String?
    public var gold: Gold?

    private enum CodingKeys: String, CodingKey { case id, status, message, gold }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(status, forKey: .status)
        try container.encode(message, forKey: .message)
        try container.encode(gold, forKey: .gold)
    }
}
