import Files
import Foundation
import Model
import Footage
import Testing

/// Commands that only read leave the manifest as it is, wherever what they show is right.
struct ReadingTests {
    private static let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "schemas")

    private static func recipe(quorum: Int) -> String { "\(Curation.smallProfile)\nreview: {quorum: \(quorum)}" }

    /// A workspace with one clip on which one expert has said something.
    private static func curation(in folder: TemporaryFolder) throws -> (Curation, clip: String) {
        let film = try SmallFilm(in: folder)
        try Curation.describe(film.path("film.mp4"))
        let curation = try film.curation(recipe(quorum: 2))
        try curation.perform("ingest", "--quiet", film.footage)
        try curation.perform("run", "--quiet")
        let clip = try #require(try curation.clips().first)
        try curation.decide([.vote(clip, "ada", .accept, minute: 1)])
        return (curation, clip.id)
    }

    /// The manifest's file, and what lies beside it.
    private struct Trace: Equatable {
        var bytes: Data?
        var status: FileStatus
        var beside: [String]

        init(_ curation: Curation) throws {
            let path = curation.path("manifest.sqlite")
            bytes = FileManager.default.contents(atPath: path)
            status = try FileStatus(path)
            beside = try FileManager.default.contentsOfDirectory(atPath: curation.root).filter {
                $0.hasPrefix("manifest")
            }.sorted()
        }
    }

    private static func commands(_ clip: String, in folder: TemporaryFolder) -> [[String]] {
        [
            ["status"], ["status", "--json"], ["run", "--dry-run"], ["explain", clip], ["query", "SELECT * FROM clip"],
            ["report", "-o", folder.path("report.html")], ["tune", "filter.min_motion=0.01"],
            ["preflight", "--accept-unreviewed"], ["doctor"], ["review", "stats"], ["review", "export", "--all"],
            ["review", "verify"],
        ]
    }

    @Test func commandsThatReadLeaveTheManifestAsItIs() throws {
        let folder = try TemporaryFolder()
        let (curation, clip) = try Self.curation(in: folder)
        let before = try Trace(curation)
        #expect(before.beside == ["manifest.sqlite"])
        for command in Self.commands(clip, in: folder) {
            let answer = try Command.run(curation.words(command))
            #expect(answer.status == 0, "\(command): \(answer.errors)")
            #expect(try Trace(curation) == before, "\(command)")
        }
    }

    /// What they show is of the recipe as it stands.
    @Test func whatIsBehindIsBroughtUpToDate() throws {
        let folder = try TemporaryFolder()
        let (curation, clip) = try Self.curation(in: folder)
        let acceptance = "SELECT acceptance FROM outcome WHERE clip_id = '\(clip)'"
        #expect(try curation.perform("query", "--csv", acceptance) == "acceptance\r\nopen\r\n")
        let recipe = Curation.recipe(Self.recipe(quorum: 1))
        try Data(recipe.utf8).write(to: URL(fileURLWithPath: curation.path("recipe.yaml")))
        let before = try Trace(curation)
        #expect(try curation.perform("query", "--csv", acceptance) == "acceptance\r\naccepted\r\n")
        let after = try Trace(curation)
        #expect(after != before && after.beside == before.beside)
        #expect(try curation.perform("query", "--csv", acceptance) == "acceptance\r\naccepted\r\n")
        #expect(try Trace(curation) == after, "once")

        try Data(recipe.replacing("small", with: "tiny").utf8)
            .write(to: URL(fileURLWithPath: curation.path("recipe.yaml")))
        let profile = "SELECT value FROM setting WHERE key = 'profile'"
        #expect(try curation.perform("query", "--csv", profile) == "value\r\ntiny\r\n")
    }

    @Test(.enabled(if: hasPython, "needs python3")) func anEarlierSchemaIsMigrated() throws {
        let folder = try TemporaryFolder()
        let curation = try Self.earlier(in: folder)
        #expect(try curation.perform("query", "--csv", "PRAGMA user_version") == "user_version\r\n5\r\n")
        #expect(try Trace(curation).beside == ["manifest.sqlite", "manifest.sqlite.before-v5"])
        let after = try Trace(curation)
        try curation.perform("status")
        #expect(try Trace(curation) == after)
    }

    @Test(.enabled(if: hasPython && Confined.canMount, "needs python3 and the right to mount"))
    func anEarlierSchemaOnAReadOnlyFileSystem() throws {
        let folder = try TemporaryFolder()
        let curation = try Self.earlier(in: folder)
        let before = try Trace(curation)
        let answer = try Self.readOnly(["status"], curation)
        #expect(answer.status == 1 && answer.output.isEmpty)
        #expect(answer.errors.split(separator: "\n").count == 1, "\(answer.errors)")
        #expect(answer.errors.contains("earlier schema") && answer.errors.contains("copy"), "\(answer.errors)")
        #expect(try Trace(curation) == before)
    }

    @Test(.enabled(if: Confined.canMount, "needs the right to mount"))
    func readingOnAReadOnlyFileSystem() throws {
        let folder = try TemporaryFolder()
        let (curation, clip) = try Self.curation(in: folder)
        for command in Self.commands(clip, in: folder) where command[0] != "doctor" {
            let answer = try Self.readOnly(command, curation)
            #expect(answer.status == 0 && !answer.errors.contains("note:"), "\(command): \(answer.errors)")
        }
        let recipe = Curation.recipe(Self.recipe(quorum: 1))
        try Data(recipe.utf8).write(to: URL(fileURLWithPath: curation.path("recipe.yaml")))
        let before = try FileTree(curation.root)
        for command in [["status"], ["doctor"]] {
            let stale = try Self.readOnly(command, curation)
            #expect(stale.status == 0, "\(stale.errors)")
            #expect(stale.errors.split(separator: "\n").count { $0.hasPrefix("note:") } == 1, "\(stale.errors)")
            #expect(stale.errors.contains("review rule"))
        }
        #expect(try FileTree(curation.root) == before)
    }

    @Test(.enabled(if: Confined.canBeOrdinary, "needs setpriv where the tests run as root"))
    func readingAWorkspaceOfSomeoneElse() throws {
        let folder = try TemporaryFolder()
        let (curation, _) = try Self.curation(in: folder)
        let expected = try curation.perform("status")
        chmod(curation.path("manifest.sqlite"), 0o444)
        chmod(curation.root, 0o555)
        defer { chmod(curation.root, 0o755) }
        let answer = try Confined.asOrdinary(curation.words(["status"]))
        #expect(answer.status == 0 && answer.output == expected, "\(answer.errors)")
    }

    /// The server holds the manifest open, so that what is committed lies beside its file.
    @Test func aCommandBesideAWriterSeesWhatIsCommitted() throws {
        let folder = try TemporaryFolder()
        let (curation, _) = try Self.curation(in: folder)
        let server = Command.process(curation.words(["review", "serve", "--port", "0"]))
        (server.standardOutput, server.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try server.run()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        let count = "SELECT count(*) AS n FROM decision"
        let clip = try #require(try curation.clips().first)
        try curation.decide([.vote(clip, "bob", .reject, minute: 2)])
        #expect(try curation.count(count) == 2)
        #expect(try curation.perform("review", "verify").hasPrefix("2 decisions"))
    }

    private static func readOnly(_ command: [String], _ curation: Curation) throws -> Command.Answer {
        let words = command.map { "'\($0)'" }.joined(separator: " ")
        return try Confined.script(
            "mount --bind \"$W\" \"$W\"; mount -o remount,ro,bind \"$W\"; exec \"$@\" \(words)",
            workspace: curation.root)
    }

    private static let hasPython = (try? python("import sqlite3")) == 0

    @discardableResult
    private static func python(_ script: String, _ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// An empty workspace as schema 4 left it.
    private static func earlier(in folder: TemporaryFolder) throws -> Curation {
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe(Curation.smallProfile))
        let path = curation.path("manifest.sqlite")
        try FileManager.default.removeItem(atPath: path)
        let script = """
            import sqlite3, sys
            manifest = sqlite3.connect(sys.argv[1])
            manifest.execute("PRAGMA journal_mode = WAL")
            manifest.executescript(open(sys.argv[2]).read())
            manifest.executescript('''
                CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                INSERT INTO grdb_migrations VALUES ('v1'), ('v2'), ('v3'), ('v4');
                PRAGMA user_version = 4; PRAGMA application_id = 0x4d435552;
                ''')
            manifest.close()
            """
        #expect(try python(script, path, schemas.appending(path: "manifest-v4.sql").path) == 0)
        return curation
    }
}
