/// A column of a file of JSON lines, as a field of a record set.
struct CroissantField {
    enum Kind: String { case text = "sc:Text", integer = "sc:Integer", float = "sc:Float", time = "sc:DateTime" }

    /// What the values are keys of.
    enum Reference {
        case field(String)
        /// The column of a file: mlcroissant can't join record sets that are read from files.
        case column(String, file: String)

        var node: JSONNode {
            switch self {
            case .field(let id): .object(["field": .object(["@id": .text(id)])])
            case .column(let name, let file):
                .object(["fileObject": .object(["@id": .text(file)]), "extract": .object(["column": .text(name)])])
            }
        }
    }

    let column: String
    let kind: Kind
    var isArray = false
    /// Semantic types beside `kind`.
    var types: [String] = []
    let description: String
    /// The property of PROV that it is.
    var property: String?
    var references: Reference?

    init(
        _ column: String, _ kind: Kind, isArray: Bool = false, types: [String] = [], _ description: String,
        property: String? = nil, references: Reference? = nil
    ) {
        self.column = column
        self.kind = kind
        self.isArray = isArray
        self.types = types
        self.description = description
        self.property = property
        self.references = references
    }

    func node(of set: String, in file: String) -> JSONNode {
        var members: [String: JSONNode] = [
            "@type": .text("cr:Field"), "@id": .text("\(set)/\(column)"), "name": .text(column),
            "description": .text(description),
            "dataType": types.isEmpty
                ? .text(kind.rawValue) : .list(([kind.rawValue] + types).map { .text($0) }),
            "source": .object([
                "fileObject": .object(["@id": .text(file)]), "extract": .object(["column": .text(column)]),
            ]),
        ]
        if isArray {
            members["isArray"] = .boolean(true)
            members["arrayShape"] = .text("-1")
        }
        if let property { members["equivalentProperty"] = .text(property) }
        if let references { members["references"] = references.node }
        return .object(members)
    }

    /// The keys of a sample, in their order. Texts are "" where unknown.
    static let clip: [CroissantField] = [
        .init("accepted_by", .text, "experts (by quorum) or unreviewed (the automatic filters alone)."),
        .init("attribution", .text, "Whom the licence asks to name."),
        .init("bytes", .integer, "Size of the video, bytes."),
        .init("caption", .text, "What the clip shows; the text to train on."),
        .init("caption_kind", .text, "normalized or expert."),
        .init("clip_id", .text, types: ["sc:identifier"], "Hash of source and span; the sample's key."),
        .init("duplicate_group", .text, "Shared by clips that show the same footage."),
        .init("end_frame", .integer, "Decode ordinal in the source after the last frame."),
        .init("end_pts", .integer, "End in ticks of time_base, exclusive."),
        .init("end_seconds", .float, "End in seconds of the source's playing time, exclusive."),
        .init("fps", .float, "Frames a second of the video; the average where frames are unevenly spaced."),
        .init("frame_rate", .text, "Exact frames a second, such as 16/1."),
        .init("frames", .integer, "Frames that the video decodes to."),
        .init("height", .integer, "Pixels."),
        .init("interval_seconds", .text, "Real seconds between the source's frames, a decimal."),
        .init("level", .text, types: ["cr:Label"], "Biological level: a label of the recipe."),
        .init("licence", .text, "Of the source: SPDX identifier, or the words it came with."),
        .init("pixel_size_um", .text, "Micrometres a pixel of the source, a decimal."),
        .init("profile", .text, "How the video is encoded."),
        .init("repeated_frames", .integer, "Frames that show the same source frame as the one before them."),
        .init("sha256", .text, "Of the video."),
        .init(
            "source_frames", .integer, isArray: true,
            "For each frame, the decode ordinal of the source frame behind it."),
        .init("source_id", .text, "Hash of the source's files and view.", property: "prov:wasDerivedFrom"),
        .init("source_title", .text, "Of the recording."),
        .init("source_url", .text, "Of the recording."),
        .init(
            "split", .text, "train, validation or test.",
            references: .field("splits/name")),
        .init("start_frame", .integer, "Decode ordinal in the source of the first frame."),
        .init("start_pts", .integer, "Start in ticks of time_base."),
        .init("start_seconds", .float, "Start in seconds of the source's playing time."),
        .init("time_base", .text, "Seconds a tick, such as 1/90000."),
        .init("time_lapse", .text, "Real seconds a played second, a decimal."),
        .init("timing", .text, "pts or ordinal (the source has no timestamps)."),
        .init("um_per_pixel", .text, "Micrometres a pixel of the video, a decimal."),
        .init("width", .integer, "Pixels."),
    ]

    /// The keys of an annotation, in their order.
    static func annotation(clips file: String) -> [CroissantField] {
        [
            .init(
                "at", .time, "When an expert said it; empty for a machine's.", property: "prov:generatedAtTime"),
            .init(
                "clip_id", .text, "The clip that it is about.",
                references: .column("clip_id", file: file)),
            .init("id", .text, types: ["sc:identifier"], "Of the caption or the decision."),
            .init("kind", .text, "caption or decision."),
            .init("level", .text, types: ["cr:Label"], "The level that a decision gives."),
            .init("reasons", .text, isArray: true, "The reasons of a decision."),
            .init("value", .text, "A caption's text; accept, reject or unsure.", property: "prov:value"),
            .init(
                "was_attributed_to", .text, types: ["prov:Agent"],
                "reviewer-N, microcurate, or where a text stood.",
                property: "prov:wasAttributedTo"),
            .init(
                "was_derived_from", .text, types: ["prov:Entity"],
                "The caption, decision, source, or video (by its SHA-256) that it was made from.",
                property: "prov:wasDerivedFrom"),
            .init(
                "was_generated_by", .text, types: ["prov:Activity"],
                "What made it: import, normalizer N, review, carry.",
                property: "prov:wasGeneratedBy"),
        ]
    }
}
