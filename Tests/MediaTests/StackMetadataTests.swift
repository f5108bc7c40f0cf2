import Foundation
import Media
import Model
import Footage
import Testing

/// A folder with one described stack at a time.
struct StackFolder {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    /// A stack whose page `n` is `10 * n` all over, described by `text`.
    func stack(
        _ pages: Int, _ text: String?, resolution: (UInt32, UInt32)? = nil, as name: String = "stack.tif",
        _ change: (inout StackFootage) -> Void = { _ in }
    ) throws -> [String] {
        var footage = StackFootage(width: 4, height: 3, pages: pages)
        footage.description = text
        footage.resolution = resolution
        footage.content = { page, _, _, _ in page * 10 }
        change(&footage)
        try footage.write(to: folder.file(name))
        return [folder.file(name)]
    }

    /// The pages behind the time points, by the middle slice.
    func shown(_ paths: [String], axes: String? = nil, channel: Int = 0, series: Int = 0) throws -> [Int] {
        let channel = ChannelView(channel: channel, color: .white, low: 0, high: 255)
        let view = View(axes: axes, channels: [channel], zRule: .middle)
        return try pictures(paths, view, series: series).map { Int($0[0]) / 10 }
    }

    func description(_ paths: [String]) throws -> MediaDescription { try StackProbe.describe(paths: paths)[0] }

    func view(
        _ paths: [String], _ axes: String? = nil, interval: Rational? = nil, pixelSizeUm: Rational? = nil
    ) throws -> View {
        try StackProbe.view(
            paths: paths,
            declared: ViewDeclaration(axes: axes, intervalSeconds: interval, pixelSizeUm: pixelSizeUm))
    }
}

/// Axes and scale: what curators declare, what plain files and tifffile's say, and what stays unknown.
@Suite struct StackMetadataTests {
    let files: StackFolder
    init() throws { files = try StackFolder() }

    @Test func theFirstBytesTellAStack() throws {
        for (bigEndian, isBig) in [(false, false), (false, true), (true, false), (true, true)] {
            var footage = StackFootage(width: 2, height: 2, pages: 1)
            footage.bigEndian = bigEndian
            footage.isBig = isBig
            try footage.write(to: files.folder.file("a.bin"))
            #expect(StackProbe.isStack(path: files.folder.file("a.bin")))
        }
        for bytes in [[], [0x49, 0x49, 42], [0x49, 0x49, 0, 42], [0x4D, 0x4D, 42, 0], Array("text".utf8)] as [[UInt8]] {
            #expect(!StackProbe.isStack(path: try files.folder.write("a.tif", bytes)), "\(bytes)")
        }
        #expect(!StackProbe.isStack(path: files.folder.file("nowhere.tif")))
        #expect(!StackProbe.isStack(path: files.folder.path))
    }

    @Test func pagesWithoutWordsAreTimeByAssumption() throws {
        let paths = try files.stack(6, nil)
        let description = try files.description(paths)
        #expect(description.frames == 6)
        #expect(description.timepoints == nil && description.slices == nil && description.channels == nil)
        #expect(description.pixelSizeUm == .init())
        #expect(description.intervalSeconds == nil)
        #expect(description.notes == ["axes unknown: pages taken as time; settle it with ingest --axes"])
        #expect(description.container == "tiff" && description.codec == "uncompressed" && description.bitDepth == 8)
        let view = try files.view(paths)
        #expect(view.axes == "T" && view.intervalSeconds == nil && view.pixelSizeUm == nil && view.zRule == nil)
        #expect(try files.shown(paths) == [0, 1, 2, 3, 4, 5])
    }

