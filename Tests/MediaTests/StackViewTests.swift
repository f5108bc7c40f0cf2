import Files
import Foundation
import Media
import Model
import Footage
import Testing

/// How a declaration becomes a view.
@Suite struct StackViewTests {
    let folder: VideoFolder
    let path: String

    init() throws {
        folder = try VideoFolder()
        path = folder.file("stack.tif")
    }

    private func view(_ declare: (inout ViewDeclaration) -> Void = { _ in }) throws -> View {
        var declared = ViewDeclaration()
        declare(&declared)
        return try StackProbe.view(paths: [path], declared: declared)
    }

    private func notes(_ declare: (inout ViewDeclaration) -> Void) throws -> [String] {
        var declared = ViewDeclaration()
        declare(&declared)
        return try StackProbe.resolve(paths: [path], declared: declared).notes
    }

    private func fault(_ declare: (inout ViewDeclaration) -> Void) throws -> Fault {
        try #require(throws: Fault.self) { try view(declare) }
    }

    // MARK: Contrast

    @Test(arguments: [1, 2]) func windowsArePercentilesOfTheWholeStack(inside: Int) throws {
        let seed = 4711
        let stack = Hyperstack(width: 40, height: 30, channels: 2, times: 5, inside: inside) { c, _, t, x, y in
            let noise = (x &* 73856093 ^ y &* 19349663 ^ (t &+ seed) &* 83492791) & 0xFFFF
            return c == 0 ? noise % 3000 + t * 10 : 60000 - noise % (100 * t + 1)
        }
        try stack.write(to: path)
        let shown = try #require(try view().channels)
        #expect(shown.map(\.channel) == [0, 1])
        for c in 0..<2 {
            let samples = (0..<5).flatMap { stack.plane(c, 0, $0).map { Double($0) } }.sorted()
            #expect(shown[c].low == percentile(samples, 0.35) && shown[c].high == percentile(samples, 99.8), "\(seed)")
        }
    }

    /// One window for all time points: a recording that grows brighter is shown growing brighter.
    @Test func windowStandsStillInTime() throws {
        let stack = Hyperstack(times: 10) { _, _, t, x, y in 100 * (t + 1) + x + y }
        try stack.write(to: path)
        let view = try view()
        let means = try pictures([path], view).map { Double($0.reduce(0) { $0 + Int($1) }) / Double($0.count) }
        #expect(zip(means, means.dropFirst()).allSatisfy { $0 + 15 < $1 })
        let window = try #require(view.channels?.first)
        let last = stack.plane(0, 0, 9).map { UInt8(level(Double($0), window.low, window.high)) }
        #expect(try pictures([path], view).last == last)
    }

    @Test func windowIsOfWhatIsShown() throws {
        let stack = Hyperstack(width: 20, height: 20, slices: 3, times: 4) { _, z, t, x, y in
            [1000, 20, 3000][(z + x + y) % 3] + z * 5 + t
        }
        try stack.write(to: path)
        func window(_ slices: Range<Int>) -> (Double, Double) {
            let samples = (0..<4).flatMap { t in
                let planes = slices.map { stack.plane(0, $0, t) }
                return planes[0].indices.map { i in Double(planes.map { $0[i] }.max() ?? 0) }
            }.sorted()
            return (percentile(samples, 0.35), percentile(samples, 99.8))
        }
        let maximum = try #require(try view().channels?.first)
        #expect((maximum.low, maximum.high) == window(0..<3))
        let middle = try #require(try view { $0.zRule = .middle }.channels?.first)
        #expect((middle.low, middle.high) == window(1..<2))
        #expect(middle.low < 100 && maximum.low > 2999)
    }

    @Test func floatWindows() throws {
        let stack = Hyperstack(width: 50, height: 40, times: 3, bits: 32, sampleFormat: 3) { _, _, t, x, y in
            if x == 7 { return Int(Float.nan.bitPattern) }
            if x == 8 { return Int((y % 2 == 0 ? Float.infinity : -.infinity).bitPattern) }
            // A single value far out must not flatten the rest.
            if x == 9, y == 9, t == 1 { return Int(Float(1e12).bitPattern) }
            return Int((Float(x * y + t * 31) / 1000 - 0.5).bitPattern)
        }
        try stack.write(to: path)
        let samples = (0..<3).flatMap { stack.plane(0, 0, $0).map { Double(Float(bitPattern: UInt32($0))) } }
            .filter(\.isFinite).sorted()
        let shown = try #require(try view().channels?.first)
        let (low, high) = (percentile(samples, 0.35), percentile(samples, 99.8))
        #expect(shown.low <= low && low - shown.low <= (high - low) / 256)
        #expect(shown.high >= high && shown.high - high <= (high - low) / 256)
    }

