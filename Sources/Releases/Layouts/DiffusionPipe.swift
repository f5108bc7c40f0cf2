import Model

/// diffusion-pipe scans `videos/train` for videos and the `.txt` beside each; a release adds its `dataset.toml`.
///
/// `DirectoryDataset` in tdrussell/diffusion-pipe, utils/dataset.py, takes `path` from where the trainer is started and
/// passes over `.txt`, `.json` and `.parquet`. A `metadata.jsonl` it tries as a clip, warns that there is no caption, and
/// goes on. It writes its cache into `path`.
enum DiffusionPipeListing {
    static func documents(profile: Profile) -> [(path: String, text: String)] {
        let input = ModelInput(profile: profile)
        let most = min(input.frames, ModelInput.lengths.upperBound)
        let lengths = Array(stride(from: 1, through: most, by: Trainer.diffusionPipe.frameStep))
        let size: String
        if let width = input.width, let height = input.height {
            let buckets = lengths.map { "    [\(width), \(height), \($0)],\n" }.joined()
            size = "# Width, height, frames.\nsize_buckets = [\n\(buckets)]"
        } else {
            let (least, most, count) = Trainer.diffusionPipeAspects
            size = """
                resolutions = [\(Int(Trainer.diffusionPipeSide))]
                enable_ar_bucket = true
                min_ar = \(least)
                max_ar = \(most)
                num_ar_buckets = \(count)
                frame_buckets = [\(lengths.map(String.init).joined(separator: ", "))]
                """
        }
        let text = """
            # diffusion-pipe, started in the directory of the release: paths are relative to it.
            # It writes its cache into videos/train: train on a copy, such as 'cp -rl RELEASE TRAINING' makes without space.
            # A clip goes into the longest bucket that it fills; a bucket drops what its batches leave over.
            \(size)

            [[directory]]
            path = "videos/train"
            num_repeats = 1

            """
        return [("diffusion-pipe/dataset.toml", text)]
    }
}
