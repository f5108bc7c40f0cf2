import Model

/// What a frame of an ND2 file is: size, samples and components, as `ImageAttributes` and `ImageMetadataSeq` tell it.
struct ND2Picture {
    /// Bytes that one packed byte can unpack to at most.
    private static let packingLimit: UInt64 = 1100
    private static let frameLimit = 1 << 31

    /// Pixels; of one channel, or of all three colours.
    let format: SampleFormat
    /// Samples of a pixel, interleaved: channels, or blue, green and red.
    let components: Int
    /// From one row to the next.
    let rowBytes: Int
    let isPacked: Bool
    let significantBits: Int?
    /// Frames that the file promises.
    let promised: Int
    /// One for each channel; empty where the file says nothing of them.
    private(set) var channels: [MediaDescription.Channel] = []
    private(set) var notes: [String] = []
    /// Why frames can't be read, or nil.
    private(set) var unsupported: Fault?

    /// Channels with planes of their own.
    var planes: Int { format.isColor ? 1 : components }
    var frameBytes: Int { rowBytes * format.height }

    /// - Throws: `Fault` with `.corrupt` or `.unsupported` where the attributes make no sense or are beyond the limits.
    init(attributes root: ND2Variant, metadata: ND2Variant?, at path: String) throws(Fault) {
        let attributes = root["SLxImageAttributes"] ?? root.unwrapped
        func int(_ name: String) -> Int? { attributes[name]?.int }
        guard let width = int("uiWidth"), let height = int("uiHeight"), let components = int("uiComp"),
            let bits = int("uiBpcInMemory"), width > 0, height > 0, components > 0, bits > 0
        else {
            throw Fault(
                .corrupt, "the size of its pictures can't be read", at: path, advice: ND2File.again)
        }
        guard width <= TiffFormat.pixelLimit / height, components <= 256 else {
            throw Fault(
                .unsupported,
                "its pictures are \(width)x\(height) pixels of \(components) components, the limits are "
                    + "\(TiffFormat.pixelLimit) pixels and 256 components", at: path, advice: ND2File.advice)
        }
        let planes = Self.planes(metadata)
        let isColor = planes.count == 1 && planes[0].components == 3 && components == 3 && bits <= 16
        format = SampleFormat(
            width: width, height: height, bits: bits, kind: bits == 32 ? .float : .unsigned, samples: isColor ? 3 : 1,
            isColor: isColor)
        self.components = components
        let least = width * components * ((bits + 7) / 8)
        rowBytes = max(least, int("uiWidthBytes") ?? 0)
        isPacked = int("eCompression") == 0
        significantBits = int("uiBpcSignificant").flatMap { (1...bits).contains($0) ? $0 : nil }
        promised = max(0, int("uiSequenceCount") ?? 0)
        guard rowBytes <= Self.frameLimit / height else {
            throw Fault(
                .unsupported, "a frame has \(rowBytes) bytes a row and \(height) rows, the limit is 2 GiB", at: path,
                advice: ND2File.advice)
        }

        if isColor {
            notes.append("colours are stored blue first")
        } else if planes.count == components, planes.allSatisfy({ $0.components == 1 }) {
            channels = planes.map(\.channel)
        } else if planes.count > 1 {
            unsupported = Fault(
                .unsupported,
                "its \(planes.count) channels have \(components) components, and which belong together "
                    + "is not known", at: path, advice: ND2File.advice)
        }
        let compression = int("eCompression") ?? 2
        if compression != 0, compression != 2 {
            let name = compression == 1 ? "lossy" : "unknown (\(compression))"
            unsupported = Fault(
                .unsupported, "its compression is \(name); uncompressed and lossless (zlib) frames are read", at: path,
                advice: ND2File.advice)
        } else if ![8, 16, 32].contains(bits) {
            unsupported = Fault(
                .unsupported, "its samples have \(bits) bits; 8, 16 and 32 are read", at: path, advice: ND2File.advice)
        }
    }

    var codec: String {
        switch (isPacked, unsupported) {
        case (true, _): "zlib"
        case (false, nil): "uncompressed"
        case (false, _): "unknown"
        }
    }

    /// The optical channels: how many components each has, and what is said of it.
    private static func planes(_ metadata: ND2Variant?) -> [(components: Int, channel: MediaDescription.Channel)] {
        let pictures = metadata?["sPicturePlanes"]
        let planes = pictures?["sPlaneNew"]?.items ?? []
        return (planes.isEmpty ? pictures?["sPlane"]?.items ?? [] : planes).map { plane in
            let color = plane["uiColor"]?.int ?? 0
            func component(_ shift: Int) -> UInt8 { UInt8(truncatingIfNeeded: color >> shift) }
            return (
                plane["uiCompCount"]?.int ?? 1,
                MediaDescription.Channel(
                    name: plane["sDescription"]?.text,
                    color: color & 0xFFFFFF == 0
                        ? nil : ChannelColor(red: component(0), green: component(8), blue: component(16)))
            )
        }
    }

    /// The rows of a frame.
    /// - Throws: `Fault` with `.truncated`, `.corrupt` or `.unreadable`.
    func rows(of frame: Int, in file: ND2File) throws(Fault) -> [UInt8] {
        let chunk = try file.frame(frame)
        guard chunk.count > 8 else { throw file.corrupt("frame \(frame + 1) is empty") }
        let stored = chunk.count - 8
        if isPacked {
            guard UInt64(frameBytes) / Self.packingLimit <= stored, stored <= UInt64(frameBytes) + 1 << 20 else {
                throw file.corrupt("frame \(frame + 1) has \(stored) bytes, which can't be \(frameBytes) packed ones")
            }
            return try Unpacking.zlib(
                try file.bytes.read(at: chunk.start + 8, count: Int(stored)), size: frameBytes, at: file.path)
        }
        guard stored == UInt64(frameBytes) else {
            throw file.corrupt("frame \(frame + 1) has \(stored) bytes of samples instead of \(frameBytes)")
        }
        return try file.bytes.read(at: chunk.start + 8, count: frameBytes)
    }

    /// Unpacks one channel, or the colours, of a frame's rows.
    func unpack(_ rows: [UInt8], channel: Int, into samples: inout [Float]) {
        guard let packing = SamplePacking(bits: format.bits, kind: format.kind) else { return }
        if samples.count != format.count { samples = [Float](repeating: 0, count: format.count) }
        let width = format.width
        rows.withUnsafeBytes { rows in
            samples.withUnsafeMutableBufferPointer { samples in
                guard let rows = rows.baseAddress, let samples = samples.baseAddress else { return }
                for y in 0..<format.height {
                    for sample in 0..<format.samples {
                        packing.unpack(
                            rows + y * rowBytes, from: format.isColor ? 2 - sample : channel, step: components,
                            count: width, to: samples + y * width * format.samples + sample,
                            targetStep: format.samples)
                    }
                }
            }
        }
    }
}
