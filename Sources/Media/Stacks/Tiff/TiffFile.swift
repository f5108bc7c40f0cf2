import CTIFF
import Foundation
import Model

/// One open TIFF file; owns libtiff's handle and one block of decoded samples. Not for several threads at once.
final class TiffFile {
    let path: String
    private let file: OpaquePointer
    private let tiff: OpaquePointer
    private let fileSize: UInt64
    private var block: [UInt16] = []
    private var selected: UInt64?

    /// The most bytes that libtiff may allocate at once.
    private static let allocationLimit: Int64 = 1 << 30
    /// No supported compression packs tighter; a page that claims more can't be in the file.
    private static let packingLimit: UInt64 = 4096

    private init(adopting file: OpaquePointer, tiff: OpaquePointer, path: String, fileSize: UInt64) {
        self.file = file
        self.tiff = tiff
        self.path = path
        self.fileSize = fileSize
    }

    deinit { ctiff_close(file) }

    /// - Parameter fileSize: bytes, as `TiffDirectory` found it.
    static func open(_ path: String, fileSize: UInt64) throws(Fault) -> TiffFile {
        guard let file = ctiff_open(path, allocationLimit) else {
            throw Fault(.outOfMemory, "libtiff has no memory", at: path, advice: "Use fewer workers.")
        }
        guard let tiff = ctiff_handle(file) else {
            let cause = String(cString: ctiff_error(file))
            ctiff_close(file)
            throw Fault(.unreadable, "libtiff can't open the file: \(cause)", at: path, advice: "Check the file.")
        }
        return TiffFile(adopting: file, tiff: tiff, path: path, fileSize: fileSize)
    }

    /// Reads a page's description and checks it against the limits and the size of the file.
    /// - Parameters:
    ///   - directory: byte offset of its directory.
    ///   - number: counted from 1, for messages.
    /// - Throws: `Fault` with `.corrupt`, `.truncated` or `.unsupported`, naming the page.
    func page(at directory: UInt64, number: Int) throws(Fault) -> TiffPage {
        try select(directory, number: number)
        let width = Int(ctiff_u32(file, UInt32(TIFFTAG_IMAGEWIDTH), 0))
        let height = Int(ctiff_u32(file, UInt32(TIFFTAG_IMAGELENGTH), 0))
        let format = TiffFormat(
            width: width, height: height, bits: Int(field16(TIFFTAG_BITSPERSAMPLE, 1)), kind: sampleKind(),
            samples: Int(field16(TIFFTAG_SAMPLESPERPIXEL, 1)), alpha: Int(ctiff_alpha_samples(file)),
            photometric: Int32(field16(TIFFTAG_PHOTOMETRIC, UInt16(PHOTOMETRIC_MINISBLACK))))
        guard width > 0, height > 0, format.samples > format.alpha else {
            throw corrupt(number, "\(width)x\(height) pixels of \(format.samples) samples")
        }
        guard width <= TiffFormat.pixelLimit / height, format.samples <= 256 else {
            throw Fault(
                .unsupported,
                "page \(number) claims \(width)x\(height) pixels of \(format.samples) samples; "
                    + "the limits are \(TiffFormat.pixelLimit) pixels and 256 samples",
                at: path, advice: "Crop or bin the recording first.")
        }
        var page = TiffPage(
            directory: directory, format: format,
            compression: Int32(field16(TIFFTAG_COMPRESSION, UInt16(COMPRESSION_NONE))),
            isPlanar: format.samples > 1
                && Int32(field16(TIFFTAG_PLANARCONFIG, 1)) == PLANARCONFIG_SEPARATE,
            isReduced: ctiff_u32(file, UInt32(TIFFTAG_SUBFILETYPE), 0)
                & UInt32(FILETYPE_REDUCEDIMAGE | FILETYPE_MASK) != 0,
            start: 0, end: 0)
        try measure(&page, number: number)
        return page
    }

