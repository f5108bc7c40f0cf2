import Foundation
import Model
import Footage
import Testing

/// Workspaces that can't be written, or whose manifest can't be trusted.
struct BadWorkspaceTests {
    private static let writing = [["run"], ["ingest"], ["retry"], ["export"]]
    private static let commands = writing + [["status"]]

    @Test(.enabled(if: Confined.canMount, "needs the right to mount"))
    func aReadOnlyWorkspace() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        let before = try FileTree(curation.root)
        for command in Self.writing {
            let words = (command == ["ingest"] ? command + ["'\(film.footage)'"] : command).joined(separator: " ")
            let answer = try Confined.script(
                "mount --bind \"$W\" \"$W\"; mount -o remount,ro,bind \"$W\"; exec \"$@\" \(words)",
                workspace: curation.root)
            Self.expectRefusal(answer, at: curation.root, saying: "can't be written")
        }
        #expect(try FileTree(curation.root) == before)
    }

    @Test(.enabled(if: Confined.canBeOrdinary, "needs setpriv where the tests run as root"))
    func aWorkspaceOfSomeoneElse() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        for path in ["", "manifest.sqlite", "staging"] {
            chmod(curation.path(path), path == "manifest.sqlite" ? 0o444 : 0o555)
        }
        defer { chmod(curation.root, 0o755) }
        for command in Self.writing {
            let words = command == ["ingest"] ? command + [film.footage] : command
            Self.expectRefusal(
                try Confined.asOrdinary(curation.words(words)), at: curation.root, saying: "can't be written")
        }
        let fresh = try Confined.asOrdinary(["init", curation.path("inner")])
        Self.expectRefusal(fresh, at: curation.path("inner"), saying: "can't be written")
    }

    /// However little is left, the run stops and says so, and with room it finishes as if nothing had been.
    @Test(.enabled(if: Confined.canMount, "needs the right to mount"), arguments: [0, 64, 400])
    func aFullDisk(kilobytesLeft: Int) throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation(
            """
            profile: large
            profiles:
              - {name: large, width: 640, height: 480, fit: crop, rate: 25, crf: 0, preset: ultrafast}
            """)
        try curation.perform("ingest", "--quiet", film.footage)
        if kilobytesLeft > 0 { try curation.perform("run", "--quiet", "--until", "dedup") }
        let undisturbed = try curation.copy(to: folder.path("undisturbed"))
        let disk = folder.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)

        let answer = try Confined.script(
            """
            D='\(disk)'; mount -t tmpfs -o size=16m tmpfs "$D"; cp -a "$W/." "$D"
            cat /dev/zero > "$D/filler" 2>/dev/null || true; truncate -s -\(kilobytesLeft)K "$D/filler"
            status=0; "$1" -C "$D" run --quiet || status=$?
            rm "$D/filler"; rm -r "$W"; cp -a "$D" "$W"; exit $status
            """, workspace: curation.root)
        #expect(answer.status == 1)
        let lines = answer.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(answer.errors)")
        #expect(lines.first?.hasPrefix("error: \(disk)") == true)
        #expect(["is full", "No space left"].contains { answer.errors.contains($0) }, "\(answer.errors)")
        #expect(try curation.damage() == [])

        try curation.perform("run", "--quiet")
        try undisturbed.perform("run", "--quiet")
        #expect(try curation.content() == undisturbed.content())
        #expect(try curation.damage() == [])
    }

    /// The schema version stands in the file's header, at byte 60.
    @Test func aManifestOfANewerSchema() throws {
        let folder = try TemporaryFolder()
        let curation = try SmallFilm(in: folder).curation()
        try Self.patch(curation.path("manifest.sqlite"), at: 60, [0, 0, 0, 99])
        let before = try FileTree(curation.root)
        for command in Self.commands {
            let answer = try Command.run(curation.words(command == ["ingest"] ? command + [folder.path] : command))
            Self.expectRefusal(answer, at: curation.root, saying: "schema version 99")
        }
        let after = try FileTree(curation.root)
        #expect(before.files["manifest.sqlite"] == after.files["manifest.sqlite"])
    }

    @Test(arguments: ["noise", "pages", "empty"]) func aDamagedManifest(_ kind: String) throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        let path = curation.path("manifest.sqlite")
        let size = try #require(FileManager.default.contents(atPath: path)).count
        let noise = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 5) }
        switch kind {
        case "noise": try Data(noise).write(to: URL(fileURLWithPath: path))
        case "pages": try Self.patch(path, at: 4096, Array(noise[4096...]))
        default: try Data().write(to: URL(fileURLWithPath: path))
        }
        let damaged = FileManager.default.contents(atPath: path)
        for command in [["run"], ["status"], ["ingest", film.footage]] {
            let answer = try Command.run(curation.words(command))
            Self.expectRefusal(answer, at: curation.root, saying: kind == "empty" ? "is empty" : "is damaged")
        }
        #expect(FileManager.default.contents(atPath: path) == damaged)
    }

    @Test func noWorkspaceAtAll() throws {
        let folder = try TemporaryFolder()
        for command in [["run"], ["status"], ["ingest", "."], ["query", "SELECT 1"]] {
            let answer = try Command.run(["-C", folder.path] + command)
            Self.expectRefusal(answer, at: folder.path, saying: "no workspace")
            #expect(answer.errors.contains("microcurate init"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    /// Exit code 1, one line on standard error that names the place, nothing on standard output.
    private static func expectRefusal(
        _ answer: Command.Answer, at place: String, saying words: String,
        _ location: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == 1, sourceLocation: location)
        #expect(answer.output.isEmpty, sourceLocation: location)
        #expect(answer.errors.split(separator: "\n").count == 1, "\(answer.errors)", sourceLocation: location)
        #expect(answer.errors.hasPrefix("error: \(place)"), "\(answer.errors)", sourceLocation: location)
        #expect(answer.errors.contains(words), "\(answer.errors)", sourceLocation: location)
    }

    private static func patch(_ path: String, at offset: UInt64, _ bytes: [UInt8]) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: bytes)
        try file.close()
    }
}