    @Test(arguments: [(8, 2), (16, 1), (16, 2), (32, 1), (32, 2), (32, 3)])
    func flatAndSparse(bits: Int, sampleFormat: Int) throws {
        var stack = Hyperstack(width: 100, height: 100, bits: bits, sampleFormat: sampleFormat)
        func stored(_ value: Int) -> Int { sampleFormat == 3 ? Int(Float(value).bitPattern) : value }
        let (few, most) = (stored(100), stored(77))
        stack.value = { _, _, _, _, _ in most }
        try stack.write(to: path)
        let flat = try #require(try view().channels?.first)
        #expect(flat.low == 77 && flat.high > flat.low && flat.high.isFinite)
        #expect(try pictures([path], try view())[0].allSatisfy { $0 == 0 })

        stack.value = { _, _, _, x, y in y == 50 && x < 9 ? few : most }
        try stack.write(to: path)
        let sparse = try #require(try view().channels?.first)
        #expect(abs(sparse.low - 77) < 0.001 && sparse.high == 100)
        #expect(Set(try pictures([path], try view())[0]) == [0, 255])
    }

    @Test func nothingFinite() throws {
        var stack = Hyperstack(bits: 32, sampleFormat: 3)
        stack.value = { _, _, _, x, _ in Int((x % 2 == 0 ? Float.nan : .infinity).bitPattern) }
        try stack.write(to: path)
        let shown = try #require(try view().channels?.first)
        #expect(shown.low < shown.high)
        #expect(try pictures([path], try view())[0].prefix(2) == [0, 255])
    }

    @Test func eightBitsAreShownAsTheyAre() throws {
        var stack = Hyperstack(times: 2, bits: 8) { _, _, t, x, y in t * 10 + x + y }
        try stack.write(to: path)
        #expect(try view().channels == nil)
        #expect(try pictures([path], try view()) == (0..<2).map { t in stack.plane(0, 0, t).map { UInt8($0) } })
        let samples = (0..<2).flatMap { stack.plane(0, 0, $0).map { Double($0) } }.sorted()
        let window = white(percentile(samples, 0.35), percentile(samples, 99.8))
        #expect(try view { $0.contrast = .percentiles }.channels == window)
        let blue = try view { $0.channels = [.init(channel: 0, color: color(0, 0, 255))] }
        #expect(blue.channels == [ChannelView(channel: 0, color: color(0, 0, 255), low: 0, high: 255)])
        stack.channels = 2
        try stack.write(to: path)
        #expect(try view().channels?.map(\.high) == [255, 255])
        #expect(try view { $0.channels = [.init(channel: 1)] }.channels?.map(\.low) == [0])
    }

    @Test func declaredContrast() throws {
        let stack = Hyperstack(channels: 2, lines: "min=5\nmax=900\n") { c, _, _, x, y in c * 100 + x + y }
        try stack.write(to: path)
        #expect(try view { $0.contrast = .range(low: -3.5, high: 12) }.channels?.map(\.low) == [-3.5, -3.5])
        for (low, high) in [(1.0, 1.0), (2, 1), (0, .infinity), (.nan, 1), (-.infinity, 0)] {
            #expect(try fault { $0.contrast = .range(low: low, high: high) }.reason == .invalid)
        }
        // Whatever the file keeps is taken, and what it doesn't keep is said.
        let kept = try StackProbe.describe(paths: [path])[0].channelDetails
        let shown = try #require(try view { $0.contrast = .file }.channels)
        let percentiles = try #require(try view().channels)
        let notes = try notes { $0.contrast = .file }
        for c in 0..<2 {
            if kept.indices.contains(c), let low = kept[c].low, let high = kept[c].high {
                #expect(shown[c].low == low && shown[c].high == high)
            } else {
                #expect(shown[c] == percentiles[c])
                #expect(notes.contains { $0.contains("display range") && $0.contains("\(c + 1)") })
            }
        }
    }

    // MARK: Channels