    @Test func declaredAxesWin() throws {
        let plain = try files.stack(12, nil)
        #expect(try files.shown(plain, axes: "TZ4") == [2, 6, 10])
        #expect(try files.shown(plain, axes: "T4ZYX") == [1, 4, 7, 10])
        #expect(try files.shown(plain, axes: "zt6") == [6, 7, 8, 9, 10, 11])
        #expect(try files.shown(plain, axes: "TC3") == [0, 3, 6, 9])
        #expect(try files.view(plain, "T3Z").axes == "TZ4")
        #expect(try files.view(plain, "TYX").axes == "T")
        let shaped = try files.stack(12, "{\"shape\": [2, 6, 3, 4]}")
        #expect(try files.view(shaped).axes == "T")
        #expect(try files.view(shaped, "TZYX").axes == "TZ")
        #expect(try files.shown(shaped, axes: "TZ") == [3, 9])
        let slices = try files.stack(12, "ImageJ=1.53t\nimages=12\nslices=12\n")
        #expect(try files.shown(slices) == [6])
        #expect(try files.shown(slices, axes: "T") == Array(0..<12))
        let unnamed = try files.stack(12, nil)
        for wrong in ["TZ", "TZ5", "TQ", "TT", "T3Z5", "TZ0", "12", "TZ4C2"] {
            let fault = try #require(throws: Fault.self, "\(wrong)") { try files.view(unnamed, wrong) }
            #expect(fault.reason == .invalid && fault.what.contains("'\(wrong)'"))
        }
    }

    @Test func filesAreTheSlowestAxis() throws {
        var paths: [String] = []
        for file in 0..<3 {
            var footage = StackFootage(width: 4, height: 3, pages: 4)
            footage.content = { page, _, _, _ in (file * 4 + page) * 10 }
            paths.append(files.folder.file("t\(file).tif"))
            try footage.write(to: paths[file])
        }
        #expect(try files.shown(paths, axes: "TZYX") == [2, 6, 10])
        #expect(try files.shown(paths, axes: "ZT") == [4, 5, 6, 7])
        #expect(try files.shown(paths) == Array(0..<12))
    }

    @Test func declaredScaleWins() throws {
        let text = "ImageJ=1.53t\nimages=6\nslices=2\nframes=3\nunit=um\nfinterval=10\n"
        let paths = try files.stack(6, text, resolution: (4, 1))
        let file = try files.view(paths)
        #expect(file.intervalSeconds == Rational(10) && file.pixelSizeUm == Rational(1, 4))
        let declared = try files.view(paths, interval: Rational(7), pixelSizeUm: Rational(65, 1000))
        #expect(declared.intervalSeconds == Rational(7) && declared.pixelSizeUm == Rational(65, 1000))
        // The file's interval is not between pages that it calls slices.
        #expect(try files.view(paths, "T").intervalSeconds == nil)
        for wrong in [Rational(0), Rational(-3)] {
            #expect(throws: Fault.self) { try files.view(paths, interval: wrong) }
            #expect(throws: Fault.self) { try files.view(paths, pixelSizeUm: wrong) }
        }
    }

    @Test func aViewReadsBackTheSame() throws {
        for (text, axes) in [
            (nil, nil), (nil, "TZ4"), (nil, "ZT4"), ("{\"shape\": [3, 4, 3, 4]}", "ZT"),
            ("ImageJ=1.53t\nimages=12\nslices=4\nframes=3\n", nil),
            ("ImageJ=1.53t\nimages=12\nchannels=2\nslices=2\nframes=3\n", nil),
        ] as [(String?, String?)] {
            let paths = try files.stack(12, text)
            let view = try files.view(paths, axes)
            let back = try JSON.decode(View.self, from: JSON.canonical(view))
            #expect(try files.view(paths, view.axes).axes == view.axes)
            let declared = View(axes: axes, channels: view.channels, zRule: view.zRule)
            #expect(try pictures(paths, back) == pictures(paths, declared))
        }
    }

    // MARK: tifffile

    @Test func shapedAxesWithNames() throws {
        let text = """
            {"shape": [4, 3, 2, 3, 4], "axes": "TZCYX", "unit": "\u{3BC}m", "spacing": 0.5, "finterval": "2,5",
             "Channel": {"Name": ["DAPI", "GFP"]}, "Name": "cells"}
            """
        let paths = try files.stack(24, text, resolution: (10, 1))
        let it = try files.description(paths)
        #expect(it.timepoints == 4 && it.slices == 3 && it.channels == 2 && it.name == "cells")
        #expect(it.pixelSizeUm == .init(x: 0.1, y: 0.1, z: 0.5) && it.intervalSeconds == 2.5)
        #expect(it.channelDetails == [.init(name: "DAPI"), .init(name: "GFP")] && it.notes.isEmpty)
        #expect(try files.shown(paths, channel: 1) == [3, 9, 15, 21])
        let ome = """
            {"shape": [6, 3, 4], "axes": "TYX", "PhysicalSizeX": 65.0, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": 0.13,
             "TimeIncrement": 500, "TimeIncrementUnit": "ms"}
            """
        let other = try files.description(try files.stack(6, ome))
        #expect(other.pixelSizeUm == .init(x: 0.065, y: 0.13) && other.intervalSeconds == 0.5)
        #expect(other.timepoints == 6 && other.notes == ["pixels are not square"])
    }

