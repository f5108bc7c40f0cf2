import Foundation
import Footage
import Testing

/// Parts of a frame track that go missing, through the command.
@Suite struct TrackPartsTests {
    private let folder: TemporaryFolder
    private let film: SmallFilm
    private let curation: Curation

    init() throws {
        folder = try TemporaryFolder()
        film = try SmallFilm(in: folder)
        try Self.touch(film)
        curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        try curation.perform("scan", "--quiet")
    }

    private struct Part: Decodable, Equatable {
        var part: String
        var version: Int
        var file: String
        var sha256: String
    }

    private func parts() throws -> [Part] {
        try curation.rows(Part.self, "SELECT part, version, file, sha256 FROM track ORDER BY part")
    }

    private func remove(_ name: String) throws {
        let part = try #require(try parts().first { $0.part == name })
        try FileManager.default.removeItem(atPath: curation.path(part.file))
    }

    private static func touch(_ film: SmallFilm) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: film.path("film.mp4"))
    }

    /// Nothing of the film can be decoded any more, and its size and time of modification are as before.
    private func spoilFilm() throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: film.path("film.mp4")))
        let bytes = try file.seekToEnd()
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Data(repeating: 0, count: Int(bytes)))
        try file.close()
        try Self.touch(film)
    }

    @Test func everyPartIsThere() throws {
        #expect(
            try parts().map(\.part) == ["evidence", "measures", "samples", "signatures", "thumbnails", "timing"])
        #expect(try parts().allSatisfy { $0.file.hasPrefix($0.part == "thumbnails" ? "thumbnails/" : "tracks/") })
        #expect(try curation.damage() == [])
    }

    @Test func evidenceIsMadeAnewWithoutADecode() throws {
        let before = try parts()
        try remove("evidence")
        try spoilFilm()
        try curation.perform("scan", "--quiet")
        #expect(try parts() == before)
        #expect(try curation.damage() == [])
    }

    @Test(arguments: ["measures", "thumbnails"]) func partsOfTheDecodeAreDecodedTogether(part: String) throws {
        let before = try parts()
        try remove(part)
        try curation.perform("scan", "--quiet")
        #expect(try parts() == before)
        #expect(try curation.damage() == [])
        try remove(part)
        try spoilFilm()
        #expect(try curation.attempt("scan", "--quiet").status == 3)
    }
}
