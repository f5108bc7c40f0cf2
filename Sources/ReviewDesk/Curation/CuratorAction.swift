public import Model

/// What a curator does to clips.
public struct CuratorAction: Decodable, Sendable {
    public enum Kind: String, Decodable, Sendable {
        /// The curator's last word on clips; `decision` says which.
        case settle
        /// All experts are asked anew.
        case reopen
        /// One more expert is to look.
        case sendBack = "send_back"
        /// The known answer, by which reviewers are measured; `decision` says which.
        case gold
        /// Takes back rows of the curator's own: those of `ids`, or all of the action `of`.
        case undo
    }

    public var kind: Kind
    /// A UUID: the same action sent again does nothing more, and its parts are undone as one; nil for a new one.
    public var id: String?
    public var clips: [ClipID]?
    public var decision: Decision.Choice?
    /// Of an accept.
    public var level: String?
    public var caption: String?
    /// Of a reject.
    public var reason: String?
    public var ids: [String]?
    public var of: String?

    /// What the rows of an action have as their client, before the action's id.
    static let client = "curator/"

    private enum CodingKeys: String, CodingKey {
        case kind = "action"
        case id, clips, decision, level, caption, reason, ids, of
    }

    public init(
        _ kind: Kind, id: String? = nil, clips: [ClipID]? = nil, decision: Decision.Choice? = nil, level: String? = nil,
        caption: String? = nil, reason: String? = nil, ids: [String]? = nil, of: String? = nil
    ) {
        self.kind = kind
        self.id = id
        self.clips = clips
        self.decision = decision
        self.level = level
        self.caption = caption
        self.reason = reason
        self.ids = ids
        self.of = of
    }
}

/// What was done.
public struct ActionReceipt: Encodable, Sendable {
    /// The action, to undo it as one.
    public var action: String
    /// Clips that it was done to.
    public var done: Int
    /// The decisions that say so.
    public var ids: [String]
}
