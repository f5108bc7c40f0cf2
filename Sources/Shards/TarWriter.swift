import Model

/// Writes a tar archive whose bytes depend only on its members' names and bodies. Streams; holds no body.
public final class TarWriter {
    private let file: OutputFile

    /// Bytes written so far, without the end of the archive.
    public var bytes: Int { file.bytes }

    /// Creates `path` in `directory`; it must not exist.
    public init(_ path: String, in directory: String) throws { file = try OutputFile(path, in: directory) }

    /// Appends a member of exactly `size` bytes, which `body` hands over block by block.
    ///
    /// - Throws: `Fault` for a name over 100 bytes, a size over 8 GiB, or a body of another size.
    public func append(_ name: String, size: Int, body: ((ArraySlice<UInt8>) throws -> Void) throws -> Void) throws {
        let place = "\(file.path): \(name)"
        guard !name.isEmpty, name.utf8.count <= TarHeader.longestName, !name.utf8.contains(0) else {
            throw Fault(
                .invalid, "a name in a tar shard holds 1 to 100 bytes", at: place, advice: "Use shorter clip ids.")
        }
        guard size <= TarHeader.largestMember else {
            throw Fault(.invalid, "a file in a tar shard holds at most 8 GiB", at: place, advice: "Use shorter clips.")
        }
        try file.write(TarHeader(name: name, size: size).block()[...])
        let start = file.bytes
        try body { try file.write($0) }
        guard file.bytes - start == size else {
            throw Fault(
                .mismatch, "\(file.bytes - start) bytes came where \(size) were announced", at: place,
                advice: "Let nothing change the file while it is exported.")
        }
        try file.write([UInt8](repeating: 0, count: TarHeader.padding(size))[...])
    }

    public func append(_ name: String, text: String) throws {
        let bytes = Array(text.utf8)
        try append(name, size: bytes.count) { try $0(bytes[...]) }
    }

    /// Ends the archive and makes it durable.
    public func finish() throws -> ReleaseFile {
        try file.write([UInt8](repeating: 0, count: Self.end)[...])
        return try file.finish()
    }

    /// Two blocks of zeros.
    static let end = 2 * TarHeader.blockSize
}
