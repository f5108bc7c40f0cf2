import CTIFF
import Model

/// What the samples of a page are. Pages of one stack agree in it.
struct TiffFormat: Hashable {
    enum Kind: Hashable { case unsigned, signed, float, complex }

    var width: Int
    var height: Int
    /// Bits of a stored sample.
    var bits: Int
    var kind: Kind
    /// Samples a pixel, alpha included.
    var samples: Int
    /// Places of the alpha samples within a pixel.
    var alpha: [Int] = []
    /// As the decoder gives the samples: YCbCr JPEG is RGB here.
    var photometric: Int32
    /// Whether the samples are places in a palette. ImageJ's are not: its palette only tints grey samples.
    var isIndexed = false

    /// The most pixels that one page may have.
    static let pixelLimit = 1 << 28
    /// The most samples that one page may have.
    static let sampleLimit = 1 << 30

    var pixels: Int { width * height }
    /// 8-bit and 16-bit RGB and palettes are shown in colour; every other set of samples is channels.
    var isColor: Bool {
        if isIndexed { return samples == 1 }
        return photometric == PHOTOMETRIC_RGB && (bits == 8 || bits == 16) && kind == .unsigned
            && (3...4).contains(samples) && alpha.allSatisfy { $0 == 3 }
    }
    /// Places within a pixel of the samples that are shown.
    var shown: [Int] {
        if isIndexed { return [0] }
        return isColor ? [0, 1, 2] : (0..<samples).filter { !alpha.contains($0) }
    }
    /// Channels that one decoded page holds, 3 in colour.
    var channels: Int { isIndexed ? 3 : shown.count }

    /// The samples as they are decoded. Colours of a palette have 8 bits.
    var samplesShown: SampleFormat {
        let kinds: [Kind: SampleFormat.Kind] = [.unsigned: .unsigned, .signed: .signed]
        return SampleFormat(
            width: width, height: height, bits: isIndexed ? 8 : bits, kind: kinds[kind] ?? .float, samples: channels,
            isColor: isColor)
    }

    var description: String {
        kind == .complex ? "\(width)x\(height) complex\(bits)x\(samples)" : samplesShown.description
    }

    /// Why these samples can't be shown, or nil.
    func unsupported(at path: String) -> Fault? {
        let toGray = "Convert it in Fiji: Image > Type > 16-bit, then File > Save As > Tiff."
        let toColor = "Convert it in Fiji: Image > Type > RGB Color, then File > Save As > Tiff."
        if packing == nil {
            let name = [Kind.signed: "signed", .float: "floating-point", .complex: "complex"][kind]
            return Fault(
                .unsupported,
                "\(bits)-bit \(name.map { $0 + " " } ?? "")samples are not read; "
                    + "integers of 8, 16, 32 and 64 bits, unsigned ones of 1 to 16 and "
                    + "floating point of 16, 32 and 64 bits are",
                at: path, advice: toGray)
        }
        switch photometric {
        case PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_RGB: return nil
        case PHOTOMETRIC_PALETTE where !isIndexed || (samples == 1 && bits <= 16 && kind == .unsigned): return nil
        default:
            return Fault(
                .unsupported,
                "colour model \(photometric) (PhotometricInterpretation) is not read; grey, RGB, palettes and YCbCr "
                    + "in JPEG are",
                at: path, advice: toColor)
        }
    }

    /// How the samples lie in bytes; nil for those that are not read.
    var packing: SamplePacking? {
        switch kind {
        case .unsigned: SamplePacking(bits: bits, kind: .unsigned)
        case .signed: SamplePacking(bits: bits, kind: .signed)
        case .float: SamplePacking(bits: bits, kind: .float)
        case .complex: nil
        }
    }
}

/// One page of a file, as its directory describes it.
struct TiffPage {
    /// Byte offset of the directory.
    var directory: UInt64
    var format: TiffFormat
    var compression: Int32
    /// Whether each sample of a pixel has blocks of its own.
    var isPlanar: Bool
    /// A thumbnail, pyramid level or mask by its own words (NewSubfileType).
    var isReduced: Bool
    /// Where the page's samples start, and the first byte behind them.
    var start: UInt64 = 0
    var end: UInt64 = 0

    private static let compressionNames: [Int32: String] = [
        COMPRESSION_NONE: "uncompressed", COMPRESSION_LZW: "lzw", COMPRESSION_ADOBE_DEFLATE: "deflate",
        COMPRESSION_DEFLATE: "deflate", COMPRESSION_PACKBITS: "packbits", COMPRESSION_JPEG: "jpeg",
        COMPRESSION_OJPEG: "old jpeg", COMPRESSION_CCITTRLE: "ccitt rle", COMPRESSION_CCITTFAX3: "ccitt fax 3",
        COMPRESSION_CCITTFAX4: "ccitt fax 4", COMPRESSION_LZMA: "lzma", COMPRESSION_ZSTD: "zstd",
        COMPRESSION_WEBP: "webp", COMPRESSION_LERC: "lerc", COMPRESSION_JXL: "jpeg xl",
        COMPRESSION_JP2000: "jpeg 2000", 33003: "jpeg 2000", 33005: "jpeg 2000",
    ]

    /// Bytes that one byte can unpack to at most: for each compression that is read.
    private static let ratios: [Int32: UInt64] = [
        COMPRESSION_NONE: 1, COMPRESSION_PACKBITS: 64, COMPRESSION_JPEG: 4096, COMPRESSION_LZW: 4096,
        COMPRESSION_ADOBE_DEFLATE: 1100, COMPRESSION_DEFLATE: 1100, COMPRESSION_ZSTD: 1 << 16,
        COMPRESSION_LZMA: 1 << 16, COMPRESSION_WEBP: 1 << 16,
    ]

    var codec: String { Self.compressionNames[compression] ?? "compression \(compression)" }
    /// Bytes that one packed byte can unpack to at most.
    var packingLimit: UInt64 { Self.ratios[compression] ?? 1 << 16 }

    /// Why this page can't be shown, or nil.
    func unsupported(at path: String) -> Fault? {
        if let fault = format.unsupported(at: path) { return fault }
        let advice = "Convert it: tiffcp -c lzw IN.tif OUT.tif"
        if Self.ratios[compression] == nil {
            let read = "uncompressed, LZW, Deflate, PackBits, JPEG, Zstandard, LZMA and WebP are"
            return Fault(.unsupported, "\(codec) compression is not read; \(read)", at: path, advice: advice)
        }
        if TIFFIsCODECConfigured(UInt16(compression)) == 0 {
            return Fault(
                .unsupported, "this machine's libtiff was built without \(codec) compression", at: path,
                advice: "Install a libtiff that has it, or convert the file elsewhere: tiffcp -c lzw IN.tif OUT.tif")
        }
        if compression == COMPRESSION_JPEG || compression == COMPRESSION_WEBP,
            format.bits != 8 || format.kind != .unsigned
        {
            return Fault(
                .unsupported, "\(format.bits)-bit samples in \(codec) are not read; 8-bit ones are", at: path,
                advice: advice)
        }
        return nil
    }
}
