import struct Crypto.SHA256
import Model

/// SHA-256 of bytes that come piece by piece.
struct RunningDigest {
    private var hash = SHA256()

    mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }
    mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

    /// Of the bytes so far.
    var digest: Digest { Digest(hash.finalize()) }
}
