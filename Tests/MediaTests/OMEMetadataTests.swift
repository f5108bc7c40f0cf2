import Foundation
import Media
import Model
import Footage
import Testing

/// OME-XML with one image, as `Pixels` attributes and what stands in it.
func omeText(_ pixels: String, _ content: String = "", image: String = "", root: String = "") -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- a comment -->"
        + "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" \(root)><Image ID=\"Image:0\" \(image)>"
        + "<Pixels ID=\"Pixels:0\" Type=\"uint8\" SizeX=\"4\" SizeY=\"3\" \(pixels)>\(content)</Pixels></Image></OME>"
}

/// `SizeT` and so on, with the usual order.
func omeSizes(_ time: Int, _ slice: Int, _ channel: Int, order: String = "XYCZT") -> String {
    "DimensionOrder=\"\(order)\" SizeT=\"\(time)\" SizeZ=\"\(slice)\" SizeC=\"\(channel)\""
}

/// What OME-XML in one file says.
@Suite struct OMEMetadataTests {
    let files: StackFolder
    init() throws { files = try StackFolder() }

    @Test(arguments: [
        ("XYCZT", "TZ", [1, 4]), ("XYZTC", "TZ", [1, 4]), ("XYTZC", "ZT", [2, 3]), ("XYTCZ", "ZT", [2, 3]),
    ])
    func dimensionOrder(order: String, axes: String, middle: [Int]) throws {
        let paths = try files.stack(6, omeText(omeSizes(2, 3, 1, order: order)))
        #expect(try files.view(paths).axes == axes)
        #expect(try files.shown(paths) == middle)
        #expect(try files.shown(paths, axes: axes) == middle)
    }

    @Test func scale() throws {
        let text = omeText(
            omeSizes(3, 2, 1) + " PhysicalSizeX=\"65.0\" PhysicalSizeXUnit=\"nm\" PhysicalSizeY=\"0.13\" "
                + "PhysicalSizeZ=\"1\" PhysicalSizeZUnit=\"pixel\" TimeIncrement=\"2\" TimeIncrementUnit=\"min\" "
                + "SignificantBits=\"7\"", image: "Name=\"cells &amp; more\"")
        let paths = try files.stack(6, text)
        let it = try files.description(paths)
        #expect(it.pixelSizeUm == .init(x: 0.065, y: 0.13, z: nil))
        #expect(it.intervalSeconds == 120 && it.significantBits == 7 && it.name == "cells & more")
        #expect(it.notes == ["pixels are not square"])
        #expect(try files.view(paths).pixelSizeUm == Rational(65, 1000))
    }

    @Test(
        arguments: [
            ("0.065", nil, 0.065), ("6.5e-2", "\u{B5}m", 0.065), ("0,065", "\u{3BC}m", 0.065),
            ("6.512e-8", "m", 0.06512),
            ("65", "nm", 0.065), ("650", "\u{C5}", 0.065), ("650", "\u{212B}", 0.065), ("65000", "pm", 0.065),
            ("0.00254", "in", 64.516), ("1", nil, 1), ("1", "pixel", nil), ("1", "reference frame", nil),
            ("1", "", nil),
            ("0", nil, nil), ("-1", nil, nil), ("NaN", nil, nil), ("INF", nil, nil), ("1e30", nil, nil), ("", nil, nil),
            ("1", "km", nil), ("1e6", "m", nil), ("1e-9", "pm", nil),
        ] as [(String, String?, Double?)])
    func lengths(value: String, unit: String?, micrometres: Double?) throws {
        let units = unit.map { " PhysicalSizeXUnit=\"\($0)\"" } ?? ""
        let it = try files.description(
            try files.stack(2, omeText(omeSizes(2, 1, 1) + " PhysicalSizeX=\"\(value)\"\(units)")))
        #expect(it.pixelSizeUm == .init(x: micrometres))
        // The resolution of the page is no way around an unknown size.
        let tagged = try files.stack(2, omeText(omeSizes(2, 1, 1)), resolution: (150_000, 1)) { $0.overrides[296] = 3 }
        #expect(try files.description(tagged).pixelSizeUm == .init())
    }

