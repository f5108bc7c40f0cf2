import Foundation
import Media
import Model
import Testing
import Footage

/// The same footage, recipe and libraries give the same bytes, however the machine goes about it.
@Suite(.serialized)
struct DeterminismTests {
    private static let recipe = Curation.recipe(Curation.smallProfile)

    @Test func releaseDoesNotDependOnTheMachineOrTheOrder() throws {
        let folder = try TemporaryFolder()
        let files = try Self.writeFootage(to: folder.path("footage"))
        let reference = try Curation.begin(at: folder.path("one"), recipe: Self.recipe)
        let release = try reference.finish(files, ["--workers", "1"])
        let content = try reference.content()

        struct Kind: Decodable { var kind: String }
        let kinds = try reference.rows(
            Kind.self, "SELECT kind FROM clip_overview JOIN source ON source.id = source_id WHERE state = 'ready'")
        #expect(kinds.count { $0.kind == "video" } == 7 && kinds.count { $0.kind == "stack" } == 2, "\(kinds)")

        let elsewhere = folder.path("other place/é")
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        let copies = try files.reversed().map { file in
            let copy = "\(elsewhere)/\((file as NSString).lastPathComponent)"
            try FileManager.default.copyItem(atPath: file, toPath: copy)
            try Curation.describe(copy)
            return copy
        }
        let ways: [(name: String, files: [String], options: [String])] = [
            ("four workers", files, ["--workers", "4"]),
            ("no worker", files, ["--workers", "0"]),
            ("no vector units", files, ["--workers", "2", "--no-vector-units"]),
            ("no vector units, no worker", files, ["--workers", "0", "--no-vector-units"]),
            ("three threads", files, ["--workers", "2", "--threads", "3"]),
            ("another place and order", copies, ["--workers", "2", "--threads", "1"]),
        ]
        for (number, way) in ways.enumerated() {
            let curation = try Curation.begin(at: folder.path("way-\(number)"), recipe: Self.recipe)
            let other = try curation.finish(way.files, way.options)
            #expect(other.differences(from: release) == [], "\(way.name)")
            let differences = try curation.content().symmetricDifference(content)
            #expect(differences.sorted().prefix(6) == [], "\(way.name): \(differences.count) rows")
        }
    }

    /// H.264 with B-frames, VP9, MPEG-4, FFV1 with uneven frame times, and a stack.
    private static func writeFootage(to folder: String) throws -> [String] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func film(_ looks: [Int], _ codec: VideoWriter.Codec) -> ClockFootage {
            ClockFootage(scenes: looks.map { .init(42, look: $0) }, width: 320, height: 240, codec: codec)
        }
        var uneven = film([5, 6], .ffv1)
        uneven.timeBase = Rational(1, 1000)
        let jitter: [Int64] = [0, 9, 18]
        uneven.pts = (0..<84).map { frame in 40 * Int64(frame) + jitter[frame % 3] }
        let films = [
            ("a.mp4", film([0, 1], .h264)), ("b.webm", film([2], .vp9)), ("c.avi", film([3, 4], .mpeg4)),
            ("d.mkv", uneven),
        ]
        for (name, film) in films { try film.write(to: "\(folder)/\(name)") }
        let stack = ClockFootage(scenes: [.init(30, look: 7)], width: 320, height: 240)
        try tiff((0..<30).map { stack.picture($0).y }, width: 320, height: 240)
            .write(to: URL(fileURLWithPath: "\(folder)/e.tif"))
        let files = films.map { "\(folder)/\($0.0)" } + ["\(folder)/e.tif"]
        for file in files { try Curation.describe(file) }
        return files
    }

    /// An uncompressed TIFF with one page a picture, 8 bits of grey.
    private static func tiff(_ pages: [[UInt8]], width: Int, height: Int) -> Data {
        var data = Data("II*\0".utf8)
        func append(_ value: Int, bytes: Int) { for i in 0..<bytes { data.append(UInt8(value >> (8 * i) & 255)) } }
        let entries = 9
        let directoryBytes = 2 + 12 * entries + 4
        append(8, bytes: 4)
        for (number, page) in pages.enumerated() {
            let pixels = data.count + directoryBytes
            append(entries, bytes: 2)
            let tags = [
                (256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, pixels), (277, 1), (278, height),
                (279, page.count),
            ]
            for (tag, value) in tags {
                append(tag, bytes: 2)
                append(4, bytes: 2)
                append(1, bytes: 4)
                append(value, bytes: 4)
            }
            append(number + 1 < pages.count ? pixels + page.count : 0, bytes: 4)
            data.append(contentsOf: page)
        }
        return data
    }
}
