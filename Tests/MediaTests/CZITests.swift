import Foundation
import Media
import Model
import Footage
import Testing

/// A folder of CZI files, and what the readers say of them.
struct CZIFolder {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    func write(_ footage: CZIFootage) throws -> String {
        try footage.write(to: folder.file("a.czi"))
        return folder.file("a.czi")
    }

    func only(_ path: String) throws -> MediaDescription {
        let all = try StackProbe.describe(paths: [path])
        try #require(all.count == 1)
        return all[0]
    }

    /// The fault of describing or, where that works, of reading all pictures.
    func fault(_ path: String, _ comment: Comment? = nil) throws -> Fault {
        try #require(throws: Fault.self, comment) {
            for series in try StackProbe.describe(paths: [path]) {
                _ = try read(path, series: series.stream, View())
            }
        }
    }

    func read(_ path: String, series: Int = 0, _ view: View) throws -> [[UInt8]] {
        let reader = try StackReader.open(paths: [path], series: series, view: view)
        return try (0..<reader.timepoints).map { t in
            var picture: [UInt8] = []
            try reader.picture(t, into: &picture)
            return picture
        }
    }

    /// The exact samples of a channel and slice at every time point: the levels in adjoining windows add up to them.
    func samples(
        _ path: String, series: Int = 0, slice: Int? = nil, channel: Int = 0, type: CZIFootage.PixelType = .gray16
    ) throws -> [[Double]] {
        let (width, count) = type.bytes == 1 ? (255.0, 1) : type.bytes == 2 ? (255.0, 257) : (63.75, 128)
        var sums: [[Double]] = []
        for window in 0..<count {
            let shown = ChannelView(
                channel: channel, color: .white, low: width * Double(window), high: width * Double(window + 1))
            let view = View(channels: [shown], zRule: slice == nil ? nil : .focus, slice: slice)
            let pictures = try read(path, series: series, view)
            if sums.isEmpty { sums = pictures.map { [Double](repeating: 0, count: $0.count) } }
            for (t, picture) in pictures.enumerated() {
                for i in picture.indices { sums[t][i] += Double(picture[i]) * width / 255 }
            }
        }
        return sums
    }

    /// What a block of the whole plane holds.
    func plane(_ footage: CZIFootage, _ block: CZIFootage.Block, sample: Int = 0) -> [Double] {
        (0..<block.height).flatMap { y in
            (0..<block.width).map { x in footage.truth(block, x: block.x + x, y: block.y + y, sample: sample) }
        }
    }

    /// An experiment with a planned interval.
    static func plan(_ value: String, _ unit: String, isActivated: Bool = true) -> String {
        """
        <Experiment><TimeSeriesSetup IsActivated="\(isActivated)"><Interval><TimeSpan><Value>\(value)</Value>\
        <DefaultUnitFormat>\(unit)</DefaultUnitFormat></TimeSpan></Interval></TimeSeriesSetup></Experiment>
        """
    }
}

/// Zeiss CZI files whose every sample is known.
@Suite struct CZITests {
    let czi: CZIFolder
    init() throws { czi = try CZIFolder() }

    // MARK: Samples

