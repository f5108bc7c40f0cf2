/// How samples lie in a run of bytes: unpacks them to floating point, which keeps integers below 2^24 exactly.
///
/// Samples of whole bytes are in the machine's own order. Others (1 to 15 bits) follow each other from the most
/// significant bit on; each row starts at a byte.
struct SamplePacking: Hashable {
    let bits: Int
    let kind: SampleFormat.Kind

    /// nil unless `bits` are 8, 16, 32 or 64 (floating point: 16, 32 or 64), or 1 to 16 of unsigned samples.
    init?(bits: Int, kind: SampleFormat.Kind) {
        let isRead =
            switch kind {
            case .unsigned: (1...16).contains(bits) || bits == 32 || bits == 64
            case .signed: [8, 16, 32, 64].contains(bits)
            case .float: [16, 32, 64].contains(bits)
            }
        guard isRead else { return nil }
        self.bits = bits
        self.kind = kind
    }

    /// Bytes of a row of so many samples.
    func rowBytes(_ samples: Int) -> Int { (samples * bits + 7) / 8 }

    /// Unpacks `count` samples of one row.
    /// - Parameters:
    ///   - row: the row's bytes; the row has at least `first + (count - 1) * step + 1` samples.
    ///   - first: the first sample wanted.
    ///   - step: from one sample wanted to the next.
    ///   - target: where the first goes; the others follow at distance `targetStep`.
    func unpack(
        _ row: UnsafeRawPointer, from first: Int, step: Int, count: Int, to target: UnsafeMutablePointer<Float>,
        targetStep: Int
    ) {
        func copy<Sample>(_ type: Sample.Type, _ float: (Sample) -> Float) {
            let start = row + first * MemoryLayout<Sample>.stride
            if step == 1, targetStep == 1 {
                for i in 0..<count {
                    target[i] = float(
                        start.loadUnaligned(fromByteOffset: i &* MemoryLayout<Sample>.stride, as: Sample.self))
                }
            } else {
                let stride = step * MemoryLayout<Sample>.stride
                for i in 0..<count {
                    target[i &* targetStep] = float(start.loadUnaligned(fromByteOffset: i &* stride, as: Sample.self))
                }
            }
        }
        switch (kind, bits) {
        case (.unsigned, 8): copy(UInt8.self) { Float($0) }
        case (.unsigned, 16): copy(UInt16.self) { Float($0) }
        case (.unsigned, 32): copy(UInt32.self) { Float($0) }
        case (.unsigned, 64): copy(UInt64.self) { Float($0) }
        case (.signed, 8): copy(Int8.self) { Float($0) }
        case (.signed, 16): copy(Int16.self) { Float($0) }
        case (.signed, 32): copy(Int32.self) { Float($0) }
        case (.signed, _): copy(Int64.self) { Float($0) }
        case (.float, 16): copy(Float16.self) { Float($0) }
        case (.float, 32): copy(Float.self) { $0 }
        case (.float, _): copy(Double.self) { Float($0) }
        case (.unsigned, _):
            for i in 0..<count {
                target[i * targetStep] = Float(bitField(of: row, at: (first + i * step) * bits))
            }
        }
    }

    /// An unsigned number of 1 to 16 bits, its most significant bit first.
    private func bitField(of row: UnsafeRawPointer, at position: Int) -> UInt32 {
        let last = (position + bits - 1) / 8
        var value: UInt32 = 0
        for byte in (position / 8)...last {
            value = value << 8 | UInt32(row.load(fromByteOffset: byte, as: UInt8.self))
        }
        return value >> UInt32(8 * (last + 1) - position - bits) & (1 << UInt32(bits) - 1)
    }
}
