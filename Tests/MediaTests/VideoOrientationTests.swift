import Foundation
import Media
import Model
import Footage
import Testing

/// The eight orientations of display matrices and of EXIF.
@Suite struct VideoOrientationTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    /// Where the corners of the stored picture are seen: clockwise from the upper left one.
    struct Case: CustomTestStringConvertible, Sendable {
        let exif: UInt8
        let corners: String
        let rotation: Int
        /// a, b, c, d of the display matrix.
        let matrix: [Int32]
        var testDescription: String { "EXIF \(exif)" }
    }

    // Stored: A B (upper row), D C (lower row), from EXIF 2.3's table of orientations.
    static let cases = [
        Case(exif: 1, corners: "ABCD", rotation: 0, matrix: [1, 0, 0, 1]),
        Case(exif: 2, corners: "BADC", rotation: 0, matrix: [-1, 0, 0, 1]),
        Case(exif: 3, corners: "CDAB", rotation: 180, matrix: [-1, 0, 0, -1]),
        Case(exif: 4, corners: "DCBA", rotation: 180, matrix: [1, 0, 0, -1]),
        Case(exif: 5, corners: "ADCB", rotation: 270, matrix: [0, 1, 1, 0]),
        Case(exif: 6, corners: "DABC", rotation: 90, matrix: [0, 1, -1, 0]),
        Case(exif: 7, corners: "CBAD", rotation: 90, matrix: [0, -1, -1, 0]),
        Case(exif: 8, corners: "BCDA", rotation: 270, matrix: [0, -1, 1, 0]),
    ]

    private static let levels: [Character: Int] = ["A": 40, "B": 100, "C": 160, "D": 220]

    /// A film or picture of 96 x 64 whose quarters are A, B, C and D, clockwise from the upper left.
    private func make(_ name: String, _ options: String) throws -> String {
        let pixels = (0..<64).flatMap { y in
            (0..<96).map { x in UInt8(Self.levels[y < 32 ? (x < 48 ? "A" : "B") : (x < 48 ? "D" : "C")]!) }
        }
        _ = try folder.write("source.raw", (0..<4).flatMap { _ in pixels })
        return try folder.make(name, "-f rawvideo -pix_fmt gray -s 96x64 -r 10 -i source.raw \(options)")
    }

    private func expect(_ corners: String, in path: String) throws {
        let frame = try firstFrame(of: path)
        let isTurned = ["ADCB", "DABC", "CBAD", "BCDA"].contains(corners)
        #expect("\(frame.width)x\(frame.height)" == (isTurned ? "64x96" : "96x64"))
        let picture = try frame.grayPicture(longSide: 96)
        var grid = FrameGrid()
        try frame.fillGrid(&grid)
        let thumbnail = try folder.write("t.jpg", try frame.jpegThumbnail(longSide: 96))
        let small = try firstFrame(of: thumbnail).grayPicture(longSide: 96)
        for (corner, place) in zip(corners, [(1, 1), (3, 1), (3, 3), (1, 3)]) {
            let level = Self.levels[corner]!
            for gray in [picture, small] {
                let shown = gray[place.0 * gray.width / 4, place.1 * gray.height / 4]
                #expect(abs(Int(shown) - level) <= 6, "\(corner): \(shown) for \(level)")
            }
            let cell = place.1 * FrameGrid.height / 4 * FrameGrid.width + place.0 * FrameGrid.width / 4
            #expect(abs(Int(grid.y[cell]) - level) <= 6)
        }
    }

    private func expect(_ way: Case, describedIn path: String) throws {
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.rotation == way.rotation)
        #expect("\(description.width)x\(description.height)" == "96x64")
        let isMirrored = [2, 4, 5, 7].contains(way.exif)
        #expect(description.notes.contains { $0.contains("mirrored") } == isMirrored)
    }

    @Test(arguments: cases) func photographs(_ way: Case) throws {
        let path = try make("p.jpg", "-frames:v 1 -pix_fmt yuvj444p -q:v 1")
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        // APP1 after SOI: a TIFF with one entry, Orientation (0x0112, SHORT).
        let exif: [UInt8] =
            Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, way.exif, 0, 0, 0, 0, 0, 0]
        bytes.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif, at: 2)
        let turned = try folder.write("turned.jpg", bytes)
        try expect(way.corners, in: turned)
        try expect(way, describedIn: turned)
    }

    @Test(arguments: cases) func films(_ way: Case) throws {
        let path = try make("f.mp4", "-pix_fmt yuv444p -c:v libx264 -crf 4 -color_range tv")
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let header = try #require(bytes.indices.first { bytes[$0...].starts(with: "tkhd".utf8) })
        // Version 0 of the box: the matrix stands 44 bytes after its name.
        let matrix =
            [way.matrix[0], way.matrix[1], 0, way.matrix[2], way.matrix[3], 0].map { $0 << 16 } + [0, 0, 1 << 30]
        for (index, value) in matrix.enumerated() {
            for byte in 0..<4 {
                bytes[header + 44 + 4 * index + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * Int32(byte)))
            }
        }
        let turned = try folder.write("turned.mp4", bytes)
        try expect(way.corners, in: turned)
        try expect(way, describedIn: turned)

        let source = try SourceLocation.video(turned)
        let job = CutJob(name: "cut\(way.exif)", sourceFrames: [0, 1, 2], times: [0, 1, 2], timeBase: Rational(1, 10))
        let results = try ClipCutter.cut(
            source: source, timing: try SourceTiming.scanned(source), jobs: [job],
            profile: Profile(name: "p", fit: .keep, rate: Rational(10)), into: folder.path)
        let clip = try results[0].outcome.get().path
        try expect(way.corners, in: clip)
        #expect(try ContainerProbe.describe(path: clip)[0].rotation == 0)
    }
}
