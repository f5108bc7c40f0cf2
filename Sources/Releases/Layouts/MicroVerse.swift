import Model

extension Layout {
    /// The MicroVerse trainer's `metadata.json`, `.jsonl` and `.csv`: `id`, `prompt`, `video`; those of other splits are
    /// `metadata_validation.*` and `metadata_test.*`. Videos are relative to the release.
    ///
    /// `UnifiedDataset` in DiffSynth-Studio, diffsynth/core/data/unified_dataset.py, joins `video` to
    /// `--dataset_base_path`.
    package static let microverse = Layout(
        for: .microverse,
        listings: { place in
            [
                TableListing(
                    in: place, columns: ["id", "prompt", "video"],
                    stem: { $0 == .train ? "metadata" : "metadata_\($0)" },
                    fields: { [$0.clipId.rawValue, $0.caption, $0.videoPath] })
            ]
        },
        loading: { _ in
            """
            The MicroVerse trainer (DiffSynth-Studio); `metadata.json` (also as `.csv` and `.jsonl`) lists the \
            training split alone, the other splits have files of their own:

            ```sh
            --dataset_base_path . --dataset_metadata_path metadata.json
            ```
            """
        })
}

extension Trainer {
    /// MicroVerse, that is DiffSynth-Studio's `UnifiedDataset`, with Wan's codec and umT5. It reads through imageio, which
    /// has FFmpeg even out the rate, and counts frames before that.
    ///
    /// Frames: `FrameSamplerByRateMixin.get_num_frames` in diffsynth/core/data/operators.py.
    package static let microverse = Trainer(
        "microverse", frameStep: 4, sizeStep: 16, captionTokens: 512, evensOut: true,
        taken: { trainer, available, input in
            available >= input.frames ? input.frames : trainer.aligned(available)
        },
        size: { trainer, clip, input in input.size ?? largest(for: clip).cut(to: trainer.sizeStep) })

    /// `--max_pixels` of DiffSynth-Studio, diffsynth/diffusion/parsers.py; `ImageCropAndResize.get_height_width` in
    /// diffsynth/core/data/operators.py.
    private static func largest(for size: FrameSize) -> FrameSize {
        let most = 1024.0 * 1024.0
        let area = Double(size.width * size.height)
        guard area > most else { return size }
        let scale = (area / most).squareRoot()
        return FrameSize(width: Int(Double(size.width) / scale), height: Int(Double(size.height) / scale))
    }
}
