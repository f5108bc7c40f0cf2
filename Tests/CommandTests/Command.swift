import Foundation
import Model

/// The built `microcurate`, run as a user runs it.
enum Command {
    struct Answer {
        var status: Int32
        var output: String
        var errors: String

        func json<T: Decodable>(_ type: T.Type) throws -> T { try JSON.decode(type, from: output) }
    }

    /// The executable beside the test bundle, or the one that the environment names.
    static let path: String = {
        if let named = ProcessInfo.processInfo.environment["MICROCURATE"] { return named }
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (bundle as NSString).deletingLastPathComponent + "/microcurate"
    }()

    /// Answers must not depend on what the machine has: neural models are there only where a test names them.
    static let noModels = ["MICROCURATE_MODELS": "/nowhere"]

    /// A process that is ready to run.
    static func process(_ arguments: [String], environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(noModels) { $1 }.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    @discardableResult
    static func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Answer {
        try run(arguments, environment: environment)
    }

    /// Runs the command to its end; its output goes to files, so that no pipe can fill up.
    @discardableResult
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Answer {
        let folder = try TemporaryFolder()
        let process = process(arguments, environment: environment)
        let files = ["out", "err"].map { folder.path($0) }
        for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return Answer(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}

/// A folder that goes when the test ends.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "microcurate-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }
}
