import Model

/// What ImageJ keeps beside its description: display ranges, lookup tables and labels (tags 50838 and 50839).
///
/// Source: ImageJ's `TiffEncoder` and `TiffDecoder`. The block begins with `IJIJ` as a number in the file's byte order,
/// then the kind and the count of each sort of entry; tag 50838 holds the bytes of that header and of each entry.
struct ImageJTags {
    /// Two values for each channel.
    private(set) var ranges: [Double] = []
    /// Of each channel 256 reds, then 256 greens, then 256 blues.
    private(set) var tables: [[UInt8]] = []
    /// One for each page, in order.
    private(set) var labels: [String] = []

    private static let magic: UInt32 = 0x494A_494A  // IJIJ
    private static let rang: UInt32 = 0x7261_6E67
    private static let luts: UInt32 = 0x6C75_7473
    private static let labl: UInt32 = 0x6C61_626C

    init(_ fields: TiffFields) {
        let counts = fields.integers(50838).map { Int(clamping: $0) }
        guard let header = counts.first, header >= 4, let bytes = fields.bytes(50839), header <= bytes.count else {
            return
        }
        let isBig = fields.bigEndian
        func word(_ at: Int) -> UInt32? { isBig ? bytes.big(at: at) : bytes.little(at: at) }
        guard word(0) == Self.magic else { return }
        var place = header
        var entry = 1
        for kind in stride(from: 4, to: header - 7, by: 8) {
            guard let name = word(kind), let count = word(kind + 4) else { return }
            for _ in 0..<count {
                guard entry < counts.count, counts[entry] >= 0, counts[entry] <= bytes.count - place else { return }
                let content = Array(bytes[place..<(place + counts[entry])])
                place += content.count
                entry += 1
                switch name {
                case Self.rang: ranges += Self.doubles(content, isBig)
                case Self.luts: if content.count == 768 { tables.append(content) }
                case Self.labl: labels.append(Self.text(content, isBig))
                default: break
                }
            }
        }
    }

    private static func doubles(_ bytes: [UInt8], _ isBig: Bool) -> [Double] {
        stride(from: 0, to: bytes.count - 7, by: 8).compactMap { at in
            let bits: UInt64? = isBig ? bytes.big(at: at) : bytes.little(at: at)
            return bits.map(Double.init(bitPattern:))
        }
    }

    /// UTF-16 without a mark.
    private static func text(_ bytes: [UInt8], _ isBig: Bool) -> String {
        let units = stride(from: 0, to: bytes.count - 1, by: 2).compactMap { at -> UInt16? in
            isBig ? bytes.big(at: at) : bytes.little(at: at)
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// The colour at the end of a lookup table that rises evenly from black; nil for every other table.
    static func color(_ table: [UInt8]) -> ChannelColor? {
        guard table.count == 768 else { return nil }
        let ends = (0..<3).map { Int(table[$0 * 256 + 255]) }
        guard ends != [0, 0, 0] else { return nil }
        for component in 0..<3 {
            for step in 0..<256 {
                // ImageJ rounds its ramps in more than one way.
                guard (Int(table[component * 256 + step]) * 255 - step * ends[component]).magnitude <= 3 * 255 else {
                    return nil
                }
            }
        }
        return ChannelColor(red: table[255], green: table[511], blue: table[767])
    }

    /// Names that the labels give the channels, which are the pages' fastest axis: `c:1/2 z:3/9 - DAPI` names the
    /// first of two. nil unless every channel has one name in all its labels and no two share one (Bio-Formats writes
    /// the image's name there).
    func names(channels: Int) -> [String]? {
        guard channels > 1, labels.count >= channels else { return nil }
        var names = [String?](repeating: nil, count: channels)
        for (page, label) in labels.enumerated() {
            let marker = "c:\(page % channels + 1)/\(channels)"
            guard let dash = label.firstRange(of: " - "),
                label[..<dash.lowerBound].split(whereSeparator: { $0 == " " || $0 == ";" }).contains(marker[...])
            else { return nil }
            let name = label[dash.upperBound...].prefix { !$0.isNewline }
            guard !name.isEmpty, names[page % channels] ?? String(name) == name else { return nil }
            names[page % channels] = String(name)
        }
        return Set(names).count == channels ? names.compactMap(\.self) : nil
    }
}
