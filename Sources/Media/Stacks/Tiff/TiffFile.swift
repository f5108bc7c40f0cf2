import CTIFF
import Foundation
import Model

/// One open TIFF file; owns libtiff's handle and one block of unpacked samples. Not for several threads at once.
final class TiffFile {
    let path: String
    private let file: OpaquePointer
    private let tiff: OpaquePointer
    private let fileSize: UInt64
    /// The block unpacked last, in the machine's byte order.
    private var block: [UInt8] = []
    private var selected: UInt64?
    /// Whether the first page's description says so.
    private var isImageJ = false
    /// Opened for planes without directory.
    private var bytes: ByteFile?

    /// The most bytes that libtiff may allocate at once.
    private static let allocationLimit = 1 << 30

    private init(adopting file: OpaquePointer, tiff: OpaquePointer, path: String, fileSize: UInt64) {
        self.file = file
        self.tiff = tiff
        self.path = path
        self.fileSize = fileSize
    }

    deinit { ctiff_close(file) }

    /// - Parameter fileSize: bytes, as `TiffDirectory` found it.
    static func open(_ path: String, fileSize: UInt64) throws(Fault) -> TiffFile {
        guard let file = ctiff_open(path, Int64(allocationLimit)) else {
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
    ///   - number: counted from 1, for messages. Page 1 is to be read first: it tells ImageJ's palettes from others.
    /// - Throws: `Fault` with `.corrupt`, `.truncated` or `.unsupported`, naming the page.
    func page(at directory: UInt64, number: Int) throws(Fault) -> TiffPage {
        try select(directory, number: number)
        if number == 1 { isImageJ = description()?.hasPrefix("ImageJ=") ?? false }
        let compression = Int32(field16(TIFFTAG_COMPRESSION, UInt16(COMPRESSION_NONE)))
        let format = format()
        guard format.width > 0, format.height > 0, format.samples > format.alpha.count else {
            throw corrupt(number, "\(format.width)x\(format.height) pixels of \(format.samples) samples")
        }
        guard format.width <= TiffFormat.pixelLimit / format.height, format.samples <= 256,
            format.pixels * format.samples <= TiffFormat.sampleLimit
        else {
            throw Fault(
                .unsupported,
                "page \(number) claims \(format.width)x\(format.height) pixels of \(format.samples) samples; the limits "
                    + "are \(TiffFormat.pixelLimit) pixels, 256 samples a pixel and \(TiffFormat.sampleLimit) in all",
                at: path, advice: "Crop or bin the recording first.")
        }
        var page = TiffPage(
            directory: directory, format: format, compression: compression, isPlanar: isPlanar,
            isReduced: ctiff_u32(file, UInt32(TIFFTAG_SUBFILETYPE), 0)
                & UInt32(FILETYPE_REDUCEDIMAGE | FILETYPE_MASK) != 0)
        if page.unsupported(at: path) == nil { try measure(&page, number: number) }
        return page
    }

    /// What the samples of the selected page are.
    private func format() -> TiffFormat {
        var format = TiffFormat(
            width: Int(ctiff_u32(file, UInt32(TIFFTAG_IMAGEWIDTH), 0)),
            height: Int(ctiff_u32(file, UInt32(TIFFTAG_IMAGELENGTH), 0)),
            bits: Int(field16(TIFFTAG_BITSPERSAMPLE, 1)), kind: sampleKind(),
            samples: Int(field16(TIFFTAG_SAMPLESPERPIXEL, 1)),
            photometric: Int32(field16(TIFFTAG_PHOTOMETRIC, UInt16(PHOTOMETRIC_MINISBLACK))))
        var kinds: UnsafePointer<UInt16>?
        let extra = Int(ctiff_extra_samples(file, &kinds))
        if let kinds {
            for i in 0..<extra where [EXTRASAMPLE_ASSOCALPHA, EXTRASAMPLE_UNASSALPHA].contains(Int32(kinds[i])) {
                format.alpha.append(format.samples - extra + i)
            }
        }
        if decodesToRGB { format.photometric = PHOTOMETRIC_RGB }
        // A fourth sample beside red, green and blue is alpha, whatever it is called.
        if format.isColor, format.samples == 4 { format.alpha = [3] }
        format.isIndexed = format.photometric == PHOTOMETRIC_PALETTE && !isImageJ
        return format
    }

    /// `ImageDescription` of the page that was read last, as UTF-8 or else Latin-1; nil when absent.
    func description() -> String? {
        guard let text = ctiff_text(file, UInt32(TIFFTAG_IMAGEDESCRIPTION)) else { return nil }
        return String(validatingCString: text)
            ?? String(String.UnicodeScalarView(Data(bytes: text, count: strlen(text)).map { Unicode.Scalar($0) }))
    }

    /// Decodes every sample but alpha, row by row from the top; inverted where 0 is white, palettes resolved.
    /// - Parameter plane: `format.samplesShown.count` samples, overwritten.
    /// - Throws: `Fault` with `.truncated` or `.corrupt`, naming the page.
    func decode(_ page: TiffPage, number: Int, into plane: inout [Float]) throws(Fault) {
        try select(page.directory, number: number)
        let format = page.format
        let layout = try layout(page, number: number)
        reserveBlock(layout.blockBytes)
        let shown = format.shown
        for index in 0..<layout.count {
            let place = layout.block(index)
            if let sample = place.sample, !shown.contains(sample) { continue }
            let wanted = tmsize_t(place.rows * layout.rowBytes)
            ctiff_clear(file)
            let unpacked = block.withUnsafeMutableBytes { bytes in
                layout.isTiled
                    ? TIFFReadEncodedTile(tiff, UInt32(index), bytes.baseAddress, wanted)
                    : TIFFReadEncodedStrip(tiff, UInt32(index), bytes.baseAddress, wanted)
            }
            let cause = String(cString: ctiff_error(file))
            guard unpacked == wanted, cause.isEmpty else {
                throw corrupt(number, cause.isEmpty ? "rows from \(place.y) on are incomplete" : cause)
            }
            copy(place, layout, format, to: &plane)
        }
        try finish(format, number: number, &plane)
    }

    /// Decodes one of the planes that follow the first without a directory (ImageJ's stacks above 4 GB).
    /// - Parameters:
    ///   - offset: of its first byte. Samples are chunky, uncompressed and in the file's byte order.
    ///   - plane: as for `decode`.
    /// - Throws: `Fault` with `.truncated`, `.corrupt` or `.unreadable`, naming the page.
    func decodeBare(at offset: UInt64, format: TiffFormat, number: Int, into plane: inout [Float]) throws(Fault) {
        guard
            let layout = TiffLayout(format, isPlanar: false, tile: nil, rowsPerStrip: format.height),
            layout.blockBytes <= Self.allocationLimit, !format.isIndexed
        else { throw corrupt(number, "it can't be a plane without directory") }
        let bytes = if let bytes { bytes } else { try ByteFile(path) }
        self.bytes = bytes
        guard bytes.holds(UInt64(layout.blockBytes), at: offset) else {
            throw Fault(
                .truncated, "page \(number) ends early: the file has \(bytes.size) bytes", at: path,
                advice: "Copy the file again.")
        }
        block = try bytes.read(at: offset, count: layout.blockBytes)
        if TIFFIsByteSwapped(tiff) != 0 { swapBytes(format.bits) }
        copy(layout.block(0), layout, format, to: &plane)
        try finish(format, number: number, &plane)
    }

    /// Turns the block's samples into the other byte order.
    private func swapBytes(_ bits: Int) {
        func swap<Word: FixedWidthInteger>(_ type: Word.Type) {
            block.withUnsafeMutableBytes { bytes in
                for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Word>.size) {
                    let word = bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)
                    bytes.storeBytes(of: word.byteSwapped, toByteOffset: offset, as: Word.self)
                }
            }
        }
        switch bits {
        case 16: swap(UInt16.self)
        case 32: swap(UInt32.self)
        case 64: swap(UInt64.self)
        default: break
        }
    }

