internal import CFFmpeg
internal import Model

/// One decoded picture with its place in the source.
///
/// Its pixels stay in the decoder's own layout; what is read from them (grid, grey picture, thumbnail) is upright,
/// 8-bit and full range.
public struct Frame: ~Copyable {
    /// Counted from 0 in presentation order.
    public internal(set) var ordinal: Int
    /// Presentation time in ticks of the source.
    public internal(set) var pts: Int64
    /// Whether the picture stands alone in the stream.
    public let isKeyFrame: Bool
    /// How the stored picture is brought upright.
    let orientation: Orientation
    let path: String
    let buffer: FrameBuffer
    let tools: FrameTools

    init(
        ordinal: Int, pts: Int64, isKeyFrame: Bool, orientation: Orientation = .upright, path: String,
        buffer: consuming FrameBuffer, tools: FrameTools
    ) {
        self.ordinal = ordinal
        self.pts = pts
        self.isKeyFrame = isKeyFrame
        self.orientation = orientation
        self.path = path
        self.buffer = buffer
        self.tools = tools
    }

    /// The same picture as frame `index` of a sequence.
    consuming func numbered(_ index: Int, tools: FrameTools) -> Frame {
        Frame(
            ordinal: index, pts: Int64(index), isKeyFrame: isKeyFrame, orientation: orientation, path: path,
            buffer: buffer, tools: tools)
    }

    var isTurned: Bool { orientation.isTurned }

    /// Pixels, upright.
    public var width: Int { isTurned ? buffer.height : buffer.width }
    public var height: Int { isTurned ? buffer.width : buffer.height }
    /// Width of a stored pixel divided by its height; 1 where unknown.
    var sampleAspect: Rational { Rational(buffer.pointer.pointee.sample_aspect_ratio) ?? Rational(1) }
}

/// How the samples of a picture are to be understood.
struct PictureLayout: Equatable {
    var width: Int
    var height: Int
    var format: AVPixelFormat
    /// Whether black and white are 0 and 255 rather than 16 and 235.
    var fullRange: Bool
    /// An AVColorSpace that swscale knows.
    var matrix: Int32

    init(width: Int, height: Int, format: AVPixelFormat, fullRange: Bool, matrix: Int32) {
        self.width = width
        self.height = height
        self.format = format
        self.fullRange = fullRange
        self.matrix = matrix
    }

    /// The layout of a decoded picture. Untagged grey and RGB are full range, other untagged pictures limited;
    /// untagged YUV of 720 rows or more is BT.709, of fewer BT.601.
    init(of frame: borrowing FrameBuffer) {
        let source = frame.pointer.pointee
        let format = frame.format
        let kind = PixelKind(format)
        let isFullByNature = kind.isRGB || kind.isGray && source.color_range != AVCOL_RANGE_MPEG || kind.isJPEG
        let isTagged = Self.isKnown(source.colorspace) && !kind.isRGB && !kind.isGray
        let untagged =
            kind.isRGB || kind.isGray || max(frame.width, frame.height) >= 1280 || frame.height >= 720
            ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M
        self.init(
            width: frame.width, height: frame.height, format: format,
            fullRange: isFullByNature || source.color_range == AVCOL_RANGE_JPEG,
            matrix: Int32(isTagged ? source.colorspace.rawValue : untagged.rawValue))
    }

    static func isKnown(_ space: AVColorSpace) -> Bool {
        [
            AVCOL_SPC_BT709, AVCOL_SPC_FCC, AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M, AVCOL_SPC_SMPTE240M,
            AVCOL_SPC_BT2020_NCL,
        ].contains(space)
    }

    static func == (a: PictureLayout, b: PictureLayout) -> Bool {
        (a.width, a.height, a.format.rawValue, a.fullRange, a.matrix)
            == (b.width, b.height, b.format.rawValue, b.fullRange, b.matrix)
    }
}

/// What the descriptor of a pixel format says.
struct PixelKind {
    /// Where a component's samples lie.
    struct Component {
        var plane: Int
        /// Bytes from one sample to the next, and before the first.
        var step: Int
        var offset: Int
        /// Bits to shift a sample right, and bits it then has.
        var shift: Int
        var depth: Int
    }

    let components: [Component]
    let flags: UInt64
    let chromaShiftX: Int
    let chromaShiftY: Int
    let isJPEG: Bool

    init(_ format: AVPixelFormat) {
        isJPEG = [
            AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P,
        ].contains(format)
        guard let descriptor = av_pix_fmt_desc_get(format)?.pointee else {
            components = []
            flags = mc_pixel_hardware
            chromaShiftX = 0
            chromaShiftY = 0
            return
        }
        let all = [descriptor.comp.0, descriptor.comp.1, descriptor.comp.2, descriptor.comp.3]
        components = all.prefix(Int(descriptor.nb_components)).map {
            Component(
                plane: Int($0.plane), step: Int($0.step), offset: Int($0.offset), shift: Int($0.shift),
                depth: Int($0.depth))
        }
        flags = descriptor.flags
        chromaShiftX = Int(descriptor.log2_chroma_w)
        chromaShiftY = Int(descriptor.log2_chroma_h)
    }

    var isRGB: Bool { flags & (mc_pixel_rgb | mc_pixel_palette | mc_pixel_bayer) != 0 }
    var isGray: Bool { components.count <= 2 && !isRGB }
    /// Whether a component says how opaque the others are: the last one, or the palette's.
    var hasAlpha: Bool { flags & mc_pixel_alpha != 0 }
    var isPalette: Bool { flags & mc_pixel_palette != 0 }
    /// Whether samples can be read where they lie: luma (and chroma) of 8 to 16 bits, little-endian.
    var isDirect: Bool {
        let others =
            mc_pixel_bitstream | mc_pixel_float | mc_pixel_big_endian | mc_pixel_hardware | mc_pixel_rgb
            | mc_pixel_palette | mc_pixel_bayer
        return flags & others == 0 && !components.isEmpty && components.allSatisfy { (8...16).contains($0.depth) }
    }
}

extension AVPixelFormat: @retroactive Equatable {}
