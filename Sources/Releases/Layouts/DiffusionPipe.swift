import Foundation
import Model

extension Layout {
    /// diffusion-pipe scans `videos/train` for videos and the `.txt` beside each; a release adds its `dataset.toml`.
    ///
    /// `DirectoryDataset` in tdrussell/diffusion-pipe, utils/dataset.py, takes `path` from where the trainer is started
    /// and passes over `.txt`, `.json` and `.parquet`. A `metadata.jsonl` it tries as a clip, warns that there is no
    /// caption, and goes on. It writes its cache into `path`.
    package static let diffusionPipe = Layout(
        for: .diffusionPipe, texts: true,
        documents: { [("diffusion-pipe/dataset.toml", diffusionPipeSettings(ModelInput(profile: $0.profile)))] },
        loading: { _ in
            """
            diffusion-pipe, started in a copy of this directory (it writes its cache beside the videos): \
            `dataset = 'diffusion-pipe/dataset.toml'` in its configuration.
            """
        })

    private static func diffusionPipeSettings(_ input: ModelInput) -> String {
        let most = min(input.frames, ModelInput.lengths.upperBound)
        let lengths = Array(stride(from: 1, through: most, by: Trainer.diffusionPipe.frameStep))
        let size: String
        if let wanted = input.size {
            let buckets = lengths.map { "    [\(wanted.width), \(wanted.height), \($0)],\n" }.joined()
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
        return """
            # diffusion-pipe, started in the directory of the release: paths are relative to it.
            # It writes its cache into videos/train: train on a copy, such as 'cp -rl RELEASE TRAINING' makes without space.
            # A clip goes into the longest bucket that it fills; a bucket drops what its batches leave over.
            \(size)

            [[directory]]
            path = "videos/train"
            num_repeats = 1

            """
    }
}

extension Trainer {
    /// diffusion-pipe, with Wan's codec and umT5. It re-times by count: `_metadata_map_fn` in tdrussell/diffusion-pipe,
    /// utils/dataset.py, `convert_framerate` in models/base.py.
    ///
    /// Frames: `DirectoryDataset._find_closest_size_bucket` in utils/dataset.py, and `PreprocessMediaFile.align_frames`
    /// in models/base.py. A bucket of one frame is for pictures.
    package static let diffusionPipe = Trainer(
        "diffusion-pipe", frameStep: 4, sizeStep: 16, captionTokens: 512, rates: .converted,
        taken: { trainer, available, input in
            guard available > 1 else { return available == 1 ? 1 : nil }
            return trainer.longestBucket(upTo: available, in: input).flatMap { $0 == 1 ? nil : trainer.aligned($0) }
        },
        size: { trainer, clip, input in
            let (width, height) =
                input.size.map { (Double($0.width), Double($0.height)) } ?? diffusionPipeSides(for: clip)
            return FrameSize(width: nearest(width, of: trainer.sizeStep), height: nearest(height, of: trainer.sizeStep))
        })

    /// As `diffusion-pipe/dataset.toml` of a release asks for where the profile has no size.
    fileprivate static let diffusionPipeSide = 640.0
    fileprivate static let diffusionPipeAspects = (least: 0.5, most: 2.0, count: 7)

    /// `DirectoryDataset` and `ARBucketDataset.cache_latents` in tdrussell/diffusion-pipe, utils/dataset.py.
    private static func diffusionPipeSides(for size: FrameSize) -> (width: Double, height: Double) {
        let (least, most, count) = diffusionPipeAspects
        let aspects = (0..<count).map { i -> Double in
            let aspect = least * pow(most / least, Double(i) / Double(count - 1))
            return (aspect * 1000).rounded(.toNearestOrEven) / 1000
        }
        let own = log(size.aspect)
        let aspect = aspects.min { abs(own - log($0)) < abs(own - log($1)) } ?? 1
        let area = diffusionPipeSide * diffusionPipeSide
        let width = (area * aspect).squareRoot()
        return (width, area / width)
    }

    private static func nearest(_ length: Double, of step: Int) -> Int {
        Int((length / Double(step)).rounded(.toNearestOrEven)) * step
    }
}