    private func reserveBlock(_ count: Int) {
        if block.count < count { block = [UInt8](repeating: 0, count: count) }
    }

    /// Unpacks the block to its place in the plane, where it leaves room for the two other colours of a palette.
    private func copy(_ place: TiffLayout.Block, _ layout: TiffLayout, _ format: TiffFormat, to plane: inout [Float]) {
        guard let packing = format.packing else { return }
        let channels = format.channels
        let shown = format.shown
        let isWhole = shown.count == layout.samples && shown.count == channels
        block.withUnsafeBytes { bytes in
            plane.withUnsafeMutableBufferPointer { plane in
                guard let bytes = bytes.baseAddress, let plane = plane.baseAddress else { return }
                for y in 0..<place.height {
                    let row = bytes + y * layout.rowBytes
                    let target = plane + ((place.y + y) * format.width + place.x) * channels
                    if isWhole {
                        packing.unpack(
                            row, from: 0, step: 1, count: place.width * channels, to: target, targetStep: 1)
                        continue
                    }
                    for (channel, sample) in shown.enumerated() where place.sample ?? sample == sample {
                        packing.unpack(
                            row, from: place.sample == nil ? sample : 0, step: layout.samples, count: place.width,
                            to: target + channel, targetStep: channels)
                    }
                }
            }
        }
    }

    /// Inverts samples whose 0 is white: within the range of the type, floating point within 0...1. Puts colours in
    /// place of a palette's numbers.
    private func finish(_ format: TiffFormat, number: Int, _ plane: inout [Float]) throws(Fault) {
        if format.photometric == PHOTOMETRIC_MINISWHITE {
            let white: Float =
                switch format.kind {
                case .unsigned: Float(format.samplesShown.maximum ?? 1)
                case .signed: -1
                case .float, .complex: 1
                }
            for i in plane.indices { plane[i] = white - plane[i] }
        }
        guard format.isIndexed else { return }
        let colors = try palette(1 << format.bits, number: number)
        for i in 0..<format.pixels {
            let color = Int(plane[3 * i])
            for component in 0..<3 { plane[3 * i + component] = colors[3 * color + component] }
        }
    }

