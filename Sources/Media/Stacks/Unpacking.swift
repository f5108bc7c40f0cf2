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

    /// A zlib stream whose unpacked size is not known.
    /// - Parameter limit: bytes that it may unpack to, at most 2^31.
    /// - Throws: `Fault` with `.corrupt` where it is damaged or larger.
    static func zlib(_ packed: some Collection<UInt8>, limit: Int, at place: String) throws(Fault) -> [UInt8] {
        let source = Array(packed)
        var size = min(limit, max(4096, 4 * source.count))
        while true {
            var length = uLongf(size)
            var bytes = [UInt8](repeating: 0, count: size)
            let code = uncompress(&bytes, &length, source, uLong(source.count))
            if code == Z_OK { return Array(bytes.prefix(Int(length))) }
            guard code == Z_BUF_ERROR, size < limit, size / 1100 <= source.count else {
                throw damaged("zlib", 0, limit, at: place)
            }
            size = min(limit, 2 * size)
        }
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
