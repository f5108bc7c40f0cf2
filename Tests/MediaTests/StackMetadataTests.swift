import Foundation
import Media
import Model
import TestSupport
import Testing

/// Axes and scale: what files say, what curators declare, and what stays unknown.
@Suite struct StackMetadataTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    /// A stack whose page `n` is `10 * n` all over, described by `text`.
    private func stack(_ pages: Int, _ text: String?, resolution: (UInt32, UInt32)? = nil) throws -> [String] {
        var footage = StackFootage(width: 4, height: 3, pages: pages)
        footage.description = text
        footage.resolution = resolution
        footage.content = { page, _, _, _ in page * 10 }
        try footage.write(to: folder.file("stack.tif"))
        return [folder.file("stack.tif")]
    }

    /// The pages behind the time points, by the middle slice.
    private func shown(_ paths: [String], axes: String? = nil) throws -> [Int] {
        let view = View(axes: axes, zRule: .middle)
        return try pictures(paths, view).map { Int($0[0]) / 10 }
    }

    private func description(_ paths: [String]) throws -> MediaDescription { try StackProbe.describe(paths: paths)[0] }

    private func view(
        _ paths: [String], _ axes: String? = nil, interval: Rational? = nil, pixelSizeUm: Rational? = nil
    ) throws -> View {
        try StackProbe.view(paths: paths, declared: axes, interval: interval, pixelSizeUm: pixelSizeUm)
    }

    private func ome(_ pixels: String, _ content: String = "") -> String {
        "<?xml version=\"1.0\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><Image ID=\"Image:0\">"
            + "<Pixels ID=\"Pixels:0\" Type=\"uint8\" SizeX=\"4\" SizeY=\"3\" \(pixels)>\(content)</Pixels></Image></OME>"
    }

    @Test func isTIFFReadsTheFirstBytes() throws {
        for (bigEndian, isBig) in [(false, false), (false, true), (true, false), (true, true)] {
            var footage = StackFootage(width: 2, height: 2, pages: 1)
            footage.bigEndian = bigEndian
            footage.isBig = isBig
            try footage.write(to: folder.file("a.bin"))
            #expect(StackProbe.isTIFF(path: folder.file("a.bin")))
        }
        for bytes in [[], [0x49, 0x49, 42], [0x49, 0x49, 0, 42], [0x4D, 0x4D, 42, 0], Array("text".utf8)] as [[UInt8]] {
            #expect(!StackProbe.isTIFF(path: try folder.write("a.tif", bytes)), "\(bytes)")
        }
        #expect(!StackProbe.isTIFF(path: folder.file("nowhere.tif")))
        #expect(!StackProbe.isTIFF(path: folder.path))
    }

    @Test func pagesWithoutWordsAreTimeByAssumption() throws {
        let paths = try stack(6, nil)
        let description = try description(paths)
        #expect(description.frames == 6)
        #expect(description.timepoints == nil && description.slices == nil && description.channels == nil)
        #expect(description.pixelSizeUm == .init())
        #expect(description.intervalSeconds == nil)
        #expect(description.notes == ["axes unknown: pages taken as time; settle it with --axes"])
        #expect(description.container == "tiff" && description.codec == "uncompressed" && description.bitDepth == 8)
        let view = try view(paths)
        #expect(view == View(axes: "T", contrast: ContrastWindow(low: 0, high: 50)))
        #expect(try shown(paths) == [0, 1, 2, 3, 4, 5])
    }

    @Test func imageJHyperstack() throws {
        let text = """
            ImageJ=1.53t\nimages=24\nchannels=2\nslices=3\nframes=4\nhyperstack=true\nmode=grayscale
            unit=\\u00B5m\nspacing=-0.5\nfinterval=59.86\nloop=false\n
            """
        let paths = try stack(24, text, resolution: (2_845_474, 1_000_000))
        let description = try description(paths)
        #expect(description.channels == 2 && description.slices == 3 && description.timepoints == 4)
        #expect(description.intervalSeconds == 59.86)
        let x = try #require(description.pixelSizeUm.x)
        #expect(abs(x - 1 / 2.845474) < 1e-12)
        #expect(description.pixelSizeUm.y == x && description.pixelSizeUm.z == 0.5)
        let view = try view(paths)
        #expect(view.axes == "TZC" && view.zRule == .maximum)
        #expect(view.pixelSizeUm == Rational(1_000_000, 2_845_474))
        #expect(view.intervalSeconds == Rational(5986, 100))
        // Page (t, z, c) is (t * 3 + z) * 2 + c; the middle slice is 1.
        #expect(try shown(paths) == [2, 8, 14, 20])
    }

    @Test(arguments: [
        ("um", 1.0), ("\u{B5}m", 1), ("\u{3BC}m", 1), ("\\u00B5m", 1), ("micron", 1), ("nm", 0.001), ("mm", 1000),
    ])
    func unitsOfImageJ(unit: String, factor: Double) throws {
        let paths = try stack(2, "ImageJ=1.53t\nimages=2\nframes=2\nunit=\(unit)\n", resolution: (4, 1))
        #expect(try description(paths).pixelSizeUm.x == 0.25 * factor)
    }

    @Test(arguments: ["unit=pixel", "unit=inch", "unit=", "unit=frame", "", "unit=um"])
    func nonsenseIsUnknown(line: String) throws {
        let text = "ImageJ=1.53t\nimages=3\nslices=3\nframes=1\nfinterval=5\nspacing=0\n\(line)\n"
        let resolution: (UInt32, UInt32) = line == "unit=um" ? (0, 1) : (72, 1)
        let description = try description(try stack(3, text, resolution: resolution))
        #expect(description.pixelSizeUm == .init())
        #expect(description.intervalSeconds == nil)
        #expect(description.timepoints == 1 && description.slices == 3)
        let zero = "ImageJ=1.53t\nimages=3\nframes=3\nfinterval=0\n"
        #expect(try self.description(try stack(3, zero)).intervalSeconds == nil)
        let odd = "ImageJ=1.53t\nimages=3\nframes=3\nfinterval=7\ntunit=fortnight\n"
        #expect(try self.description(try stack(3, odd)).intervalSeconds == nil)
        let minutes = "ImageJ=1.53t\nimages=3\nframes=3\nfinterval=7\ntunit=min\n"
        #expect(try self.description(try stack(3, minutes)).intervalSeconds == 420)
    }

    @Test(arguments: [
        ("XYCZT", "TZ", [1, 4]), ("XYZTC", "TZ", [1, 4]), ("XYTZC", "ZT", [2, 3]), ("XYTCZ", "ZT", [2, 3]),
    ])
    func dimensionOrderOfOME(order: String, axes: String, middle: [Int]) throws {
        let text = ome("DimensionOrder=\"\(order)\" SizeC=\"1\" SizeT=\"2\" SizeZ=\"3\"")
        let paths = try stack(6, text)
        #expect(try view(paths).axes == axes)
        #expect(try shown(paths) == middle)
        #expect(try shown(paths, axes: axes) == middle)
    }

    @Test func scaleOfOME() throws {
        let text = ome(
            "DimensionOrder=\"XYCZT\" SizeC=\"1\" SizeT=\"3\" SizeZ=\"2\" PhysicalSizeX=\"65.0\" "
                + "PhysicalSizeXUnit=\"nm\" PhysicalSizeY=\"0.065\" PhysicalSizeZ=\"1\" PhysicalSizeZUnit=\"pixel\" "
                + "TimeIncrement=\"2\" TimeIncrementUnit=\"min\"")
        let paths = try stack(6, text)
        let description = try description(paths)
        #expect(description.pixelSizeUm == .init(x: 0.065, y: 0.065, z: nil))
        #expect(description.intervalSeconds == 120)
        #expect(try view(paths).pixelSizeUm == Rational(65, 1000))
    }

    @Test func pagesOfOMEInAnyOrder() throws {
        let blocks = (0..<4).map { t in "<TiffData FirstT=\"\(t)\" IFD=\"\(3 - t)\"/>" }.joined()
        let paths = try stack(4, ome("DimensionOrder=\"XYCZT\" SizeC=\"1\" SizeT=\"4\" SizeZ=\"1\"", blocks))
        #expect(try shown(paths) == [3, 2, 1, 0])
    }

    @Test func seriesOfOME() throws {
        let image = "<Image><Pixels SizeX=\"4\" SizeY=\"3\" DimensionOrder=\"XYCZT\" SizeC=\"1\" SizeZ=\"1\" "
        let paths = try stack(
            5, "<OME>\(image)SizeT=\"2\"/></Image>\(image)SizeT=\"3\"/></Image></OME>")
        let all = try StackProbe.describe(paths: paths)
        #expect(all.map(\.stream) == [0, 1])
        #expect(all.map(\.timepoints) == [2, 3])
        #expect(try pictures(paths, View(), series: 1).map { $0[0] } == [20, 30, 40])
        let fault = try #require(throws: Fault.self) { try pictures(paths, View(), series: 2) }
        #expect(fault.reason == .invalid)
    }

    @Test func brokenMetadataIsSaid() throws {
        let broken = try stack(3, "<?xml version=\"1.0\"?><OME><Image><Pix")
        #expect(try description(broken).notes.contains { $0.contains("no readable image") })
        #expect(try shown(broken) == [0, 1, 2])
        let short = try stack(5, ome("DimensionOrder=\"XYCZT\" SizeC=\"1\" SizeT=\"4\" SizeZ=\"2\""))
        let description = try description(short)
        #expect(description.timepoints == 2 && description.slices == 2)
        #expect(description.notes.contains { $0.contains("promises 4 time points") && $0.contains("last 1 pages") })
        #expect(try shown(short) == [1, 3])
        let wrong = try stack(5, "ImageJ=1.53t\nimages=40\nslices=40\n")
        #expect(try self.description(wrong).timepoints == nil)
        #expect(try self.description(wrong).notes.contains { $0.contains("promises 40 pages, there are 5") })
    }

    @Test func declaredAxesWin() throws {
        let plain = try stack(12, nil)
        #expect(try shown(plain, axes: "TZ4") == [2, 6, 10])
        #expect(try shown(plain, axes: "T4ZYX") == [1, 4, 7, 10])
        #expect(try shown(plain, axes: "zt6") == [6, 7, 8, 9, 10, 11])
        #expect(try shown(plain, axes: "TC3") == [0, 3, 6, 9])
        #expect(try view(plain, "T3Z").axes == "TZ4")
        #expect(try view(plain, "TYX").axes == "T")
        let shaped = try stack(12, "{\"shape\": [2, 6, 3, 4]}")
        #expect(try view(shaped).axes == "T")
        #expect(try view(shaped, "TZYX").axes == "TZ")
        #expect(try shown(shaped, axes: "TZ") == [3, 9])
        let slices = try stack(12, "ImageJ=1.53t\nimages=12\nslices=12\n")
        #expect(try shown(slices) == [6])
        #expect(try shown(slices, axes: "T") == Array(0..<12))
        let unnamed = try stack(12, nil)
        for wrong in ["TZ", "TZ5", "TQ", "TT", "T3Z5", "TZ0", "12", "TZ4C2"] {
            let fault = try #require(throws: Fault.self, "\(wrong)") { try view(unnamed, wrong) }
            #expect(fault.reason == .invalid && fault.what.contains("'\(wrong)'"))
        }
    }

    @Test func filesAreTheSlowestAxis() throws {
        var paths: [String] = []
        for file in 0..<3 {
            var footage = StackFootage(width: 4, height: 3, pages: 4)
            footage.content = { page, _, _, _ in (file * 4 + page) * 10 }
            paths.append(folder.file("t\(file).tif"))
            try footage.write(to: paths[file])
        }
        #expect(try shown(paths, axes: "TZYX") == [2, 6, 10])
        #expect(try shown(paths, axes: "ZT") == [4, 5, 6, 7])
        #expect(try shown(paths) == Array(0..<12))
    }

    @Test func declaredScaleWins() throws {
        let text = "ImageJ=1.53t\nimages=6\nslices=2\nframes=3\nunit=um\nfinterval=10\n"
        let paths = try stack(6, text, resolution: (4, 1))
        let file = try view(paths)
        #expect(file.intervalSeconds == Rational(10) && file.pixelSizeUm == Rational(1, 4))
        let declared = try view(paths, interval: Rational(7), pixelSizeUm: Rational(65, 1000))
        #expect(declared.intervalSeconds == Rational(7) && declared.pixelSizeUm == Rational(65, 1000))
        // The file's interval is not between pages that it calls slices.
        #expect(try view(paths, "T").intervalSeconds == nil)
        for wrong in [Rational(0), Rational(-3)] {
            #expect(throws: Fault.self) { try view(paths, interval: wrong) }
            #expect(throws: Fault.self) { try view(paths, pixelSizeUm: wrong) }
        }
    }

    @Test func aViewReadsBackTheSame() throws {
        for (text, axes) in [
            (nil, nil), (nil, "TZ4"), (nil, "ZT4"), ("{\"shape\": [3, 4, 3, 4]}", "ZT"),
            ("ImageJ=1.53t\nimages=12\nslices=4\nframes=3\n", nil),
            ("ImageJ=1.53t\nimages=12\nchannels=2\nslices=2\nframes=3\n", nil),
        ] as [(String?, String?)] {
            let paths = try stack(12, text)
            let view = try view(paths, axes)
            let back = try JSON.decode(View.self, from: JSON.canonical(view))
            #expect(try self.view(paths, view.axes).axes == view.axes)
            #expect(try pictures(paths, back) == pictures(paths, View(axes: axes, contrast: view.contrast)))
        }
    }
}
