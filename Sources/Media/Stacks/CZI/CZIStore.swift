import Model

/// The planes of one scene of a Zeiss CZI file.
final class CZIStore: PlaneStore {
    /// The first bytes of every CZI file.
    static let signature = CZIFile.signature

    var series: StackSeries { recording.series }
    private let file: CZIFile
    private let recording: CZIRecording

    /// One series for each scene.
    /// - Throws: `Fault` with `.unreadable`, `.notMedia`, `.truncated`, `.empty`, `.corrupt` or `.unsupported`.
    static func series(of path: String) throws(Fault) -> [StackSeries] {
        try CZIRecording.all(of: CZIFile(path)).map(\.series)
    }

    /// - Throws: as `series(of:)`; `.invalid` where there is no such series.
    init(_ path: String, series: Int) throws(Fault) {
        file = try CZIFile(path)
        let all = try CZIRecording.all(of: file)
        guard all.indices.contains(series) else {
            throw Fault(
                .invalid, "there is no series \(series)", at: path, advice: "The file has series 0 to \(all.count - 1)."
            )
        }
        recording = all[series]
    }

    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault) {
        let format = series.format
        let blocks = recording.blocks[recording.planes[plane]]
        var parts: [CZIFile.Parts] = []
        // Nothing is allocated for samples that the file can't hold.
        for block in blocks {
            let part = try file.parts(of: block, plane: plane)
            let capacity = CZICompression(rawValue: block.compression)?.capacity(of: part.dataSize) ?? 0
            guard capacity >= block.pixels * recording.type.bytes else {
                throw Fault(
                    .corrupt,
                    "plane \(plane + 1): \(part.dataSize) bytes can't hold \(block.width)x\(block.height) pixels",
                    at: file.path, advice: "Copy the file again from where it was recorded.")
            }
            parts.append(part)
        }
        if samples.count == format.count, blocks.count > 1 || blocks.first?.pixels != format.pixels {
            for i in samples.indices { samples[i] = 0 }
        } else if samples.count != format.count {
            samples = [Float](repeating: 0, count: format.count)
        }
        for (block, part) in zip(blocks, parts) { try paste(block, part, plane: plane, into: &samples) }
    }

    private func paste(
        _ block: CZIBlock, _ part: CZIFile.Parts, plane: Int, into samples: inout [Float]
    ) throws(Fault) {
        guard let compression = CZICompression(rawValue: block.compression) else { return }
        let packed = try file.bytes.read(at: part.data, count: part.dataSize)
        do {
            let bytes = try compression.unpack(
                packed, size: block.pixels * recording.type.bytes, width: block.width, bits: recording.type.bits,
                at: file.path)
            recording.type.paste(
                bytes, width: block.width, height: block.height, left: block.x - recording.left,
                top: block.y - recording.top, into: &samples, format: series.format)
        } catch {
            throw Fault(error.reason, "plane \(plane + 1): \(error.what)", at: error.place, advice: error.advice)
        }
    }
}
