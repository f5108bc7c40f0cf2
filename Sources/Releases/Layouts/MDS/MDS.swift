import Model

extension Layout {
    /// `mds/SPLIT/` for MosaicML's `StreamingDataset`.
    package static let mds = Layout(
        "mds", storage: .shards(MDSShards()), documents: { _, shards in MDSShards.indices(shards) },
        loading: { split in
            """
            MDS shards, with `mosaicml-streaming` (`clip_id`, `json`, `mp4`, `txt`):

            ```python
            from streaming import StreamingDataset

            for sample in StreamingDataset(local="mds", split="\(split)", shuffle=False, batch_size=1):
                video, caption = sample["mp4"], sample["txt"]
            ```
            """
        })
}
