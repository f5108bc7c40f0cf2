import Foundation
import Media
import Model
import Testing

/// Grey pictures one behind the other: `GREY`, then width, height and number of pictures, one byte each, then pixels.
final class GreyStore: PlaneStore {
    let series: StackSeries
    private let file: ByteFile

    init(_ path: String) throws(Fault) {
        file = try ByteFile(path)
        let head = try file.read(at: 4, count: 3).map { Int($0) }
        series = StackSeries(
            paths: [path], container: "grey", codec: "uncompressed", series: 0,
            format: SampleFormat(width: head[0], height: head[1], bits: 8, kind: .unsigned, samples: 1, isColor: false),
            planesPerFile: [head[2]],
            metadata: StackMetadata(origin: "GREY", order: [.time], sizes: [.time: head[2]]))
    }

    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault) {
        let count = series.format.count
        samples = try file.read(at: UInt64(7 + plane * count), count: count).map { Float($0) }
    }
}

extension StackFormat {
    static let grey = StackFormat(
        "grey", suffixes: ["grey"],
        recognizes: { start, _ in start.starts(with: Array("GREY".utf8)) },
        series: { paths throws(Fault) in [try GreyStore(paths[0]).series] },
        open: { paths, _ throws(Fault) in try GreyStore(paths[0]) })
}

@Suite struct ToyFormatTests {
    private let toys: ToyWorkspace
    private let formats = StackFormat.all + [.grey]
    private let pictures = (0..<6).map { picture in (0..<32 * 24).map { UInt8(30 * picture + $0 % 30) } }
    private let path: String

    init() throws {
        toys = try ToyWorkspace()
        path = toys.folder + "/cells.grey"
        try Data(Array("GREY".utf8) + [32, 24, 6] + pictures.joined()).write(to: URL(fileURLWithPath: path))
    }

    @Test func itsFilesAreRecognizedAndDescribed() throws {
        #expect(StackFormat.recognize(path) == nil)
        #expect(StackFormat.recognize(path, among: formats)?.name == "grey")
        #expect(StackProbe.isStack(path: path, among: formats))
        let described = try StackProbe.describe(paths: [path], among: formats)
        #expect(described.count == 1)
        let recording = try #require(described.first)
        #expect(recording.kind == .stack && recording.container == "grey" && recording.pixelFormat == "gray8")
        #expect(recording.width == 32 && recording.height == 24)
        #expect(recording.frames == 6 && recording.timepoints == 6)
        let fault = #expect(throws: Fault.self) { try StackProbe.describe(paths: [path, path], among: formats) }
        #expect(fault?.what == "GREY files do not form a sequence")
    }

    @Test func itsPicturesAreRead() throws {
        let view = try StackProbe.resolve(paths: [path], declared: ViewDeclaration(), among: formats).view
        let stack = try StackReader.open(paths: [path], series: 0, view: view, among: formats)
        for time in pictures.indices {
            var picture: [UInt8] = []
            try stack.picture(time, into: &picture)
            #expect(picture == pictures[time], "picture \(time)")
        }
        let source = Model.SourceLocation(
            id: SourceID(rawValue: "src-grey"), kind: .stack, paths: [path], stream: 0, view: view, timing: .ordinal,
            timeBase: nil)
        var reader = try SourceReader.open(source, among: formats)
        var checksums: Set<UInt32> = []
        var frames = 0
        while let frame = try reader.next() {
            #expect(frame.ordinal == frames && frame.width == 32 && frame.height == 24)
            checksums.insert(frame.checksum())
            frames += 1
        }
        #expect(frames == 6 && checksums.count == 6)
    }

    @Test func aTruncatedFileIsAFault() throws {
        let whole = try #require(FileManager.default.contents(atPath: path))
        try whole.dropLast().write(to: URL(fileURLWithPath: path))
        let reader = try StackReader.open(paths: [path], series: 0, view: View(), among: formats)
        var picture: [UInt8] = []
        let fault = #expect(throws: Fault.self) { try reader.picture(5, into: &picture) }
        #expect(fault?.reason == .truncated)
    }
}