    @Test func colorsOfChannels() throws {
        try Hyperstack(channels: 8) { c, _, _, x, y in c + x * y }.write(to: path)
        let fiji = ["#FF0000", "#00FF00", "#0000FF", "#FFFFFF", "#00FFFF", "#FF00FF", "#FFFF00", "#FF0000"]
        #expect(try view().channels?.map(\.color.description) == fiji)
        let some = try view { $0.channels = [.init(channel: 5), .init(channel: 1, color: color(1, 2, 3))] }
        #expect(some.channels?.map(\.channel) == [1, 5])
        #expect(some.channels?.map(\.color) == [color(1, 2, 3), color(255, 0, 255)])
        #expect(try view { $0.channels = [.init(channel: 5)] }.channels?.map(\.color) == [.white])
        let fault = try fault { $0.channels = [.init(channel: 8)] }
        #expect(fault.reason == .invalid && fault.what.contains("8"))
        #expect(try self.fault { $0.channels = [.init(channel: -1)] }.reason == .invalid)
        #expect(try self.fault { $0.channels = [] }.reason == .invalid)
        #expect(try self.fault { $0.channels = [.init(channel: 1), .init(channel: 1)] }.reason == .invalid)
    }

    /// -16776961 is red, 16711935 green and -1 white in OME's signed RGBA.
    @Test(arguments: [("16711935", "-16776961", ["#00FF00", "#FF0000"]), ("-1", "-1", ["#FF0000", "#00FF00"])])
    func colorsOfTheFile(first: String, second: String, colors: [String]) throws {
        try ome(sizeC: 2, channels: "<Channel ID=\"0\" Color=\"\(first)\"/><Channel ID=\"1\" Color=\"\(second)\"/>")
        #expect(try view().channels?.map(\.color.description) == colors)
        #expect(try view { $0.channels = [.init(channel: 0)] }.channels?.map(\.color) == [.white])
    }

    private func ome(sizeC: Int = 1, attributes: String = "", channels: String = "") throws {
        var footage = StackFootage(width: 24, height: 12, pages: sizeC * 2)
        footage.bits = 16
        footage.description = """
            <?xml version="1.0" encoding="UTF-8"?>
            <OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">
            <Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint16" SizeX="24" SizeY="12" SizeC="\(sizeC)" SizeZ="1"
            SizeT="2" \(attributes)>\(channels)<TiffData/></Pixels></Image></OME>
            """
        try footage.write(to: path)
    }

    // MARK: Slices

    /// Slice 3 has the finest detail; another is brighter, and one is sharper at a single time point.
    @Test func focusIsOneSliceForAll() throws {
        let stack = Hyperstack(width: 48, height: 32, channels: 2, slices: 6, times: 5) { c, z, t, x, y in
            let noise = (x &* 73856093 ^ y &* 19349663 ^ z &* 83492791 ^ t &* 2654435761) >> 4 & 31
            let wave = sin(Double(x) / (1 + abs(Double(z) - 3))) + cos(Double(y) / (1 + abs(Double(z) - 3)))
            let contrast = z == 1 && t == 2 ? 900.0 : 200
            return Int(2000 + contrast * wave) + (z == 5 ? 20000 : 0) + noise
                + (c == 1 ? 500 * (x % 3) * (z == 4 ? 1 : 0) : 0)
        }
        try stack.write(to: path)
        let view = try view {
            $0.zRule = .focus
            $0.channels = [.init(channel: 0)]
        }
        #expect(view.zRule == .focus && view.slice == 3)
        let window = try #require(view.channels?.first)
        let truth = (0..<5).map { t in stack.plane(0, 3, t).map { UInt8(level(Double($0), window.low, window.high)) } }
        #expect(try pictures([path], view) == truth)
        let other = try self.view {
            $0.zRule = .focus
            $0.channels = [.init(channel: 1)]
        }
        #expect(other.slice == 4)
        #expect(try notes { $0.zRule = .focus }.contains { $0.contains("of 6") })
    }

    @Test func flatSlicesTakeTheMiddle() throws {
        try Hyperstack(slices: 5, times: 2).write(to: path)
        #expect(try view { $0.zRule = .focus }.slice == 2)
    }

    @Test func oneSliceNeedsNoRule() throws {
        try Hyperstack(times: 3).write(to: path)
        for rule in ZRule.allCases {
            let view = try view { $0.zRule = rule }
            #expect(view.zRule == nil && view.slice == nil)
        }
        try Hyperstack(slices: 2, times: 3).write(to: path)
        #expect(try view().zRule == .maximum)
        #expect(try view { $0.zRule = .middle }.zRule == .middle)
    }

    // MARK: Scale and identity

    @Test func pixelsThatAreNotSquare() throws {
        try ome(attributes: "PhysicalSizeX=\"0.5\" PhysicalSizeY=\"0.25\"")
        let view = try view()
        #expect(view.pixelSizeUm == Rational(1, 2) && view.pixelHeightUm == Rational(1, 4))
        #expect(try size(of: view) == [48, 12])
        let declared = try self.view { $0.pixelSizeUm = Rational(3, 10) }
        #expect(declared.pixelSizeUm == Rational(3, 10) && declared.pixelHeightUm == nil)
        #expect(try size(of: declared) == [24, 12])

        try ome(attributes: "PhysicalSizeX=\"0.5\" PhysicalSizeY=\"0.5\"")
        #expect(try self.view().pixelSizeUm == Rational(1, 2))
        #expect(try self.view().pixelHeightUm == nil)
        try ome(attributes: "PhysicalSizeX=\"0.001\" PhysicalSizeY=\"500\"")
        #expect(try self.view().pixelSizeUm == nil)
        #expect(try notes { _ in }.contains { $0.contains("unknown") })
    }

