import CCrypto

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece: the one gate to libcrypto.
public struct RunningDigest: ~Copyable {
    private let context: OpaquePointer

    /// Immutable, so threads share it; kept, because to look it up takes longer than to hash a short text. The
    /// library is not cleaned up at exit, when other threads may still hash, and heeds no configuration file.
    private nonisolated(unsafe) static let sha256: OpaquePointer = {
        let options = UInt64(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_LOAD_CONFIG)
        check(OPENSSL_init_crypto(options, nil), "OPENSSL_init_crypto")
        return allocated(EVP_MD_fetch(nil, "SHA256", nil), "EVP_MD_fetch")
    }()

    public init() {
        context = Self.allocated(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        Self.check(EVP_DigestInit_ex2(context, Self.sha256, nil), "EVP_DigestInit_ex2")
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        Self.check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count), "EVP_DigestUpdate")
    }

    public mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

    /// Of the bytes so far.
    public var digest: Digest { Digest(bytes: bytes) }

    /// The first 128 bits of the digest.
    public var words: (high: UInt64, low: UInt64) {
        let bytes = bytes
        func word(_ half: ArraySlice<UInt8>) -> UInt64 { half.reduce(0) { $0 << 8 | UInt64($1) } }
        return (word(bytes[..<8]), word(bytes[8..<16]))
    }

    private var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { bytes, count in
            let copy = Self.allocated(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
            defer { EVP_MD_CTX_free(copy) }
            Self.check(EVP_MD_CTX_copy_ex(copy, context), "EVP_MD_CTX_copy_ex")
            Self.check(EVP_DigestFinal_ex(copy, bytes.baseAddress, nil), "EVP_DigestFinal_ex")
            count = 32
        }
    }

    /// libcrypto answers 1, or fails where memory or itself is broken: nothing that a caller could mend.
    private static func check(_ answer: Int32, _ call: StaticString) {
        if answer != 1 { fatalError("libcrypto failed: \(call)") }
    }

    private static func allocated(_ pointer: OpaquePointer?, _ call: StaticString) -> OpaquePointer {
        guard let pointer else { fatalError("libcrypto failed: \(call)") }
        return pointer
    }
}
