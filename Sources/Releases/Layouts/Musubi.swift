import Model

extension Layout {
    /// musubi-tuner's `musubi/SPLIT.jsonl`: `caption`, `video_path`; and its `dataset.toml`.
    ///
    /// Paths are relative to the release, where the trainer is to be started: `VideoJsonlDatasource` in
    /// kohya-ss/musubi-tuner, src/musubi_tuner/dataset/datasources.py, tries them from there first, older versions only.
    package static let musubi = Layout(
        for: .musubi, texts: true,
        listings: { place in
            [
                LineListing(in: place, { "musubi/\($0).jsonl" }, always: [.train]) { record in
                    JSONNode.members([("caption", .text(record.caption)), ("video_path", .text(record.videoPath))]).line
                }
            ]
        },
        documents: { [("musubi/dataset.toml", musubiSettings($0))] },
        loading: { _ in "musubi-tuner, started in this directory: `--dataset_config musubi/dataset.toml`." })

    /// The training split, each clip up to the profile's frames.
    ///
    /// The trainer's cache lies beside the release and is named after it, since the trainer takes every clip that it
    /// finds in its cache.
    private static func musubiSettings(_ release: ReleaseDescription) -> String {
        let input = ModelInput(profile: release.profile)
        let size = FrameSize(
            width: input.width ?? Trainer.musubiResolution.width,
            height: input.height ?? Trainer.musubiResolution.height)
        let safe = String(
            release.name.unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-")
                    ? Character(scalar) : "_"
            })
        return """
            # musubi-tuner, started in the directory of the release: paths are relative to it.
            [general]
            resolution = [\(size.width), \(size.height)]
            enable_bucket = true
            batch_size = 1

            [[datasets]]
            video_jsonl_file = "musubi/train.jsonl"
            # Beside the release, so that the release stays as it is. It must hold nothing else.
            cache_directory = "../\(safe)-musubi-cache"
            # Every clip from its first frame, 4k + 1 frames of it. "head" would drop those shorter than target_frames.
            frame_extraction = "full"
            max_frames = \(input.frames)
            # Without source_fps no clip is re-timed: the model should run at the clips' rate.

            """
    }
}

extension Trainer {
    /// musubi-tuner, with Wan's codec and umT5.
    ///
    /// Frames: `VideoDataset.retrieve_latent_cache_batches` in kohya-ss/musubi-tuner,
    /// src/musubi_tuner/dataset/image_video_dataset.py, with `frame_extraction` `full`, or `head` where there are buckets;
    /// then it learns from the shorter buckets too.
    package static let musubi = Trainer(
        "musubi", frameStep: 4, sizeStep: 16, captionTokens: 512,
        taken: { trainer, available, input in
            guard let buckets = input.buckets else { return trainer.aligned(min(available, input.frames)) }
            return buckets.map(trainer.aligned).filter { $0 <= available }.max()
        },
        size: { trainer, clip, input in
            nearest(to: clip, ofArea: input.size ?? musubiResolution, step: trainer.sizeStep)
        })

    /// `resolution` where a dataset of musubi-tuner gives none: src/musubi_tuner/dataset/config_utils.py.
    fileprivate static let musubiResolution = FrameSize(width: 960, height: 544)

    /// `BucketSelector` in kohya-ss/musubi-tuner, src/musubi_tuner/dataset/bucket.py, with `enable_bucket`: of the sizes
    /// of about one area, in the order of width and height, the first whose aspect ratio is nearest.
    private static func nearest(to size: FrameSize, ofArea area: FrameSize, step: Int) -> FrameSize {
        guard max(area.width, area.height) <= ModelInput.sides.upperBound else { return area }
        let pixels = area.width * area.height
        let side = Int(Double(pixels).squareRoot())
        var sizes: Set<FrameSize> = []
        for short in stride(from: max(side / 2 / step, 1) * step, to: side + step, by: step) {
            let long = pixels / short / step * step
            guard long > 0 else { continue }
            sizes.insert(FrameSize(width: short, height: long))
            sizes.insert(FrameSize(width: long, height: short))
        }
        return sizes.sorted { ($0.width, $0.height) < ($1.width, $1.height) }
            .min { abs($0.aspect - size.aspect) < abs($1.aspect - size.aspect) } ?? area
    }
}
