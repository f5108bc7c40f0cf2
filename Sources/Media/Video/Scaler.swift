internal import CFFmpeg
internal import Model

/// Scales and converts pictures with swscale, exactly alike on every CPU. Its context is kept while the shapes stay.
struct Scaler: ~Copyable {
    private var context: OpaquePointer?
    private var shapes: (from: PictureLayout, to: PictureLayout)?
    private let flags: Int32

    /// Area averaging, for making pictures smaller; bicubic otherwise.
    enum Filter { case area, bicubic }

    init(_ filter: Filter) { flags = filter == .area ? mc_scale_area : mc_scale_bicubic }

    deinit { sws_freeContext(context) }

    /// Scales `from.width` x `from.height` pixels at the upper left of `source` to the upper left of `target`.
    mutating func scale(
        _ source: borrowing FrameBuffer, as from: PictureLayout, into target: borrowing FrameBuffer,
        as to: PictureLayout, at path: String
    ) throws(Fault) {
        if shapes == nil || shapes! != (from, to) { try prepare(from, to, at: path) }
        let planes = UnsafeRawPointer(mc_frame_planes(source.pointer)!)
            .assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
        let rows = sws_scale(
            context, planes, mc_frame_lines(source.pointer), 0, Int32(from.height), mc_frame_planes(target.pointer),
            mc_frame_lines(target.pointer))
        try check(rows, "scaling", at: path)
    }

    private mutating func prepare(_ from: PictureLayout, _ to: PictureLayout, at path: String) throws(Fault) {
        sws_freeContext(context)
        shapes = nil
        context = sws_getContext(
            Int32(from.width), Int32(from.height), from.format, Int32(to.width), Int32(to.height), to.format, flags,
            nil, nil, nil)
        guard context != nil else {
            let format = String(copying: av_get_pix_fmt_name(from.format))
            throw Fault(
                .unsupported, "pictures of \(from.width)x\(from.height) in the pixel format \(format) can't be scaled",
                at: path, advice: "Convert the file to H.264 in MP4 first.")
        }
        // It answers -1 where neither side has a matrix to set; then there is nothing to convert.
        _ = sws_setColorspaceDetails(
            context, sws_getCoefficients(from.matrix), from.fullRange ? 1 : 0, sws_getCoefficients(to.matrix),
            to.fullRange ? 1 : 0, 0, 1 << 16, 1 << 16)
        shapes = (from, to)
    }
}

/// Turns planes of bytes clockwise.
enum Turn {
    /// Copies `width` x `height` samples of `source`, turned by 0, 90, 180 or 270 degrees, to `target`.
    static func copy(
        _ source: (base: UnsafeMutablePointer<UInt8>, stride: Int), width: Int, height: Int, degrees: Int,
        to target: (base: UnsafeMutablePointer<UInt8>, stride: Int)
    ) {
        if degrees == 0 {
            for y in 0..<height {
                (target.base + y * target.stride).update(from: source.base + y * source.stride, count: width)
            }
            return
        }
        for y in 0..<height {
            for x in 0..<width {
                let (tx, ty) =
                    switch degrees {
                    case 90: (height - 1 - y, x)
                    case 180: (width - 1 - x, height - 1 - y)
                    default: (y, width - 1 - x)
                    }
                target.base[ty * target.stride + tx] = source.base[y * source.stride + x]
            }
        }
    }
}
