import ArgumentParser
import Files
import Foundation
import Inference
import Manifest
import Media
import Model
import Pipeline

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "What this machine and workspace have and lack.",
        discussion: "Example: microcurate -C cells doctor")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    struct Check: Encodable {
        var name: String
        var ok: Bool
        var detail: String
    }

    func run() throws {
        var checks = MediaLibraries.versions.map { Check(name: $0.name, ok: true, detail: $0.version) }
        let encodes = MediaLibraries.hasEncoder("libx264")
        let advice = "no H.264 encoder: install an FFmpeg built with libx264 (Debian and Ubuntu: libavcodec-extra)"
        checks.append(Check(name: "libx264", ok: encodes, detail: encodes ? "H.264 encoder" : advice))
        let machine = ProcessInfo.processInfo
        let memory = Int(machine.physicalMemory >> 20)
        checks.append(
            Check(name: "machine", ok: true, detail: "\(machine.activeProcessorCount) cores, \(memory) MiB of memory"))
        checks.append(neuralCheck(.standard))
        if FileManager.default.fileExists(atPath: place.workspace + "/recipe.yaml") { checks += workspaceChecks() }
        if output.json {
            Terminal.print(try JSON.pretty(checks))
        } else {
            Terminal.print(Terminal.table([], checks.map { [$0.ok ? "ok" : "LACKS", $0.name, $0.detail] }))
        }
        if checks.contains(where: { !$0.ok }) { throw ExitCode(1) }
    }

    /// Nothing needs the models: their absence is in order, damage is not.
    private func neuralCheck(_ models: ModelDirectory) -> Check {
        let name = "neural models"
        guard models.isPresent else {
            let detail = "none in \(models.path): `make models` fetches them, the embedded detector needs none"
            return Check(name: name, ok: true, detail: detail)
        }
        do {
            try models.verify()
            let contents = try models.contents()
            let detail =
                "TransNetV2 \(contents.network.hex.prefix(12)), OpenVINO \(contents.runtime), in \(models.path)"
            return Check(name: name, ok: true, detail: detail)
        } catch { return Check(name: name, ok: false, detail: "\(error)") }
    }

    private func workspaceChecks() -> [Check] {
        func check(_ name: String, _ body: () throws -> String) -> Check {
            do { return Check(name: name, ok: true, detail: try body()) } catch {
                return Check(name: name, ok: false, detail: "\(error)")
            }
        }
        let opened = Result { try place.open(.read) }
        return [
            check("recipe") { "'\(try Workspace.open(place.workspace).recipe.name)'" },
            check("manifest") {
                let (_, manifest) = try opened.get()
                return "\(try manifest.sources.names().count) sources"
            },
            check("ledger") { "\(try opened.get().1.decisions.verifyLedger()) decisions, hash chain whole" },
            check("files") {
                let (workspace, manifest) = try opened.get()
                let files = try manifest.overview.files()
                let bad = files.filter { file, bytes in (try? FileStatus(workspace.path(file)))?.bytes != bytes }
                if let first = bad.first {
                    throw Fault(
                        .mismatch, "\(bad.count) files are missing or of the wrong size", at: first.file,
                        advice: "Restore them from a copy.")
                }
                return "\(files.count) tracks and renditions in place"
            },
            Check(
                name: "disk", ok: true,
                detail: FileSystem.freeBytes(in: place.workspace).map { "\($0 >> 30) GiB free" } ?? "unknown"),
        ]
    }
}
