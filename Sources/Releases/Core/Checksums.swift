import Model

/// `checksums.sha256`: a line `HEX  PATH` a file, sorted by path, as `sha256sum -c` reads it.
struct Checksums {
    static let name = "checksums.sha256"

    /// By path relative to the release.
    private(set) var digests: [String: Digest] = [:]
    /// What is wrong with it, a sentence each.
    private(set) var damage: [String] = []

    init(_ files: [ReleaseFile]) {
        for file in files { digests[file.path] = file.sha256 }
    }

    init(reading bytes: [UInt8]) {
        guard bytes.last == UInt8(ascii: "\n") else {
            damage = ["it does not end with a newline"]
            return
        }
        let lines = bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let (path, digest) = Self.parse(line), digests.updateValue(digest, forKey: path) == nil { continue }
            damage.append("line \(index + 1) is no checksum of a file of this release, or the second one of its file")
        }
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> (String, Digest)? {
        guard let digest = Digest(hex: String(decoding: line.prefix(64), as: UTF8.self)),
            line.dropFirst(64).starts(with: "  ".utf8),
            let path = String(validating: line.dropFirst(66), as: UTF8.self), staysInside(path)
        else { return nil }
        return (path, digest)
    }

    var text: String {
        digests.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
    }

    /// Whether a path is relative and leads nowhere but down.
    private static func staysInside(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return !path.isEmpty && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
