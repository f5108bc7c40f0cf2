import CTIFF
import Model

/// What the samples of a page are. Pages of one stack agree in it.
struct TiffFormat: Hashable {
    enum Kind: Hashable { case unsigned, signed, float, complex }

    var width: Int
    var height: Int
    var bits: Int
    var kind: Kind
    /// Interleaved samples a pixel, alpha included.
    var samples: Int
    var alpha: Int
    var photometric: Int32

    /// The most pixels that one page may have.
    static let pixelLimit = 1 << 28

    var pixels: Int { width * height }
    /// 8-bit RGB is shown in colour; every other set of samples is channels.
    var isColor: Bool {
        photometric == PHOTOMETRIC_RGB && bits == 8 && kind == .unsigned && (3...4).contains(samples)
    }
    /// Channels that one page holds, 3 in colour.
    var channels: Int { isColor ? 3 : samples - alpha }
    var maximum: UInt16 { bits == 8 ? 255 : 65535 }

    /// The samples as they are decoded.
    var samplesShown: SampleFormat {
        let kinds: [Kind: SampleFormat.Kind] = [.unsigned: .unsigned, .signed: .signed]
        return SampleFormat(
            width: width, height: height, bits: bits, kind: kinds[kind] ?? .float, samples: channels, isColor: isColor)
    }

    /// `gray8`, `gray16`, `rgb24`, or the sample type and the number of samples, such as `float32x1`.
    var name: String {
        if isColor { return "rgb24" }
        let type =
            switch kind {
            case .unsigned: "uint"
            case .signed: "int"
            case .float: "float"
            case .complex: "complex"
            }
        if kind == .unsigned, channels == 1, bits == 8 || bits == 16 { return "gray\(bits)" }
        return "\(type)\(bits)x\(samples)"
    }

    var description: String { "\(width)x\(height) \(name)" }

    /// Why these samples can't be shown, or nil.
    func unsupported(indexed: Bool, at path: String) -> Fault? {
        let toGray = "Convert it in Fiji: Image > Type > 16-bit, then File > Save As > Tiff."
        let toColor = "Convert it in Fiji: Image > Type > RGB Color, then File > Save As > Tiff."
        func fault(_ what: String, _ advice: String) -> Fault {
            Fault(.unsupported, what + "; 8-bit and 16-bit unsigned are", at: path, advice: advice)
        }
        switch kind {
        case .float: return fault("\(bits)-bit floating-point samples are not read yet", toGray)
        case .signed: return fault("\(bits)-bit signed samples are not read yet", toGray)
        case .complex: return fault("\(bits)-bit complex samples are not read", toGray)
        case .unsigned: break
        }
        guard bits == 8 || bits == 16 else { return fault("\(bits)-bit samples are not read yet", toGray) }
        switch photometric {
        case PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_RGB: return nil
        case PHOTOMETRIC_PALETTE where indexed: return nil
        case PHOTOMETRIC_PALETTE:
            return Fault(.unsupported, "indexed colours (a palette) are not read yet", at: path, advice: toColor)
        default:
            return Fault(
                .unsupported, "colour model \(photometric) (PhotometricInterpretation) is not read; grey and RGB are",
                at: path, advice: toColor)
        }
    }
}

/// One page of a file, as its directory describes it.
struct TiffPage {
    /// Byte offset of the directory.
    var directory: UInt64
    var format: TiffFormat
    var compression: Int32
    var isPlanar: Bool
    /// A thumbnail, pyramid level or mask by its own words (NewSubfileType).
    var isReduced: Bool
    /// Where the page's samples start, and the first byte behind them.
    var start: UInt64
    var end: UInt64

    static let compressionNames: [Int32: String] = [
        COMPRESSION_NONE: "uncompressed", COMPRESSION_LZW: "lzw", COMPRESSION_ADOBE_DEFLATE: "deflate",
        COMPRESSION_DEFLATE: "deflate", COMPRESSION_PACKBITS: "packbits", COMPRESSION_JPEG: "jpeg",
        COMPRESSION_OJPEG: "old jpeg", COMPRESSION_CCITTRLE: "ccitt rle", COMPRESSION_CCITTFAX3: "ccitt fax 3",
        COMPRESSION_CCITTFAX4: "ccitt fax 4", COMPRESSION_LZMA: "lzma", COMPRESSION_ZSTD: "zstd",
        COMPRESSION_WEBP: "webp", COMPRESSION_LERC: "lerc", COMPRESSION_JXL: "jpeg xl",
        COMPRESSION_JP2000: "jpeg 2000", 33003: "jpeg 2000", 33005: "jpeg 2000",
    ]
    private static let supported = [
        COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_PACKBITS,
    ]

    var codec: String { Self.compressionNames[compression] ?? "compression \(compression)" }

    /// Why this page can't be shown, or nil. `indexed`: a palette is a display colour of grey samples.
    func unsupported(indexed: Bool, at path: String) -> Fault? {
        if let fault = format.unsupported(indexed: indexed, at: path) { return fault }
        if !Self.supported.contains(compression) {
            return Fault(
                .unsupported, "\(codec) compression is not read; uncompressed, LZW, Deflate and PackBits are",
                at: path, advice: "Convert it: tiffcp -c lzw IN.tif OUT.tif")
        }
        if isPlanar {
            return Fault(
                .unsupported, "the samples of a pixel lie in separate planes (planar), which is not read yet",
                at: path, advice: "Convert it: tiffcp -p contig IN.tif OUT.tif")
        }
        return nil
    }
}
