import Model

/// How to load each layout of a release: shell and Python to be run within it.
struct DatasetCardLoading {
    let formats: [ReleaseFormat]
    /// One that holds clips.
    let split: Split

    var text: String {
        var lines = ["`clips.jsonl` describes every clip, one JSON object a line, whatever the format."]
        for format in formats { lines += ["", snippet(format)] }
        lines += [
            "",
            """
            `croissant.json` describes all of it for tools, `sha256sum -c checksums.sha256` checks every file:

            ```python
            import mlcroissant
            for clip in mlcroissant.Dataset("croissant.json").records("clips"):
                print(clip["clips/clip_id"], clip["clips/caption"])
            ```
            """,
        ]
        return lines.joined(separator: "\n")
    }

    private func snippet(_ format: ReleaseFormat) -> String {
        switch format {
        case .webdataset:
            """
            Tar shards, with `webdataset` (each sample has `mp4`, `txt` and `json`) or `datasets.load_dataset(".")`:

            ```python
            import glob
            import webdataset

            shards = sorted(glob.glob("\(split)-*.tar"))
            for sample in webdataset.WebDataset(shards, shardshuffle=False):
                video, caption = sample["mp4"], sample["txt"].decode()
            ```
            """
        case .mds:
            """
            MDS shards, with `mosaicml-streaming` (`clip_id`, `json`, `mp4`, `txt`):

            ```python
            from streaming import StreamingDataset

            for sample in StreamingDataset(local="mds", split="\(split)", shuffle=False, batch_size=1):
                video, caption = sample["mp4"], sample["txt"]
            ```
            """
        case .microverse:
            """
            The MicroVerse trainer (DiffSynth-Studio); `metadata.json` (also as `.csv` and `.jsonl`) lists the \
            training split alone, the other splits have files of their own:

            ```sh
            --dataset_base_path . --dataset_metadata_path metadata.json
            ```
            """
        case .hf:
            """
            Videos in folders, with Hugging Face `datasets`; `clips.parquet` holds the metadata of all splits:

            ```python
            import datasets

            videos = datasets.load_dataset("videofolder", data_dir="videos", split="\(split)")
            ```
            """
        case .musubi: "musubi-tuner, started in this directory: `--dataset_config musubi/dataset.toml`."
        case .diffusionPipe:
            """
            diffusion-pipe, started in a copy of this directory (it writes its cache beside the videos): \
            `dataset = 'diffusion-pipe/dataset.toml'` in its configuration.
            """
        case .ltx:
            "The LTX trainer: `ltx.json` (also as `.csv` and `.jsonl`) is its dataset file, for the training split."
        }
    }
}
