import Foundation

/// The command with less freedom than the tests have: as a user whom permissions bind, or in a mount namespace of its
/// own.
enum Confined {
    /// What strips root of its right to read and write everything; nothing where the tests run as an ordinary user.
    private static let ordinary =
        getuid() == 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"] : []

    private static let namespace = ["unshare", "--mount"] + (getuid() == 0 ? [] : ["--map-root-user"])

    static let canBeOrdinary = works(ordinary + ["true"])

    /// Whether this machine lets the tests mount file systems of their own.
    static let canMount = works(namespace + ["sh", "-c", "mount -t tmpfs -o size=64k tmpfs /tmp"])

    private static func works(_ words: [String]) -> Bool { (try? run(words).status) == 0 }

    static func asOrdinary(_ arguments: [String]) throws -> Command.Answer {
        try run(ordinary + [Command.path] + arguments)
    }

    /// Runs a shell script that may mount; `"$@"` is the command with `-C` and `workspace`, which is `$W` too.
    static func script(_ text: String, workspace: String) throws -> Command.Answer {
        try run(
            namespace + ["sh", "-c", "set -e; W='\(workspace)'; " + text, "sh", Command.path, "-C", workspace])
    }

    private static func run(_ words: [String]) throws -> Command.Answer {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(Command.noModels) { $1 }
        process.standardInput = FileHandle.nullDevice
        let files = ["out", "err"].map { folder.path($0) }
        for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return Command.Answer(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}