    @Test(arguments: CZIFootage.PixelType.allCases, CZIFootage.Packing.allCases)
    func everyTypeAndPackingIsReadExactly(type: CZIFootage.PixelType, packing: CZIFootage.Packing) throws {
        if packing == .zstd1LowHigh, type.bytes != 2 { return }
        var footage = CZIFootage(width: 9, height: 5, timepoints: 2, slices: 2, channels: type.samples == 1 ? 2 : 1)
        for i in footage.blocks.indices { (footage.blocks[i].type, footage.blocks[i].packing) = (type, packing) }
        if type == .gray32Float { footage.content = { CZIFootage.ramp($0, $1, $2, $3) % 32000 } }
        let path = try czi.write(footage)
        let it = try czi.only(path)
        let names = ["gray8", "gray16", "float32x1", "rgb24", "rgb48"]
        #expect(it.pixelFormat == names[Int(type.rawValue)] && it.container == "czi")
        #expect(it.codec == ["uncompressed", "zstd0", "zstd1"][packing.code == 0 ? 0 : Int(packing.code) - 4])
        #expect(it.timepoints == 2 && it.slices == 2 && it.frames == footage.blocks.count)
        #expect(it.channels == max(2, type.samples) && it.width == 9 && it.height == 5)
        for slice in 0..<2 {
            for channel in 0..<max(2, type.samples) {
                let (place, sample) = type.samples == 1 ? (channel, 0) : (0, channel)
                let truth = footage.blocks.filter { $0.slice == slice && $0.channel == place }
                    .map { czi.plane(footage, $0, sample: sample) }
                #expect(try czi.samples(path, slice: slice, channel: channel, type: type) == truth)
            }
        }
    }

    @Test func greyJPEGIsReadExactly() throws {
        var footage = CZIFootage(width: 24, height: 8, timepoints: 2)
        for i in footage.blocks.indices {
            footage.blocks[i].type = .gray8
            footage.blocks[i].compressionCode = 1
            footage.blocks[i].data = Self.jpeg(levels: [10 + i, 130, 250])
        }
        let path = try czi.write(footage)
        #expect(try czi.only(path).codec == "jpeg")
        for (t, picture) in try czi.samples(path, type: .gray8).enumerated() {
            #expect(picture == (0..<192).map { Double([10 + t, 130, 250][$0 % 24 / 8]) })
        }
        // Cut short, of another size, or no JPEG at all: no made-up samples.
        let whole = Self.jpeg(levels: [10, 130, 250])
        let bad: [[UInt8]] = [whole.dropLast(4), Self.jpeg(levels: [10, 130]), Array(whole.prefix(30)), [1, 2, 3, 4]]
        for data in bad {
            footage.blocks[1].data = data + [UInt8](repeating: 0, count: 64)
            let fault = try czi.fault(czi.write(footage))
            #expect(fault.reason == .corrupt && fault.what.contains("plane 2"), "\(fault)")
        }
        footage.blocks[1].data = whole
        for i in footage.blocks.indices { footage.blocks[i].type = .bgr24 }
        let color = try czi.fault(czi.write(footage))
        #expect(color.reason == .unsupported && color.what.contains("Bgr24 samples as JPEG"))
    }

