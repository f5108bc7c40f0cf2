import Foundation
import Media
import Model
import Footage
import Testing

@Suite struct VideoProbeTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    private func fault(_ path: String) -> Fault? {
        #expect(throws: Fault.self) { try ContainerProbe.describe(path: path) }
    }

    @Test func goodFilesAreDescribed() throws {
        var footage = ClockFootage(frames: 50, width: 320, height: 192, rate: Rational(30000, 1001))
        footage.rotation = 90
        footage.pixelFormat = "yuv420p10le"
        let path = folder.file("a:b %03d \u{FC}.mp4")
        try footage.write(to: path)
        let all = try ContainerProbe.describe(path: path)
        let description = try #require(all.first)
        #expect(all.count == 1)
        #expect(description.kind == .video)
        #expect(description.codec == "h264")
        #expect(description.container.contains("mp4"))
        #expect("\(description.width)x\(description.height)" == "320x192")
        #expect(description.frames == 50)
        #expect(abs(try #require(description.durationSeconds) - 50 * 1001 / 30000) < 0.002)
        #expect(description.frameRate == .init(nominal: Rational(30000, 1001), variable: false))
        #expect(description.rotation == 90)
        #expect(description.bitDepth == 10)
        #expect(description.pixelFormat == "yuv420p10le")
        #expect(description.intervalSeconds == nil)
        #expect(description.pixelSizeUm == .init())
        #expect(description.notes == [])
    }

    @Test(arguments: Recording.all)
    func framesAreCounted(_ recording: Recording) throws {
        let path = folder.file(recording.name)
        try ClockFootage(frames: 47, codec: recording.codec).write(to: path)
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.frames == 47)
        #expect(description.frameRate.variable == false)
    }

    @Test func missingAndEmpty() throws {
        #expect(fault(folder.file("nowhere.mp4"))?.reason == .unreadable)
        #expect(fault(try folder.write("empty.mp4", []))?.reason == .empty)
        #expect(fault(folder.path)?.reason == .notMedia)
    }

    @Test(arguments: [
        "This is a plain text.\nIt has two lines.\n", "<!doctype html><html><body>404</body></html>",
        "1\n00:00:01,000 --> 00:00:02,000\nHello\n", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
        "#EXTM3U\n#EXTINF:1,\na.mp4\n", "ffconcat version 1.0\nfile 'a.mp4'\n", "\u{1B}[31mred\u{1B}[0m\n",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"></svg>", "\u{B5}m \u{E4}\u{F6}\n",
        ";FFMETADATA1\ntitle=x\n", "[Script Info]\nScriptType: v4.00+\n",
    ])
    func textIsNoMedia(_ text: String) throws {
        try ClockFootage(frames: 5).write(to: folder.file("a.mp4"))
        for name in ["text.mp4", "text.avi", "text.mkv", "text.txt"] {
            #expect(fault(try folder.write(name, Array(text.utf8)))?.reason == .notMedia)
        }
    }

    @Test func noiseIsNoMedia() throws {
        var state: UInt64 = 7
        let noise = (0..<20_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 56)
        }
        let reason = fault(try folder.write("noise.mp4", noise))?.reason
        #expect(reason == .notMedia)
    }

    @Test func aHeaderWithoutContentIsTruncated() throws {
        let path = folder.file("a.mp4")
        try ClockFootage(frames: 30).write(to: path)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let header = try #require(fault(try folder.write("header.mp4", bytes[..<32])))
        #expect(header.reason == .truncated)
        #expect(header.advice.contains("cut off"))
        #expect(header.place.hasSuffix("header.mp4"))
        // A file whose index would have stood at its end.
        let boxes = ["ftyp", "mdat"].flatMap { name in
            [0, 0, 0, 16] + Array(name.utf8) + [UInt8](repeating: 1, count: 8)
        }
        #expect(fault(try folder.write("mdat.mp4", boxes.map { UInt8($0) }))?.reason == .truncated)
    }

    @Test func aStreamWithoutFramesHasNone() throws {
        let settings = VideoWriter.Settings(
            codec: .h264, width: 64, height: 64, timeBase: Rational(1, 25), rate: Rational(25))
        for name in ["none.avi", "none.mp4"] {
            let writer = try VideoWriter.create(folder.file(name), settings)
            _ = try writer.finish()
            #expect(fault(folder.file(name))?.reason == .noFrames)
        }
    }

    @Test func soundAloneHasNoFrames() throws {
        // A WAV file: RIFF, 8 kHz, 8 bits, mono, 800 samples.
        let header: [UInt8] =
            Array("RIFF".utf8) + [0x44, 3, 0, 0] + Array("WAVEfmt ".utf8)
            + [16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0] + Array("data".utf8)
            + [0x20, 3, 0, 0]
        let path = try folder.write("tone.wav", header + (0..<800).map { UInt8($0 % 256) })
        let found = try #require(fault(path))
        #expect(found.reason == .noFrames)
        #expect(found.what.contains("no video stream"))
    }
}
