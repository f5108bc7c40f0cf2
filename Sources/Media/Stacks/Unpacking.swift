internal import CCompression
import Model

/// Unpacks whole blocks whose unpacked size is known, and never more than that.
enum Unpacking {
    /// A zlib stream (RFC 1950).
    /// - Parameters:
    ///   - size: bytes that it unpacks to, at most 2^31.
    ///   - place: the file, for messages.
    /// - Throws: `Fault` with `.corrupt` where it is damaged or of another size.
    static func zlib(_ packed: some Collection<UInt8>, size: Int, at place: String) throws(Fault) -> [UInt8] {
        var length = uLongf(size)
        var bytes = [UInt8](repeating: 0, count: size)
        let source = Array(packed)
        let code = uncompress(&bytes, &length, source, uLong(source.count))
        guard code == Z_OK, Int(length) == size else { throw damaged("zlib", Int(length), size, at: place) }
        return bytes
    }

    /// A Zstandard frame (RFC 8878); as `zlib`.
    static func zstandard(_ packed: some Collection<UInt8>, size: Int, at place: String) throws(Fault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        let source = Array(packed)
        let length = ZSTD_decompress(&bytes, size, source, source.count)
        guard ZSTD_isError(length) == 0, length == size else {
            throw damaged("Zstandard", ZSTD_isError(length) == 0 ? length : 0, size, at: place)
        }
        return bytes
    }

    private static func damaged(_ name: String, _ length: Int, _ size: Int, at place: String) -> Fault {
        Fault(
            .corrupt, "a \(name) block is damaged: it unpacks to \(length) of \(size) bytes", at: place,
            advice: "Copy the file again from where it was recorded.")
    }
}
