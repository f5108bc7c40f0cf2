import Foundation
import Glibc

/// An exclusive lock on a file that names the process which holds it. The kernel lets go of it when the process ends,
/// however it ends.
public final class FileLock: Sendable {
    private let descriptor: Descriptor

    /// Locks the file at `path`, making it where it is not there; nil where it can't be had.
    /// - Throws: where the file can't be opened to write.
    public init?(_ path: String) throws(Errno) {
        descriptor = try Descriptor(path, .update)
        guard (try? descriptor.lock()) == true else { return nil }
        try? descriptor.truncate(to: 0)
        try? descriptor.write(Array("\(getpid())\n".utf8))
    }

    /// The process that a lock file names; nil where it names none.
    public static func holder(of path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
