import Foundation
import Media
import Model
import Footage
import Testing

/// A folder that goes with its test.
final class VideoFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/media \u{FC}-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

/// The first frame of a file; there must be one.
func firstFrame(of path: String) throws -> Frame {
    var reader = try VideoReader.open(path)
    guard let frame = try reader.next() else {
        throw Fault(.noFrames, "the test's file has no frame", at: path, advice: "Look at the writer.")
    }
    return frame
}

/// The codecs and containers that footage comes in.
struct Recording: CustomTestStringConvertible, Sendable {
    let codec: VideoWriter.Codec
    let name: String
    var testDescription: String { "\(codec) in \(name)" }

    static let all = [
        Recording(codec: .h264, name: "a.mp4"), Recording(codec: .vp9, name: "b.webm"),
        Recording(codec: .mpeg4, name: "c.avi"), Recording(codec: .ffv1, name: "d.mkv"),
        Recording(codec: .mjpeg, name: "e.mov"), Recording(codec: .h264, name: "f.ts"),
    ]
}

/// Everything that is measured of a file, frame by frame.
struct Reading: Equatable {
    var ordinals: [Int] = []
    var pts: [Int64] = []
    var checksums: [UInt32] = []
    var grids: [FrameGrid] = []
    var pictures: [GrayPicture] = []
    var thumbnails: [[UInt8]] = []
    var problems: [String] = []

    init(_ path: String, threads: Int = 1) throws {
        var reader = try VideoReader.open(path, threads: threads)
        while let frame = try reader.next() {
            ordinals.append(frame.ordinal)
            pts.append(frame.pts)
            checksums.append(frame.checksum())
            var grid = FrameGrid()
            try frame.fillGrid(&grid)
            grids.append(grid)
            if frame.ordinal % 10 == 0 {
                pictures.append(try frame.grayPicture(longSide: 128))
                thumbnails.append(try frame.jpegThumbnail(longSide: 96))
            }
        }
        problems = reader.problems
    }
}

