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
    let layouts: [Layout]
    let counts: ReleaseCounts
    /// Every file of the release but this one and the checksums.
    let files: [ReleaseFile]

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

    private var distribution: [JSONNode] {
        let sets = layouts.fileSets
        return files.filter { file in !sets.contains { $0.holds(file.path) } }
            .sorted { $0.path < $1.path }.map(Self.fileObject)
            + sets.filter { set in files.contains { set.holds($0.path) } }.map { set in
                .object([
                    "@type": .text("cr:FileSet"), "@id": .text(set.name), "name": .text(set.name),
                    "encodingFormat": .text(set.mediaType), "includes": .text(set.pattern),
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
        let clips = ReleasePath.table
        let provenance = ReleasePath.provenance
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
