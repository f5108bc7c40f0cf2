import Foundation
import Media
import Model
import Footage
import Testing

/// Files whose stream changes midway, that hold several streams, or a cover.
@Suite struct VideoChangeTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    /// Transport streams joined byte by byte.
    private func join(_ name: String, _ parts: String...) throws -> String {
        try folder.write(name, parts.flatMap { try [UInt8](Data(contentsOf: URL(fileURLWithPath: $0))) })
    }

    /// 20 frames of one grey each: 10 * n + `start`.
    private func part(_ name: String, start: Int, _ size: String, _ options: String) throws -> String {
        try folder.make(
            name,
            "-f lavfi -i color=s=\(size):r=25 -frames:v 20 -g 8 -bf 2"
                + " -vf format=yuv420p,geq=lum='16+219*(\(start)+10*N)/255':cb=128:cr=128 \(options)")
    }

    private func levels(_ path: String) throws -> [Int] {
        try grayPictures(path).map { picture in
            picture.pixels.reduce(0) { $0 + Int($1) } / picture.pixels.count
        }
    }

    struct Change: CustomTestStringConvertible, Sendable {
        let size: String
        let options: String
        let told: String
        var testDescription: String { told }
    }

    @Test(arguments: [
        Change(size: "96x80", options: "-c:v libx264", told: "from 128x96 yuv420p to 96x80 yuv420p"),
        Change(size: "128x96", options: "-c:v libx264 -pix_fmt yuv422p10le", told: "to 128x96 yuv422p10le"),
        Change(
            size: "128x96", options: "-c:v libx264 -bsf:v h264_metadata=sample_aspect_ratio=4/3",
            told: "to 128x96 yuv420p, pixels 4/3"),
    ]) func aStreamMayChange(_ change: Change) throws {
        let first = try part("a.ts", start: 20, "128x96", "-c:v libx264")
        let second = try part("b.ts", start: 25, change.size, change.options)
        let path = try join("joined.ts", first, second)
        let expected = [20, 25].flatMap { start in (0..<20).map { start + 10 * $0 } }
        let shown = try levels(path)
        #expect(shown.count == 40)
        for (a, b) in zip(shown, expected) { #expect(abs(a - b) <= 2) }
        let problems = try Reading(path).problems
        #expect(
            problems.contains { $0.contains("changes its shape 1 time") && $0.contains(change.told) }, "\(problems)")
        #expect(!problems.contains { $0.contains("damaged") || $0.contains("skipped") }, "\(problems)")

        // A clip across the change keeps one size and every frame.
        let source = try SourceLocation.video(path)
        let job = CutJob(name: "c", sourceFrames: Array(12..<32), times: (0..<20).map { $0 }, timeBase: Rational(1, 25))
        let results = try ClipCutter.cut(
            source: source, timing: try SourceTiming.scanned(source), jobs: [job],
            profile: Profile(name: "p", width: 128, height: 96, fit: .crop, rate: Rational(25)), into: folder.path)
        let clip = try levels(results[0].outcome.get().path)
        for (a, b) in zip(clip, expected[12..<32]) { #expect(abs(a - b) <= 3) }
        #expect(clip.count == 20)
    }

    /// The second recording's clock begins long before the first one's.
    @Test(arguments: ["libx264", "mpeg2video -q:v 2"]) func timeThatFallsBackIsJoined(_ codec: String) throws {
        let first = try part("a.ts", start: 20, "128x96", "-c:v \(codec) -output_ts_offset 100")
        let second = try part("b.ts", start: 25, "128x96", "-c:v \(codec)")
        let path = try join("joined.ts", first, second)
        let reading = try Reading(path)
        #expect(reading.ordinals.count == 40)
        let steps = zip(reading.pts, reading.pts.dropFirst()).map { $1 - $0 }
        #expect(steps.allSatisfy { $0 == 3600 }, "\(steps)")
        #expect(reading.problems.contains { $0.contains("jumps back in time") })
        let expected = [20, 25].flatMap { start in (0..<20).map { start + 10 * $0 } }
        for (a, b) in zip(try levels(path), expected) { #expect(abs(a - b) <= 3) }
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.frames == 40)
        #expect(abs(try #require(description.durationSeconds) - 1.6) < 0.05)
    }

    @Test func theDefaultStreamIsChosenAndNamed() throws {
        let path = try folder.make(
            "two.mkv",
            "-f lavfi -i color=gray:s=64x48:r=10:d=0.5 -f lavfi -i color=white:s=96x80:r=10:d=0.5 -map 0 -map 1"
                + " -disposition:v:0 0 -disposition:v:1 default -c:v ffv1")
        let all = try ContainerProbe.describe(path: path)
        #expect(all.map(\.stream) == [1, 0])
        #expect(all.map(\.width) == [96, 64])
        #expect(all[0].notes == ["the file has 2 video streams (0, 1); 1 is its default"])
        #expect(try levels(path) == [255, 255, 255, 255, 255])
    }

    @Test(arguments: ["cover.mp3 -c:a libmp3lame", "cover.flac -c:a flac", "cover.m4a -c:a aac"])
    func aCoverIsNoFilm(_ sound: String) throws {
        let parts = sound.split(separator: " ", maxSplits: 1).map(String.init)
        let path = try folder.make(
            parts[0],
            "-f lavfi -i sine=d=1 -f lavfi -i testsrc2=s=64x64:r=25:d=0.04 -map 0 -map 1 -c:v png"
                + " -disposition:v attached_pic \(parts[1])")
        let fault = #expect(throws: Fault.self) { try ContainerProbe.describe(path: path) }
        #expect(fault?.reason == .noFrames)
        #expect(fault?.what.contains("only a cover picture") == true)
        #expect(throws: Fault.self) { try VideoReader.open(path).stream }
    }

    @Test func aCoverBesideAFilmIsLeftAlone() throws {
        let path = try folder.make(
            "film.mp4",
            "-f lavfi -i color=gray:s=64x48:r=10:d=0.5 -f lavfi -i testsrc2=s=256x256:r=25:d=0.04 -map 1 -map 0"
                + " -c:v:0 png -disposition:v:0 attached_pic -c:v:1 libx264")
        let all = try ContainerProbe.describe(path: path)
        #expect(all.count == 1)
        #expect(all[0].frames == 5)
        #expect("\(all[0].width)x\(all[0].height)" == "64x48")
    }
}
