import Foundation

/// ND2 files with known content, written byte by byte as NIS-Elements lays them out: an independent witness for the
/// reader. Every sample is a formula of its place.
public struct ND2Footage: Sendable {
    public enum Axis: Sendable { case time, position, slice }

    /// A value of the trees that the file describes itself with.
    public indirect enum Value: Sendable {
        case flag(Bool), int(Int32), count(UInt32), number(Double), text(String), bytes([UInt8])
        case fields([(String, Value)])
    }

    public var width: Int
    public var height: Int
    /// From the outermost to the innermost.
    public var loops: [(axis: Axis, count: Int)]
    public var channels = 1
    /// The three components of the single channel are blue, green and red.
    public var isColor = false
    /// 8, 16 or 32 (floating point).
    public var bits = 16
    public var significantBits = 12
    /// Bytes that follow the samples of a row.
    public var padding = 0
    /// zlib, else uncompressed.
    public var isPacked = false
    /// `eCompression`, where it shall not be the true one.
    public var compression: Int32?
    /// Descriptions in XML, as version 2 of the format has them, else binary.
    public var isXML = false
    public var hasMap = true
    /// Descriptions before the pictures, as in no file of NIS-Elements: what is left after a cut is described then.
    public var describesFirst = false
    /// Milliseconds; 0 is none.
    public var periodMs = 0.0
    /// Milliseconds between the frames' own times.
    public var frameMs = 1000.0
    public var calibration: Double? = 0.325
    public var step = 0.5
    /// Frames that are not written.
    public var missing: Set<Int> = []
    /// Fields to set in `SLxImageAttributes` last, over the true ones.
    public var overrides: [String: Value] = [:]
    public init(width: Int, height: Int, loops: [(axis: Axis, count: Int)]) {
        self.width = width
        self.height = height
        self.loops = loops
    }

    public var frames: Int { loops.reduce(1) { $0 * $1.count } }
    public var components: Int { isColor ? 3 : channels }

    /// The least sample; above it are all to `first` + 509, or 255 of 8 bits.
    public var first: Int { bits == 8 ? 0 : 0x3F80 }

    /// The true samples of a frame's component, row by row.
    public func truth(frame: Int, component: Int) -> [Int] {
        let span = bits == 8 ? 256 : 510
        let base = 3 + frame * 7919 + component * 101
        return (0..<height).flatMap { y in (0..<width).map { first + (base + y * 331 + $0 * 17) % span } }
    }

    public func write(to path: String) throws { try Data(bytes()).write(to: URL(fileURLWithPath: path)) }

    // MARK: Chunks

    public func bytes() -> [UInt8] {
        var out: [UInt8] = []
        var map: [(name: String, offset: Int, count: Int)] = []
        func append(_ name: String, _ data: [UInt8], nameBytes: Int) {
            while out.count % 4096 != 0 { out.append(0) }
            if name.hasSuffix("!"), !name.hasPrefix("ND2 ") { map.append((name, out.count, data.count)) }
            out += [0xDA, 0xCE, 0xBE, 0x0A] + Self.little(nameBytes, 4) + Self.little(data.count, 8)
            out += Array(name.utf8) + [UInt8](repeating: 0, count: nameBytes - name.utf8.count) + data
        }
        func append(_ name: String, _ data: [UInt8]) {
            // The name's field fills the chunk up to a multiple of 4096 bytes.
            let filled = (16 + name.utf8.count + 20 + data.count + 4095) / 4096 * 4096
            append(name, data, nameBytes: filled - 16 - data.count)
        }
        let version = isXML ? "Ver2.1" : "Ver3.0"
        append(
            "ND2 FILE SIGNATURE CHUNK NAME01!", Array(version.utf8) + [UInt8](repeating: 0, count: 58), nameBytes: 32)
        let form = isXML ? "" : "LV"
        if !loops.isEmpty { append("ImageMetadata\(form)!", document("SLxExperiment", experiment(loops[...]))) }
        append("ImageMetadataSeq\(form)|0!", document("SLxPictureMetadata", metadata))
        if describesFirst { append("ImageAttributes\(form)!", document("SLxImageAttributes", attributes)) }
        for frame in 0..<frames where !missing.contains(frame) {
            append("ImageDataSeq|\(frame)!", picture(frame), nameBytes: 4072)
        }
        if !describesFirst { append("ImageAttributes\(form)!", document("SLxImageAttributes", attributes)) }
        guard hasMap else { return out }
        while out.count % 4096 != 0 { out.append(0) }
        let place = out.count
        var entries: [UInt8] = []
        for entry in map {
            entries += Array(entry.name.utf8) + Self.little(entry.offset, 8) + Self.little(entry.count, 8)
        }
        entries += Array("ND2 CHUNK MAP SIGNATURE 0000001!".utf8) + Self.little(place, 8)
        append("ND2 FILEMAP SIGNATURE NAME 0001!", entries)
        return out
    }

