public import Model

/// A clip that a release may hold, but for its texts.
public struct ReleaseCandidate: Sendable {
    public var id: ClipID
    public var source: SourceID
    /// Whether experts accepted it; else nobody has decided.
    public var isAccepted: Bool
    /// Whether an earlier release holds it.
    public var wasReleased: Bool
}

/// A clip that can go into a release, as the manifest knows it.
public struct ReleasableClip: Sendable {
    public var clip: ClipRecord
    public var caption: String
    /// Whether the caption is an expert's.
    public var captionByExpert: Bool
    public var level: String
    public var group: String
    public var rendition: Rendition
}

/// What the manifest keeps of a finished release, beyond its clips.
public struct ReleaseRecord: Sendable {
    public var name: String
    public var version: String
    public var seed: Int
    public var recipe: Digest
    /// Names of its layouts.
    public var formats: [String]
    public var datePublished: String
    public var state: Digest
    public var ledgerHead: String
    public var directory: String
    /// Of `checksums.sha256`.
    public var sha256: Digest

    public init(
        name: String, version: String, seed: Int, recipe: Digest, formats: [String], datePublished: String,
        state: Digest, ledgerHead: String, directory: String, sha256: Digest
    ) {
        self.name = name
        self.version = version
        self.seed = seed
        self.recipe = recipe
        self.formats = formats
        self.datePublished = datePublished
        self.state = state
        self.ledgerHead = ledgerHead
        self.directory = directory
        self.sha256 = sha256
    }
}

/// A clip as a release recorded it.
public struct ReleasedClip: Sendable {
    public var clip: ClipID
    public var split: String
    public var rendition: Digest
    public var caption: Digest

    public init(clip: ClipID, split: String, rendition: Digest, caption: Digest) {
        self.clip = clip
        self.split = split
        self.rendition = rendition
        self.caption = caption
    }
}

/// A release as it is listed.
public struct ReleaseSummary: Sendable {
    public struct Split: Sendable {
        public var name: String
        public var clips: Int
    }

    public var name: String
    public var clips: Int
    /// In order of their names.
    public var splits: [Split]
    /// Of the manifest's state that it was made from.
    public var state: String
    public var releasedAt: String
}
