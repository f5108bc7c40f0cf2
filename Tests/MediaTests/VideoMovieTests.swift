import Foundation
import Media
import Model
import Footage
import Testing

/// Movies as microscopes and ImageJ write them come out exactly.
@Suite struct VideoMovieTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    /// Level of a pixel of the grey test movie; every level occurs.
    private func level(_ x: Int, _ y: Int, _ frame: Int) -> Int { (3 * x + 5 * y + 17 * frame) % 256 }

    private func expectLevels(_ path: String, frames: Int = 5, tolerance: Int = 0) throws {
        let pictures = try grayPictures(path)
        #expect(pictures.count == frames)
        for (index, picture) in pictures.enumerated() {
            #expect("\(picture.width)x\(picture.height)" == "66x50")
            let worst = (0..<66 * 50).map { i in
                abs(Int(picture.pixels[i]) - level(i % 66, i / 66, index))
            }.max()!
            #expect(worst <= tolerance, "frame \(index) of \(path)")
        }
    }

    struct Way: CustomTestStringConvertible, Sendable {
        let name: String
        let options: String
        var tolerance = 0
        var testDescription: String { "\(name) \(options)" }
    }

    static let ways = [
        Way(name: "gray.avi", options: "-c:v rawvideo -pix_fmt gray"),
        Way(name: "bottom-up.avi", options: "-c:v rawvideo -pix_fmt bgr24", tolerance: 1),
        Way(name: "rgb.avi", options: "-c:v rawvideo -pix_fmt rgb24", tolerance: 1),
        Way(name: "png.avi", options: "-c:v png -pix_fmt gray"),
        Way(name: "png24.avi", options: "-c:v png -pix_fmt rgb24", tolerance: 1),
        Way(name: "png.mov", options: "-c:v png -pix_fmt gray"),
        Way(name: "ffv1.avi", options: "-c:v ffv1 -pix_fmt gray"),
        Way(name: "huffyuv.avi", options: "-c:v huffyuv -pix_fmt rgb24", tolerance: 1),
        Way(name: "qtrle.mov", options: "-c:v qtrle -pix_fmt rgb24", tolerance: 1),
        Way(name: "mjpeg.avi", options: "-c:v mjpeg -q:v 1 -pix_fmt yuvj420p", tolerance: 40),
        Way(name: "mjpeg.mov", options: "-c:v mjpeg -q:v 1 -pix_fmt yuvj444p", tolerance: 40),
    ]

    @Test(arguments: ways) func greysAreExact(_ way: Way) throws {
        let pixels = (0..<5 * 50).flatMap { row in (0..<66).map { UInt8(level($0, row % 50, row / 50)) } }
        _ = try folder.write("source.raw", pixels)
        let path = try folder.make(
            way.name, "-f rawvideo -pix_fmt gray -s 66x50 -r 7 -i source.raw \(way.options)")
        try expectLevels(path, tolerance: way.tolerance)
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.frames == 5)
        #expect(description.frameRate == .init(nominal: Rational(7), variable: false))
    }

    /// ImageJ and many cameras write 8 bits a pixel with a palette of greys, the lowest row first.
    @Test(arguments: [false, true]) func anAVIWithAPaletteOfGreysIsGrey(_ isInverted: Bool) throws {
        let path = try folder.write("imagej.avi", paletteAVI(isInverted: isInverted))
        try expectLevels(path)
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.pixelFormat == "pal8")
        #expect(description.bitDepth == 8)
        #expect(description.codec == "rawvideo")
        #expect("\(description.width)x\(description.height)" == "66x50")
    }

    /// An uncompressed AVI with `biBitCount` 8, bottom-up; inverted: index 0 is white.
    private func paletteAVI(isInverted: Bool) -> [UInt8] {
        func words(_ values: Int...) -> [UInt8] {
            values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        }
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] { Array(name.utf8) + words(content.count) + content }
        func list(_ name: String, _ content: [UInt8]) -> [UInt8] { chunk("LIST", Array(name.utf8) + content) }
        let (stride, frames) = (68, 5)
        let size = stride * 50
        let palette = (0..<256).flatMap { i -> [UInt8] in
            [UInt8](repeating: UInt8(isInverted ? 255 - i : i), count: 3) + [0]
        }
        let main = words(142_857, 0, 0, 0x10, frames, 0, 1, size, 66, 50, 0, 0, 0, 0)
        let header = Array("vidsDIB ".utf8) + words(0, 0, 0, 1, 7, 0, frames, size, -1, 0, 0, 66 | 50 << 16)
        let format = words(40, 66, 50, 1 | 8 << 16, 0, size, 0, 0, 256, 0) + palette
        let movie = (0..<frames).flatMap { frame -> [UInt8] in
            let rows = (0..<50).flatMap { row -> [UInt8] in
                (0..<stride).map { x -> UInt8 in
                    let value = x < 66 ? level(x, 49 - row, frame) : 0
                    return UInt8(isInverted ? 255 - value : value)
                }
            }
            return chunk("00db", rows)
        }
        let index = (0..<frames).flatMap { frame -> [UInt8] in
            Array("00db".utf8) + words(0x10, 4 + frame * (size + 8), size)
        }
        let streams = list("strl", chunk("strh", header) + chunk("strf", format))
        return chunk(
            "RIFF",
            Array("AVI ".utf8) + list("hdrl", chunk("avih", main) + streams) + list("movi", movie)
                + chunk("idx1", index))
    }

    /// Without a window, deep samples are shown by their upper 8 bits.
    @Test(arguments: [
        "a.avi -c:v png -pix_fmt gray16be", "a.mkv -c:v ffv1 -pix_fmt gray16le", "a.mov -c:v png -pix_fmt gray16be",
        "a.mkv -c:v ffv1 -pix_fmt gray12le", "a.mkv -c:v ffv1 -pix_fmt gray10le",
    ])
    func deepGreys(_ way: String) throws {
        let isTen = way.hasSuffix("gray10le")
        let bits = isTen ? 10 : way.hasSuffix("gray12le") ? 12 : 16
        let pixels = (0..<5 * 50).flatMap { row in
            (0..<66).flatMap { x -> [UInt8] in
                let deep = level(x, row % 50, row / 50) * ((1 << bits) - 1) / 255
                return [UInt8(deep & 255), UInt8(deep >> 8)]
            }
        }
        _ = try folder.write("source.raw", pixels)
        let parts = way.split(separator: " ", maxSplits: 1).map(String.init)
        let format = bits == 16 ? "gray16le" : "gray\(bits)le"
        let path = try folder.make(
            parts[0], "-f rawvideo -pix_fmt \(format) -s 66x50 -r 7 -i source.raw \(parts[1])")
        try expectLevels(path, tolerance: 1)
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.bitDepth == bits)
        var grid = FrameGrid()
        try firstFrame(of: path).fillGrid(&grid)
        let mean = grid.y.reduce(0) { $0 + Int($1) } / grid.y.count
        #expect(abs(mean - 127) < 12)
        #expect(Set(grid.cb + grid.cr) == [128])
    }

    // GIF: a frame is a rectangle with a delay, a way to be removed, and a transparent colour.

    private struct Patch {
        var x: Int
        var y: Int
        var width: Int
        var height: Int
        var color: UInt8
        /// Hundredths of a second.
        var delay: Int
        /// 1 stays, 2 goes to the background, 3 goes to what was before.
        var disposal: Int
    }

    /// A GIF of 16 x 16 with the colours black, white, red and a transparent one (3).
    private func gif(_ patches: [Patch]) -> [UInt8] {
        func short(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
        var bytes = Array("GIF89a".utf8) + short(16) + short(16) + [0x91, 0, 0]
        bytes += [0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0]
        for patch in patches {
            bytes += [0x21, 0xF9, 4, UInt8(patch.disposal << 2 | 1)] + short(patch.delay) + [3, 0]
            bytes += [0x2C] + short(patch.x) + short(patch.y) + short(patch.width) + short(patch.height) + [0]
            // LZW of 7-bit pixels that never grows its codes: a clear code before every 100 of them.
            var codes: [UInt8] = []
            for i in 0..<patch.width * patch.height {
                if i % 100 == 0 { codes.append(128) }
                codes.append(patch.color)
            }
            codes.append(129)
            // Codes have 8 bits, and so are bytes.
            bytes.append(7)
            for start in stride(from: 0, to: codes.count, by: 255) {
                let block = codes[start..<min(codes.count, start + 255)]
                bytes += [UInt8(block.count)] + block
            }
            bytes.append(0)
        }
        return bytes + [0x3B]
    }

    @Test func gifsKeepTheirDelaysAndDisposals() throws {
        let patches = [
            Patch(x: 0, y: 0, width: 16, height: 16, color: 1, delay: 10, disposal: 1),
            Patch(x: 0, y: 0, width: 8, height: 8, color: 0, delay: 35, disposal: 3),
            Patch(x: 8, y: 0, width: 8, height: 8, color: 0, delay: 5, disposal: 2),
            Patch(x: 0, y: 8, width: 8, height: 8, color: 3, delay: 20, disposal: 1),
            Patch(x: 8, y: 8, width: 8, height: 8, color: 0, delay: 20, disposal: 1),
        ]
        let path = try folder.write("a.gif", gif(patches))
        var reader = try VideoReader.open(path)
        let timeBase = reader.timeBase
        let base = try #require(timeBase)
        var seen: [String] = []
        var times: [Double] = []
        while let frame = try reader.next() {
            let picture = try frame.grayPicture(longSide: 16)
            seen.append([(4, 4), (12, 4), (4, 12), (12, 12)].map { picture[$0.0, $0.1] > 128 ? "W" : "B" }.joined())
            times.append(base.seconds(frame.pts))
        }
        #expect(seen == ["WWWW", "BWWW", "WBWW", "WBWW", "WBWB"])
        #expect(times.map { ($0 * 100).rounded() } == [0, 10, 45, 50, 70])
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.frames == 5)
        #expect(description.frameRate.variable == true)
        #expect(try #require(description.durationSeconds) == 0.9)
        #expect(description.notes.contains("transparent parts, if any, are shown over black"))
    }
}
