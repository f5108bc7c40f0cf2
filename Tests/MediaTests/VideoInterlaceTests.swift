import Foundation
import Media
import Model
import Footage
import Testing

/// Interlaced footage: one whole picture a frame, the same after every seek.
@Suite struct VideoInterlaceTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    struct Way: CustomTestStringConvertible, Sendable {
        let name: String
        let options: String
        var isTopFirst = true
        /// FFmpeg's decoder of interlaced MPEG-4 leaves out B-frames after a seek: the cutter notices.
        var canSeek = true
        var testDescription: String { "\(name) \(options)" }
    }

    static let ways = [
        Way(name: "a.mkv", options: "-c:v ffv1"),
        Way(name: "bottom.mkv", options: "-c:v ffv1", isTopFirst: false),
        Way(name: "b.mkv", options: "-c:v ffv1 -pix_fmt yuv422p10le"),
        Way(name: "c.mpg", options: "-c:v mpeg2video -q:v 2 -bf 2 -g 9 -flags +ilme+ildct"),
        Way(name: "d.ts", options: "-c:v mpeg2video -q:v 2 -bf 2 -g 9 -flags +ilme+ildct", isTopFirst: false),
        Way(name: "e.mp4", options: "-c:v libx264 -crf 10 -bf 2 -g 9 -flags +ilme+ildct"),
        Way(name: "f.mov", options: "-c:v prores_ks -flags +ildct"),
        Way(name: "g.mov", options: "-c:v rawvideo -pix_fmt uyvy422 -tag:v 2vuy"),
        Way(name: "h.avi", options: "-c:v mpeg4 -q:v 2 -bf 2 -g 9 -flags +ilme+ildct", canSeek: false),
    ]

    /// Level of a pixel at the time of a field: slanted waves that move 7 pixels a field.
    private static let waves = (0..<1024).map { 128 + 80 * sin(Double($0) / 9) }
    private func level(_ x: Int, _ y: Int, _ field: Int) -> Int { Int(Self.waves[x + y / 4 + 7 * field]) }

    private func pictureOfField(_ field: Int) -> GrayPicture {
        GrayPicture(
            width: 128, height: 96,
            pixels: (0..<96).flatMap { y in (0..<128).map { x in UInt8(level(x, y, field)) } })
    }

    /// 40 frames of two fields each.
    private func make(_ way: Way) throws -> String {
        _ = try folder.write("fields.raw", (0..<80).flatMap { pictureOfField($0).pixels })
        let mode = way.isTopFirst ? "interleave_top,setfield=tff" : "interleave_bottom,setfield=bff"
        return try folder.make(
            way.name,
            "-f rawvideo -pix_fmt gray -s 128x96 -r 50 -i fields.raw"
                + " -vf format=yuv420p,tinterlace=\(mode) \(way.options)"
        )
    }

    @Test(arguments: ways) func framesAreWholePicturesWhateverIsSought(_ way: Way) throws {
        let path = try make(way)
        try expectFirstFields(in: path)
        try expectTimes(in: path)
        let notes = try ContainerProbe.describe(path: path)[0].notes
        let order = way.isTopFirst ? "top" : "bottom"
        #expect(notes.contains("interlaced (\(order) field first): deinterlaced"), "\(notes)")
        let source = try SourceLocation.video(path)
        let timing = try SourceTiming.scanned(source)
        if way.canSeek { try expectTheSameAfterSeeks(source, timing) }
        // A clip that is sought has the bytes of one that is reached frame by frame.
        #expect(try cut([33..<39], of: source, timing) == cut([0..<2, 3..<34, 33..<39], of: source, timing))
    }

    private func expectFirstFields(in path: String) throws {
        let pictures = try grayPictures(path)
        #expect(pictures.count == 40)
        for (index, picture) in pictures.enumerated().dropFirst().dropLast() {
            let (first, second) = (pictureOfField(2 * index), pictureOfField(2 * index + 1))
            #expect(picture.difference(from: first) < 4)
            #expect(picture.difference(from: second) > 12)
        }
    }

    private func expectTimes(in path: String) throws {
        let reading = try Reading(path)
        #expect(reading.ordinals == Array(0..<40))
        #expect(reading.problems == [])
        let base = try #require(try ContainerProbe.describe(path: path)[0].timeBase)
        for (index, pts) in reading.pts.enumerated() {
            #expect(abs(base.seconds(pts - reading.pts[0]) - Double(index) / 25) < 0.0011)
        }
        #expect(try Reading(path, threads: 3).checksums == reading.checksums)
    }

    private func expectTheSameAfterSeeks(_ source: Model.SourceLocation, _ timing: SourceTiming) throws {
        for target in timing.pts.indices {
            let sought = try Reading.sought(source, timing, to: target)
            #expect(sought.count == min(4, timing.pts.count - target))
            for (ordinal, checksum) in sought {
                #expect(checksum == timing.checksums[ordinal], "frame \(ordinal) after a seek to \(target)")
            }
        }
    }

    private func cut(_ spans: [Range<Int>], of source: Model.SourceLocation, _ timing: SourceTiming) throws -> Data {
        let jobs = spans.map { span in
            CutJob(
                name: "c\(span.lowerBound)", sourceFrames: Array(span), times: span.map { Int64($0) },
                timeBase: Rational(1, 25))
        }
        let results = try ClipCutter.cut(
            source: source, timing: timing, jobs: jobs, profile: Profile(name: "p", fit: .keep, rate: Rational(25)),
            into: folder.path)
        return try Data(contentsOf: URL(fileURLWithPath: results[spans.count - 1].outcome.get().path))
    }

    /// Progressive frames among interlaced ones stay as they are, whatever stands beside them.
    @Test func progressiveFramesPassUntouched() throws {
        let progressive = try folder.make(
            "p.mkv", "-f lavfi -i mandelbrot=s=128x96:r=25 -frames:v 6 -vf setfield=prog -pix_fmt yuv420p -c:v ffv1")
        _ = try make(Way(name: "i.mkv", options: "-c:v ffv1"))
        // FFV1 says for each frame whether it is interlaced.
        let mixed = try folder.make(
            "m.mkv", "-i p.mkv -i i.mkv -filter_complex [0]split[a][b];[a][1][b]concat=n=3[v] -map [v] -c:v ffv1")
        let checksums = try Reading(mixed).checksums
        let alone = try Reading(progressive).checksums
        #expect(checksums.count == 6 + 40 + 6)
        #expect(Array(checksums.prefix(6)) == alone)
        #expect(Array(checksums.suffix(6)) == alone)
        let source = try SourceLocation.video(mixed)
        try expectTheSameAfterSeeks(source, try SourceTiming.scanned(source))
    }
}
