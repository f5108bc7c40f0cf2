import Model

/// Sizes and scale of a Zeiss LSM file, from the block of its tag 34412. Channels lie inside the pixels; every other
/// page is a thumbnail.
///
/// Source: Zeiss's LSM 5 file format description, structure `CZ-Private Tag`.
enum LSMDescription {
    static func read(_ fields: TiffFields) -> StackMetadata? {
        guard let block = fields.bytes(34412), let magic: UInt32 = block.little(at: 0) else { return nil }
        var metadata = StackMetadata(origin: "Zeiss LSM", order: [.time, .slice, .channel])
        let scan: UInt16 = block.little(at: 88) ?? .max
        // Pictures in x and y: a stack, a time series, a time series of stacks.
        guard magic == 0x0400_494C || magic == 0x0300_494C, [0, 3, 6].contains(scan) else {
            metadata.order = []
            metadata.notes.append("the file is a Zeiss LSM of a kind whose own metadata is not read")
            return metadata
        }
        func size(_ at: Int) -> Int {
            let value: Int32 = block.little(at: at) ?? 1
            return min(max(Int(value), 1), TiffDirectory.pageLimit + 1)
        }
        func number(_ at: Int) -> Rational? {
            let bits: UInt64? = block.little(at: at)
            return bits.flatMap { PhysicalQuantity.decimal(Double(bitPattern: $0)) }
        }
        /// Stored in metres.
        func length(_ at: Int) -> Rational? {
            let bits: UInt64? = block.little(at: at)
            return bits.flatMap { PhysicalQuantity.decimal(Double(bitPattern: $0) * 1e6) }.flatMap(
                PhysicalQuantity.plausible)
        }
        metadata.sizes = [.slice: size(16), .channel: size(20), .time: size(24)]
        metadata.pixelX = length(40)
        metadata.pixelY = length(48)
        if size(16) > 1 { metadata.pixelZ = length(56) }
        if size(24) > 1 { metadata.intervalSeconds = number(112) }
        metadata.notes.append("of Zeiss LSM's own metadata, sizes and scale are read")
        return metadata
    }
}
