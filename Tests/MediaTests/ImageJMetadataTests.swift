import Foundation
import Media
import Model
import Footage
import Testing

/// What ImageJ's description and its tags say of a stack.
@Suite struct ImageJMetadataTests {
    let files: StackFolder
    init() throws { files = try StackFolder() }

    @Test func hyperstack() throws {
        let text = """
            ImageJ=1.53t\nimages=24\nchannels=2\nslices=3\nframes=4\nhyperstack=true\nmode=grayscale
            unit=\\u00B5m\nspacing=-0.5\nfinterval=59.86\nfps=7.0\nloop=false\n
            """
        let paths = try files.stack(24, text, resolution: (2_845_474, 1_000_000))
        let description = try files.description(paths)
        #expect(description.channels == 2 && description.slices == 3 && description.timepoints == 4)
        #expect(description.intervalSeconds == 59.86)
        let x = try #require(description.pixelSizeUm.x)
        #expect(abs(x - 1 / 2.845474) < 1e-12)
        #expect(description.pixelSizeUm.y == x && description.pixelSizeUm.z == 0.5)
        let view = try files.view(paths)
        #expect(view.axes == "TZC" && view.zRule == .maximum)
        #expect(view.pixelSizeUm == Rational(1_000_000, 2_845_474))
        #expect(view.intervalSeconds == Rational(5986, 100))
        // Page (t, z, c) is (t * 3 + z) * 2 + c; the middle slice is 1.
        #expect(try files.shown(paths) == [2, 8, 14, 20])
        #expect(try files.shown(paths, channel: 1) == [3, 9, 15, 21])
    }

    @Test(arguments: [
        ("um", 1.0), ("\u{B5}m", 1), ("\u{3BC}m", 1), ("\\u00B5m", 1), ("\\u00b5m", 1), ("\\u03BCm", 1), ("micron", 1),
        ("microns", 1), ("Micron", 1), (" \u{B5}m ", 1), ("\u{C2}\u{B5}m", 1), ("nm", 0.001), ("mm", 1000),
        ("cm", 10_000), ("\u{C5}", 1e-4), ("\u{212B}", 1e-4), ("\\u00C5", 1e-4), ("angstrom", 1e-4),
    ])
    func units(unit: String, factor: Double) throws {
        let paths = try files.stack(2, "ImageJ=1.53t\nimages=2\nframes=2\nunit=\(unit)\n", resolution: (4, 1))
        #expect(try files.description(paths).pixelSizeUm.x == 0.25 * factor)
    }

    @Test func latinMicroSign() throws {
        let text = Array("ImageJ=1.53t\nimages=2\nframes=2\nunit=".utf8) + [0xB5] + Array("m\n".utf8)
        let paths = try files.stack(2, nil, resolution: (4, 1)) {
            $0.extraFields[270] = (2, text.map { Int($0) } + [0])
        }
        #expect(try files.description(paths).pixelSizeUm.x == 0.25)
    }

    @Test func unitsOfEachAxis() throws {
        let text = "ImageJ=1.53t\nimages=2\nslices=2\nunit=um\nyunit=nm\nzunit=mm\nspacing=0,02\n"
        let size = try files.description(try files.stack(2, text, resolution: (4, 1))).pixelSizeUm
        #expect(size == .init(x: 0.25, y: 0.00025, z: 20))
    }

    @Test(arguments: ["unit=pixel", "unit=inch", "unit=", "unit=frame", "", "unit=um", "unit=Mm", "unit=\\u00"])
    func nonsenseIsUnknown(line: String) throws {
        let text = "ImageJ=1.53t\nimages=3\nslices=3\nframes=1\nfinterval=5\nspacing=0\n\(line)\n"
        let resolution: (UInt32, UInt32) = line == "unit=um" ? (0, 1) : (72, 1)
        let description = try files.description(try files.stack(3, text, resolution: resolution))
        #expect(description.pixelSizeUm == .init())
        #expect(description.intervalSeconds == nil)
        #expect(description.timepoints == 1 && description.slices == 3)
    }

