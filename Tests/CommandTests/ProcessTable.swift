import Foundation

/// The machine's processes, as /proc shows them. Processes that end while one looks are left out.
enum ProcessTable {
    private static var all: [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    /// The words that a process was started with.
    static func words(of pid: Int32) -> [String] {
        text("/proc/\(pid)/cmdline").split(separator: "\0").map(String.init)
    }

    /// The worker processes that serve the workspace at `root`, whoever their parent is by now.
    static func workers(of root: String) -> [Int32] {
        all.filter { pid in
            let words = words(of: pid)
            return words.contains("worker") && words.contains(root) && status(of: pid)?.state != "Z"
        }
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

    /// The start of a file of /proc, "" when it is gone. Foundation doesn't read files whose size is given as 0 well.
    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 13)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func status(of pid: Int32) -> (state: String, parent: Int32)? {
        // The name stands in brackets and may hold anything.
        let text = text("/proc/\(pid)/stat")
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
        return (String(fields[0]), parent)
    }
}
