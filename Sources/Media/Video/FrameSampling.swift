internal import CFFmpeg
public import Model

extension Frame {
    /// Reads the picture sparsely into a grid of means, straight from the decoder's planes: of every cell 4 evenly
    /// spread rows of luma and 2 of chroma, and of each row all samples that lie whole in the cell. Formats without
    /// luma planes are scaled down first.
    /// - Throws: `unsupported` for a pixel format that can't be converted.
    public func fillGrid(_ grid: inout FrameGrid) throws(Fault) {
        let layout = PictureLayout(of: buffer)
        let kind = PixelKind(layout.format)
        if kind.isDirect {
            readGrid(buffer, layout: layout, kind: kind, into: &grid)
            return
        }
        let format = AV_PIX_FMT_YUV444P
        let small = try FrameBuffer.picture(
            width: 4 * FrameGrid.width, height: 4 * FrameGrid.height, format: format, at: path)
        let target = PictureLayout(
            width: small.width, height: small.height, format: format, fullRange: true, matrix: layout.matrix)
        try tools.area.scale(buffer, as: layout, into: small, as: target, at: path)
        readGrid(small, layout: target, kind: PixelKind(format), into: &grid)
    }

    private func readGrid(
        _ picture: borrowing FrameBuffer, layout: PictureLayout, kind: PixelKind, into grid: inout FrameGrid
    ) {
        let (columns, rows) = isTurned ? (FrameGrid.height, FrameGrid.width) : (FrameGrid.width, FrameGrid.height)
        func read(_ index: Int, _ means: inout [UInt8]) {
            let component = kind.components[index]
            let isLuma = index == 0
            let (shiftX, shiftY) = isLuma ? (0, 0) : (kind.chromaShiftX, kind.chromaShiftY)
            let cells = PlaneCells(
                width: (layout.width + (1 << shiftX) - 1) >> shiftX,
                height: (layout.height + (1 << shiftY) - 1) >> shiftY, columns: columns, rows: rows,
                down: isLuma ? 4 : 2)
            let (base, stride) = picture.plane(component.plane)
            let steps = orientation.steps(width: columns, height: rows, stride: FrameGrid.width)
            let level = Level(
                count: cells.across * cells.down, depth: component.depth, isLuma: isLuma, fullRange: layout.fullRange)
            means.withUnsafeMutableBufferPointer { means in
                cells.readSums(base, stride: stride, component) { column, row, sum in
                    means[steps.origin + column * steps.right + row * steps.down] = level[sum]
                }
            }
        }
        read(0, &grid.y)
        if kind.components.count >= 3 {
            read(1, &grid.cb)
            read(2, &grid.cr)
        } else {
            for i in 0..<FrameGrid.count {
                grid.cb[i] = 128
                grid.cr[i] = 128
            }
        }
    }

    /// The whole picture's luma, area-averaged so that the longer side is `longSide` pixels (or its own length where
    /// that is less), in the pixels' stored aspect.
    public func grayPicture(longSide: Int = 256) throws(Fault) -> GrayPicture {
        var layout = PictureLayout(of: buffer)
        let isLimited = !layout.fullRange
        if PixelKind(layout.format).isDirect && PixelKind(layout.format).components[0].depth == 8
            && PixelKind(layout.format).components[0].step == 1
        {
            // The luma plane alone, as if it were full range: expanding the small picture is cheaper.
            layout.format = AV_PIX_FMT_GRAY8
            layout.fullRange = true
        }
        let expands = isLimited && layout.fullRange
        let (width, height) = Self.fit(buffer.width, buffer.height, longSide: longSide)
        let small = try FrameBuffer.picture(width: width, height: height, format: AV_PIX_FMT_GRAY8, at: path)
        let target = PictureLayout(
            width: width, height: height, format: AV_PIX_FMT_GRAY8, fullRange: true, matrix: layout.matrix)
        try tools.gray.scale(buffer, as: layout, into: small, as: target, at: path)

        let (turnedWidth, turnedHeight) = isTurned ? (height, width) : (width, height)
        var pixels = [UInt8](repeating: 0, count: width * height)
        pixels.withUnsafeMutableBufferPointer { bytes in
            orientation.copy(
                small.plane(0), width: width, height: height, to: (base: bytes.baseAddress!, stride: turnedWidth))
        }
        if expands {
            let level = Level(count: 1, depth: 8, isLuma: true, fullRange: false)
            for i in pixels.indices { pixels[i] = level[Int(pixels[i])] }
        }
        return GrayPicture(width: turnedWidth, height: turnedHeight, pixels: pixels)
    }