    private func picture(_ frame: Int) -> [UInt8] {
        var rows: [UInt8] = []
        let planes = (0..<components).map { truth(frame: frame, component: $0) }
        for y in 0..<height {
            for i in (y * width)..<((y + 1) * width) {
                for plane in planes {
                    rows +=
                        bits == 32
                        ? Self.little(Int(Float(plane[i]).bitPattern), 4) : Self.little(plane[i], bits / 8)
                }
            }
            rows += [UInt8](repeating: 0xEE, count: padding)
        }
        let time = (Double(frame) * frameMs + 50).bitPattern
        return Self.little(Int(truncatingIfNeeded: time), 8)
            + (isPacked ? StackFootage.Packing.deflate.pack(rows) : rows)
    }

    // MARK: Descriptions

    private var attributes: Value {
        var fields: [(String, Value)] = [
            ("uiWidth", .count(UInt32(width))),
            ("uiWidthBytes", .count(UInt32(width * components * bits / 8 + padding))),
            ("uiHeight", .count(UInt32(height))), ("uiComp", .count(UInt32(components))),
            ("uiBpcInMemory", .int(Int32(bits))), ("uiBpcSignificant", .int(Int32(significantBits))),
            ("uiSequenceCount", .count(UInt32(frames))), ("uiTileWidth", .count(UInt32(width))),
            ("uiTileHeight", .count(UInt32(height))), ("uiVirtualComponents", .count(UInt32(components))),
            ("eCompression", .int(compression ?? (isPacked ? 0 : 2))), ("dCompressionParam", .number(0)),
            ("ePixelType", .int(1)),
        ]
        for (name, value) in overrides.sorted(by: { $0.key < $1.key }) {
            fields.removeAll { $0.0 == name }
            fields.append((name, value))
        }
        return .fields(fields)
    }

    private var metadata: Value {
        let planes = (0..<(isColor ? 1 : channels)).map { i in
            (
                "a\(i)",
                Value.fields([
                    ("uiCompCount", .count(isColor ? 3 : 1)), ("uiSampleIndex", .count(0)),
                    ("sDescription", .text("channel \(i)")), ("uiColor", .count(0x01_02_00 + UInt32(0xF0 - i))),
                    ("uiModalityMask", .count(1)), ("pFluorescentProbe", .fields([("m_sName", .text("dye"))])),
                ])
            )
        }
        return .fields([
            ("dTimeMSec", .number(50)), ("dCalibration", .number(calibration ?? 1)), ("dAspect", .number(1)),
            ("bCalibrated", .flag(calibration != nil)), ("ePictureXAxis", .int(0)), ("ePictureYAxis", .int(1)),
            ("wsObjectiveName", .text("Plan Apo \u{3BB} 20x")),
            (
                "sPicturePlanes",
                .fields([
                    ("uiCount", .count(UInt32(planes.count))), ("uiCompCount", .count(UInt32(components))),
                    ("sPlaneNew", .fields(planes)),
                ])
            ),
        ])
    }