@Suite struct VideoReaderTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    @Test(arguments: Recording.all)
    func everyFrameComesInOrder(_ recording: Recording) throws {
        let footage = ClockFootage(frames: 60, codec: recording.codec)
        let path = folder.file(recording.name)
        try footage.write(to: path)
        let reading = try Reading(path)
        #expect(reading.ordinals == Array(0..<60))
        #expect(try footage.ordinals(ofFile: path) == Array(0..<60))
        #expect(reading.problems == [])
        let reader = try VideoReader.open(path)
        let (repaired, timeBase) = (reader.repairedTimestamps, reader.timeBase)
        #expect(repaired == 0)
        let base = try #require(timeBase)
        let shown = reading.pts.map { base.seconds($0 - reading.pts[0]) }
        for (ordinal, seconds) in shown.enumerated() { #expect(abs(seconds - Double(ordinal) / 25) < 0.001) }
    }

    @Test(arguments: Recording.all)
    func threadsChangeNothing(_ recording: Recording) throws {
        let path = folder.file(recording.name)
        try ClockFootage(frames: 40, codec: recording.codec).write(to: path)
        #expect(try Reading(path, threads: 1) == Reading(path, threads: 4))
    }

    @Test(arguments: [VideoWriter.Codec.h264, .ffv1])
    func unevenTimesAreKept(_ codec: VideoWriter.Codec) throws {
        var footage = ClockFootage(frames: 50, codec: codec)
        footage.timeBase = Rational(1, 1000)
        footage.pts = (0..<50).map { Int64($0 * 40 + ($0 * $0) % 31) }
        let path = folder.file("vfr.mkv")
        try footage.write(to: path)
        let reading = try Reading(path)
        #expect(reading.pts == footage.pts)
        #expect(try footage.ordinals(ofFile: path) == Array(0..<50))
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.frameRate.variable == true)
    }

    @Test func aBareStreamCountsFrames() throws {
        let footage = ClockFootage(frames: 30)
        let path = folder.file("bare.h264")
        try footage.write(to: path)
        let reader = try VideoReader.open(path)
        let (timing, timeBase) = (reader.timing, reader.timeBase)
        #expect(timing == .ordinal)
        #expect(timeBase == nil)
        #expect(try Reading(path).pts == Array(0..<30))
        #expect(try footage.ordinals(ofFile: path) == Array(0..<30))
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.frames == 30)
        #expect(description.frameRate == .init(nominal: nil, variable: nil))
        #expect(description.durationSeconds == nil)
    }

    @Test func seekingLandsAtOrBefore() throws {
        let footage = ClockFootage(frames: 100)
        let path = folder.file("a.mp4")
        try footage.write(to: path)
        let source = try SourceLocation.video(path)
        let timing = try SourceTiming.scanned(source)
        for target in [99, 0, 24, 25, 26, 73, 74, 75, 76] {
            var reader = try SourceReader.open(source)
            try reader.seek(before: target, by: timing)
            var seen: [Int] = []
            while let frame = try reader.next() {
                #expect(footage.ordinal(in: try frame.grayPicture(longSide: 1024)) == frame.ordinal)
                if seen.isEmpty { #expect(frame.ordinal <= target && frame.ordinal > target - 60) }
                seen.append(frame.ordinal)
                if frame.ordinal == target { break }
            }
            #expect(seen.last == target)
        }
    }

    @Test func damageIsToldAndSurvived() throws {
        let path = folder.file("a.mkv")
        try ClockFootage(frames: 100).write(to: path)
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let middle = bytes.count / 2
        for i in middle..<middle + 3000 { bytes[i] = UInt8(truncatingIfNeeded: i &* 31) }
        let damaged = try Reading(try folder.write("damaged.mkv", bytes))
        #expect(!damaged.problems.isEmpty)
        #expect(damaged.ordinals.count > 40)
        #expect(zip(damaged.pts, damaged.pts.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func aCutOffFileGivesWhatItHas() throws {
        let path = folder.file("a.mp4")
        try ClockFootage(frames: 100).write(to: path)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let short = try folder.write("short.mp4", bytes[..<(bytes.count * 2 / 3)])
        let reading = try Reading(short)
        #expect((20..<90).contains(reading.ordinals.count))
        #expect(reading.problems.contains { $0.contains("declares 100 frames") })
        let notes = try ContainerProbe.describe(path: short)[0].notes
        #expect(notes.contains { $0.contains("declares 100 frames") })
    }

    @Test(arguments: [90, 180, 270])
    func turnedPicturesComeUpright(_ rotation: Int) throws {
        var footage = ClockFootage(frames: 12, width: 320, height: 192)
        footage.rotation = rotation
        let path = folder.file("turned.mp4")
        try footage.write(to: path)
        #expect(try ContainerProbe.describe(path: path)[0].rotation == rotation)
        #expect(try footage.ordinals(ofFile: path) == Array(0..<12))
        let frame = try firstFrame(of: path)
        #expect("\(frame.width)x\(frame.height)" == (rotation == 180 ? "320x192" : "192x320"))
        // The grid and the grey picture must be turned alike.
        var grid = FrameGrid()
        try frame.fillGrid(&grid)
        let gray = try frame.grayPicture(longSide: 1024)
        var difference = 0
        for y in 0..<FrameGrid.height {
            for x in 0..<FrameGrid.width {
                let (px, py) = ((2 * x + 1) * gray.width / 96, (2 * y + 1) * gray.height / 54)
                difference += abs(Int(gray[px, py]) - Int(grid.y[y * FrameGrid.width + x]))
            }
        }
        #expect(difference / FrameGrid.count < 16)
    }

    @Test func picturesInFilesAreASequence() throws {
        let footage = ClockFootage(frames: 3)
        var paths: [String] = []
        for (index, frame) in try jpegs(footage).enumerated() {
            paths.append(try folder.write("p%03d \(index).jpg", frame))
        }
        let source = SourceLocation.sequence(paths)
        var reader = try SourceReader.open(source)
        var seen: [Int?] = []
        while let frame = try reader.next() {
            #expect(frame.pts == Int64(frame.ordinal))
            seen.append(footage.ordinal(in: try frame.grayPicture(longSide: 1024)))
        }
        #expect(seen == [0, 1, 2])
        let description = try ContainerProbe.describe(path: paths[0])[0]
        #expect(description.kind == .sequence)
        #expect(description.frames == 1)
    }

    private func jpegs(_ footage: ClockFootage) throws -> [[UInt8]] {
        let path = folder.file("source.mp4")
        try footage.write(to: path)
        var reader = try VideoReader.open(path)
        var pictures: [[UInt8]] = []
        while let frame = try reader.next() { pictures.append(try frame.jpegThumbnail(longSide: 4096)) }
        return pictures
    }
}
