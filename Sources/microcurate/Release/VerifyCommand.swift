import ArgumentParser
import Media
import Model
import Releases

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Re-hash and re-read a release, down to the frames of every clip.",
        discussion: "Example: microcurate verify exports/microsim-10k-1")

    @OptionGroup var output: JSONOption

    @Argument(help: "The release's directory.")
    var directory: String

    func run() throws {
        let verifier = ReleaseVerifier { path in
            var reader = try VideoReader.open(path)
            var frames = 0
            while try reader.next() != nil { frames += 1 }
            return frames
        }
        let report = try verifier.verify(directory)
        if output.json {
            Terminal.print(try JSON.pretty(report))
        } else {
            for finding in report.findings { Terminal.say("\(finding)") }
            Terminal.print(
                "\(directory): \(report.clips) clips in \(report.files) files, \(report.findings.count) findings")
        }
        if !report.findings.isEmpty { throw ExitCode(1) }
    }
}