    private func experiment(_ loops: ArraySlice<(axis: Axis, count: Int)>) -> Value {
        guard let (axis, count) = loops.first else { return .fields([]) }
        let type: UInt32 = axis == .time ? 1 : axis == .position ? 2 : 4
        let parameters: [(String, Value)] =
            switch axis {
            case .time:
                [
                    ("uiCount", .count(UInt32(count))), ("dStart", .number(0)), ("dPeriod", .number(periodMs)),
                    ("dDuration", .number(0)), ("dMinPeriodDiff", .number(0)), ("dMaxPeriodDiff", .number(0)),
                    ("dAvgPeriodDiff", .number(0)),
                ]
            case .slice:
                [
                    ("uiCount", .count(UInt32(count))), ("dZLow", .number(0)),
                    ("dZHigh", .number(step * Double(count - 1))), ("dZStep", .number(step)), ("dZHome", .number(0)),
                    ("bZInverted", .flag(false)), ("iType", .int(0)),
                ]
            case .position:
                [
                    ("uiCount", .count(UInt32(count + 1))), ("bUseZ", .flag(false)),
                    (
                        "Points",
                        .fields(
                            (0...count).map { i in
                                let name = i == 1 ? "skipped" : "well \(i)"
                                return (
                                    isXML ? "Point\(i)" : "",
                                    .fields([
                                        ("dPosX", .number(Double(i))), ("dPosY", .number(0)), ("dPosZ", .number(0)),
                                        ("dPosName", .text(name)),
                                    ])
                                )
                            })
                    ),
                ]
            }
        var fields: [(String, Value)] = [
            ("eType", .count(type)), ("uLoopPars", .fields(parameters)),
            ("uiNextLevelCount", .count(loops.count > 1 ? 1 : 0)),
        ]
        // The second of one point more is not visited.
        if axis == .position { fields.append(("pItemValid", valid(count + 1))) }
        if loops.count > 1 { fields.append(("ppNextLevelEx", .fields([("", experiment(loops.dropFirst()))]))) }
        return .fields(fields)
    }

    private func valid(_ points: Int) -> Value {
        isXML
            ? .fields((0..<points).map { ("", .flag($0 != 1)) }) : .bytes((0..<points).map { $0 == 1 ? 0 : 1 })
    }

    private func document(_ root: String, _ value: Value) -> [UInt8] {
        guard isXML else { return value.binary(root) }
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><variant version=\"1.0\">"
        return Array((head + value.xml("no_name") + "</variant>").utf8)
    }

    static func little(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

extension ND2Footage.Value {
    /// A field of that name: type, letters of the name with its end, the name, the value.
    fileprivate func binary(_ name: String) -> [UInt8] {
        let units = Array(name.utf16) + [0]
        let head = [UInt8(units.count)] + units.flatMap { ND2Footage.little(Int($0), 2) }
        switch self {
        case .flag(let value): return [1] + head + [value ? 1 : 0]
        case .int(let value): return [2] + head + ND2Footage.little(Int(value), 4)
        case .count(let value): return [3] + head + ND2Footage.little(Int(value), 4)
        case .number(let value): return [6] + head + ND2Footage.little(Int(truncatingIfNeeded: value.bitPattern), 8)
        case .text(let text): return [8] + head + (Array(text.utf16) + [0]).flatMap { ND2Footage.little(Int($0), 2) }
        case .bytes(let bytes): return [9] + head + ND2Footage.little(bytes.count, 8) + bytes
        case .fields(let fields):
            var places: [UInt8] = []
            var inner: [UInt8] = []
            for (name, value) in fields {
                places += ND2Footage.little(1 + head.count + 12 + inner.count, 8)
                inner += value.binary(name)
            }
            return [11] + head + ND2Footage.little(fields.count, 4)
                + ND2Footage.little(1 + head.count + 12 + inner.count, 8) + inner + places
        }
    }

    fileprivate func xml(_ name: String) -> String {
        let name = name.isEmpty ? "no_name" : name
        func leaf(_ type: String, _ value: String) -> String { "<\(name) runtype=\"\(type)\" value=\"\(value)\"/>" }
        switch self {
        case .flag(let value): return leaf("bool", "\(value)")
        case .int(let value): return leaf("lx_int32", "\(value)")
        case .count(let value): return leaf("lx_uint32", "\(value)")
        case .number(let value): return leaf("double", "\(value)")
        case .text(let text): return leaf("CLxStringW", text)
        case .bytes: return ""
        case .fields(let fields):
            return "<\(name) runtype=\"CLxListVariant\">" + fields.map { $1.xml($0) }.joined() + "</\(name)>"
        }
    }
}
