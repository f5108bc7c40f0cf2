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
        context = sws_alloc_context()
        // The ranges must be known before the conversion is chosen: told later, not every path heeds them.
        let options: KeyValuePairs<String, Int> = [
            "srcw": from.width, "srch": from.height, "src_format": Int(from.format.rawValue),
            "src_range": from.fullRange ? 1 : 0, "dstw": to.width, "dsth": to.height,
            "dst_format": Int(to.format.rawValue), "dst_range": to.fullRange ? 1 : 0, "sws_flags": Int(flags),
        ]
        for (key, value) in options { av_opt_set_int(UnsafeMutableRawPointer(context), key, Int64(value), 0) }
        guard context != nil, sws_init_context(context, nil, nil) >= 0 else {
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