    @Test func channels() throws {
        let elements = [
            "Name=\"DAPI\" Color=\"65535\"", "Name=\" \" Color=\"-16776961\"", "Color=\"-1\"", "Color=\"4294967295\"",
            "Name=\"dark\" Color=\"255\"", "Color=\"blue\"", "Color=\"99999999999999\"",
        ].map { "<Channel ID=\"c\" SamplesPerPixel=\"1\" \($0)/>" }.joined()
        let it = try files.description(try files.stack(14, omeText(omeSizes(2, 1, 7), elements)))
        let colors = ["#0000FF", "#FF0000", "#FFFFFF", "#FFFFFF"].map { ChannelColor($0) } + [nil, nil, nil]
        #expect(it.channelDetails.map(\.color) == colors)
        #expect(it.channelDetails.map(\.name) == ["DAPI", nil, nil, nil, "dark", nil, nil])
        let silent = try files.stack(4, omeText(omeSizes(2, 1, 2), "<Channel ID=\"c\"/><Channel ID=\"d\"/>"))
        #expect(try files.description(silent).channelDetails.isEmpty)
    }

    @Test func samplesOfAPixel() throws {
        let blocks = (0..<2).map { "<TiffData FirstT=\"\($0)\" IFD=\"\(1 - $0)\" PlaneCount=\"1\"/>" }.joined()
        let rgb = omeText(omeSizes(2, 1, 3), "<Channel SamplesPerPixel=\"3\" Name=\"RGB\"/>" + blocks)
        let paths = try files.stack(2, rgb) { $0.samples = 3 }
        let it = try files.description(paths)
        #expect(it.timepoints == 2 && it.channels == 3 && it.pixelFormat == "rgb24" && it.channelDetails.isEmpty)
        #expect(try pictures(paths, View()).map { $0[0] } == [10, 0])
        let three = omeText(omeSizes(2, 1, 3), ["A", "B", "C"].map { "<Channel Name=\"\($0)\"/>" }.joined() + blocks)
        let other = try files.description(try files.stack(2, three) { $0.samples = 3 })
        #expect(other.pixelFormat == "uint8x3" && other.channels == 3 && other.timepoints == 2)
        #expect(other.channelDetails.map(\.name) == ["A", "B", "C"])
    }

    // MARK: Time

    private func planes(_ times: [Double?], unit: String = "") -> String {
        times.enumerated().flatMap { t, time in
            (0..<2).map { c in
                let delta = time.map { "DeltaT=\"\($0 + Double(c) * 100)\"" } ?? ""
                return "<Plane TheT=\"\(t)\" TheZ=\"0\" TheC=\"\(c)\" \(delta) \(unit)/>"
            }
        }.joined()
    }

