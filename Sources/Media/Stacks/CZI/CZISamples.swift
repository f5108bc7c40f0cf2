internal import CCompression
internal import CJPEG
import Model

/// What the samples of a sub-block are.
///
/// Source: Zeiss' description of the CZI file format (ZISRAW), PixelType.
struct CZIPixelType: Equatable {
    var name: String
    var bits: Int
    var kind: SampleFormat.Kind
    /// Of a pixel as stored; three are blue, green and red.
    var samples: Int
    /// Whether they are decoded here.
    var isRead = true

    var bytes: Int { bits / 8 * samples }

    init?(_ code: Int32) {
        switch code {
        case 0: self.init("Gray8", 8, .unsigned, 1)
        case 1: self.init("Gray16", 16, .unsigned, 1)
        case 2: self.init("Gray32Float", 32, .float, 1)
        case 3: self.init("Bgr24", 8, .unsigned, 3)
        case 4: self.init("Bgr48", 16, .unsigned, 3)
        case 8: self.init("Bgr96Float", 32, .float, 3, isRead: false)
        case 9: self.init("Bgra32", 8, .unsigned, 4, isRead: false)
        case 10: self.init("Gray64ComplexFloat", 32, .float, 2, isRead: false)
        case 11: self.init("Bgr192ComplexFloat", 32, .float, 6, isRead: false)
        case 12: self.init("Gray32", 32, .unsigned, 1, isRead: false)
        case 13: self.init("Gray64", 64, .float, 1, isRead: false)
        default: return nil
        }
    }

    private init(_ name: String, _ bits: Int, _ kind: SampleFormat.Kind, _ samples: Int, isRead: Bool = true) {
        (self.name, self.bits, self.kind, self.samples, self.isRead) = (name, bits, kind, samples, isRead)
    }

    func format(width: Int, height: Int) -> SampleFormat {
        SampleFormat(
            width: width, height: height, bits: bits, kind: kind, samples: samples, isColor: isRead && samples == 3)
    }
}

/// How the samples of a sub-block are packed.
enum CZICompression: Int32 {
    case uncompressed = 0
    case jpeg = 1
    case lzw = 2
    case jpegXR = 4
    case zstd0 = 5
    case zstd1 = 6

    static func name(_ code: Int32) -> String {
        CZICompression(rawValue: code).map { "\($0)".lowercased() } ?? "compression \(code)"
    }

    /// Why these samples can't be decoded, or nil.
    static func unsupported(_ code: Int32, _ type: CZIPixelType, at path: String) -> Fault? {
        func fault(_ what: String) -> Fault { Fault(.unsupported, what, at: path, advice: CZIFile.advice) }
        let read = "uncompressed, Zstandard and grey JPEG are"
        switch CZICompression(rawValue: code) {
        case .uncompressed, .zstd0, .zstd1: return nil
        case .jpeg where type.name == "Gray8": return nil
        // Readers disagree on whether red and blue are swapped in it, and no file settles it.
        case .jpeg: return fault("\(type.name) samples as JPEG are not read; \(read)")
        case .lzw: return fault("LZW compression is not read; \(read)")
        case .jpegXR: return fault("JPEG XR compression is not read; \(read)")
        case nil: return fault("\(name(code)) is not read; \(read)")
        }
    }

    /// The most bytes that so many packed bytes can hold: a Zstandard block gives 2^17 bytes and takes 4 at least
    /// (RFC 8878), a block of 64 grey samples takes 2 bits of JPEG at least.
    func capacity(of packed: Int) -> Int {
        switch self {
        case .uncompressed: packed
        case .zstd0, .zstd1: packed > 1 << 40 ? .max : packed / 4 << 17 + 1 << 17
        case .jpeg: packed > 1 << 40 ? .max : packed << 8
        case .lzw, .jpegXR: 0
        }
    }

    /// Unpacks a sub-block into its samples as they lie in an uncompressed one: little-endian, pixel by pixel.
    /// - Parameters:
    ///   - size: bytes that it must give.
    ///   - width: pixels of a row, for JPEG.
    /// - Throws: `Fault` with `.corrupt`, or `.unsupported` for an unknown header.
    func unpack(
        _ packed: [UInt8], size: Int, width: Int, bits: Int, at place: String
    ) throws(Fault) -> [UInt8] {
        func corrupt(_ what: String) -> Fault {
            Fault(.corrupt, what, at: place, advice: "Copy the file again from where it was recorded.")
        }
        guard capacity(of: packed.count) >= size else {
            throw corrupt("\(packed.count) bytes can't hold \(size) bytes of samples")
        }
        switch self {
        case .uncompressed:
            guard packed.count == size else { throw corrupt("\(packed.count) bytes of samples should be \(size)") }
            return packed
        case .zstd0:
            return try Unpacking.zstandard(packed, size: size, at: place)
        case .zstd1:
            // A header that begins with its own size; its only known chunk (type 1) says that the low bytes of all
            // samples come first, then the high bytes.
            let isPlain = packed.first == 1
            guard isPlain || (packed.count >= 3 && packed[0] == 3 && packed[1] == 1 && packed[2] <= 1) else {
                throw Fault(
                    .unsupported, "a Zstandard sub-block has an unknown header \(packed.prefix(3))", at: place,
                    advice: CZIFile.advice)
            }
            let bytes = try Unpacking.zstandard(packed[(isPlain ? 1 : 3)...], size: size, at: place)
            if isPlain || packed[2] == 0 { return bytes }
            guard bits == 16 else { throw corrupt("\(bits)-bit samples have no low and high bytes") }
            var joined = [UInt8](repeating: 0, count: size)
            for i in 0..<(size / 2) {
                joined[2 * i] = bytes[i]
                joined[2 * i + 1] = bytes[size / 2 + i]
            }
            return joined
        case .jpeg:
            var pixels = [UInt8](repeating: 0, count: size)
            var error = [CChar](repeating: 0, count: 256)
            let done = cjpeg_decode_gray(
                packed, packed.count, UInt32(width), UInt32(size / width), &pixels, &error)
            if done == 1 { return pixels }
            let text = String(decoding: error.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw corrupt("a JPEG block is damaged: \(text)")
        case .lzw, .jpegXR:
            throw corrupt("\(self) is not read")
        }
    }
}

extension CZIPixelType {
    /// Writes the rows of a block into a picture's samples; blue, green and red become red, green and blue.
    /// - Parameters:
    ///   - left: of the block, within the picture.
    ///   - top: likewise.
    func paste(
        _ bytes: [UInt8], width: Int, height: Int, left: Int, top: Int, into samples: inout [Float],
        format: SampleFormat
    ) {
        bytes.withUnsafeBytes { source in
            samples.withUnsafeMutableBufferPointer { target in
                for y in 0..<height {
                    let row = y * width * self.samples
                    let start = ((top + y) * format.width + left) * self.samples
                    for i in 0..<(width * self.samples) {
                        let value: Float
                        switch (kind, bits) {
                        case (.float, _):
                            let pattern = source.loadUnaligned(fromByteOffset: 4 * (row + i), as: UInt32.self)
                            value = Float(bitPattern: UInt32(littleEndian: pattern))
                        case (_, 8): value = Float(source[row + i])
                        default:
                            let word = source.loadUnaligned(fromByteOffset: 2 * (row + i), as: UInt16.self)
                            value = Float(UInt16(littleEndian: word))
                        }
                        // Of three, the first and the last change places.
                        target[start + (self.samples == 3 ? i + 2 - i % 3 * 2 : i)] = value
                    }
                }
            }
        }
    }
}
