internal import Foundation
public import Media
public import Model

/// Footage whose every frame shows its ordinal, with known cuts, dissolves and fades, over moving texture.
///
/// The ordinal stands in the middle third of the picture as a square of 4 x 4 black and white blocks, so it survives
/// lossy coding, scaling and a centre crop: 15 bits of Gray code (one block changes a frame) and their parity.
public struct ClockFootage: Sendable {
    /// How a scene takes over from the one before it.
    public enum Entrance: Hashable, Sendable {
        case cut
        /// So many mixed frames; they belong to no scene.
        case dissolve(Int)
        /// So many frames, the first half down to black, the second half up from it; the clock dims with them.
        case fade(Int)

        var frames: Int {
            switch self {
            case .cut: 0
            case .dissolve(let count), .fade(let count): count
            }
        }
    }

    public enum Style: Sendable { case moving, still, smooth, black }

    public struct Scene: Sendable {
        /// Frames that show this scene alone.
        public var frames: Int
        /// Chooses colour and texture; scenes of equal look show the same footage.
        public var look: Int
        public var entrance: Entrance
        public var style: Style

        public init(_ frames: Int, look: Int, entrance: Entrance = .cut, style: Style = .moving) {
            self.frames = frames
            self.look = look
            self.entrance = entrance
            self.style = style
        }
    }

    public var scenes: [Scene]
    /// Pixels as stored; both even.
    public var width: Int
    public var height: Int
    public var rate: Rational
    public var codec: VideoWriter.Codec
    /// Presentation times in ticks of `timeBase`, one a frame; nil spaces the frames evenly by `rate`.
    public var pts: [Int64]?
    public var timeBase: Rational
    /// Rows of black above and below.
    public var bars = 0
    public var showsClock = true
    public var gop = 25
    public var quality = 17
    /// FFmpeg's name; nil is the codec's usual one.
    public var pixelFormat: String?
    /// Degrees clockwise that players turn the stored picture, which is written so that the clock comes out upright.
    public var rotation = 0
    public var sampleAspect = Rational(1)

    public init(
        scenes: [Scene], width: Int = 320, height: Int = 240, rate: Rational = Rational(25),
        codec: VideoWriter.Codec = .h264
    ) {
        self.scenes = scenes
        self.width = width
        self.height = height
        self.rate = rate
        self.codec = codec
        timeBase = rate.reciprocal
    }

    /// One scene.
    public init(
        frames: Int, width: Int = 320, height: Int = 240, rate: Rational = Rational(25),
        codec: VideoWriter.Codec = .h264
    ) {
        self.init(scenes: [Scene(frames, look: 0)], width: width, height: height, rate: rate, codec: codec)
    }

    /// All frames, those of the transitions included.
    public var frames: Int {
        scenes.reduce(0) { $0 + $1.frames } + scenes.dropFirst().reduce(0) { $0 + $1.entrance.frames }
    }

    /// The spans in which one scene is seen alone.
    public var shots: [FrameSpan] {
        var start = 0
        return scenes.enumerated().map { index, scene in
            if index > 0 { start += scene.entrance.frames }
            defer { start += scene.frames }
            return FrameSpan(start: start, end: start + scene.frames)
        }
    }

    /// What happens between the scenes.
    public var transitions: [Transition] {
        zip(scenes, shots).dropFirst().map { scene, shot in
            let kind: Transition.Kind =
                switch scene.entrance {
                case .cut: .cut
                case .dissolve: .dissolve
                case .fade: .fade
                }
            let mixed = FrameSpan(start: shot.start - scene.entrance.frames, end: shot.start)
            return Transition(kind: kind, frames: mixed, score: 1)
        }
    }

    /// The presentation times that `write` uses.
    public var times: [Int64] {
        pts ?? (0..<frames).map { rate.reciprocal.rescale(Int64($0), to: timeBase) }
    }

    /// Writes the footage; the extension chooses the container (see `VideoWriter`).
    public func write(to path: String) throws(Fault) {
        var settings = VideoWriter.Settings(
            codec: codec, width: width, height: height, timeBase: timeBase, rate: pts == nil ? rate : nil)
        settings.gop = gop
        settings.quality = quality
        settings.preset = "veryfast"
        if let pixelFormat { settings.pixelFormat = pixelFormat }
        settings.rotation = rotation
        settings.sampleAspect = sampleAspect
        var writer = try VideoWriter.create(path, settings)
        for (ordinal, time) in times.enumerated() { try writer.write(picture(ordinal), at: time) }
        _ = try writer.finish()
    }

