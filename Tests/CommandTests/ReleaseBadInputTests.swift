import Foundation
import Model
import Testing

extension ReleaseTests {
    /// What is in an export's way is told, and leaves no release.
    struct BadInputTests {
        private let folder: TemporaryFolder
        private let curation: Curation

        init() throws {
            folder = try TemporaryFolder()
            curation = try #require(Releasable.current).curation.copy(to: folder.path("workspace"))
        }

        /// Exit code 1, one line on standard error, and no release.
        private func expectRefusal(
            _ answer: Command.Answer, saying words: String..., location: Testing.SourceLocation = #_sourceLocation
        ) throws {
            #expect(answer.status == 1 && answer.output.isEmpty, "\(answer)", sourceLocation: location)
            #expect(answer.errors.split(separator: "\n").count == 1, "\(answer.errors)", sourceLocation: location)
            #expect(answer.errors.hasPrefix("error: "), "\(answer.errors)", sourceLocation: location)
            for word in words {
                #expect(answer.errors.contains(word), "\(word) in \(answer.errors)", sourceLocation: location)
            }
            // Hidden names are of exports that can be resumed.
            #expect(try curation.exports().allSatisfy { $0.hasPrefix(".") }, sourceLocation: location)
            #expect(try curation.count("SELECT count(*) AS n FROM release") == 0, sourceLocation: location)
        }

        @Test func noAcceptedClips() throws {
            try expectRefusal(
                try curation.attempt("export", "--quiet"), saying: "no clip is fit for release", "--accept-unreviewed")
        }

        @Test(arguments: ["missing", "altered", "longer", "a folder"]) func aRendition(_ kind: String) throws {
            let clip = try #require(try curation.clips().filter { $0.state == "ready" }.dropFirst(7).first)
            let file = try #require(
                try curation.rows(
                    Row.self, "SELECT file FROM clip_overview WHERE clip_id = '\(clip.id)'"
                ).first
            ).file
            var bytes = try Data(contentsOf: URL(fileURLWithPath: curation.path(file)))
            try FileManager.default.removeItem(atPath: curation.path(file))
            switch kind {
            case "altered": bytes[bytes.count / 2] ^= 1
            case "longer": bytes.append(0)
            default: break
            }
            if kind == "a folder" {
                try FileManager.default.createDirectory(atPath: curation.path(file), withIntermediateDirectories: true)
            } else if kind != "missing" {
                try bytes.write(to: URL(fileURLWithPath: curation.path(file)))
            }
            let answer = try curation.attemptExport(["--workers", "2"])
            try expectRefusal(answer, saying: file, clip.id)
            if kind == "a folder" { return }
            // As it advises.
            if kind != "missing" { try FileManager.default.removeItem(atPath: curation.path(file)) }
            try curation.perform("run", "--quiet")
            try curation.export("mended")
        }

        private struct Row: Decodable { var file: String }

        @Test func aPlaceThatHoldsSomethingElse() throws {
            let place = folder.path("place")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try curation.write("mine", to: place + "/notes.txt")
            for target in [place, place + "/notes.txt"] {
                try expectRefusal(try curation.attemptExport([target]), saying: target, "never overwritten")
            }
            #expect(try FileTree(place).files == ["notes.txt": Data("mine".utf8)])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix(".") })
            // An empty one will do, and so will one that is to be made.
            try FileManager.default.removeItem(atPath: place + "/notes.txt")
            for target in [place, folder.path("new/deeper")] {
                #expect(try curation.attemptExport([target, "--name", "\(target.count)"]).status == 0)
                #expect(try Command.run("verify", target).status == 0)
            }
        }

        /// Of one workspace, or of two into one place.
        @Test(arguments: [true, false]) func twoExportsAtOnce(ofOneWorkspace: Bool) throws {
            try curation.use(
                recipe: Releasable.recipe(export: "seed: 1, validation: 0.3, test: 0.3, shard_samples: 1"))
            let other = ofOneWorkspace ? curation : try curation.copy(to: folder.path("other"))
            let target = folder.path("release")
            let first = Command.process(curation.words(Curation.export + [target]))
            first.standardOutput = FileHandle.nullDevice
            try first.run()
            let journal = folder.path(".release.partial/.journal")
            while first.isRunning, !FileManager.default.fileExists(atPath: journal) { usleep(200) }
            kill(first.processIdentifier, SIGSTOP)
            let second = try other.attemptExport([target])
            kill(first.processIdentifier, SIGCONT)
            first.waitUntilExit()
            #expect(first.terminationStatus == 0)
            #expect(second.status == 1 && second.output.isEmpty, "\(second)")
            let busy = ofOneWorkspace ? "at work" : "another export is writing this release"
            #expect(second.errors.contains(busy) && second.errors.split(separator: "\n").count == 1, "\(second.errors)")
            #expect(try Command.run("verify", target).status == 0)
            #expect(!FileManager.default.fileExists(atPath: folder.path(".release.partial")))
        }

        /// However much is free, a disk that is too small is told of, and with room it goes on from there.
        @Test(.enabled(if: Confined.canMount, "needs the right to mount")) func aFullDisk() throws {
            try curation.use(
                recipe: Releasable.recipe(export: "seed: 1, validation: 0.3, test: 0.3, shard_samples: 1"))
            let formats = ["webdataset", "hf"].flatMap { ["--format", $0] }
            let undisturbed = try curation.export("release", formats).tree()
            let kilobytes = undisturbed.files.values.reduce(0) { $0 + ($1.count + 4095) / 4096 * 4 }
            let disk = folder.path("disk")
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
            var full = 0
            for tenth in [0, 1, 5, 8, 9] {
                let export = (Curation.export + ["--name", "release"] + formats).joined(separator: " ")
                let answer = try Confined.script(
                    """
                    D='\(disk)'; mount -t tmpfs -o size=\(max(kilobytes * tenth / 10, 16))k tmpfs "$D"; status=0
                    "$@" \(export) "$D/release" || status=$?
                    ls -A "$D"; mount -o remount,size=64m "$D"
                    "$@" \(export) --resume "$D/release"; ls -A "$D"
                    cp -a "$D/release" '\(disk)-\(tenth)'; exit $status
                    """, workspace: curation.root)
                #expect(answer.status == 1, "\(tenth)/10: \(answer)")
                let told = answer.errors.split(separator: "\n")
                #expect(told.count == 1 && told[0].hasPrefix("error: \(disk)"), "\(tenth)/10: \(answer.errors)")
                let isFull = ["No space left", "is full"].contains { answer.errors.contains($0) }
                #expect(isFull || answer.errors.contains("MB are free"), "\(tenth)/10: \(answer.errors)")
                if isFull { full += 1 }
                let names = answer.output.split(separator: "\n").filter { !$0.contains(" ") }
                #expect(names.last == "release" && names.dropLast().allSatisfy { $0 == ".release.partial" }, "\(names)")
                #expect(try FileTree("\(disk)-\(tenth)").differences(from: undisturbed) == [], "\(tenth)/10")
            }
            #expect(full >= 2, "\(full) were full in the middle")
        }

        @Test func aReadOnlyPlace() throws {
            try expectRefusal(
                try curation.attemptExport(["/proc/release"]), saying: "/proc")
        }

        @Test func itemsThatArePending() throws {
            try curation.use(recipe: Releasable.recipe(more: "filter: {min_motion: 0.001}"))
            try expectRefusal(try curation.attemptExport([]), saying: "pending", "microcurate run")
        }
    }
}
