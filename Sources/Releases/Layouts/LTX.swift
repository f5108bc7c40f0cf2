import Model

extension Layout {
    /// The LTX trainer's `ltx.json`, `.jsonl` and `.csv`: `caption`, `media_path`; those of other splits are
    /// `ltx_validation.*` and `ltx_test.*`.
    ///
    /// They lie at the top of the release, beside `videos/`: packages/ltx-trainer/scripts/process_videos.py and
    /// process_captions.py of Lightricks/LTX-2 resolve `media_path` from the file's own folder, and give their results
    /// the same relative path below `latents/` and `conditions/`. With a `..` in it the two would be one file.
    package static let ltx = Layout(
        for: .ltx,
        listings: { place in
            [
                TableListing(
                    in: place, columns: ["caption", "media_path"], stem: { $0 == .train ? "ltx" : "ltx_\($0)" },
                    fields: { [$0.caption, $0.videoPath] })
            ]
        },
        loading: { _ in
            "The LTX trainer: `ltx.json` (also as `.csv` and `.jsonl`) is its dataset file, for the training split."
        })
}

extension Trainer {
    /// LTX-Video-Trainer, and ltx-trainer of LTX-2, with Gemma. The bucket that it fills, at its own rate:
    /// `MediaDataset` in Lightricks/LTX-2, packages/ltx-trainer/scripts/process_videos.py.
    package static let ltx = Trainer(
        "ltx", frameStep: 8, sizeStep: 32, captionTokens: 1024, rates: .kept, refusesOddBuckets: true)
}