    @Test(
        arguments: [
            ("finterval=10", 10.0), ("finterval=6.5e-2", 0.065), ("finterval=0,065", 0.065),
            ("finterval=7\ntunit=min", 420),
            ("finterval=500\ntunit=ms", 0.5), ("finterval=20\ntunit=\\u00B5s", 2e-5), ("finterval=1\ntunit=hour", 3600),
            ("finterval=0", nil), ("finterval=-1", nil), ("finterval=nan", nil), ("finterval=1e30", nil),
            ("finterval=0x10", nil), ("finterval=1,000.5", nil), ("finterval=", nil), ("finterval=ten", nil),
            ("finterval=7\ntunit=fortnight", nil), ("fps=10", nil),
        ] as [(String, Double?)])
    func intervals(lines: String, seconds: Double?) throws {
        let many = try files.description(try files.stack(3, "ImageJ=1.53t\nimages=3\nframes=3\n\(lines)\n"))
        #expect(many.intervalSeconds == seconds)
        #expect(many.notes.contains { $0.contains("fps is a playback rate") } == (lines == "fps=10"))
        let one = try files.description(try files.stack(3, "ImageJ=1.53t\nimages=3\nslices=3\n\(lines)\n"))
        #expect(one.intervalSeconds == nil)
        #expect(one.notes.contains { $0.contains("say ingest --axes T") })
    }

    @Test func promisesThatAreNotKept() throws {
        let wrong = try files.description(try files.stack(5, "ImageJ=1.53t\nimages=40\nslices=40\n"))
        #expect(wrong.timepoints == nil)
        #expect(wrong.notes.contains { $0.contains("promises 40 pages, there are 5") })
        for huge in ["1000000000", "99999999999999999999", "-3", "0"] {
            let it = try files.description(
                try files.stack(5, "ImageJ=1.53t\nimages=\(huge)\nslices=\(huge)\nframes=\(huge)\nchannels=\(huge)\n"))
            #expect(it.frames == 5 && it.timepoints == nil, "\(huge)")
        }
    }

    // MARK: Tags 50838 and 50839

    /// Tag 50839 as ImageJ writes it, and the byte counts of tag 50838.
    private struct Tags {
        var bigEndian = false
        var header: [UInt8] = []
        var body: [UInt8] = []
        var counts: [Int] = []

        func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: bigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
        }

        mutating func add(_ kind: String, _ entries: [[UInt8]]) {
            let code = kind.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            header += bytes(code) + bytes(UInt32(entries.count))
            for entry in entries {
                body += entry
                counts.append(entry.count)
            }
        }

        func text(_ text: String) -> [UInt8] { text.utf16.flatMap { bytes($0) } }

