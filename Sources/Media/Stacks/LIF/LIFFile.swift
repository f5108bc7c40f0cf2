import Foundation
import Model

/// The XML and the memory blocks of one LIF file.
///
/// Block after block: 0x70, the bytes that follow, 0x2A. The first holds the XML (its length, UTF-16), each other one
/// the size of a memory block (32 bits in version 1, 64 in version 2), 0x2A, its name (length, UTF-16) and its bytes.
/// Source: "LAS AF LIF file format" by Leica Microsystems, and the Python packages readlif and liffile.
struct LIFFile {
    static let signature: [UInt8] = [0x70, 0, 0, 0]
    static let advice = "Convert it: bfconvert IN.lif OUT.ome.tif (or Fiji: Bio-Formats importer, save as OME-TIFF)."
    static let again = "Copy the file again from where it was recorded."
    private static let textLimit = 1 << 28
    private static let blockLimit = 1_000_000

    /// Where the samples of an image lie.
    struct Block {
        var start: UInt64
        /// As the file says.
        var size: UInt64
        /// As many of them as the file has.
        var there: UInt64
    }

    let bytes: ByteFile
    /// The images and what is none, as the XML tells.
    let document: LIFDocument
    private(set) var blocks: [String: Block] = [:]
    private(set) var notes: [String] = []

    var path: String { bytes.path }

    /// - Throws: `Fault` with `.unreadable`, `.notMedia`, `.truncated`, `.corrupt` or `.unsupported`.
    init(_ path: String) throws(Fault) {
        bytes = try ByteFile(path)
        let head = bytes.size >= 13 ? try bytes.read(at: 0, count: 13) : []
        guard head.starts(with: Self.signature), head[8] == 0x2A, let length: UInt32 = head.little(at: 9) else {
            throw Fault(.notMedia, "it does not begin as a LIF file", at: path, advice: "Check the file.")
        }
        guard Int(length) <= Self.textLimit / 2 else {
            throw Fault(.corrupt, "its XML has \(length) letters", at: path, advice: Self.again)
        }
        guard bytes.holds(2 * UInt64(length), at: 13) else {
            throw Fault(.truncated, "the file ends within its XML", at: path, advice: Self.again)
        }
        let text = Self.text(try bytes.read(at: 13, count: 2 * Int(length)))
        if text.hasPrefix("LMS_Object_File") {
            throw Fault(
                .unsupported, "it is a Leica object file (LOF), of which LIF files are made", at: path,
                advice: "Ingest a LIF file that LAS X exports, or convert it with bfconvert.")
        }
        guard let document = LIFDocument(text) else {
            throw Fault(.corrupt, "its XML can't be read", at: path, advice: Self.again)
        }
        guard document.root == "LMSDataContainerHeader", let version = document.version, (1...2).contains(version)
        else {
            throw Fault(
                .unsupported,
                "its version is unknown (\(document.root), \(document.version.map(String.init) ?? "none"))",
                at: path, advice: Self.advice)
        }
        self.document = document
        try readBlocks(from: 13 + 2 * UInt64(length), isLong: version == 2)
    }

    private mutating func readBlocks(from first: UInt64, isLong: Bool) throws(Fault) {
        var offset = first
        let headBytes = isLong ? 22 : 18
        while offset < bytes.size {
            guard bytes.holds(UInt64(headBytes), at: offset) else {
                notes.append("the file ends within the head of a block, at byte \(offset)")
                return
            }
            let head = try bytes.read(at: offset, count: headBytes)
            let sizeBytes = isLong ? 8 : 4
            let size: UInt64? = isLong ? head.little(at: 9) : head.little(UInt32.self, at: 9).map { UInt64($0) }
            guard head.starts(with: Self.signature), head[8] == 0x2A, head[9 + sizeBytes] == 0x2A, let size,
                let letters: UInt32 = head.little(at: 10 + sizeBytes), letters <= 1 << 16,
                bytes.holds(2 * UInt64(letters), at: offset + UInt64(headBytes)), blocks.count < Self.blockLimit
            else {
                notes.append("no block begins at byte \(offset) of \(bytes.size): what follows is not read")
                return
            }
            let name = Self.text(try bytes.read(at: offset + UInt64(headBytes), count: 2 * Int(letters)))
            let start = offset + UInt64(headBytes) + 2 * UInt64(letters)
            let there = min(size, bytes.size - start)
            // Blocks of no bytes share names.
            if size > 0, blocks[name] == nil { blocks[name] = Block(start: start, size: size, there: there) }
            offset = start + there
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
        return String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
    }
}
