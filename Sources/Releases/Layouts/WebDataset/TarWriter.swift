import Model

/// Writes a tar archive whose bytes depend only on its members' names and bodies. Streams; holds no body.
public final class TarWriter {
    private let file: OutputFile
    private var member: (place: String, size: Int, start: Int)?

    /// Bytes written so far, without the end of the archive.
    public var bytes: Int { file.bytes }

    /// Creates `path` in `directory`; it must not exist.
    public init(_ path: String, in directory: String) throws { file = try OutputFile(path, in: directory) }

    /// Begins a member of exactly `size` bytes; `write` hands them over, `end` closes it.
    ///
    /// - Throws: `Fault` for a name over 100 bytes or a size over 8 GiB.
    public func begin(_ name: String, size: Int) throws {
        let place = "\(file.path): \(name)"
        guard !name.isEmpty, name.utf8.count <= TarHeader.longestName, !name.utf8.contains(0) else {
            throw Fault(
                .invalid, "a name in a tar shard holds 1 to 100 bytes", at: place, advice: "Use shorter clip ids.")
        }
        guard size <= TarHeader.largestMember else {
            throw Fault(.invalid, "a file in a tar shard holds at most 8 GiB", at: place, advice: "Use shorter clips.")
        }
        try file.write(TarHeader(name: name, size: size).block()[...])
        member = (place, size, file.bytes)
    }

    public func write(_ block: ArraySlice<UInt8>) throws { try file.write(block) }

    /// - Throws: `Fault` for a body of another size than was announced.
    public func end() throws {
        guard let (place, size, start) = member else { return }
        guard file.bytes - start == size else {
            throw Fault(
                .mismatch, "\(file.bytes - start) bytes came where \(size) were announced", at: place,
                advice: "Let nothing change the file while it is exported.")
        }
        try file.write([UInt8](repeating: 0, count: TarHeader.padding(size))[...])
        member = nil
    }

    /// Appends a whole member.
    public func append(_ name: String, bytes: [UInt8]) throws {
        try begin(name, size: bytes.count)
        try write(bytes[...])
        try end()
    }

    /// Ends the archive with two blocks of zeros, and makes it durable.
    public func finish() throws -> ReleaseFile {
        try file.write([UInt8](repeating: 0, count: 2 * TarHeader.blockSize)[...])
        return try file.finish()
    }
}
