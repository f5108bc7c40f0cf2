import Foundation
package import Model

/// Random access to the bytes of a file, with bounds: what a reader of a binary format stands on. Reads are not
/// buffered. Not for several threads at once.
package final class ByteFile {
    package let path: String
    /// Bytes, when it was opened.
    package let size: UInt64
    private let handle: FileHandle

    /// - Throws: `Fault` with `.unreadable`.
    package init(_ path: String) throws(Fault) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Fault(
                .unreadable, "the file can't be opened", at: path, advice: "Check that it exists and may be read.")
        }
        self.path = path
        self.handle = handle
        do {
            size = try handle.seekToEnd()
        } catch {
            throw Fault(.unreadable, "\(error)", at: path, advice: "Check that it is a file and may be read.")
        }
    }

    /// Whether so many bytes lie at `offset`.
    package func holds(_ count: UInt64, at offset: UInt64) -> Bool { offset <= size && count <= size - offset }

    /// `count` bytes at `offset`.
    /// - Throws: `Fault` with `.truncated` where the file is shorter, `.unreadable` where the disk fails.
    package func read(at offset: UInt64, count: Int) throws(Fault) -> [UInt8] {
        guard count >= 0, holds(UInt64(count), at: offset) else {
            throw Fault(
                .truncated, "\(count) bytes should be at byte \(offset), the file has \(size)", at: path,
                advice: "Copy the file again from where it was recorded.")
        }
        do {
            try handle.seek(toOffset: offset)
            let data = count == 0 ? Data() : try handle.read(upToCount: count) ?? Data()
            if data.count == count { return [UInt8](data) }
        } catch {
            throw Fault(.unreadable, "\(error)", at: path, advice: "Check the disk, then try again.")
        }
        throw Fault(
            .truncated, "the file became shorter while it was read", at: path, advice: "Copy the file again.")
    }
}

/// Whole numbers in a run of bytes; nil beyond its end.
extension [UInt8] {
    func little<T: FixedWidthInteger>(_ type: T.Type = T.self, at offset: Int) -> T? {
        guard offset >= 0, offset <= count - MemoryLayout<T>.size else { return nil }
        return withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self)) }
    }

    func big<T: FixedWidthInteger>(_ type: T.Type = T.self, at offset: Int) -> T? {
        little(type, at: offset).map { T(bigEndian: T(littleEndian: $0)) }
    }
}
