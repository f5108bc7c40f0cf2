import Analysis
import Model

/// A picture that can be read at any point and time: blobs on a plain ground, all placed by a seed.
struct Scene {
    private struct Blob {
        var x, y, radius, light, driftX, driftY: Double
    }

    private var blobs: [Blob] = []
    private var ground = 0.0
    private var cb = 128.0
    private var cr = 128.0

    init(_ seed: UInt64, blobs count: Int = 14, drift: Double = 0.0005) {
        var random = SplitMix(seed: seed)
        ground = .random(in: 40...150, using: &random)
        cb = .random(in: 100...156, using: &random)
        cr = .random(in: 100...156, using: &random)
        for _ in 0..<count {
            blobs.append(
                Blob(
                    x: .random(in: 0...1, using: &random), y: .random(in: 0...1, using: &random),
                    radius: .random(in: 0.04...0.2, using: &random), light: .random(in: -110...110, using: &random),
                    driftX: .random(in: -drift...drift, using: &random),
                    driftY: .random(in: -drift...drift, using: &random)))
        }
    }

    /// Luma at a point (0...1 across and down) and a time in frames.
    func luma(_ x: Double, _ y: Double, _ time: Double) -> Double {
        blobs.reduce(ground) { sum, blob in
            let (dx, dy) = (x - blob.x - blob.driftX * time, y - blob.y - blob.driftY * time)
            let near = 1 - (dx * dx + dy * dy) / (blob.radius * blob.radius)
            return near > 0 ? sum + blob.light * near : sum
        }
    }

    func grid(_ time: Double = 0) -> Cells {
        var cells = Cells()
        for y in 0..<FrameGrid.height {
            for x in 0..<FrameGrid.width {
                cells.y[y * FrameGrid.width + x] =
                    luma(
                        (Double(x) + 0.5) / Double(FrameGrid.width), (Double(y) + 0.5) / Double(FrameGrid.height), time)
            }
        }
        cells.cb = [Double](repeating: cb, count: FrameGrid.count)
        cells.cr = [Double](repeating: cr, count: FrameGrid.count)
        return cells
    }

    func picture(width: Int, height: Int, time: Double = 0) -> GrayPicture {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let value = luma((Double(x) + 0.5) / Double(width), (Double(y) + 0.5) / Double(height), time)
                pixels.append(UInt8(min(255, max(0, value.rounded()))))
            }
        }
        return GrayPicture(width: width, height: height, pixels: pixels)
    }
}

/// A grid before it is rounded.
struct Cells {
    var y = [Double](repeating: 0, count: FrameGrid.count)
    var cb = [Double](repeating: 128, count: FrameGrid.count)
    var cr = [Double](repeating: 128, count: FrameGrid.count)

    static func plain(_ luma: Double) -> Cells {
        var cells = Cells()
        cells.y = [Double](repeating: luma, count: FrameGrid.count)
        return cells
    }

    func mixed(_ other: Cells, _ share: Double) -> Cells {
        func mix(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 * (1 - share) + $1 * share } }
        var cells = self
        cells.y = mix(y, other.y)
        cells.cb = mix(cb, other.cb)
        cells.cr = mix(cr, other.cr)
        return cells
    }

    func brighter(_ gain: Double) -> Cells { Cells.plain(0).mixed(self, gain) }

    func noisy(_ amplitude: Double, _ random: inout SplitMix) -> Cells {
        var cells = self
        for i in y.indices { cells.y[i] += .random(in: -amplitude...amplitude, using: &random) }
        return cells
    }

    var grid: FrameGrid {
        func bytes(_ plane: [Double]) -> [UInt8] { plane.map { UInt8(min(255, max(0, $0.rounded()))) } }
        var grid = FrameGrid()
        grid.y = bytes(y)
        grid.cb = bytes(cb)
        grid.cr = bytes(cr)
        return grid
    }
}

/// A frame that nothing decoded.
struct StillFrame: ~Copyable, MeasuredFrame {
    let ordinal: Int
    let pts: Int64
    let isKeyFrame: Bool
    private let sum: UInt32

    init(_ ordinal: Int, pts: Int64, isKeyFrame: Bool = false, checksum: UInt32 = 0) {
        self.ordinal = ordinal
        self.pts = pts
        self.isKeyFrame = isKeyFrame
        sum = checksum
    }

    func checksum() -> UInt32 { sum }
    func rgbPicture(width: Int, height: Int) -> [UInt8] { [UInt8](repeating: 0, count: 3 * width * height) }
}

/// A scan of frames that nothing decoded, by the measurers that every recipe wants.
struct StillScan {
    private let grids = GridMeter(ScanRule(), threads: 1)
    private let sampler = Sampler(ScanRule(), threads: 1)

    func add(
        _ frame: borrowing StillFrame, grid: FrameGrid, picture: GrayPicture? = nil, thumbnail: [UInt8]? = nil
    ) {
        var seen = SeenFrame()
        seen.grid = grid
        seen.sample = picture.map { SeenFrame.SampledPicture(picture: $0, thumbnail: thumbnail) }
        grids.take(frame, seen)
        sampler.take(frame, seen)
    }

    func finish() -> FrameTrack {
        var track = FrameTrack(grids.finish() + sampler.finish())
        track.evidence = TransitionEvidence(from: track)
        return track
    }
}

/// A track of grids at one tick a frame.
func track(_ cells: [Cells]) -> FrameTrack {
    let scan = StillScan()
    for (i, frame) in cells.enumerated() {
        scan.add(StillFrame(i, pts: Int64(i), isKeyFrame: i % 10 == 0, checksum: UInt32(i)), grid: frame.grid)
    }
    return scan.finish()
}

/// A track of sampled pictures, one a tick.
func track(pictures: [GrayPicture]) -> FrameTrack {
    let scan = StillScan()
    for (i, picture) in pictures.enumerated() {
        scan.add(StillFrame(i, pts: Int64(i)), grid: Scene(1).grid(Double(i)).grid, picture: picture)
    }
    return scan.finish()
}