    /// Width and height of the picture as it is to be seen.
    private func size(of view: View) throws -> [Int] {
        let source = Model.SourceLocation(
            id: SourceID(rawValue: "src-test"), kind: .stack, paths: [path], stream: 0, view: view, timing: .ordinal,
            timeBase: nil)
        var reader = try SourceReader.open(source)
        guard let frame = try reader.next() else { return [] }
        let file = try folder.write("frame.jpg", try frame.jpegThumbnail(longSide: 1000))
        var seen = try VideoReader.open(file)
        guard let picture = try seen.next() else { return [] }
        return [picture.width, picture.height]
    }

    @Test func numbersMustBeAboveZero() throws {
        try Hyperstack(times: 2).write(to: path)
        for value in [Rational(0), Rational(-1, 2)] {
            #expect(try fault { $0.gamma = value }.what.contains("gamma"))
            #expect(try fault { $0.intervalSeconds = value }.what.contains("interval"))
            #expect(try fault { $0.pixelSizeUm = value }.what.contains("pixel size"))
        }
        #expect(try view { $0.gamma = Rational(1) }.gamma == nil)
        #expect(try view { $0.gamma = Rational(1, 2) }.gamma == Rational(1, 2))
        #expect(try view { $0.intervalSeconds = Rational(5) }.intervalSeconds == Rational(5))
    }

    @Test func anotherViewIsAnotherSource() throws {
        try Hyperstack(channels: 2, slices: 3, times: 4) { c, z, t, x, y in c * 300 + z * 40 + t * 7 + x * y }
            .write(to: path)
        let file = try Digest(ofFile: path)
        func id(_ declare: (inout ViewDeclaration) -> Void = { _ in }) throws -> SourceID {
            try SourceID(files: [file], stream: 0, view: try view(declare))
        }
        let all = [
            try id(), try id { $0.zRule = .middle }, try id { $0.zRule = .focus }, try id { $0.gamma = Rational(1, 2) },
            try id { $0.contrast = .range(low: 0, high: 100) }, try id { $0.channels = [.init(channel: 0)] },
            try id { $0.channels = [.init(channel: 1)] },
            try id { $0.channels = [.init(channel: 0), .init(channel: 1, color: .white)] },
            try id { $0.intervalSeconds = Rational(5) }, try id { $0.pixelSizeUm = Rational(1, 10) },
        ]
        #expect(Set(all).count == all.count)
        #expect(try id() == all[0])
        #expect(try id { $0.zRule = .maximum } == all[0])
        #expect(try id { $0.contrast = .percentiles } == all[0])
        #expect(try id { $0.channels = [.init(channel: 1), .init(channel: 0)] } == all[0])
    }

    // MARK: Memory and time

    /// 600 planes of 16 MiB each, once decoded, in a sparse file behind one directory, as ImageJ writes large stacks.
    @Test func memoryIsAFewPlanes() throws {
        let (side, planes) = (2048, 600)
        var footage = StackFootage(width: side, height: 2, pages: 1)
        footage.description = "ImageJ=1.53t\nimages=\(planes)\nframes=\(planes)\n"
        footage.overrides = [257: UInt32(side), 278: UInt32(side), 279: UInt32(side * side)]
        let file = footage.file()
        _ = try folder.write("stack.tif", file.bytes)
        try #require(truncate(path, file.data[0] + planes * side * side) == 0)

        let before = try residentMegabytes()
        var declared = ViewDeclaration()
        declared.contrast = .percentiles
        let resolved = try StackProbe.resolve(paths: [path], declared: declared)
        #expect(resolved.notes.contains("contrast measured at 64 of 600 time points"))
        let reader = try StackReader.open(paths: [path], series: 0, view: resolved.view)
        var picture: [UInt8] = []
        for t in stride(from: 0, to: planes, by: 120) { try reader.picture(t, into: &picture) }
        #expect(picture.count == side * side)
        // Other tests run beside this one; the planes that were decoded alone hold 1,104 MiB.
        #expect(try residentMegabytes() - before < 600)
    }

    /// The most memory that this process held at once.
    private func residentMegabytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) / 1024
    }
}
