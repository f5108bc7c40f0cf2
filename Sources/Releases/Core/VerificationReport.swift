public import Model

/// What `ReleaseVerifier` found.
public struct VerificationReport: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Listed or needed, and not there.
        case missing
        /// There, and listed nowhere.
        case extra
        /// Its hash is another one.
        case altered
        /// It cannot be read as what it is.
        case damaged
        /// Two parts of the release disagree.
        case mismatch
        /// The video does not decode to what its sample says.
        case undecodable
    }

    public struct Finding: Codable, Hashable, Sendable, CustomStringConvertible {
        public let kind: Kind
        /// Path relative to the release.
        public let file: String
        /// The member of a shard, the clip or the line; "" for the file as a whole.
        public let member: String
        public let what: String

        public var description: String { member.isEmpty ? "\(file): \(what)" : "\(file): \(member): \(what)" }
    }

    /// Files hashed.
    public internal(set) var files = 0
    /// Clips that `clips.jsonl` lists.
    public internal(set) var clips = 0
    /// Videos decoded; 0 without a decoder.
    public internal(set) var decoded = 0
    /// The hash of `checksums.sha256`: the one to compare with what the publisher announced.
    @Nullable public internal(set) var sha256: Digest?
    public internal(set) var findings: [Finding] = []

    public var isSound: Bool { findings.isEmpty }
}