    @Test func intervalOfPlanes() throws {
        func interval(_ times: [Double?], unit: String = "", _ pixels: String = "") throws -> (Double?, [String]) {
            let text = omeText(omeSizes(times.count, 1, 2) + pixels, planes(times, unit: unit))
            let it = try files.description(try files.stack(times.count * 2, text))
            return (it.intervalSeconds, it.notes)
        }
        #expect(try interval([0, 10, 20, 30]) == (10, []))
        #expect(try interval([5, 15.2, 25.1, 35.3]).0 == 10.2)
        #expect(try interval([0, 500, 1000], unit: "DeltaTUnit=\"ms\"") == (0.5, []))
        #expect(try interval([0, 1, 2], unit: "DeltaTUnit=\"fortnight\"") == (nil, []))
        #expect(try interval([nil, nil, nil]) == (nil, []))
        #expect(try interval([0, 10, nil, nil, nil, nil]) == (10, []))
        #expect(try interval([0, nil, 20, nil, 40]) == (nil, []))
        // TimeIncrement comes first; a contradiction is told.
        #expect(try interval([0, 10, 20], " TimeIncrement=\"10.5\"") == (10.5, []))
        let (stated, notes) = try interval([0, 10, 20], " TimeIncrement=\"60\"")
        #expect(stated == 60 && notes.contains { $0.contains("60.0 s") && $0.contains("10.0 s") })
        // A pause among many steps, no rhythm at all, and times that stand still or go back.
        var paused = (0..<12).map { Double($0) * 2 }
        paused[11] = 90
        let (usual, told) = try interval(paused)
        #expect(usual == 2 && told.contains { $0.contains("unevenly spaced: 1 of 11") })
        let (wild, why) = try interval([0, 1, 5, 6, 20])
        #expect(wild == nil && why.contains { $0.contains("the interval is unknown") })
        for times in [[0, 0, 0], [3, 2, 1], [0, 10, 5]] as [[Double?]] {
            let (none, why) = try interval(times)
            #expect(none == nil && why.contains { $0.contains("don't increase") })
        }
        #expect(
            try files.description(try files.stack(2, omeText(omeSizes(1, 2, 1) + " TimeIncrement=\"3\"")))
                .intervalSeconds == nil)
    }

    @Test func olderDialects() throws {
        let first = """
            <OME xmlns="http://www.openmicroscopy.org/XMLschemas/OME/FC/ome.xsd"><Image Name="old" PixelSizeX="0.2"
            PixelSizeY="0.2" PixelSizeZ="1" TimeIncrement="4"><LogicalChannel Name="GFP"/><LogicalChannel Name="RFP"/>
            <Pixels DimensionOrder="XYZTC" PixelType="Uint8" SizeX="4" SizeY="3" SizeZ="2" SizeC="2" SizeT="3">
            <TiffData/></Pixels></Image></OME>
            """
        let it = try files.description(try files.stack(12, first))
        #expect(it.timepoints == 3 && it.slices == 2 && it.channels == 2 && it.name == "old")
        #expect(it.pixelSizeUm == .init(x: 0.2, y: 0.2, z: 1) && it.intervalSeconds == 4)
        #expect(it.channelDetails.map(\.name) == ["GFP", "RFP"] && it.notes.isEmpty)
        let timing = (0..<3).map { "<ome:Plane TheT=\"\($0)\"><ome:PlaneTiming DeltaT=\"\($0 * 6)\"/></ome:Plane>" }
            .joined()
        let second = """
            <ome:OME xmlns:ome="http://www.openmicroscopy.org/Schemas/OME/2008-09"><ome:Image><ome:Pixels SizeX="4"
            SizeY="3" \(omeSizes(3, 1, 1)) PhysicalSizeX="0.1">\(timing)</ome:Pixels></ome:Image></ome:OME>
            """
        let other = try files.description(try files.stack(3, second))
        #expect(other.timepoints == 3 && other.intervalSeconds == 6 && other.pixelSizeUm.x == 0.1)
    }

    // MARK: Pages

    @Test func pagesInAnyOrder() throws {
        let blocks = (0..<4).map { t in "<TiffData FirstT=\"\(t)\" IFD=\"\(3 - t)\"/>" }.joined()
        let paths = try files.stack(4, omeText(omeSizes(4, 1, 1), blocks))
        #expect(try files.shown(paths) == [3, 2, 1, 0])
        // Runs that go on along the order.
        let runs = "<TiffData FirstT=\"2\" IFD=\"0\" PlaneCount=\"4\"/><TiffData IFD=\"4\" PlaneCount=\"4\"/>"
        #expect(try files.shown(try files.stack(8, omeText(omeSizes(4, 2, 1), runs))) == [5, 7, 1, 3])
        #expect(try files.shown(try files.stack(4, omeText(omeSizes(4, 1, 1), "<TiffData/>"))) == [0, 1, 2, 3])
        let channels = "<TiffData FirstC=\"1\" IFD=\"0\" PlaneCount=\"3\"/><TiffData IFD=\"3\" PlaneCount=\"3\"/>"
        let swapped = try files.stack(6, omeText(omeSizes(3, 1, 2, order: "XYTZC"), channels))
        #expect(try files.shown(swapped) == [3, 4, 5] && files.shown(swapped, channel: 1) == [0, 1, 2])
    }

    @Test func series() throws {
        let image = "<Pixels SizeX=\"4\" SizeY=\"3\" DimensionOrder=\"XYCZT\" SizeC=\"1\" SizeZ=\"1\" "
        let text = "<OME><Image Name=\"one\">\(image)SizeT=\"2\"/></Image><Image>\(image)SizeT=\"3\"/></Image></OME>"
        let paths = try files.stack(5, text)
        let all = try StackProbe.describe(paths: paths)
        #expect(all.map(\.stream) == [0, 1] && all.map(\.timepoints) == [2, 3] && all.map(\.name) == ["one", nil])
        #expect(try pictures(paths, View(), series: 1).map { $0[0] } == [20, 30, 40])
        let fault = try #require(throws: Fault.self) { try pictures(paths, View(), series: 2) }
        #expect(fault.reason == .invalid)
        // Interleaved in the file, and one that has no pages.
        func blocks(_ pages: [Int]) -> String {
            pages.enumerated().map { "<TiffData FirstT=\"\($0)\" IFD=\"\($1)\"/>" }.joined()
        }
        let parts = [[0, 2, 4], [5, 3, 1], [9, 10]].map {
            "<Image>\(image)SizeT=\"\($0.count)\">\(blocks($0))</Pixels></Image>"
        }
        let mixed = try files.stack(7, "<OME>\(parts.joined())</OME>")
        let described = try StackProbe.describe(paths: mixed)
        #expect(described.map(\.stream) == [0, 1])
        #expect(described[0].notes.contains { $0.contains("series [2]") })
        #expect(described[0].notes.contains("1 pages belong to no series of the OME-XML"))
        #expect(try files.shown(mixed) == [0, 2, 4] && files.shown(mixed, series: 1) == [5, 3, 1])
    }

    @Test func missingPlanes() throws {
        let short = try files.stack(5, omeText(omeSizes(4, 2, 1)))
        #expect(try files.description(short).timepoints == 2 && files.description(short).slices == 2)
        #expect(
            try files.description(short).notes.contains {
                $0.contains("promises 4 time points") && $0.contains("last 1 pages")
            })
        #expect(try files.shown(short) == [1, 3])

        // An acquisition that was stopped: the last time point lacks a slice.
        let planes = (0..<7).map { "<TiffData FirstT=\"\($0 / 2)\" FirstZ=\"\($0 % 2)\" IFD=\"\($0)\"/>" }
        let stopped = try files.stack(7, omeText(omeSizes(4, 2, 1) + " TimeIncrement=\"2\"", planes.joined()))
        let it = try files.description(stopped)
        #expect(it.timepoints == 3 && it.slices == 2 && it.intervalSeconds == 2)
        #expect(it.notes.contains { $0.contains("1 of 8 planes are in no page: 1 of 4 time points are left out") })
        #expect(try files.shown(stopped) == [1, 3, 5])

        // A gap between others takes the rhythm away.
        let gap = omeText(
            omeSizes(4, 1, 1) + " TimeIncrement=\"2\"",
            [0, 1, 3].map { "<TiffData FirstT=\"\($0)\" IFD=\"\($0)\"/>" }.joined())
        let holed = try files.stack(4, gap)
        #expect(try files.description(holed).timepoints == 3 && files.description(holed).intervalSeconds == nil)
        #expect(try files.description(holed).notes.contains { $0.contains("the interval is unknown") })
        #expect(try files.shown(holed) == [0, 1, 3])
        let slices = omeText(
            omeSizes(1, 4, 1), [0, 1, 2].map { "<TiffData FirstZ=\"\($0)\" IFD=\"\($0)\"/>" }.joined())
        #expect(try files.description(try files.stack(3, slices)).slices == 3)
    }

    @Test func contradictionsAreSaid() throws {
        let twice =
            "<TiffData FirstT=\"0\" IFD=\"0\"/><TiffData FirstT=\"0\" IFD=\"1\"/><TiffData FirstT=\"1\" IFD=\"2\"/>"
        let paths = try files.stack(3, omeText(omeSizes(2, 1, 1), twice))
        #expect(try files.shown(paths) == [1, 2])
        #expect(try files.description(paths).notes.contains { $0.contains("1 planes several pages") })
        let beyond = "<TiffData FirstT=\"7\" IFD=\"0\"/><TiffData IFD=\"0\" PlaneCount=\"9\"/>"
        let other = try files.stack(3, omeText(omeSizes(2, 1, 1), beyond))
        #expect(try files.description(other).notes.contains { $0.contains("2 TiffData of the OME-XML lead beyond") })
        #expect(try files.shown(other) == [0, 1])
        let absent =
            "<TiffData FirstT=\"0\" IFD=\"0\"/><TiffData FirstT=\"1\" IFD=\"8\"/><TiffData FirstT=\"1\" IFD=\"-1\"/>"
        let third = try files.description(try files.stack(3, omeText(omeSizes(2, 1, 1), absent)))
        #expect(third.timepoints == 1 && third.notes.contains { $0.contains("pages that the files don't have") })
        let size = omeText(omeSizes(2, 1, 1), "<TiffData/>").replacingOccurrences(
            of: "SizeX=\"4\"", with: "SizeX=\"9\"")
        #expect(try files.description(try files.stack(2, size)).notes.contains { $0.contains("says 9x3 pixels") })
    }

    // MARK: What no honest program writes

    @Test func malformedTextIsLeftOut() throws {
        let entities = """
            <?xml version="1.0"?><!DOCTYPE OME [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <OME><Image Name="&b;"><Pixels SizeX="4" SizeY="3" \(omeSizes(3, 1, 1))/></Image></OME>
            """
        let hidden = "<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE OME+AD4-<OME><Image/></OME>"
        let deep = "<OME>" + String(repeating: "<a>", count: 100_000)
        let whole = omeText(omeSizes(3, 1, 1), "<TiffData/>")
        let cut = stride(from: 10, to: whole.count, by: 37).map { String(whole.prefix($0)) }
        for text in ["<OME/>", "<OME><Image/></OME>", "<OME>&undefined;</OME>", entities, hidden, deep] + cut {
            let paths = try files.stack(3, text)
            let it = try files.description(paths)
            #expect(it.timepoints == nil && it.frames == 3, "\(text.prefix(80))")
            if text.contains("<OME") { #expect(it.notes.contains { $0.contains("the OME-XML was ignored") }) }
            #expect(try files.shown(paths) == [0, 1, 2])
        }
        // The declared encoding is of no matter once the text was read.
        let latin = whole.replacingOccurrences(of: "UTF-8", with: "UTF-16")
        #expect(try files.description(try files.stack(3, latin)).timepoints == 3)
    }

    @Test func absurdSizes() throws {
        for size in ["1000000000", "99999999999999999999999", "1000000"] {
            for blocks in [
                "", "<TiffData/>", "<TiffData IFD=\"0\" PlaneCount=\"\(size)\"/>", "<TiffData IFD=\"\(size)\"/>",
            ] {
                let axes = "DimensionOrder=\"XYCZT\" SizeT=\"\(size)\" SizeZ=\"\(size)\" SizeC=\"\(size)\""
                let it = try files.description(try files.stack(3, omeText(axes, blocks)))
                #expect(it.frames == 3 && !it.notes.isEmpty, "\(size) \(blocks)")
            }
        }
        for size in ["0", "-4", "x", ""] {
            let it = try files.description(
                try files.stack(3, omeText("DimensionOrder=\"XYCZT\" SizeT=\"3\" SizeZ=\"\(size)\" SizeC=\"1\"")))
            #expect(it.timepoints == 3 && it.notes.contains { $0.contains("SizeZ") && $0.contains("taken as 1") })
        }
        // Many blocks that each claim everything end soon.
        let greedy = String(repeating: "<TiffData IFD=\"0\" PlaneCount=\"500000\"/>", count: 2000)
        #expect(try files.description(try files.stack(3, omeText(omeSizes(500_000, 1, 1), greedy))).timepoints == 3)
        let images = String(
            repeating: "<Image><Pixels \(omeSizes(900_000, 1, 1))><TiffData/></Pixels></Image>", count: 500)
        #expect(try StackProbe.describe(paths: try files.stack(3, "<OME>\(images)</OME>")).count == 1)
    }

    /// Descriptions with a few characters changed are read, read in part, or refused with a fault.
    @Test func mutatedDescriptions() throws {
        let blocks = (0..<6).map { "<TiffData FirstT=\"\($0)\" IFD=\"\($0)\" PlaneCount=\"1\"/>" }.joined()
        let originals = [
            omeText(
                omeSizes(6, 1, 1) + " PhysicalSizeX=\"0.1\" TimeIncrement=\"2\"", blocks + planes([0, 1, 2, 3, 4, 5])),
            "ImageJ=1.53t\nimages=6\nchannels=1\nslices=2\nframes=3\nunit=um\nspacing=2\nfinterval=3\nmin=1\nmax=9\n",
            "{\"shape\": [3, 2, 3, 4], \"axes\": \"TZYX\", \"unit\": \"um\", \"spacing\": 2, \"finterval\": 3}",
        ]
        let seed: UInt64 = 20_240_607
        var random = seed
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % bound
        }
        let pool = Array("0123456789-+.,eE<>\"'=/&;[]{}TZCYX ".utf8)
        for round in 0..<300 {
            var text = Array(originals[round % 3].utf8)
            for _ in 0...next(4) { text[next(text.count)] = pool[next(pool.count)] }
            let paths = try files.stack(6, String(decoding: text, as: UTF8.self), resolution: (4, 1))
            do {
                let it = try files.description(paths)
                #expect(it.frames ?? 0 >= 1 && it.frames ?? 0 <= 6, "seed \(seed), round \(round)")
                #expect(it.intervalSeconds ?? 1 > 0 && it.pixelSizeUm.x ?? 1 > 0, "seed \(seed), round \(round)")
            } catch {
                #expect(error is Fault, "seed \(seed), round \(round)")
            }
        }
    }

    @Test func foreignContentIsSkipped() throws {
        let annotation = """
            <StructuredAnnotations><XMLAnnotation><Value><Image Name="x"><Pixels SizeT="9"/></Image></Value>
            </XMLAnnotation></StructuredAnnotations>
            """
        let text = omeText(omeSizes(3, 1, 1)).replacingOccurrences(of: "</OME>", with: annotation + "</OME>")
        let it = try StackProbe.describe(paths: try files.stack(3, text))
        #expect(it.map(\.timepoints) == [3] && it[0].notes.isEmpty)
    }
}
