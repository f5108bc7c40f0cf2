/// Baseline JPEG (ITU-T T.81) of flat 8x8 blocks, each as bright as its first sample: what a decoder must give back
/// exactly, since a block's mean is all there is to code.
struct StackJPEG {
    /// Samples a pixel, 1 or 3.
    var samples: Int
    /// Whether the second and third sample have half the rows and columns.
    var isHalved: Bool

    private var bytes: [UInt8] = []
    private var pending = 0
    private var pendingBits = 0

    init(samples: Int, isHalved: Bool) {
        self.samples = samples
        self.isHalved = isHalved
    }

    /// - Parameter rows: 8-bit samples, those of a pixel together.
    func encode(_ rows: [[Int]]) -> [UInt8] {
        var writer = self
        writer.head(width: rows[0].count / samples, height: rows.count)
        writer.scan(rows)
        return writer.bytes
    }

    private mutating func segment(_ marker: UInt8, _ content: [Int]) {
        let length = content.count + 2
        bytes += [0xFF, marker, UInt8(length >> 8), UInt8(length & 255)] + content.map { UInt8($0) }
    }

    private mutating func head(width: Int, height: Int) {
        bytes = [0xFF, 0xD8]
        // Steps of 1 for all coefficients.
        segment(0xDB, [0] + [Int](repeating: 1, count: 64))
        let components = (0..<samples).flatMap { [$0 + 1, isHalved && $0 == 0 ? 0x22 : 0x11, 0] }
        segment(0xC0, [8, height >> 8, height & 255, width >> 8, width & 255, samples] + components)
        // Means: the 12 sizes of a difference, 4 bits each. Other coefficients: one code, "no more", one bit.
        segment(0xC4, [0x00, 0, 0, 0, 12] + [Int](repeating: 0, count: 12) + (0..<12))
        segment(0xC4, [0x10, 1] + [Int](repeating: 0, count: 15) + [0])
        segment(0xDA, [samples] + (0..<samples).flatMap { [$0 + 1, 0x00] } + [0, 63, 0])
    }

    private mutating func scan(_ rows: [[Int]]) {
        let width = rows[0].count / samples
        let edge = isHalved ? 16 : 8
        var before = [Int](repeating: 0, count: samples)
        for top in stride(from: 0, to: rows.count, by: edge) {
            for left in stride(from: 0, to: width, by: edge) {
                for sample in 0..<samples {
                    let parts = isHalved && sample == 0 ? [(0, 0), (8, 0), (0, 8), (8, 8)] : [(0, 0)]
                    for (dx, dy) in parts {
                        let row = rows[min(top + dy, rows.count - 1)]
                        let mean = 8 * (row[min(left + dx, width - 1) * samples + sample] - 128)
                        difference(mean - before[sample])
                        before[sample] = mean
                    }
                }
            }
        }
        if pendingBits > 0 { put(0x7F, bits: 8 - pendingBits) }
        bytes += [0xFF, 0xD9]
    }

    private mutating func difference(_ value: Int) {
        let size = Int.bitWidth - value.magnitude.leadingZeroBitCount
        put(size, bits: 4)
        put(value < 0 ? value - 1 : value, bits: size)
        put(0, bits: 1)
    }

    private mutating func put(_ value: Int, bits: Int) {
        pending = pending << bits | value & (1 << bits - 1)
        pendingBits += bits
        while pendingBits >= 8 {
            pendingBits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
            if bytes.last == 0xFF { bytes.append(0) }
            pending &= 1 << pendingBits - 1
        }
    }
}