    /// A number that changes when the decoded picture does: a hash of 32 rows of its first plane, evenly spread.
    /// It proves that a frame met again after a seek is the frame that was scanned; it is no identity.
    public func checksum() -> UInt32 {
        let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
        let (base, stride) = buffer.plane(0)
        let bytes = Int(av_image_get_linesize(buffer.format, Int32(buffer.width), 0))
        var hash = UInt64(buffer.width) << 32 | UInt64(buffer.height)
        let rows = min(32, buffer.height)
        for i in 0..<rows {
            let row = UnsafeRawPointer(base + (2 * i + 1) * buffer.height / (2 * rows) * stride)
            var x = 0
            while x + 8 <= bytes {
                let word = UInt64(littleEndian: row.loadUnaligned(fromByteOffset: x, as: UInt64.self))
                hash = (hash ^ word) &* prime
                hash ^= hash >> 32
                x += 8
            }
            while x < bytes {
                hash = (hash ^ UInt64(row.load(fromByteOffset: x, as: UInt8.self))) &* prime
                x += 1
            }
        }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }

    /// A JPEG of the picture as it is to be seen: upright, square pixels, the longer side at most `longSide`.
    public func jpegThumbnail(longSide: Int) throws(Fault) -> [UInt8] {
        try StillEncoder.jpeg(try thumbnail(longSide: longSide), at: path)
    }

    /// The picture as it is to be seen: upright, square pixels, the longer side at most `longSide`, `yuvj444p`.
    func thumbnail(longSide: Int) throws(Fault) -> FrameBuffer {
        let layout = PictureLayout(of: buffer)
        let (displayWidth, displayHeight) = squarePixels()
        var (width, height) = Self.fit(displayWidth, displayHeight, longSide: longSide)
        if isTurned { (width, height) = (height, width) }
        let format = AV_PIX_FMT_YUVJ444P
        let small = try FrameBuffer.picture(width: width, height: height, format: format, at: path)
        let target = PictureLayout(
            width: width, height: height, format: format, fullRange: true, matrix: Int32(AVCOL_SPC_SMPTE170M.rawValue))
        try tools.thumbnail.scale(buffer, as: layout, into: small, as: target, at: path)
        if orientation == .upright { return small }
        let upright = try FrameBuffer.picture(
            width: isTurned ? height : width, height: isTurned ? width : height, format: format, at: path)
        for plane in 0..<3 {
            orientation.copy(small.plane(plane), width: width, height: height, to: upright.plane(plane))
        }
        return upright
    }

    /// The upright size in square pixels: rows as stored, columns stretched by the sample aspect ratio.
    func squarePixels() -> (width: Int, height: Int) {
        let aspect = sampleAspect
        let stretched = max(1, Int(aspect.rescale(Int64(buffer.width), to: Rational(1))))
        return isTurned ? (buffer.height, stretched) : (stretched, buffer.height)
    }

    private static func fit(_ width: Int, _ height: Int, longSide: Int) -> (Int, Int) {
        let long = max(width, height)
        if long <= longSide { return (width, height) }
        return (max(1, (width * longSide + long / 2) / long), max(1, (height * longSide + long / 2) / long))
    }
}

/// What the frames of one reader share.
final class FrameTools {
    var area = Scaler(.area)
    var gray = Scaler(.area)
    var thumbnail = Scaler(.area)
    var encoder = Scaler(.bicubic)
}

