/// What somebody or something said about a clip, in PROV's terms: a caption, or an expert's decision.
public struct Annotation: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable { case caption, decision }

    /// Of a caption `caption-HASH`, hashing what it says of which clip; of a decision its own id.
    public var id: String
    public var clipId: ClipID
    public var kind: Kind
    /// A caption's text; `accept`, `reject` or `unsure`.
    public var value: String
    /// Of a decision; "" where none was given.
    public var level: String
    /// Of a decision.
    public var reasons: [String]
    /// PROV's wasAttributedTo: `reviewer-N` (never a name), `microcurate`, or where a raw caption stood: `file` or
    /// `sidecar`.
    public var wasAttributedTo: String
    /// PROV's wasGeneratedBy: `import`, `normalizer VERSION`, `review`, or `carry` (taken over from another clip).
    public var wasGeneratedBy: String
    /// PROV's wasDerivedFrom, by id: the caption, decision or source that it was made from, or the SHA-256 of the video
    /// that was seen; "" where unknown.
    public var wasDerivedFrom: String
    /// RFC 3339 in UTC: when an expert said it. "" for what was made without one, so that no clock is in a release.
    public var at: String

    public init(
        id: String, clipId: ClipID, kind: Kind, value: String, level: String = "", reasons: [String] = [],
        wasAttributedTo: String, wasGeneratedBy: String, wasDerivedFrom: String, at: String
    ) {
        self.id = id
        self.clipId = clipId
        self.kind = kind
        self.value = value
        self.level = level
        self.reasons = reasons
        self.wasAttributedTo = wasAttributedTo
        self.wasGeneratedBy = wasGeneratedBy
        self.wasDerivedFrom = wasDerivedFrom
        self.at = at
    }
}
