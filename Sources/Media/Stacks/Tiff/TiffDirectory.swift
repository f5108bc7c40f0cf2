import Foundation
import Model

/// The chain of page directories of one TIFF file, classic or Big, walked byte by byte.
///
/// libtiff's own walk can't tell an ended chain from a broken one; here a chain that loops or leads past the end of
/// the file is said in `broken`, and every page can be selected directly by its offset.
struct TiffDirectory {
    /// The most pages that one file may have.
    static let pageLimit = 1_000_000

    /// Byte offset of every page's directory, in order; never empty.
    private(set) var offsets: [UInt64] = []
    /// Why the chain stops behind the last page, where it doesn't end: `.truncated` or `.corrupt`, naming the page.
    /// To be thrown once the pages before it are known to be whole.
    private(set) var broken: Fault?
    let fileSize: UInt64
    let bigEndian: Bool
    /// `XResolution` and `YResolution` of the first page, exact; nil where absent or zero.
    private(set) var xResolution: Rational?
    private(set) var yResolution: Rational?

    private let file: FileHandle
    private let path: String
    private let isBig: Bool

    /// - Throws: `Fault` with `.unreadable`, `.empty`, `.notMedia`, or what is wrong with the first page's directory.
    static func read(_ path: String) throws(Fault) -> TiffDirectory {
        var directory = try TiffDirectory(path: path)
        do {
            try directory.walk()
        } catch {
            if directory.offsets.isEmpty { throw error }
            directory.broken = error
        }
        return directory
    }

    /// The first bytes of every TIFF variant: little and big endian, classic and Big.
    static let signatures: [[UInt8]] = [
        [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43],
    ]

    private init(path: String) throws(Fault) {
        self.path = path
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Fault(
                .unreadable, "the file can't be opened", at: path, advice: "Check that it exists and may be read.")
        }
        self.file = file
        do {
            fileSize = try file.seekToEnd()
            try file.seek(toOffset: 0)
            let start = [UInt8](try file.read(upToCount: 4) ?? Data())
            if start.isEmpty {
                throw Fault(.empty, "the file is empty", at: path, advice: "Copy it again, or remove it.")
            }
            guard Self.signatures.contains(start) else {
                throw Fault(.notMedia, "not a TIFF file", at: path, advice: "Check what the file really is.")
            }
            bigEndian = start[0] == 0x4D
            isBig = start.contains(43)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(.unreadable, "\(error)", at: path, advice: "Check that it is a file and may be read.")
        }
    }

    private mutating func walk() throws(Fault) {
        var seen = Set<UInt64>()
        guard var next = try pointer(at: isBig ? 8 : 4), next != 0 else {
            throw Fault(
                .truncated, "the file ends before its first page (\(fileSize) bytes)", at: path,
                advice: "Copy the file again from where it was recorded.")
        }
        while next != 0 {
            let page = offsets.count + 1
            guard seen.insert(next).inserted else {
                throw Fault(
                    .corrupt, "the list of pages loops: page \(page) is an earlier page again", at: path,
                    advice: "Save the stack again from the program that opens it.")
            }
            guard page <= Self.pageLimit else {
                throw Fault(
                    .unsupported, "more than \(Self.pageLimit) pages", at: path, advice: "Split the stack in parts.")
            }
            let countBytes: UInt64 = isBig ? 8 : 2
            let entryBytes: UInt64 = isBig ? 20 : 12
            guard let count = try integer(at: next, bytes: countBytes) else { throw missing(page, at: next) }
            guard (1...4096).contains(count) else {
                throw Fault(
                    .corrupt, "page \(page) claims \(count) fields", at: path,
                    advice: "Save the stack again from the program that opens it.")
            }
            guard let following = try pointer(at: next + countBytes + count * entryBytes) else {
                throw missing(page, at: next)
            }
            if page == 1 {
                let entries = (0..<count).map { next + countBytes + $0 * entryBytes }
                xResolution = try rational(tag: 282, entries: entries)
                yResolution = try rational(tag: 283, entries: entries)
            }
            offsets.append(next)
            next = following
        }
    }

    private func missing(_ page: Int, at offset: UInt64) -> Fault {
        Fault(
            .truncated,
            "page \(page) is missing: its directory should be at byte \(offset), the file has \(fileSize) bytes",
            at: path, advice: "Copy the file again, or save the \(page - 1) pages before it as a new stack.")
    }

    private func rational(tag: UInt64, entries: [UInt64]) throws(Fault) -> Rational? {
        for entry in entries where try integer(at: entry, bytes: 2) == tag {
            guard try integer(at: entry + 2, bytes: 2) == 5 else { return nil }
            guard let place = isBig ? entry + 12 : try integer(at: entry + 8, bytes: 4),
                let numerator = try integer(at: place, bytes: 4),
                let denominator = try integer(at: place + 4, bytes: 4), numerator > 0, denominator > 0
            else { return nil }
            return Rational(Int64(numerator), Int64(denominator))
        }
        return nil
    }

    private func pointer(at offset: UInt64) throws(Fault) -> UInt64? {
        try integer(at: offset, bytes: isBig ? 8 : 4)
    }

    /// An unsigned integer of 2, 4 or 8 bytes in the file's byte order; nil beyond the end of the file.
    private func integer(at offset: UInt64, bytes: UInt64) throws(Fault) -> UInt64? {
        guard offset < fileSize, fileSize - offset >= bytes else { return nil }
        do {
            try file.seek(toOffset: offset)
            guard let data = try file.read(upToCount: Int(bytes)), data.count == Int(bytes) else { return nil }
            let ordered = bigEndian ? Array(data) : Array(data.reversed())
            return ordered.reduce(0) { $0 << 8 | UInt64($1) }
        } catch {
            throw Fault(.unreadable, "\(error)", at: path, advice: "Check the disk, then try again.")
        }
    }
}