    /// A baseline JPEG (ITU-T T.81) of 8x8 blocks side by side, each of one level: the difference of its level to the
    /// one before in 9 bits at most, then the end of the block.
    private static func jpeg(levels: [Int]) -> [UInt8] {
        var out: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 8, count: 64)
        out += [0xFF, 0xC0, 0, 11, 8, 0, 8, 0, UInt8(8 * levels.count), 1, 1, 0x11, 0]
        // Codes of 4 bits for differences of 0 to 9 bits; one code of 1 bit, the end of a block.
        out += [0xFF, 0xC4, 0, 29, 0x00, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + (0...9)
        out += [0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        out += [0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0]
        var bits = ""
        var before = 128
        for level in levels {
            let difference = level - before
            before = level
            let size = difference == 0 ? 0 : Int.bitWidth - abs(difference).leadingZeroBitCount
            let value = difference < 0 ? difference + (1 << size) - 1 : difference
            bits += String(repeating: "0", count: 4 - String(size, radix: 2).count) + String(size, radix: 2)
            if size > 0 {
                let text = String(value, radix: 2)
                bits += String(repeating: "0", count: size - text.count) + text
            }
            bits += "0"
        }
        while bits.count % 8 != 0 { bits += "1" }
        var rest = Substring(bits)
        while !rest.isEmpty {
            let byte = UInt8(rest.prefix(8), radix: 2)!
            out += byte == 0xFF ? [0xFF, 0] : [byte]
            rest = rest.dropFirst(8)
        }
        return out + [0xFF, 0xD9]
    }

    @Test func mosaicsArePastedLaterTilesOverEarlierOnes() throws {
        var footage = CZIFootage(width: 6, height: 4, timepoints: 2)
        // Written last to first: the tile's number decides, not its place in the file. The corner stays uncovered.
        footage.blocks = footage.blocks.flatMap { plane in
            [(2, -7, 43), (1, -3, 40), (0, -7, 40)].map { tile, x, y in
                var block = plane
                (block.tile, block.x, block.y) = (tile, x, y)
                return block
            }
        }
        let path = try czi.write(footage)
        let it = try czi.only(path)
        #expect(it.width == 10 && it.height == 7 && it.frames == 2)
        #expect(it.notes.contains { $0.contains("pasted") && $0.contains("the samples are 0") })
        let pictures = try czi.samples(path)
        for t in 0..<2 {
            let tiles = footage.blocks[(3 * t)..<(3 * t + 3)].reversed()
            let truth = (40..<47).flatMap { y in
                (-7..<3).map { x in
                    let over = tiles.last {
                        ($0.x..<($0.x + $0.width)).contains(x) && ($0.y..<($0.y + $0.height)).contains(y)
                    }
                    return over.map { footage.truth($0, x: x, y: y) } ?? 0
                }
            }
            #expect(truth.contains(0) && pictures[t] == truth)
        }
    }

    @Test func scenesAreSeries() throws {
        var footage = CZIFootage(width: 6, height: 4, timepoints: 2)
        footage.blocks = footage.blocks.flatMap { plane in
            [0, 2].map { scene in
                var block = plane
                (block.scene, block.x, block.width) = (scene, 1000 * scene, 6 + scene)
                return block
            }
        }
        footage.metadata = CZIFootage.document(
            image: "<Dimensions><S><Scenes><Scene Index=\"0\" Name=\"A1\"/></Scenes></S></Dimensions>")
        let path = try czi.write(footage)
        let all = try StackProbe.describe(paths: [path])
        #expect(all.map(\.name) == ["A1", "scene 3"])
        #expect(all.map(\.width) == [6, 8] && all.map(\.stream) == [0, 1])
        for series in 0..<2 {
            let truth = footage.blocks.filter { $0.scene == 2 * series }.map { czi.plane(footage, $0) }
            #expect(try czi.samples(path, series: series) == truth)
        }
        #expect(throws: Fault.self) { try StackReader.open(paths: [path], series: 2, view: View()) }
    }

    @Test func pyramidLevelsAreSkipped() throws {
        var footage = CZIFootage(width: 8, height: 4, timepoints: 2)
        for block in footage.blocks {
            var level = block
            level.reduction = 2
            footage.blocks.append(level)
        }
        let path = try czi.write(footage)
        #expect(try czi.only(path).notes.contains { $0.contains("2 sub-blocks are reduced copies") })
        #expect(try czi.samples(path) == footage.blocks.prefix(2).map { czi.plane(footage, $0) })
        footage.blocks.removeFirst(2)
        #expect(try czi.fault(czi.write(footage)).reason == .unsupported)
    }

    // MARK: Metadata

    @Test func scaleAndChannels() throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 3, slices: 2, channels: 2)
        footage.metadata = CZIFootage.document(
            scaling: [6.45e-8, 1.29e-07, 0.0000005],
            image: """
                <SizeT>3</SizeT><ComponentBitCount>12</ComponentBitCount><Dimensions><Channels>\
                <Channel Id="Channel:0" Name="DAPI"><Color>#FF0000FF</Color></Channel>\
                <Channel Id="Channel:1" Name="GFP &amp; more"><ComponentBitCount>14</ComponentBitCount></Channel>\
                </Channels><T><Positions><Interval><Start>0</Start><Increment>2.5</Increment></Interval></Positions></T>\
                </Dimensions>
                """,
            further: """
                <DisplaySetting><Channels><Channel Id="Channel:1" Name="shown"><Low>0.25</Low><High>0.5</High>\
                <Color>#8000FF7F</Color></Channel></Channels></DisplaySetting>
                """)
        let it = try czi.only(try czi.write(footage))
        #expect(it.pixelSizeUm == .init(x: 0.0645, y: 0.129, z: 0.5))
        #expect(it.intervalSeconds == 2.5)
        #expect(it.significantBits == 14)
        #expect(it.channelDetails.map(\.name) == ["DAPI", "GFP & more"])
        #expect(it.channelDetails.map { $0.color?.description } == ["#0000FF", "#00FF7F"])
        #expect(it.channelDetails[0].low == nil && it.channelDetails[0].high == nil)
        #expect(it.channelDetails[1].low == 65535.0 / 4 && it.channelDetails[1].high == 65535.0 / 2)
        #expect(it.notes == ["pixels are not square"])
    }

    @Test func nonsenseIsUnknown() throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 2)
        footage.metadata = CZIFootage.document(
            scaling: [0, -1, 1],
            image: """
                <SizeT>4</SizeT><SizeZ>0</SizeZ><ComponentBitCount>0</ComponentBitCount>\
                <Dimensions><T><Positions><Interval><Increment>0</Increment></Interval></Positions></T>\
                <Channels><Channel Id="Channel:0"><Color>green</Color></Channel></Channels></Dimensions>
                """,
            further: """
                <DisplaySetting><Channels><Channel Id="Channel:0"><Low>0.5</Low><High>nan</High></Channel></Channels>\
                </DisplaySetting>
                """)
        let it = try czi.only(try czi.write(footage))
        #expect(it.pixelSizeUm == .init() && it.intervalSeconds == nil && it.significantBits == nil)
        #expect(it.channelDetails == [.init()])
        #expect(it.notes == ["the metadata promises 4 time points, the file holds 2"])
        for xml in ["", "<ImageDocument>", "<Other/>", "no XML"] {
            footage.metadata = xml
            let it = try czi.only(try czi.write(footage))
            #expect(
                it.timepoints == 2 && it.notes.contains { $0.contains("scale, interval and channels are unknown") },
                "\(xml)")
        }
    }

    @Test func theIntervalIsTheBestKnown() throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 3)
        func interval(_ footage: CZIFootage) throws -> Double? { try czi.only(try czi.write(footage)).intervalSeconds }
        for (value, unit, seconds) in [("250", "ms", 0.25), ("3", "s", 3), ("2", "min", nil), ("0", "s", nil)] {
            footage.metadata = CZIFootage.document(further: CZIFolder.plan(value, unit))
            #expect(try interval(footage) == seconds, "\(value) \(unit)")
        }
        footage.metadata = CZIFootage.document(further: CZIFolder.plan("3", "s", isActivated: false))
        #expect(try interval(footage) == nil)
        footage.metadata = CZIFootage.document(further: CZIFolder.plan("3", "s") + CZIFolder.plan("4", "s"))
        #expect(try interval(footage) == nil)

        // What was measured comes before what was planned.
        footage.metadata = CZIFootage.document(further: CZIFolder.plan("3", "s"))
        footage.blocks[0].acquired = "2021-06-15T23:59:58.5000000Z"
        footage.blocks[2].acquired = "2021-06-16T00:00:03.0000002Z"
        #expect(try interval(footage) == 2.2500001)
        #expect(try czi.only(try czi.write(footage)).notes == ["the interval is the mean of the acquisition times"])
        footage.blocks[2].acquired = "yesterday"
        #expect(try interval(footage) == 3)

        // Without the middle, the others are not one interval apart.
        footage.blocks.remove(at: 1)
        #expect(try interval(footage) == nil)
    }
}