/// A plane of `width` x `height` samples in `columns` x `rows` cells, of each of which `down` rows are read.
private struct PlaneCells {
    let width: Int
    let height: Int
    let columns: Int
    let rows: Int
    let down: Int
    /// Samples that are read of a row in every cell, at least 1.
    let across: Int

    init(width: Int, height: Int, columns: Int, rows: Int, down: Int) {
        (self.width, self.height, self.columns, self.rows, self.down) = (width, height, columns, rows, down)
        across = max(1, width / columns)
    }

    /// Hands out the sum of the samples that are read in each cell, row by row. Samples are bytes or little-endian
    /// words, `across * down` of them a cell.
    func readSums(
        _ base: UnsafeMutablePointer<UInt8>, stride: Int, _ component: PixelKind.Component,
        _ use: (_ column: Int, _ row: Int, _ sum: Int) -> Void
    ) {
        let base = UnsafeRawPointer(base + component.offset)
        let step = component.step
        if component.depth > 8 {
            let (shift, mask) = (UInt32(component.shift), UInt32(1) << UInt32(component.depth) - 1)
            sum(base, stride: stride, as: UInt32.self, use) { row, sums in
                if step == 2 {
                    for x in 0..<width { sums[x] &+= word(row, at: 2 &* x) &>> shift & mask }
                } else {
                    for x in 0..<width { sums[x] &+= word(row, at: step &* x) &>> shift & mask }
                }
            }
        } else {
            sum(base, stride: stride, as: UInt16.self, use) { row, sums in
                if step == 1 {
                    for x in 0..<width { sums[x] &+= UInt16(row.load(fromByteOffset: x, as: UInt8.self)) }
                } else {
                    for x in 0..<width { sums[x] &+= UInt16(row.load(fromByteOffset: step &* x, as: UInt8.self)) }
                }
            }
        }
    }

    private func word(_ row: UnsafeRawPointer, at offset: Int) -> UInt32 {
        UInt32(UInt16(littleEndian: row.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    }

    /// Adds the rows of a cell up sample by sample, then side by side: both are loops that compilers make vectors of.
    @inline(__always)
    private func sum<Sum: FixedWidthInteger>(
        _ base: UnsafeRawPointer, stride: Int, as type: Sum.Type,
        _ use: (_ column: Int, _ row: Int, _ sum: Int) -> Void,
        add: (_ row: UnsafeRawPointer, _ sums: UnsafeMutablePointer<Sum>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Sum.self, capacity: width) { buffer in
            let sums = buffer.baseAddress!
            for row in 0..<rows {
                sums.initialize(repeating: 0, count: width)
                for i in row * down..<(row + 1) * down {
                    add(base + (2 * i + 1) * height / (2 * rows * down) * stride, sums)
                }
                for column in 0..<columns {
                    let first = sums + min(width - across, (column * width + columns - 1) / columns)
                    var sum: UInt32 = 0
                    for x in 0..<across { sum &+= UInt32(truncatingIfNeeded: first[x]) }
                    use(column, row, Int(sum))
                }
            }
        }
    }
}

/// Turns a sum of samples into an 8-bit full-range mean, rounded to nearest, in fixed point.
struct Level {
    private let scale: Int
    private let bias: Int

    init(count: Int, depth: Int, isLuma: Bool, fullRange: Bool) {
        let unit = 1 << (depth - 8)
        // Limited range: luma 16...235, chroma 16...240 around 128, in units of 8-bit levels.
        let span = count * (fullRange ? (1 << depth) - 1 : unit * (isLuma ? 219 : 224))
        scale = ((255 << 32) + span / 2) / span
        let zero = fullRange ? 0 : isLuma ? 16 * unit : 128 * unit
        bias = (1 << 31) + (fullRange || isLuma ? 0 : 128 << 32) - zero * count * scale
    }

    subscript(sum: Int) -> UInt8 { UInt8(clamping: (sum &* scale &+ bias) >> 32) }
}
