import GRDB
public import Model

/// What is known about where a source comes from. Unknown is nil.
public struct Provenance: Codable, Hashable, Sendable {
    public var title: String?
    public var description: String?
    public var channel: String?
    public var series: String?
    public var url: String?
    public var uploadDate: String?
    public var views: Int?
    public var likes: Int?
    public var tags: [String]?
    public var licence: String?
    public var attribution: String?
    public var level: String?

    public init() {}

    /// Takes over all that `other` knows.
    public mutating func override(by other: Provenance) {
        title = other.title ?? title
        description = other.description ?? description
        channel = other.channel ?? channel
        series = other.series ?? series
        url = other.url ?? url
        uploadDate = other.uploadDate ?? uploadDate
        views = other.views ?? views
        likes = other.likes ?? likes
        tags = other.tags ?? tags
        licence = other.licence ?? licence
        attribution = other.attribution ?? attribution
        level = other.level ?? level
    }
}

/// A source as `ingest` records it.
public struct SourceRecord: Sendable {
    public var location: SourceLocation
    public var digests: [Digest]
    public var description: MediaDescription
    public var provenance: Provenance
    public var subtitles: [SubtitleLine]

    public init(
        location: SourceLocation, digests: [Digest], description: MediaDescription, provenance: Provenance,
        subtitles: [SubtitleLine]
    ) {
        self.location = location
        self.digests = digests
        self.description = description
        self.provenance = provenance
        self.subtitles = subtitles
    }
}

extension Provenance: RowRecord {
    static let table = RecordTable("provenance", key: "source_id")

    init(_ row: TableRow) throws {
        title = try row["title"]
        description = try row["description"]
        channel = try row["channel"]
        series = try row["series"]
        url = try row["url"]
        uploadDate = try row["upload_date"]
        views = try row["views"]
        likes = try row["likes"]
        tags = try row.documentIfAny("tags")
        licence = try row["licence"]
        attribution = try row["attribution"]
        level = try row["level"]
    }
}

/// A source with all that is known of it, as it is listed. An empty text is unknown, as nil is.
public struct SourceOverview: Sendable {
    public var id: SourceID
    public var kind: MediaKind
    public var timing: Timing
    public var view: View
    public var description: MediaDescription
    /// The first of the paths of its first file; nil where none is known any more.
    public var path: String?
    /// Of its scan, as are width, height and problems.
    public var frames: Int?
    public var width: Int?
    public var height: Int?
    /// What the decoder met and passed over, in words.
    public var problems: [String]
    public var title: String?
    public var url: String?
    public var licence: String?
    public var attribution: String?
    public var channel: String?
}

extension SourceOverview: RowRecord {
    static let table = RecordTable("source", key: "id")

    init(_ row: TableRow) throws {
        id = try row["id"]
        kind = try row["kind"]
        timing = try row["timing"]
        view = try row.document("view")
        description = try row.document("probe")
        path = try row["path"]
        frames = try row["frames"]
        width = try row["width"]
        height = try row["height"]
        problems = try row.documentIfAny("problems") ?? []
        title = try row["title"]
        url = try row["url"]
        licence = try row["licence"]
        attribution = try row["attribution"]
        channel = try row["channel"]
    }
}
