internal import Files
internal import Glibc

let newline = UInt8(ascii: "\n")

/// The two ends of a stream between a parent and a child, closed on exec from the first instant: no other child can
/// inherit them. A socket, since Swift's Glibc has no `pipe2`, and since a socket can be written without SIGPIPE.
struct Channel: ~Copyable {
    let parent: Descriptor
    let child: Descriptor

    /// Nil with `errno` set.
    static func open() -> Channel? {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        return Channel(parent: Descriptor(adopting: ends[0]), child: Descriptor(adopting: ends[1]))
    }
}

/// Bytes in, whole lines out.
struct LineBuffer {
    private var bytes: [UInt8] = []
    private var scanned = 0

    var isEmpty: Bool { bytes.isEmpty }

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// The next line without its line break; nil while it is incomplete.
    mutating func takeLine() -> [UInt8]? {
        guard let end = bytes[scanned...].firstIndex(of: newline) else {
            scanned = bytes.count
            return nil
        }
        let line = Array(bytes[..<end])
        bytes.removeSubrange(...end)
        scanned = 0
        return line
    }
}
