internal import CFFmpeg
internal import Model

/// Brings source frames to the size and pixel format of a clip: upright, square pixels, 4:2:0, limited range.
final class PictureFit {
    let width: Int
    let height: Int
    let color: ColorTags
    private let fit: Profile.Fit
    /// Upright size of the frame that set the clip's size, in square pixels.
    private let first: (width: Int, height: Int)
    private var scaler = Scaler(.bicubic)
    /// The newest picture: frames that repeat, or belong to several clips, are made once.
    private var ordinal: Int?
    private var picture: FrameBuffer?

    /// - Parameter frame: the first of the clip; with `Fit.keep` it sets the size.
    init(_ frame: borrowing Frame, profile: Profile) {
        first = frame.squarePixels()
        fit = profile.fit
        color = ColorTags(of: frame.buffer)
        width = profile.width ?? Self.even(first.width)
        height = profile.height ?? Self.even(first.height)
    }

    /// Whether both make the same pictures of any frame.
    func equals(_ other: PictureFit) -> Bool {
        (width, height, fit, first.width, first.height) == (
            other.width, other.height, other.fit, other.first.width, other.first.height
        ) && color == other.color
    }

    /// Hands the frame's picture to `body`; it is made on the first call for an ordinal.
    func withPicture(
        of frame: borrowing Frame, _ body: (borrowing FrameBuffer) throws(Fault) -> Void
    ) throws(Fault) {
        if ordinal != frame.ordinal {
            ordinal = nil
            picture = try make(frame)
            ordinal = frame.ordinal
        }
        try body(picture!)
    }

    private func make(_ frame: borrowing Frame) throws(Fault) -> FrameBuffer {
        let path = frame.path
        let size = frame.squarePixels()
        var source = PictureLayout(of: frame.buffer)
        let target = scaledSize(of: size)
        if fit == .keep && size == first && frame.sampleAspect == Rational(1) && min(width, height) > 1 {
            source.width = min(source.width, frame.isTurned ? target.height : target.width)
            source.height = min(source.height, frame.isTurned ? target.width : target.height)
        }
        let (scaledWidth, scaledHeight) =
            frame.isTurned ? (target.height, target.width) : (target.width, target.height)
        let scaled = try FrameBuffer.picture(
            width: scaledWidth, height: scaledHeight, format: AV_PIX_FMT_YUV420P, at: path)
        let layout = PictureLayout(
            width: scaledWidth, height: scaledHeight, format: AV_PIX_FMT_YUV420P, fullRange: false,
            matrix: color.matrix)
        try scaler.scale(frame.buffer, as: source, into: scaled, as: layout, at: path)
        if frame.orientation == .upright { return try place(scaled, at: path) }
        let upright = try FrameBuffer.picture(
            width: target.width, height: target.height, format: AV_PIX_FMT_YUV420P, at: path)
        for plane in 0..<3 {
            let shift = plane == 0 ? 0 : 1
            frame.orientation.copy(
                scaled.plane(plane), width: scaledWidth >> shift, height: scaledHeight >> shift,
                to: upright.plane(plane))
        }
        return try place(upright, at: path)
    }

    /// The upright size to scale to, both sides even, before the rest is cut off or filled.
    private func scaledSize(of size: (width: Int, height: Int)) -> (width: Int, height: Int) {
        if fit == .keep && size == first { return (width, height) }
        let isWider = size.width * height >= size.height * width
        // Frames that change their size within a kept clip are fitted into it.
        if isWider == (fit == .crop) {
            let scaled = Self.nearestEven(size.width * height, size.height)
            return (fit == .crop ? max(width, scaled) : min(width, scaled), height)
        }
        let scaled = Self.nearestEven(size.height * width, size.width)
        return (width, fit == .crop ? max(height, scaled) : min(height, scaled))
    }

    /// Centres a picture in the clip's frame: cuts off what is over, fills what is missing with black.
    private func place(_ scaled: consuming FrameBuffer, at path: String) throws(Fault) -> FrameBuffer {
        if scaled.width == width && scaled.height == height { return scaled }
        let placed = try FrameBuffer.picture(width: width, height: height, format: AV_PIX_FMT_YUV420P, at: path)
        // Even offsets keep chroma in place.
        let left = (width - scaled.width) / 4 * 2
        let top = (height - scaled.height) / 4 * 2
        for plane in 0..<3 {
            let shift = plane == 0 ? 0 : 1
            let (from, fromStride) = scaled.plane(plane)
            let (to, toStride) = placed.plane(plane)
            for y in 0..<height >> shift {
                (to + y * toStride).update(repeating: plane == 0 ? 16 : 128, count: width >> shift)
            }
            let columns = min(width, scaled.width) >> shift
            let rows = min(height, scaled.height) >> shift
            for y in 0..<rows {
                let source = from + (y + max(0, -top) >> shift) * fromStride + max(0, -left) >> shift
                (to + (y + max(0, top) >> shift) * toStride + max(0, left) >> shift).update(
                    from: source, count: columns)
            }
        }
        return placed
    }

    private static func even(_ length: Int) -> Int { max(2, length / 2 * 2) }

    private static func nearestEven(_ numerator: Int, _ denominator: Int) -> Int {
        max(2, (numerator + denominator) / (2 * denominator) * 2)
    }
}
