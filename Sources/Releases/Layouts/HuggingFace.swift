import Model

extension Layout {
    /// Hugging Face's VideoFolder: `metadata.jsonl` beside the videos of each split, with `file_name` and every key of
    /// the record, of the same types in every line and split.
    package static let hf = Layout(
        "hf", storage: .videos(texts: false),
        listings: { place in
            [
                LineListing(in: place, { "\(VideoFolder.name)/\($0)/metadata.jsonl" }) { record in
                    JSONNode.members([("file_name", .text("\(record.clipId).mp4"))] + record.members).line
                }
            ]
        },
        // VideoFolder fails at the captions that lie beside the videos for other trainers.
        dataFiles: { ["videos/\($0)/*.mp4", "videos/\($0)/metadata.jsonl"] },
        loading: { split in
            """
            Videos in folders, with Hugging Face `datasets`; `clips.parquet` holds the metadata of all splits:

            ```python
            import datasets

            videos = datasets.load_dataset("videofolder", data_dir="videos", split="\(split)")
            ```
            """
        })
}
