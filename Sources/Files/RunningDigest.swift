import struct Crypto.SHA256
public import Model

/// SHA-256 of bytes that come piece by piece.
public struct RunningDigest {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }
    public mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

    /// The first 128 bits of the digest.
    public var words: (high: UInt64, low: UInt64) {
        let bytes = Array(hash.finalize().prefix(16))
        func word(_ half: ArraySlice<UInt8>) -> UInt64 { half.reduce(0) { $0 << 8 | UInt64($1) } }
        return (word(bytes[..<8]), word(bytes[8...]))
    }

    /// Of the bytes so far.
    public var digest: Digest { Digest(hash.finalize()) }
}

extension Digest {
    /// Hashes a file in blocks of 1 MiB. Throws `Fault(.unreadable)`.
    public init(ofFile path: String) throws(Fault) {
        do {
            let file = try Descriptor(path, .read)
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { block.deallocate() }
            var hash = RunningDigest()
            while case let count = try file.read(into: block), count > 0 {
                hash.update(UnsafeRawBufferPointer(rebasing: block[..<count]))
            }
            self = hash.digest
        } catch {
            throw Fault(
                .unreadable, "it can't be read (\(error.text))", at: path, advice: "Check the file and the disk.")
        }
    }
}