    /// The selected page's palette, 8 bits a colour: the high bytes, unless no value is above 255 (as some write it).
    private func palette(_ count: Int, number: Int) throws(Fault) -> [Float] {
        var maps: (UnsafePointer<UInt16>?, UnsafePointer<UInt16>?, UnsafePointer<UInt16>?) = (nil, nil, nil)
        let isThere = withUnsafeMutableBytes(of: &maps) {
            ctiff_color_map(file, $0.bindMemory(to: UnsafePointer<UInt16>?.self).baseAddress) != 0
        }
        guard isThere, let red = maps.0, let green = maps.1, let blue = maps.2 else {
            throw corrupt(number, "it has no palette")
        }
        let values = (0..<count).flatMap { [red[$0], green[$0], blue[$0]] }
        let isByte = values.allSatisfy { $0 < 256 }
        return values.map { Float(isByte ? $0 : $0 >> 8) }
    }

    private func select(_ directory: UInt64, number: Int) throws(Fault) {
        ctiff_clear(file)
        if selected == directory { return }
        selected = nil
        guard TIFFSetSubDirectory(tiff, directory) == 1 else {
            throw corrupt(number, String(cString: ctiff_error(file)))
        }
        if decodesToRGB { ctiff_decode_jpeg_as_rgb(file) }
        selected = directory
    }

    /// How the selected page is cut in blocks.
    private func layout(_ page: TiffPage, number: Int) throws(Fault) -> TiffLayout {
        let isTiled = TIFFIsTiled(tiff) != 0
        let tile = (
            width: Int(ctiff_u32(file, UInt32(TIFFTAG_TILEWIDTH), 0)),
            height: Int(ctiff_u32(file, UInt32(TIFFTAG_TILELENGTH), 0))
        )
        let rows = Int(ctiff_u32(file, UInt32(TIFFTAG_ROWSPERSTRIP), UInt32.max))
        guard
            let layout = TiffLayout(
                page.format, isPlanar: page.isPlanar, tile: isTiled ? tile : nil, rowsPerStrip: rows),
            layout.blockBytes <= Self.allocationLimit
        else {
            let size = isTiled ? "tiles are \(tile.width)x\(tile.height) pixels" : "strips have \(rows) rows"
            throw corrupt(number, "its \(size)")
        }
        let blocks = isTiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff)
        guard Int(blocks) >= layout.count else {
            throw corrupt(number, "\(blocks) blocks of \(layout.count) are there")
        }
        return layout
    }

    /// Where the page's samples lie; checks that all of them are within the file, and that so few bytes can hold them.
    private func measure(_ page: inout TiffPage, number: Int) throws(Fault) {
        let layout = try layout(page, number: number)
        page.start = UInt64.max
        for index in 0..<layout.count {
            let unpacked = UInt64(layout.block(index).rows * layout.rowBytes)
            let offset = TIFFGetStrileOffset(tiff, UInt32(index))
            // Byte counts of uncompressed samples are often wrong, and can be told without.
            let bytes =
                page.compression == COMPRESSION_NONE ? unpacked : TIFFGetStrileByteCount(tiff, UInt32(index))
            guard offset > 0, bytes > 0 else { throw corrupt(number, "its block \(index) has no bytes") }
            page.start = min(page.start, offset)
            let (end, overflow) = offset.addingReportingOverflow(bytes)
            page.end = max(page.end, overflow ? UInt64.max : end)
            guard unpacked / page.packingLimit <= bytes else {
                throw corrupt(number, "\(bytes) bytes can't hold a block of \(layout.width)x\(layout.rows) pixels")
            }
        }
        guard page.end <= fileSize else {
            throw Fault(
                .truncated, "page \(number) ends at byte \(page.end), the file has \(fileSize) bytes", at: path,
                advice: "Copy the file again, or save the \(number - 1) pages before it as a new stack.")
        }
    }

    private var isPlanar: Bool {
        field16(TIFFTAG_SAMPLESPERPIXEL, 1) > 1 && Int32(field16(TIFFTAG_PLANARCONFIG, 1)) == PLANARCONFIG_SEPARATE
    }

    /// Whether the selected page is YCbCr JPEG, which libtiff turns into RGB if told so.
    private var decodesToRGB: Bool {
        Int32(field16(TIFFTAG_COMPRESSION, 0)) == COMPRESSION_JPEG
            && Int32(field16(TIFFTAG_PHOTOMETRIC, 0)) == PHOTOMETRIC_YCBCR && !isPlanar
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