    /// Writes the pictures as YUV4MPEG2 (4:2:0, limited range) for another program to encode; its header states `rate`
    /// and square pixels.
    public func writeRaw(to path: String) throws {
        var bytes = Data(
            "YUV4MPEG2 W\(width) H\(height) F\(rate.numerator):\(rate.denominator) Ip A1:1 C420mpeg2\n".utf8)
        for ordinal in 0..<frames {
            let picture = picture(ordinal)
            bytes.append(contentsOf: Array("FRAME\n".utf8))
            for plane in [picture.y, picture.cb, picture.cr] { bytes.append(contentsOf: plane) }
        }
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    /// The picture of one frame, as stored.
    public func picture(_ ordinal: Int) -> YUVPicture {
        var canvas = ClockCanvas(width: width, height: height)
        var clockLevel = 256
        let shots = shots
        let index = shots.firstIndex { ordinal < $0.end } ?? shots.count - 1
        let (shot, scene) = (shots[index], scenes[index])
        if ordinal >= shot.start {
            canvas.draw(scene, time: ordinal, weight: 256)
        } else {
            let count = scene.entrance.frames
            let step = ordinal - (shot.start - count)
            let before = scenes[index - 1]
            switch scene.entrance {
            case .fade:
                // Down to black at the middle and up again.
                let half = (count + 1) / 2
                let isLeaving = step < half
                let weight = isLeaving ? 256 * (half - 1 - step) / half : 256 * (step - half + 1) / (count - half + 1)
                canvas.draw(isLeaving ? before : scene, time: ordinal, weight: weight)
                clockLevel = weight
            default:
                let weight = 256 * (step + 1) / (count + 1)
                canvas.draw(before, time: ordinal, weight: 256 - weight)
                canvas.draw(scene, time: ordinal, weight: weight)
            }
        }
        canvas.drawBars(bars)
        if showsClock {
            for cell in ClockCode.cells(width, height) {
                let bit = ClockCode.bit(cell.bit, of: ordinal)
                canvas.draw(cell.stored(rotation), level: (bit ? 215 : 40) * clockLevel / 256)
            }
        }
        return canvas.picture
    }

    /// Reads the clock from an upright picture of this footage, whole or fitted into another shape; nil where it can't
    /// be read.
    /// - Parameter fit: how the picture was brought to its shape.
    public func ordinal(in picture: GrayPicture, fit: Profile.Fit = .crop) -> Int? {
        let isTurned = rotation % 180 != 0
        let shownWidth = Double(width) * sampleAspect.double
        let (w, h) = isTurned ? (Double(height), shownWidth) : (shownWidth, Double(height))
        let (x, y) = (Double(picture.width) / w, Double(picture.height) / h)
        let scale = fit == .crop ? max(x, y) : min(x, y)
        // The cells are laid out on the stored picture, whose pixels may not be square.
        let stretch = isTurned ? (1, sampleAspect.double) : (sampleAspect.double, 1)
        var code = 0
        for cell in ClockCode.cells(width, height) {
            guard
                let level = picture.mean(
                    x: Double(picture.width) / 2 + Double(cell.x) * stretch.0 * scale,
                    y: Double(picture.height) / 2 + Double(cell.y) * stretch.1 * scale,
                    radius: Double(cell.size) * scale / 4),
                level < 90 || level > 165
            else { return nil }
            if level > 165 { code |= 1 << cell.bit }
        }
        return ClockCode.ordinal(code)
    }

    /// The ordinals shown by a file's frames, in presentation order.
    public func ordinals(ofFile path: String, fit: Profile.Fit = .crop, threads: Int = 1) throws(Fault) -> [Int?] {
        var reader = try VideoReader.open(path, threads: threads)
        var ordinals: [Int?] = []
        while let frame = try reader.next() {
            let picture = try frame.grayPicture(longSide: 1024)
            ordinals.append(ordinal(in: picture, fit: fit))
        }
        return ordinals
    }
}

extension GrayPicture {
    /// Mean over a square; nil where it does not lie inside the picture.
    fileprivate func mean(x: Double, y: Double, radius: Double) -> Int? {
        guard x - radius >= 0, y - radius >= 0, x + radius < Double(width), y + radius < Double(height) else {
            return nil
        }
        var sum = 0
        var count = 0
        for row in Int(y - radius)...Int(y + radius) {
            for column in Int(x - radius)...Int(x + radius) {
                sum += Int(self[column, row])
                count += 1
            }
        }
        return sum / count
    }
}
