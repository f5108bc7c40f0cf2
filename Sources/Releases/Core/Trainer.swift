import Model

/// The trainers whose folders a release can hold. What each does with a clip is told in docs/trainers.md, with sources.
public enum Trainer: String, Codable, Sendable, CaseIterable {
    /// MicroVerse, that is DiffSynth-Studio's `UnifiedDataset`.
    case microverse
    /// musubi-tuner.
    case musubi
    /// diffusion-pipe.
    case diffusionPipe = "diffusion-pipe"
    /// LTX-Video-Trainer, and ltx-trainer of LTX-2.
    case ltx

    /// nil where the format is a loader's, which gives what is there.
    public init?(format: ReleaseFormat) {
        switch format {
        case .webdataset, .mds, .hf: return nil
        case .microverse: self = .microverse
        case .musubi: self = .musubi
        case .diffusionPipe: self = .diffusionPipe
        case .ltx: self = .ltx
        }
    }

    /// Frames behind the first come in groups of so many: the compression in time of the model's video codec.
    var frameStep: Int { self == .ltx ? 8 : 4 }

    /// Width and height are multiples of it, pixels.
    var sizeStep: Int { self == .ltx ? 32 : 16 }

    /// Tokens of a caption that the text encoder reads: umT5 of Wan, Gemma of LTX.
    var captionTokens: Int { self == .ltx ? 1024 : 512 }

    /// The most frames up to `frames` that the model's codec can take: `frameStep` x k + 1. At least 1.
    func aligned(_ frames: Int) -> Int { max(frames - 1, 0) / frameStep * frameStep + 1 }

    /// The longest of the lengths that clips are sorted into, up to `frames`: of those wished, else of each that the
    /// codec can take from `frameStep` + 1 up to the model's, so that a clip loses the least.
    private func longestBucket(upTo frames: Int, in input: ModelInput) -> Int? {
        if let wished = input.buckets { return wished.filter { $0 <= frames }.max() }
        let length = aligned(min(frames, input.frames))
        return length > 1 || input.frames <= frameStep ? length : nil
    }

    /// How many of a clip's frames (after re-timing) it learns from, always its first; nil where it drops the clip.
    ///
    /// - microverse: `FrameSamplerByRateMixin.get_num_frames` in DiffSynth-Studio, diffsynth/core/data/operators.py.
    /// - musubi: `VideoDataset.retrieve_latent_cache_batches` in kohya-ss/musubi-tuner,
    ///   src/musubi_tuner/dataset/image_video_dataset.py, with `frame_extraction` `full`, or `head` where there are
    ///   buckets; then it learns from the shorter buckets too.
    /// - diffusion-pipe: `DirectoryDataset._find_closest_size_bucket` in tdrussell/diffusion-pipe, utils/dataset.py, and
    ///   `PreprocessMediaFile.align_frames` in models/base.py. A bucket of one frame is for pictures.
    /// - ltx: `MediaDataset` in Lightricks/LTX-2, packages/ltx-trainer/scripts/process_videos.py.
    func taken(of available: Int, in input: ModelInput) -> Int? {
        let longest = longestBucket(upTo: available, in: input)
        switch self {
        case .microverse: return available >= input.frames ? input.frames : aligned(available)
        case .musubi:
            guard let buckets = input.buckets else { return aligned(min(available, input.frames)) }
            return buckets.map(aligned).filter { $0 <= available }.max()
        case .diffusionPipe where available <= 1: return available == 1 ? 1 : nil
        case .diffusionPipe: return longest.flatMap { $0 == 1 ? nil : aligned($0) }
        case .ltx: return longest
        }
    }

    /// Frames that the clip has at the model's rate. Only diffusion-pipe re-times, by count: `_metadata_map_fn` in
    /// utils/dataset.py, `convert_framerate` in models/base.py.
    func available(_ clip: ClipShape, in input: ModelInput) -> Int {
        guard self == .diffusionPipe else { return clip.frames }
        return Int(min(Double(clip.frames) * input.rate.double / clip.fps, 1e9))
    }
}