    @Test func shapedAxesThatAreUnknown() throws {
        for axes in ["QZYX", "IIYX", "ZZYX", "TZYXS"] {
            let it = try files.description(try files.stack(6, "{\"shape\": [2, 3, 3, 4], \"axes\": \"\(axes)\"}"))
            #expect(it.timepoints == nil && it.slices == nil && it.frames == 6, "\(axes)")
            #expect(it.notes.contains { $0.contains("axes unknown") && $0.contains("ingest --axes") }, "\(axes)")
        }
        // What doesn't fit the picture, or isn't JSON, is not believed.
        for text in [
            "{\"shape\": [6, 5, 4]}", "{\"shape\": [6, 3", "{\"shape\": [-6, 3, 4]}", "{\"shape\": \"x\"}", "{}",
        ] {
            #expect(try files.description(try files.stack(6, text)).timepoints == nil, "\(text)")
        }
        let huge = "{\"shape\": [1000000000, 1000000000, 3, 4], \"axes\": \"TZYX\"}"
        let it = try files.description(try files.stack(6, huge))
        #expect(it.timepoints == nil && it.notes.contains { $0.contains("there are 6") })
    }

    @Test func shapedColor() throws {
        let text = "{\"shape\": [5, 3, 4, 3], \"axes\": \"TYXS\", \"finterval\": 3}"
        let it = try files.description(try files.stack(5, text) { $0.samples = 3 })
        #expect(it.timepoints == 5 && it.slices == 1 && it.pixelFormat == "rgb24" && it.intervalSeconds == 3)
        // Samples that are no colours by their own name.
        let slices = "{\"shape\": [5, 3, 4, 3], \"axes\": \"TYXZ\"}"
        let other = try files.description(try files.stack(5, slices) { $0.samples = 3 })
        #expect(other.pixelFormat == "uint8x3" && other.timepoints == 5 && other.channels == 3)
        #expect(other.notes.contains { $0.contains("axis Z lies in the samples") })
    }

    @Test func shapedPagesBehindOneDirectory() throws {
        var footage = StackFootage(width: 4, height: 3, pages: 1)
        footage.description = "{\"shape\": [6, 3, 4], \"axes\": \"TYX\", \"truncated\": true}"
        footage.content = { _, _, _, _ in 0 }
        var bytes = footage.file().bytes
        for page in 1..<6 { bytes += [UInt8](repeating: UInt8(page * 10), count: 12) }
        let path = try files.folder.write("bare.tif", bytes)
        #expect(try files.description([path]).timepoints == 6)
        #expect(try files.shown([path]) == [0, 1, 2, 3, 4, 5])
        let short = try files.folder.write("short.tif", bytes.dropLast(13))
        let fault = try #require(throws: Fault.self) { try files.description([short]) }
        #expect(fault.reason == .truncated)
    }

    @Test func shapedSeries() throws {
        var first = StackFootage(width: 4, height: 3, pages: 6)
        first.description = "{\"shape\": [3, 2, 3, 4], \"axes\": \"TZYX\"}"
        first.content = { page, _, _, _ in page * 10 }
        var second = StackFootage(width: 5, height: 2, pages: 4)
        second.description = "{\"shape\": [4, 2, 5], \"axes\": \"TYX\"}"
        second.content = { page, _, _, _ in 100 + page * 10 }
        let path = files.folder.file("series.tif")
        try StackFootage.file([first, second]).write(to: path)
        let all = try StackProbe.describe(paths: [path])
        #expect(all.map(\.stream) == [0, 1] && all.map(\.timepoints) == [3, 4] && all.map(\.width) == [4, 5])
        #expect(try files.shown([path]) == [1, 3, 5])
        #expect(try files.shown([path], series: 1) == [10, 11, 12, 13])
        // Pages written one by one are one recording.
        var page = StackFootage(width: 4, height: 3, pages: 1)
        page.description = "{\"shape\": [3, 4]}"
        try StackFootage.file([page, page, page]).write(to: path)
        #expect(try StackProbe.describe(paths: [path]).map(\.frames) == [3])
    }