        func set(_ footage: inout StackFootage) {
            footage.bigEndian = bigEndian
            let all = bytes(UInt32(0x494A_494A)) + header + body
            footage.extraFields[50838] = (4, [4 + header.count] + counts)
            footage.extraFields[50839] = (1, all.map { Int($0) })
        }
    }

    private static func ramp(_ red: Int, _ green: Int, _ blue: Int) -> [UInt8] {
        [red, green, blue].flatMap { end in (0..<256).map { UInt8($0 * end / 255) } }
    }

    private let text = "ImageJ=1.53t\nimages=12\nchannels=3\nslices=2\nframes=2\nmode=composite\nmin=1\nmax=2\n"

    @Test(arguments: [false, true]) func rangesColoursAndNames(bigEndian: Bool) throws {
        var tags = Tags(bigEndian: bigEndian)
        tags.add("info", [tags.text("anything")])
        let names = ["DAPI", "GFP", "m\u{3BC}"]
        tags.add("labl", (0..<12).map { tags.text("c:\($0 % 3 + 1)/3 z:\($0 / 3 % 2 + 1)/2 - \(names[$0 % 3])\nmore") })
        tags.add("rang", [[100.5, 2000, 0, 255, 7, 7].flatMap { tags.bytes(($0 as Double).bitPattern) }])
        tags.add("luts", [Self.ramp(255, 0, 255), Self.ramp(0, 128, 0), Self.ramp(255, 255, 255).reversed()])
        let paths = try files.stack(12, text) { tags.set(&$0) }
        let it = try files.description(paths)
        #expect(
            it.channelDetails == [
                .init(name: "DAPI", color: ChannelColor("#FF00FF"), low: 100.5, high: 2000),
                .init(name: "GFP", color: ChannelColor("#008000"), low: 0, high: 255), .init(name: "m\u{3BC}"),
            ])
        #expect(it.notes.contains { $0.contains("lookup table of channel 3 is no ramp") })
        #expect(it.channels == 3 && it.slices == 2 && it.timepoints == 2)
    }

    @Test func labelsThatNameNoChannel() throws {
        let ramps = [Self.ramp(255, 0, 0), Self.ramp(0, 255, 0), Self.ramp(0, 0, 255)]
        let labels: [(Int) -> String] = [
            // Bio-Formats repeats the image's name.
            { "c:\($0 % 3 + 1)/3 z:1/2 - image.czi" }, { "c:\($0 % 3 + 1)/3 z:\($0)/2 - \($0)" },
            { "c:1/3 - \($0 % 3)" },
            { "\($0 % 3)" }, { _ in "" }, { "c:\($0 % 3 + 1)/3 - " },
        ]
        for (i, label) in labels.enumerated() {
            var tags = Tags()
            tags.add("labl", (0..<12).map { tags.text(label($0)) })
            tags.add("luts", ramps)
            let it = try files.description(try files.stack(12, text) { tags.set(&$0) })
            #expect(it.channelDetails.map(\.name) == [nil, nil, nil], "\(i)")
            #expect(it.channelDetails.map(\.color) == ["#FF0000", "#00FF00", "#0000FF"].map { ChannelColor($0) })
        }
    }

    @Test func brokenTagsAreLeftOut() throws {
        for broken in 0..<6 {
            var tags = Tags()
            tags.add("rang", [[Double.nan, 1, 5, .infinity, 9, 3].flatMap { tags.bytes($0.bitPattern) }])
            tags.add("luts", [[1, 2, 3]])
            let it = try files.description(
                try files.stack(12, text) { footage in
                    tags.set(&footage)
                    switch broken {
                    case 1: footage.extraFields[50838]?.values[1] = 1 << 31
                    case 2: footage.extraFields[50838]?.values[0] = 1 << 30
                    case 3: footage.extraFields[50838]?.values = []
                    case 4: footage.extraFields[50839]?.values[4..<12] = [0x67, 0x6E, 0x61, 0x72, 255, 255, 255, 255]
                    case 5: footage.extraFields[50839]?.values.removeLast(40)
                    default: break
                    }
                })
            #expect(it.channelDetails.isEmpty && it.channels == 3, "\(broken)")
        }
    }

    @Test func rangeOfOneChannel() throws {
        let one = "ImageJ=1.53t\nimages=2\nframes=2\nmin=100.5\nmax=900\n"
        #expect(try files.description(try files.stack(2, one)).channelDetails == [.init(low: 100.5, high: 900)])
        // Of samples that are converted when they are shown, and where it is of no use.
        for change in [{ $0.photometric = 0 }, { $0.sampleFormat = 2 }] as [(inout StackFootage) -> Void] {
            let it = try files.description(try files.stack(2, one, change))
            #expect(
                it.channelDetails.allSatisfy { $0.low == nil } && it.notes.contains { $0.contains("display range") })
        }
        let empty = "ImageJ=1.53t\nimages=2\nframes=2\nmin=5\nmax=5\n"
        #expect(try files.description(try files.stack(2, empty)).channelDetails.isEmpty)
        #expect(try files.description(try files.stack(12, text)).channelDetails.isEmpty)
    }

    @Test func paletteOfOneChannel() throws {
        let one = "ImageJ=1.53t\nimages=2\nframes=2\n"
        let green = Self.ramp(0, 255, 0).map { Int($0) * 257 }
        let it = try files.description(
            try files.stack(2, one) {
                $0.photometric = 3
                $0.extraFields[320] = (3, green)
            })
        #expect(it.channelDetails == [.init(color: ChannelColor("#00FF00"))] && it.pixelFormat == "gray8")
        let odd = try files.description(try files.stack(2, one) { $0.photometric = 3 })
        #expect(odd.channelDetails.isEmpty && odd.notes.contains { $0.contains("no ramp") })
    }

    /// ImageJ saves three 16-bit channels of one plane as 16-bit RGB.
    @Test func compositeInOnePixel() throws {
        var tags = Tags()
        tags.add("rang", [[1, 2, 3, 4, 5, 6].flatMap { tags.bytes(($0 as Double).bitPattern) }])
        let it = try files.description(
            try files.stack(1, "ImageJ=1.54f\nchannels=3\nmode=composite\n") {
                tags.set(&$0)
                ($0.bits, $0.samples) = (16, 3)
            })
        #expect(it.channels == 3 && it.pixelFormat == "uint16x3")
        #expect(it.channelDetails.map(\.color) == ["#FF0000", "#00FF00", "#0000FF"].map { ChannelColor($0) })
        #expect(it.channelDetails.map(\.high) == [2, 4, 6])
        let color = try files.description(try files.stack(4, "ImageJ=1.54f\nimages=4\nframes=4\n") { $0.samples = 3 })
        #expect(color.pixelFormat == "rgb24" && color.timepoints == 4 && color.channelDetails.isEmpty)
    }
}
