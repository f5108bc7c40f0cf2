import struct Crypto.SHA256
import Model

/// SHA-256 of bytes that come piece by piece.
struct RunningDigest {
    private var hash = SHA256()

    mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }
    mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

    /// The first 128 bits of the digest.
    var words: (high: UInt64, low: UInt64) {
        let bytes = Array(hash.finalize().prefix(16))
        func word(_ half: ArraySlice<UInt8>) -> UInt64 { half.reduce(0) { $0 << 8 | UInt64($1) } }
        return (word(bytes[..<8]), word(bytes[8...]))
    }

    /// Of the bytes so far.
    var digest: Digest { Digest(hash.finalize()) }
}
