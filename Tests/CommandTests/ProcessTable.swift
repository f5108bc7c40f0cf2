import Foundation

/// The machine's processes, as /proc shows them. Processes that end while one looks are left out.
enum ProcessTable {
    private static var all: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    /// The words that a process was started with.
    static func words(of pid: Int32) -> [String] {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8) else { return [] }
        return text.split(separator: "\0").map(String.init)
    }

    /// The worker processes that serve the workspace at `root`, whoever their parent is by now.
    static func workers(of root: String) -> [Int32] {
        all.filter { words(of: $0).contains("worker") && words(of: $0).contains(root) && !isZombie($0) }
    }

    /// The worker processes that `parent` started.
    static func workers(startedBy parent: Int32) -> [Int32] {
        all.filter { status(of: $0)?.parent == parent && words(of: $0).contains("worker") }
    }

    /// Whether a process has this file open.
    static func holds(_ pid: Int32, open path: String) -> Bool {
        let folder = "/proc/\(pid)/fd"
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).contains {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == path
        }
    }

    private static func isZombie(_ pid: Int32) -> Bool { status(of: pid)?.state == "Z" }

    private static func status(of pid: Int32) -> (state: String, parent: Int32)? {
        // The name stands in brackets and may hold anything.
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let bracket = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
        return (String(fields[0]), parent)
    }
}
