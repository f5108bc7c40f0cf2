internal import CFFmpeg
internal import Model

/// Makes decoded pictures opaque, before anything else sees them.
enum Transparency {
    /// Composites the picture over black where it is not opaque, in its own pixel format (straight alpha, gamma as
    /// stored); a palette of greys becomes 8-bit grey, exactly.
    static func remove(from frame: consuming FrameBuffer, at path: String) throws(Fault) -> FrameBuffer {
        let kind = PixelKind(frame.format)
        guard kind.hasAlpha || kind.isPalette else { return frame }
        if kind.isPalette {
            return try frame.format == AV_PIX_FMT_PAL8 ? removePalette(of: frame, at: path) : frame
        }
        let isReadable = kind.flags & (mc_pixel_bitstream | mc_pixel_float | mc_pixel_hardware) == 0
        guard isReadable, kind.components.allSatisfy({ (8...16).contains($0.depth) }) else {
            throw Fault(
                .unsupported, "the transparency of the pixel format \(name(frame.format)) can't be read", at: path,
                advice: "Convert the file to H.264 in MP4 first.")
        }
        if isOpaque(frame, kind) { return frame }
        try check(av_frame_make_writable(frame.pointer), "copying a picture", at: path)
        darken(frame, kind)
        return frame
    }

    private static func isOpaque(_ frame: borrowing FrameBuffer, _ kind: PixelKind) -> Bool {
        let alpha = Samples(frame, kind, kind.components.count - 1)
        for y in 0..<frame.height {
            for x in 0..<frame.width where alpha[x, y] != alpha.maximum { return false }
        }
        return true
    }

    private static func darken(_ frame: borrowing FrameBuffer, _ kind: PixelKind) {
        let last = kind.components.count - 1
        let alpha = Samples(frame, kind, last)
        let isFull = PictureLayout(of: frame).fullRange
        for index in 0..<last {
            let isChroma = !kind.isRGB && index > 0
            let samples = Samples(frame, kind, index)
            let black =
                isChroma ? (samples.maximum + 1) / 2 : isFull || kind.isRGB ? 0 : 16 << (samples.depth - 8)
            let (shiftX, shiftY) = isChroma ? (kind.chromaShiftX, kind.chromaShiftY) : (0, 0)
            let (across, down) = (1 << shiftX, 1 << shiftY)
            for y in 0..<(frame.height + down - 1) >> shiftY {
                for x in 0..<(frame.width + across - 1) >> shiftX {
                    var weight = 0
                    var count = 0
                    for row in y << shiftY..<min(frame.height, (y + 1) << shiftY) {
                        for column in x << shiftX..<min(frame.width, (x + 1) << shiftX) {
                            weight += alpha[column, row]
                            count += 1
                        }
                    }
                    let full = count * alpha.maximum
                    if weight == full { continue }
                    let product = (samples[x, y] - black) * weight
                    samples[x, y] = black + (2 * product + (product < 0 ? -full : full)) / (2 * full)
                }
            }
        }
        for y in 0..<frame.height {
            for x in 0..<frame.width { alpha[x, y] = alpha.maximum }
        }
    }

    private static func removePalette(of frame: consuming FrameBuffer, at path: String) throws(Fault) -> FrameBuffer {
        guard let table = mc_frame_planes(frame.pointer)[1] else { return frame }
        // 256 words of alpha, red, green, blue in the machine's byte order.
        let colors = (0..<256).map { index in
            let word = UnsafeRawPointer(table).loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
            let alpha = word >> 24
            return [word >> 16, word >> 8, word].map { ($0 & 255) * alpha + 127 }.map { UInt8($0 / 255) }
        }
        if colors.allSatisfy({ $0[0] == $0[1] && $0[1] == $0[2] }) {
            return try gray(frame, levels: colors.map { $0[0] }, at: path)
        }
        try check(av_frame_make_writable(frame.pointer), "copying a picture", at: path)
        let own = UnsafeMutableRawPointer(mc_frame_planes(frame.pointer)[1]!)
        for (index, color) in colors.enumerated() {
            let word = 255 << 24 | UInt32(color[0]) << 16 | UInt32(color[1]) << 8 | UInt32(color[2])
            own.storeBytes(of: word, toByteOffset: 4 * index, as: UInt32.self)
        }
        return frame
    }

    private static func gray(
        _ frame: borrowing FrameBuffer, levels: [UInt8], at path: String
    ) throws(Fault) -> FrameBuffer {
        let picture = try FrameBuffer.picture(
            width: frame.width, height: frame.height, format: AV_PIX_FMT_GRAY8, at: path)
        try check(av_frame_copy_props(picture.pointer, frame.pointer), "describing a picture", at: path)
        picture.pointer.pointee.color_range = AVCOL_RANGE_JPEG
        let (from, fromStride) = frame.plane(0)
        let (to, toStride) = picture.plane(0)
        for y in 0..<frame.height {
            for x in 0..<frame.width { to[y * toStride + x] = levels[Int(from[y * fromStride + x])] }
        }
        return picture
    }

    private static func name(_ format: AVPixelFormat) -> String { String(copying: av_get_pix_fmt_name(format)) }
}

/// The samples of one component of a picture, of 8 to 16 bits in either byte order; valid as long as the picture.
private struct Samples {
    let depth: Int
    let maximum: Int
    private let base: UnsafeMutableRawPointer
    private let stride: Int
    private let step: Int
    private let shift: Int
    private let isByte: Bool
    private let isBigEndian: Bool

    init(_ frame: borrowing FrameBuffer, _ kind: PixelKind, _ index: Int) {
        let component = kind.components[index]
        let plane = frame.plane(component.plane)
        depth = component.depth
        maximum = 1 << depth - 1
        base = UnsafeMutableRawPointer(plane.base + component.offset)
        stride = plane.stride
        step = component.step
        shift = component.shift
        isByte = depth + shift <= 8
        isBigEndian = kind.flags & mc_pixel_big_endian != 0
    }

    subscript(x: Int, y: Int) -> Int {
        get {
            let place = y * stride + x * step
            if isByte { return Int(base.load(fromByteOffset: place, as: UInt8.self)) >> shift & maximum }
            let word = base.loadUnaligned(fromByteOffset: place, as: UInt16.self)
            return Int(isBigEndian ? UInt16(bigEndian: word) : UInt16(littleEndian: word)) >> shift & maximum
        }
        nonmutating set {
            let place = y * stride + x * step
            if isByte {
                base.storeBytes(of: UInt8(newValue << shift), toByteOffset: place, as: UInt8.self)
            } else {
                let word = UInt16(newValue << shift)
                let stored = isBigEndian ? word.bigEndian : word.littleEndian
                base.storeBytes(of: stored, toByteOffset: place, as: UInt16.self)
            }
        }
    }
}