    /// `ImageDescription` of the page that was read last, as UTF-8 or else Latin-1; nil when absent.
    func description() -> String? {
        guard let text = ctiff_text(file, UInt32(TIFFTAG_IMAGEDESCRIPTION)) else { return nil }
        return String(validatingCString: text)
            ?? String(String.UnicodeScalarView(Data(bytes: text, count: strlen(text)).map { Unicode.Scalar($0) }))
    }

    /// Decodes every sample but alpha, row by row from the top; inverted where 0 is white.
    /// - Parameter plane: `width * height * channels` samples, overwritten.
    /// - Throws: `Fault` with `.truncated` or `.corrupt`, naming the page.
    func decode(_ page: TiffPage, number: Int, into plane: inout [Float]) throws(Fault) {
        try select(page.directory, number: number)
        let tiled = TIFFIsTiled(tiff) != 0
        let format = page.format
        var width = format.width
        var rows = min(Int(ctiff_u32(file, UInt32(TIFFTAG_ROWSPERSTRIP), UInt32.max)), format.height)
        if tiled {
            width = Int(ctiff_u32(file, UInt32(TIFFTAG_TILEWIDTH), 0))
            rows = Int(ctiff_u32(file, UInt32(TIFFTAG_TILELENGTH), 0))
        }
        let sampleBytes = format.samples * format.bits / 8
        guard width > 0, rows > 0, width <= TiffFormat.pixelLimit / rows,
            Int64(width * rows * sampleBytes) <= Self.allocationLimit
        else { throw corrupt(number, "its \(tiled ? "tiles" : "strips") are \(width)x\(rows) pixels") }

        let across = (format.width + width - 1) / width
        let down = (format.height + rows - 1) / rows
        let blocks = tiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff)
        guard Int(blocks) >= across * down else {
            throw corrupt(number, "\(blocks) blocks of \(across * down) are there")
        }
        let words = (width * rows * sampleBytes + 1) / 2
        if block.count != words { block = [UInt16](repeating: 0, count: words) }

