/// Bytes in one order.
struct OrderedBytes {
    var bytes: [UInt8] = []
    let bigEndian: Bool

    init(bigEndian: Bool) { self.bigEndian = bigEndian }

    mutating func append(_ value: Int, size: Int) { bytes += encoded(value, size) }

    mutating func set(_ value: Int, at offset: Int, size: Int) {
        bytes.replaceSubrange(offset..<(offset + size), with: encoded(value, size))
    }

    /// Samples of whole bytes, or of fewer bits from the most significant one on, filled up to a byte.
    mutating func append(row: [Int], bits: Int) {
        guard bits % 8 != 0 else {
            for value in row { append(value, size: bits / 8) }
            return
        }
        var pending = 0, count = 0
        for value in row {
            pending = pending << bits | value & (1 << bits - 1)
            count += bits
            while count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> count))
                pending &= 1 << count - 1
            }
        }
        if count > 0 { bytes.append(UInt8(truncatingIfNeeded: pending << (8 - count))) }
    }

    private func encoded(_ value: Int, _ size: Int) -> [UInt8] {
        let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return bigEndian ? little.reversed() : little
    }
}

extension StackFootage.Packing {
    /// - Precondition: not `jpeg`, which packs samples, not bytes.
    func pack(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .uncompressed: bytes
        case .lzw: Self.lzw(bytes)
        case .deflate: Self.deflate(bytes)
        case .packBits: Self.packBits(bytes)
        case .zstandard: Self.zstandard(bytes)
        case .jpeg: preconditionFailure("JPEG packs samples")
        }
    }

    /// TIFF 6.0, section 13: codes from the most significant bit, widths change one code early.
    private static func lzw(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var pending = 0, pendingBits = 0, width = 9
        func emit(_ code: Int) {
            pending = pending << width | code
            pendingBits += width
            while pendingBits >= 8 {
                pendingBits -= 8
                out.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
            }
            pending &= (1 << pendingBits) - 1
        }
        var table: [Int: Int] = [:]
        var next = 258
        var prefix = -1
        emit(256)
        for byte in bytes {
            if prefix < 0 {
                prefix = Int(byte)
            } else if let code = table[prefix << 8 | Int(byte)] {
                prefix = code
            } else {
                emit(prefix)
                table[prefix << 8 | Int(byte)] = next
                if next == 511 || next == 1023 || next == 2047 { width += 1 }
                if next == 4094 {
                    emit(256)
                    table = [:]
                    next = 257
                    width = 9
                }
                next += 1
                prefix = Int(byte)
            }
        }
        if prefix >= 0 {
            emit(prefix)
            if next == 511 || next == 1023 || next == 2047 { width += 1 }
        }
        emit(257)
        if pendingBits > 0 { out.append(UInt8(truncatingIfNeeded: pending << (8 - pendingBits))) }
        return out
    }

    /// zlib's wrapping of stored blocks: what a decoder must read, with no compression of its own.
    private static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let count = min(65535, bytes.count - start)
            out.append(start + count == bytes.count ? 1 : 0)
            for value in [count, ~count] {
                out += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            }
            out += bytes[start..<(start + count)]
            start += count
        } while start < bytes.count
        var a = 1, b = 0
        for byte in bytes {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        for value in [b, a] { out += [UInt8(value >> 8), UInt8(value & 255)] }
        return out
    }

    private static func packBits(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var i = 0
        while i < bytes.count {
            var run = 1
            while run < 128, i + run < bytes.count, bytes[i + run] == bytes[i] { run += 1 }
            if run > 1 {
                out += [UInt8(truncatingIfNeeded: 1 - run), bytes[i]]
            } else {
                out += [0, bytes[i]]
            }
            i += run
        }
        return out
    }

    /// A Zstandard frame (RFC 8878) of raw blocks: what a decoder must read, with no compression of its own.
    private static func zstandard(_ bytes: [UInt8]) -> [UInt8] {
        var out = OrderedBytes(bigEndian: false)
        out.append(0xFD2F_B528, size: 4)
        // One segment, its size in 4 bytes.
        out.append(0xA0, size: 1)
        out.append(bytes.count, size: 4)
        var start = 0
        repeat {
            let count = min(1 << 17, bytes.count - start)
            out.append(count << 3 | (start + count == bytes.count ? 1 : 0), size: 3)
            out.bytes += bytes[start..<(start + count)]
            start += count
        } while start < bytes.count
        return out.bytes
    }
}
