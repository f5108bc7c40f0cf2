import Model

/// `croissant.json`: the release in MLCommons Croissant 1.1
/// (https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html).
///
/// Its record sets are `splits`, `clips` and `provenance`. mlcroissant reads JSON lines with pandas, which makes
/// numbers of a text column whose every value is one: ids therefore begin with a letter, and the clips are read from
/// Parquet, where the release holds that.
struct Croissant {
    static let name = "croissant.json"

    let description: ReleaseDescription
    let formats: [ReleaseFormat]
    let counts: ReleaseCounts
    /// Every file of the release but this one and the checksums.
    let files: [ReleaseFile]

    init(description: ReleaseDescription, formats: [ReleaseFormat], counts: ReleaseCounts, files: [ReleaseFile]) {
        self.description = description
        self.formats = formats
        self.counts = counts
        self.files = files
    }

    func json() throws -> String {
        let about = description.about
        var members: [String: JSONNode] = [
            "@context": Self.context,
            "@type": .text("sc:Dataset"),
            "conformsTo": .text("http://mlcommons.org/croissant/1.1"),
            "name": .text(description.name),
            "description": .text(summary),
            "license": .list(licences.map { .text($0) }),
            // Without a page of its own, the dataset is where this file lies.
            "url": .text(about.url.isEmpty ? "./" : about.url),
            "creator": .object([
                "@type": .text("sc:Organization"),
                "name": .text(about.creator.isEmpty ? "The curators of \(description.name)" : about.creator),
            ]),
            "version": .text(description.version),
            "citeAs": .text(description.citation),
            "keywords": .list(["microscopy", "text-to-video", "video"].map { .text($0) }),
            "prov:wasGeneratedBy": .object([
                "@type": .text("prov:Activity"),
                "prov:label": .text(
                    "MicroCurator, recipe \(description.recipe.name) \(description.recipe.version), "
                        + "manifest state \(description.state)"),
            ]),
            "distribution": .list(distribution),
            "recordSet": .list(recordSets),
        ]
        if !about.datePublished.isEmpty { members["datePublished"] = .text(about.datePublished) }
        return JSONNode.object(members).page
    }

    private var summary: String {
        let words = description.recipe.description
        guard words.isEmpty else { return words }
        return "\(counts.clips) video clips, curated with MicroCurator by the recipe \(description.recipe.name)."
    }

    /// Addresses of the dataset's licence, else of its clips'; the words of those that have none.
    private var licences: [String] {
        let texts = description.about.licence.isEmpty ? Array(counts.licences.keys) : [description.about.licence]
        return Set(texts.map { $0.isEmpty ? "unknown" : Licence($0).url ?? $0 }).sorted()
    }

    // MARK: Files

    /// Files that are told of together.
    private static let sets: [(id: String, format: String, folder: String, suffix: String, includes: String)] = [
        ("videos", "video/mp4", "videos/", ".mp4", "videos/*/*.mp4"),
        ("captions", "text/plain", "videos/", ".txt", "videos/*/*.txt"),
        ("mds-shards", "application/octet-stream", "mds/", ".mds", "mds/*/*.mds"),
    ]

    private var distribution: [JSONNode] {
        func isIn(_ file: ReleaseFile, folder: String, suffix: String) -> Bool {
            file.path.hasPrefix(folder) && file.path.hasSuffix(suffix)
        }
        let single = files.filter { file in !Self.sets.contains { isIn(file, folder: $0.folder, suffix: $0.suffix) } }
        let sets = Self.sets.filter { set in files.contains { isIn($0, folder: set.folder, suffix: set.suffix) } }
        return single.sorted { $0.path < $1.path }.map(Self.fileObject)
            + sets.map { set in
                .object([
                    "@type": .text("cr:FileSet"), "@id": .text(set.id), "name": .text(set.id),
                    "encodingFormat": .text(set.format), "includes": .text(set.includes),
                ])
            }
    }

    private static func fileObject(_ file: ReleaseFile) -> JSONNode {
        .object([
            "@type": .text("cr:FileObject"), "@id": .text(file.path), "name": .text(file.path),
            "contentUrl": .text(file.path), "contentSize": .text("\(file.bytes) B"),
            "encodingFormat": .text(encodingFormat(of: file.path)), "sha256": .text(file.sha256.hex),
        ])
    }

    private static func encodingFormat(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "csv": "text/csv"
        case "json": "application/json"
        case "jsonl": "application/jsonlines"
        case "md": "text/markdown"
        case "parquet": "application/x-parquet"
        case "tar": "application/x-tar"
        case "toml": "application/toml"
        case "tsv": "text/tab-separated-values"
        default: "application/octet-stream"
        }
    }

    // MARK: Records

    private var recordSets: [JSONNode] {
        let clips = ParquetListing.name
        let provenance = DraftWriter.provenanceName
        var sets = [
            splits,
            Self.recordSet(
                "clips", key: "clip_id", "One record a clip, in the release's shuffled order.", CroissantField.clip,
                in: clips),
        ]
        // An empty file has no columns that could be read.
        if files.contains(where: { $0.path == provenance && $0.bytes > 0 }) {
            sets.append(
                Self.recordSet(
                    "provenance", key: "id",
                    "Each clip's captions, and the experts' decisions that are in force on it.",
                    CroissantField.annotation(clips: clips), in: provenance, type: "prov:Entity"))
        }
        return sets
    }

    private static func recordSet(
        _ id: String, key: String, _ description: String, _ fields: [CroissantField], in file: String,
        type: String? = nil
    ) -> JSONNode {
        var members: [String: JSONNode] = [
            "@type": .text("cr:RecordSet"), "@id": .text(id), "name": .text(id), "description": .text(description),
            "key": .object(["@id": .text("\(id)/\(key)")]),
            "field": .list(fields.map { $0.node(of: id, in: file) }),
        ]
        if let type { members["dataType"] = .text(type) }
        return .object(members)
    }

    private var splits: JSONNode {
        let present = Split.allCases.filter { counts.splits[$0.rawValue] != nil }
        func field(_ name: String, _ types: String...) -> JSONNode {
            .object([
                "@type": .text("cr:Field"), "@id": .text("splits/\(name)"), "name": .text(name),
                "dataType": .list(types.map { .text($0) }),
            ])
        }
        return .object([
            "@type": .text("cr:RecordSet"), "@id": .text("splits"), "name": .text("splits"),
            "description": .text("No source, series or duplicate group is in two of them."),
            "dataType": .text("cr:Split"), "key": .object(["@id": .text("splits/name")]),
            "field": .list([field("name", "sc:Text"), field("url", "sc:URL", "cr:Split")]),
            "data": .list(
                present.map { .object(["splits/name": .text($0.rawValue), "splits/url": .text($0.croissantType)]) }),
        ])
    }
}

extension Split {
    fileprivate var croissantType: String {
        switch self {
        case .train: "cr:TrainingSplit"
        case .validation: "cr:ValidationSplit"
        case .test: "cr:TestSplit"
        }
    }
}
