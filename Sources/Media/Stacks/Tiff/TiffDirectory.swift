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

    private let file: ByteFile
    private let isBig: Bool

    private var path: String { file.path }
    private var wordBytes: Int { isBig ? 8 : 4 }

    /// The first bytes of every TIFF variant: little and big endian, classic and Big.
    static let signatures: [[UInt8]] = [
        [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43],
    ]

    /// - Throws: `Fault` with `.unreadable`, `.empty`, `.notMedia`, or what is wrong with the first page's directory.
    static func read(_ path: String) throws(Fault) -> TiffDirectory {
        var directory = try TiffDirectory(ByteFile(path))
        do {
            try directory.walk()
        } catch {
            if directory.offsets.isEmpty { throw error }
            directory.broken = error
        }
        return directory
    }

    private init(_ file: ByteFile) throws(Fault) {
        self.file = file
        fileSize = file.size
        let start = try file.read(at: 0, count: Int(min(4, file.size)))
        if start.isEmpty {
            throw Fault(.empty, "the file is empty", at: file.path, advice: "Copy it again, or remove it.")
        }
        guard Self.signatures.contains(start) else {
            throw Fault(.notMedia, "not a TIFF file", at: file.path, advice: "Check what the file really is.")
        }
        bigEndian = start[0] == 0x4D
        isBig = start.contains(43)
    }

    private mutating func walk() throws(Fault) {
        var seen = Set<UInt64>()
        guard var next = try integer(at: isBig ? 8 : 4, bytes: wordBytes), next != 0 else {
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
            let countBytes = isBig ? 8 : 2
            guard let count = try integer(at: next, bytes: countBytes) else { throw missing(page, at: next) }
            guard (1...4096).contains(count) else {
                throw Fault(
                    .corrupt, "page \(page) claims \(count) fields", at: path,
                    advice: "Save the stack again from the program that opens it.")
            }
            // The count was found at `next`, so that this can't overflow.
            let link = next + UInt64(countBytes) + count * (isBig ? 20 : 12)
            guard let following = try integer(at: link, bytes: wordBytes) else {
                throw missing(page, at: next)
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

    /// An unsigned integer in the file's byte order; nil beyond the end of the file.
    private func integer(at offset: UInt64, bytes: Int) throws(Fault) -> UInt64? {
        guard file.holds(UInt64(bytes), at: offset) else { return nil }
        let word = try file.read(at: offset, count: bytes)
        return (bigEndian ? word : word.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
