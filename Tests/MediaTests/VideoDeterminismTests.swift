import Foundation
import Media
import Model
import Footage
import Testing

/// What is measured and cut must not depend on the CPU's vector units.
///
/// The mask acts on the whole process; other suites that run meanwhile must pass under it as well.
@Suite(.serialized) struct VideoDeterminismTests {
    @Test(arguments: Recording.all)
    func aMaskedCPUGivesTheSame(_ recording: Recording) throws {
        let folder = try VideoFolder()
        let path = folder.file(recording.name)
        try ClockFootage(frames: 24, codec: recording.codec).write(to: path)
        try expectTheSameMasked(path, in: folder)
    }

    /// Odd widths and deep samples take other code in the deinterlacer; alpha and palettes are ours.
    @Test(arguments: [
        "a.mkv -pix_fmt yuv420p -c:v ffv1", "b.mkv -pix_fmt yuv422p10le -c:v ffv1",
        "c.ts -pix_fmt yuv420p -c:v mpeg2video -bf 2 -flags +ilme+ildct", "d.mkv -pix_fmt yuva444p -c:v ffv1",
        "e.mov -pix_fmt uyvy422 -c:v rawvideo -tag:v 2vuy",
    ])
    func interlacedFootageToo(_ way: String) throws {
        let folder = try VideoFolder()
        let parts = way.split(separator: " ", maxSplits: 1).map(String.init)
        let path = try folder.make(
            parts[0],
            "-f lavfi -i testsrc2=s=146x98:r=50 -frames:v 48 -vf tinterlace=interleave_top,setfield=tff \(parts[1])")
        try expectTheSameMasked(path, in: folder)
    }

    private func expectTheSameMasked(_ path: String, in folder: VideoFolder) throws {
        let job = CutJob(
            name: "clip", sourceFrames: Array(6..<18), times: (0..<12).map { $0 }, timeBase: Rational(1, 16))

        let profile = Profile(name: "p", width: 416, height: 240, fit: .crop, rate: Rational(16))

        func work() throws -> (Reading, Data) {
            let source = try SourceLocation.video(path)
            let timing = try SourceTiming.scanned(source)
            let results = try ClipCutter.cut(
                source: source, timing: timing, jobs: [job], profile: profile, into: folder.path)
            return (try Reading(path), try Data(contentsOf: URL(fileURLWithPath: results[0].outcome.get().path)))
        }
        let native = try work()
        MediaLibraries.forceCPUFlags(0)
        defer { MediaLibraries.forceCPUFlags(nil) }
        let masked = try work()
        #expect(native.0.checksums == masked.0.checksums)
        #expect(native.0.grids == masked.0.grids)
        #expect(native.0.pictures == masked.0.pictures)
        #expect(native.0.thumbnails == masked.0.thumbnails)
        #expect(native.1 == masked.1)
    }
}
