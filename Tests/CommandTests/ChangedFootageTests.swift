import Foundation
import Model
import Footage
import Testing

/// Footage that is not what was ingested any more: no stage reads other bytes than those that were hashed.
struct ChangedFootageTests {
    @Test func aFileVanishesBeforeTheRun() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        try film.write(look: 3, to: film.path("other.mp4"))
        let curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        try FileManager.default.moveItem(atPath: film.path("film.mp4"), toPath: folder.path("away.mp4"))

        let answer = try curation.attempt("run", "--quiet")
        #expect(answer.status == 3)
        #expect(answer.errors.contains("\(film.path("film.mp4")): the file is gone since it was ingested. "))
        #expect(try curation.failures("scan").map(\.reason) == [.unreadable])
        #expect(try curation.renditions().count == 1)

        // Once it is back, under whatever name, a retry finishes.
        try FileManager.default.moveItem(atPath: folder.path("away.mp4"), toPath: film.path("back.mp4"))
        try curation.perform("ingest", "--quiet", film.footage)
        try curation.perform("retry")
        try curation.perform("run", "--quiet")
        #expect(try curation.renditions().count == 2)
    }

    @Test func aFileChangesBeforeTheScan() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        try film.write(look: 4, to: film.path("film.mp4"))

        let answer = try curation.attempt("run", "--quiet")
        #expect(answer.status == 3)
        #expect(answer.errors.contains("\(film.path("film.mp4")): the file changed since it was ingested. "))
        #expect(try curation.failures("scan").map(\.reason) == [.mismatch])
        #expect(try curation.count("SELECT count(*) AS n FROM scan") == 0)

        // Ingested again it is another source; the old one has no file any more, and says so.
        #expect(try curation.perform("ingest", "--quiet", film.footage).contains("1 sources added"))
        try curation.perform("retry")
        let again = try curation.attempt("run", "--quiet")
        #expect(again.status == 3)
        #expect(again.errors.contains("all its paths hold other bytes by now"), "\(again.errors)")
        #expect(try curation.count("SELECT count(*) AS n FROM scan") == 1)
        #expect(try curation.renditions().count == 1)
    }

    @Test func aFileChangesBetweenScanAndCut() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        try curation.perform("run", "--quiet", "--until", "dedup")
        // Equally many frames at the same times.
        try film.write(look: 5, to: film.path("film.mp4"))
        #expect(try curation.attempt("run", "--quiet").status == 3)
        #expect(try curation.failures("cut").map(\.reason) == [.mismatch])
        #expect(try curation.renditions().isEmpty)
    }

    /// Only bytes count: another time of modification alone is no change.
    @Test func aTouchedFileIsTheSame() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: film.path("film.mp4"))
        try curation.perform("run", "--quiet")
        #expect(try curation.renditions().count == 1)
    }

    /// Of two copies, the one that still has the bytes serves.
    @Test func aCopyStepsIn() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        try FileManager.default.copyItem(atPath: film.path("film.mp4"), toPath: film.path("second.mp4"))
        let curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        try film.write(look: 6, to: film.path("film.mp4"))
        try curation.perform("run", "--quiet", "--until", "dedup")
        try FileManager.default.removeItem(atPath: film.path("film.mp4"))
        try curation.perform("run", "--quiet")
        let clip = try #require(try curation.renditions().first)
        #expect(try SmallFilm.clock.ordinals(ofFile: clip).allSatisfy { $0 != nil })
    }
}