    // MARK: Resolution

    private func resolution(_ pixels: (UInt32, UInt32), unit: UInt32, _ text: String? = nil) throws -> Double? {
        let paths = try files.stack(2, text, resolution: pixels) { $0.overrides[296] = unit }
        let size = try files.description(paths).pixelSizeUm
        #expect(size.x == size.y)
        return size.x
    }

    @Test func resolutionInCentimetresAndInches() throws {
        let shaped = "{\"shape\": [2, 3, 4]}"
        for text in [nil, shaped, "ImageJ=1.53t\nimages=2\nframes=2\n"] {
            #expect(try resolution((153_846_154, 1000), unit: 3, text) == 10_000 / 153_846.154)
            #expect(try resolution((254_000, 1), unit: 2, text) == 0.1)
            // A print's: 72, 96 and 300 dots an inch, also told in centimetres; and the 1 that stands for none.
            for (pixels, unit) in [
                ((72, 1), 2), ((96, 1), 2), ((300, 1), 2), ((28346, 1000), 3), ((3780, 100), 3), ((11811, 100), 3),
                ((1, 1), 2), ((1, 1), 3), ((4, 1), 1), ((4, 0), 3), ((0, 4), 3),
            ] as [((UInt32, UInt32), UInt32)] {
                #expect(try resolution(pixels, unit: unit, text) == nil, "\(pixels) \(unit)")
            }
        }
        #expect(try resolution((254_000, 1), unit: 2, "ImageJ=1.53t\nunit=pixel\n") == nil)
        #expect(try resolution((254_000, 1), unit: 2, "ImageJ=1.53t\nunit=\n") == nil)
    }

    // MARK: Other programs

    @Test func foreignMetadataIsSaid() throws {
        let manager = try files.stack(3, nil) { $0.extraFields[51123] = (2, Array("{}".utf8).map { Int($0) } + [0]) }
        let it = try files.description(manager)
        #expect(it.timepoints == nil && it.notes.contains("MicroManager's own metadata (tag 51123) is not read"))

        // A MetaMorph stack: one directory, the other planes behind the first.
        var footage = StackFootage(width: 4, height: 3, pages: 1)
        footage.content = { _, _, _, _ in 0 }
        footage.extraFields[33629] = (5, [Int](repeating: 1, count: 8))
        var bytes = footage.file().bytes
        for page in 1..<4 { bytes += [UInt8](repeating: UInt8(page * 10), count: 12) }
        let path = try files.folder.write("a.stk", bytes)
        #expect(try files.description([path]).frames == 4)
        #expect(try files.description([path]).notes.contains { $0.contains("MetaMorph") })
        #expect(try files.shown([path]) == [0, 1, 2, 3])
    }

    /// The first 120 bytes of the block that Zeiss writes.
    private func zeiss(scan: UInt16) -> [UInt8] {
        func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let numbers: [UInt32] = [0x0400_494C, 500, 4, 3, 2, 1, 3, 1, 0, 0]
        let lengths: [Double] = [6.5e-8, 6.5e-8, 3e-7, 0, 0, 0]
        var block: [UInt8] = numbers.flatMap { bytes($0) } + lengths.flatMap { bytes($0.bitPattern) }
        block += bytes(scan) + [UInt8](repeating: 0, count: 22) + bytes(2.5.bitPattern)
        return block
    }

    @Test func zeiss() throws {
        for scan in [6, 1] as [UInt16] {
            let block = zeiss(scan: scan)
            let it = try files.description(
                try files.stack(6, nil) { $0.extraFields[34412] = (1, block.map { Int($0) }) })
            #expect(it.notes.contains { $0.contains("Zeiss LSM") })
            if scan == 6 {
                #expect(it.timepoints == 3 && it.slices == 2 && it.channels == 1 && it.intervalSeconds == 2.5)
                #expect(it.pixelSizeUm == .init(x: 0.065, y: 0.065, z: 0.3))
            } else {
                #expect(it.timepoints == nil && it.pixelSizeUm == .init())
            }
        }
    }
}
