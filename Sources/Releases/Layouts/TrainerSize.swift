import Foundation

extension Trainer {
    /// The size that a clip of `size` is trained at. Every trainer scales to cover it and cuts the rest off at the centre.
    func size(for size: FrameSize, in input: ModelInput) -> FrameSize {
        guard let width = input.width, let height = input.height else { return ownSize(for: size) }
        let wanted = FrameSize(width: width, height: height)
        switch self {
        case .microverse: return wanted
        case .musubi: return Self.musubiSize(for: size, area: wanted)
        case .diffusionPipe:
            return FrameSize(
                width: Self.nearest(Double(width), of: sizeStep), height: Self.nearest(Double(height), of: sizeStep))
        case .ltx: return wanted.cut(to: sizeStep)
        }
    }

    /// Without a wish: each trainer's own rule, for LTX a bucket of the clip's size.
    private func ownSize(for size: FrameSize) -> FrameSize {
        switch self {
        case .microverse: Self.microverseSize(for: size).cut(to: sizeStep)
        case .musubi: Self.musubiSize(for: size, area: Self.musubiResolution)
        case .diffusionPipe: Self.diffusionPipeSize(for: size)
        case .ltx: size.cut(to: sizeStep)
        }
    }

    /// `--max_pixels` of DiffSynth-Studio, diffsynth/diffusion/parsers.py; `ImageCropAndResize.get_height_width` in
    /// diffsynth/core/data/operators.py.
    private static func microverseSize(for size: FrameSize) -> FrameSize {
        let most = 1024.0 * 1024.0
        let area = Double(size.width * size.height)
        guard area > most else { return size }
        let scale = (area / most).squareRoot()
        return FrameSize(width: Int(Double(size.width) / scale), height: Int(Double(size.height) / scale))
    }

    /// `resolution` where a dataset of musubi-tuner gives none: src/musubi_tuner/dataset/config_utils.py.
    static let musubiResolution = FrameSize(width: 960, height: 544)

    /// `BucketSelector` in kohya-ss/musubi-tuner, src/musubi_tuner/dataset/bucket.py, with `enable_bucket`: of the sizes
    /// of about one area, in the order of width and height, the first whose aspect ratio is nearest.
    private static func musubiSize(for size: FrameSize, area: FrameSize) -> FrameSize {
        let step = Trainer.musubi.sizeStep
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

    /// As `diffusion-pipe/dataset.toml` of a release asks for where the profile has no size.
    static let diffusionPipeSide = 640.0
    static let diffusionPipeAspects = (least: 0.5, most: 2.0, count: 7)

    /// `DirectoryDataset` and `ARBucketDataset.cache_latents` in tdrussell/diffusion-pipe, utils/dataset.py.
    private static func diffusionPipeSize(for size: FrameSize) -> FrameSize {
        let (least, most, count) = diffusionPipeAspects
        let aspects = (0..<count).map { i -> Double in
            let aspect = least * pow(most / least, Double(i) / Double(count - 1))
            return (aspect * 1000).rounded(.toNearestOrEven) / 1000
        }
        let own = log(size.aspect)
        let aspect = aspects.min { abs(own - log($0)) < abs(own - log($1)) } ?? 1
        let area = diffusionPipeSide * diffusionPipeSide
        let width = (area * aspect).squareRoot()
        let step = Trainer.diffusionPipe.sizeStep
        return FrameSize(width: nearest(width, of: step), height: nearest(area / width, of: step))
    }

    private static func nearest(_ length: Double, of step: Int) -> Int {
        Int((length / Double(step)).rounded(.toNearestOrEven)) * step
    }
}
