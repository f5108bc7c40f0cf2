import Model

/// `metadata.jsonl` beside the videos of each split, for Hugging Face's VideoFolder: `file_name` and every key of the
/// record, with the same types in every line and split.
final class HuggingFaceListing: Listing {
    private let files: SplitFiles

    init(in place: any ListingPlace) { files = SplitFiles(in: place) { "videos/\($0)/metadata.jsonl" } }

    func append(_ record: SampleRecord) throws {
        let name = (key: "file_name", value: JSONNode.text("\(record.clipId).mp4"))
        try files.file(record.split).file.write(JSONNode.members([name] + record.members).line + "\n")
    }

    func finish() {}
}