        for index in 0..<(across * down) {
            let x = index % across * width
            let y = index / across * rows
            let part = (
                width: min(width, format.width - x), height: min(rows, format.height - y)
            )
            let wanted = (tiled ? rows : part.height) * width * sampleBytes
            ctiff_clear(file)
            let decoded = block.withUnsafeMutableBytes { bytes in
                tiled
                    ? TIFFReadEncodedTile(tiff, UInt32(index), bytes.baseAddress, tmsize_t(wanted))
                    : TIFFReadEncodedStrip(tiff, UInt32(index), bytes.baseAddress, tmsize_t(wanted))
            }
            guard Int(decoded) == wanted else {
                let cause = String(cString: ctiff_error(file))
                throw corrupt(number, cause.isEmpty ? "rows from \(y) on are incomplete" : cause)
            }
            place(part.width, part.height, x, y, stride: width, format, &plane)
        }
    }

    /// Decodes one of the planes that follow the first without a directory (ImageJ's stacks above 4 GB).
    /// - Parameter offset: of its first byte. Samples are uncompressed, in the file's byte order.
    func decodeBare(
        at offset: UInt64, bigEndian: Bool, format: TiffFormat, number: Int, into plane: inout [Float]
    ) throws(Fault) {
        let bytes = format.pixels * format.samples * format.bits / 8
        var data: Data?
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            try handle.seek(toOffset: offset)
            data = try handle.read(upToCount: bytes)
        } catch {
            throw Fault(.unreadable, "\(error)", at: path, advice: "Check the disk, then try again.")
        }
        guard let data, data.count == bytes else {
            throw Fault(
                .truncated, "page \(number) ends early", at: path, advice: "Copy the file again.")
        }
        block = [UInt16](repeating: 0, count: (bytes + 1) / 2)
        _ = block.withUnsafeMutableBytes { data.copyBytes(to: $0) }
        if format.bits == 16 {
            for i in block.indices {
                block[i] = bigEndian ? UInt16(bigEndian: block[i]) : UInt16(littleEndian: block[i])
            }
        }
        place(format.width, format.height, 0, 0, stride: format.width, format, &plane)
    }

    /// Copies a decoded block to its place in the plane.
    private func place(
        _ width: Int, _ height: Int, _ x: Int, _ y: Int, stride: Int, _ format: TiffFormat, _ plane: inout [Float]
    ) {
        let components = format.channels
        let flip: UInt16 = format.photometric == PHOTOMETRIC_MINISWHITE ? format.maximum : 0
        func copy<Sample: UnsignedInteger>(_ source: UnsafeBufferPointer<Sample>) {
            for row in 0..<height {
                var from = row * stride * format.samples
                var to = ((y + row) * format.width + x) * components
                for _ in 0..<width {
                    for component in 0..<components {
                        plane[to + component] = Float(UInt16(truncatingIfNeeded: source[from + component]) ^ flip)
                    }
                    from += format.samples
                    to += components
                }
            }
        }
        block.withUnsafeBytes { bytes in
            if format.bits == 8 {
                copy(bytes.bindMemory(to: UInt8.self))
            } else {
                copy(bytes.bindMemory(to: UInt16.self))
            }
        }
    }

    private func select(_ directory: UInt64, number: Int) throws(Fault) {
        ctiff_clear(file)
        if selected == directory { return }
        selected = nil
        guard TIFFSetSubDirectory(tiff, directory) == 1 else {
            throw corrupt(number, String(cString: ctiff_error(file)))
        }
        selected = directory
    }

    /// Where the page's samples lie; checks that all of them are within the file.
    private func measure(_ page: inout TiffPage, number: Int) throws(Fault) {
        let format = page.format
        let tiled = TIFFIsTiled(tiff) != 0
        let blocks = tiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff)
        guard blocks > 0 else { throw corrupt(number, "it has no samples") }
        page.start = UInt64.max
        for index in 0..<blocks {
            let offset = TIFFGetStrileOffset(tiff, index)
            var bytes = TIFFGetStrileByteCount(tiff, index)
            if page.compression == COMPRESSION_NONE, !tiled, !page.isPlanar {
                let rows = Int(ctiff_u32(file, UInt32(TIFFTAG_ROWSPERSTRIP), UInt32.max))
                let here = min(rows, format.height - min(Int(index), format.height) * min(rows, format.height))
                bytes = min(bytes, TIFFVStripSize64(tiff, UInt32(max(here, 0))))
            }
            guard offset > 0, bytes > 0 else { throw corrupt(number, "its block \(index) has no bytes") }
            page.start = min(page.start, offset)
            let (end, overflow) = offset.addingReportingOverflow(bytes)
            page.end = max(page.end, overflow ? UInt64.max : end)
        }
        guard page.end <= fileSize else {
            throw Fault(
                .truncated, "page \(number) ends at byte \(page.end), the file has \(fileSize) bytes", at: path,
                advice: "Copy the file again, or save the \(number - 1) pages before it as a new stack.")
        }
        let claimed = UInt64(format.pixels) * UInt64(format.samples * format.bits) / 8
        guard claimed / Self.packingLimit <= fileSize else {
            throw corrupt(
                number, "\(format.width)x\(format.height) pixels can't come from a file of \(fileSize) bytes")
        }
    }

    private func sampleKind() -> TiffFormat.Kind {
        switch Int32(field16(TIFFTAG_SAMPLEFORMAT, UInt16(SAMPLEFORMAT_UINT))) {
        case SAMPLEFORMAT_INT: .signed
        case SAMPLEFORMAT_IEEEFP: .float
        case SAMPLEFORMAT_COMPLEXINT, SAMPLEFORMAT_COMPLEXIEEEFP: .complex
        default: .unsigned
        }
    }

    private func field16(_ tag: Int32, _ otherwise: UInt16) -> UInt16 { ctiff_u16(file, UInt32(tag), otherwise) }

    private func corrupt(_ number: Int, _ cause: String) -> Fault {
        Fault(
            .corrupt, "page \(number) can't be decoded: \(cause)", at: path,
            advice: "Copy the file again, or save the stack again from the program that opens it.")
    }
}
