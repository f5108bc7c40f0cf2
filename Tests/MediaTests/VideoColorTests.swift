import Foundation
import Media
import Model
import Footage
import Testing

/// A clip shows the colours of its source, in whatever way that stores them, and says how it stores them itself.
@Suite struct VideoColorTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    struct Way: CustomTestStringConvertible, Sendable {
        let name: String
        /// How the `ffmpeg` command brings R'G'B' into the file.
        let filter: String
        let options: String
        /// H.273 code points of the clip: primaries, transfer, matrix.
        let tags: [UInt8]
        var testDescription: String { "\(name) \(filter) \(options)" }
    }

    private static func yuv(
        _ format: String, _ matrix: String, range: String = "tv", tags: String = "", _ points: [UInt8],
        in name: String = "a.mkv", codec: String = "ffv1"
    ) -> Way {
        Way(
            name: name, filter: "scale=out_color_matrix=\(matrix):out_range=\(range),format=\(format)",
            options: "-c:v \(codec) \(tags) -color_range \(range)", tags: points)
    }

    private static let tag601 = "-colorspace smpte170m -color_primaries smpte170m -color_trc smpte170m"
    private static let tag709 = "-colorspace bt709 -color_primaries bt709 -color_trc bt709"
    private static let tag2020 = "-colorspace bt2020nc -color_primaries bt2020"

    static let ways = [
        // Untagged: SD is BT.601. JPEG is tagged as 625 lines, whose matrix is the same.
        yuv("yuv420p", "bt601", [6, 6, 6]),
        yuv("yuv422p10le", "bt601", [6, 6, 6]),
        yuv("yuv420p", "bt601", tags: tag601, [6, 6, 6], in: "a.mp4", codec: "libx264 -qp 0"),
        yuv("yuv444p", "bt601", tags: "-colorspace bt470bg -color_primaries bt470bg -color_trc gamma28", [5, 5, 5]),
        yuv("yuv420p", "bt709", tags: tag709, [1, 1, 1]),
        yuv("yuv420p", "bt709", range: "pc", tags: tag709, [1, 1, 1]),
        yuv("yuvj420p", "bt601", range: "pc", [6, 6, 5], in: "a.avi", codec: "mjpeg -q:v 1 -huffman default"),
        yuv("yuv420p10le", "bt709", tags: tag709, [1, 1, 1]),
        yuv("yuv420p10le", "bt709", range: "pc", tags: tag709, [1, 1, 1]),
        yuv("yuv444p12le", "bt709", range: "pc", tags: tag709, [1, 1, 1]),
        yuv(
            "yuv444p", "smpte240m", tags: "-colorspace smpte240m -color_primaries smpte240m -color_trc smpte240m",
            [7, 7, 7]),
        yuv("yuv420p10le", "bt2020", tags: "\(tag2020) -color_trc bt2020-10", [9, 14, 9]),
        yuv("yuv420p10le", "bt2020", range: "pc", tags: "\(tag2020) -color_trc smpte2084", [9, 16, 9]),
        yuv("yuv422p10le", "bt2020", tags: "\(tag2020) -color_trc arib-std-b67", [9, 18, 9]),
        Way(name: "a.mkv", filter: "format=gbrp", options: "-c:v ffv1", tags: [1, 1, 1]),
        Way(name: "a.mkv", filter: "format=gbrp10le", options: "-c:v ffv1", tags: [1, 1, 1]),
        Way(name: "a.avi", filter: "format=bgr24", options: "-c:v rawvideo", tags: [1, 1, 1]),
        Way(name: "a.mov", filter: "format=rgb24", options: "-c:v png", tags: [1, 1, 1]),
        Way(name: "a.mov", filter: "format=rgb48be", options: "-c:v png", tags: [1, 1, 1]),
        Way(
            name: "a.gif", filter: "split[a][b],[a]palettegen=16:reserve_transparent=0[p],[b][p]paletteuse=dither=none",
            options: "", tags: [1, 1, 1]),
    ]

    /// R'G'B' of 4 x 2 patches of 32 x 32 pixels.
    private static let patches: [[UInt8]] = [
        [20, 20, 20], [235, 235, 235], [200, 40, 40], [40, 190, 60], [50, 60, 210], [220, 200, 60], [60, 180, 190],
        [128, 128, 128],
    ]

    private func make(_ way: Way) throws -> String {
        var frames: [UInt8] = []
        for row in 0..<6 * 64 {
            for x in 0..<128 { frames += Self.patches[row % 64 / 32 * 4 + x / 32] }
        }
        _ = try folder.write("source.raw", frames)
        let filter = way.filter.replacingOccurrences(of: "scale=", with: "scale=flags=accurate_rnd+full_chroma_int:")
        return try folder.make(
            way.name, "-f rawvideo -pix_fmt rgb24 -s 128x64 -r 10 -i source.raw -vf \(filter) \(way.options)")
    }

    private func cut(_ path: String, _ profile: Profile) throws -> String {
        let source = try SourceLocation.video(path)
        let job = CutJob(
            name: profile.name, sourceFrames: Array(0..<6), times: (0..<6).map { $0 }, timeBase: Rational(1, 10))
        let results = try ClipCutter.cut(
            source: source, timing: try SourceTiming.scanned(source), jobs: [job], profile: profile, into: folder.path)
        return try results[0].outcome.get().path
    }

    @Test(arguments: ways) func clipsShowTheSourcesColours(_ way: Way) throws {
        let path = try make(way)
        let kept = try cut(path, Profile(name: "kept", fit: .keep, rate: Rational(10), crf: 1))
        try expectPatches(in: kept, scale: 1)
        try expectTags(way.tags, in: kept)
        let double = Profile(name: "double", width: 256, height: 128, fit: .crop, rate: Rational(10), crf: 1)
        try expectPatches(in: try cut(path, double), scale: 2)

        // What is measured of a source and of its clip is alike, whatever the tags.
        let (a, b) = (try Reading(path).grids[3], try Reading(kept).grids[3])
        for cell in [6 * 48 + 6, 6 * 48 + 18, 20 * 48 + 18, 20 * 48 + 42] {
            #expect(abs(Int(a.y[cell]) - Int(b.y[cell])) <= 3)
            #expect(abs(Int(a.cb[cell]) - Int(b.cb[cell])) <= 3)
            #expect(abs(Int(a.cr[cell]) - Int(b.cr[cell])) <= 3)
        }
    }

    private func expectPatches(in clip: String, scale: Int) throws {
        let pixels = try folder.raw(clip, "rgb24")
        #expect(pixels.count == 6 * 3 * 128 * 64 * scale * scale)
        for (index, patch) in Self.patches.enumerated() {
            let (x, y) = ((index % 4 * 32 + 16) * scale, (index / 4 * 32 + 16) * scale)
            let place = 3 * (y * 128 * scale + x)
            let shown = pixels[place..<place + 3]
            for (a, b) in zip(shown, patch) { #expect(abs(Int(a) - Int(b)) <= 4, "\(shown) for \(patch)") }
        }
    }

    /// The `colr` box of MP4 and the video signal description of H.264 must say the same.
    private func expectTags(_ points: [UInt8], in clip: String) throws {
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: clip)))
        let box = try #require(bytes.indices.first { bytes[$0...].starts(with: "colrnclx".utf8) })
        let inBox = [bytes[box + 9], bytes[box + 11], bytes[box + 13], bytes[box + 14] >> 7]
        #expect(inBox == points + [0])
        // Without the box, what the command finds stands in the stream.
        var bare = bytes
        bare.replaceSubrange(box..<box + 4, with: "free".utf8)
        let found = try folder.probe(
            try folder.write("bare.mp4", bare), "color_primaries", "color_transfer", "color_space", "color_range")
        let names: [UInt8: String] = [
            1: "bt709", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 14: "bt2020-10", 16: "smpte2084",
            18: "arib-std-b67",
        ]
        #expect(found["color_primaries"] == (points[0] == 9 ? "bt2020" : names[points[0]]))
        #expect(found["color_transfer"] == names[points[1]])
        #expect(found["color_space"] == (points[2] == 9 ? "bt2020nc" : names[points[2]]))
        #expect(found["color_range"] == "tv")
    }
}
