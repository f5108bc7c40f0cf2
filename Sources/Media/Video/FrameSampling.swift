internal import CFFmpeg
public import Model

extension Frame {
    /// Reads the picture sparsely into a grid of means: at most 8 x 4 luma and 4 x 2 chroma samples a cell, evenly
    /// spread, straight from the decoder's planes; formats without luma planes are scaled down first.
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
            let points = SamplePoints(
                width: (layout.width + (1 << shiftX) - 1) >> shiftX,
                height: (layout.height + (1 << shiftY) - 1) >> shiftY, step: component.step, columns: columns,
                rows: rows, across: isLuma ? 8 : 4, down: isLuma ? 4 : 2)
            let (base, stride) = picture.plane(component.plane)
            let level = Level(
                count: points.across * points.down, depth: component.depth, isLuma: isLuma,
                fullRange: layout.fullRange)
            tools.plan(points).read(
                base + component.offset, stride: stride, shift: component.shift, depth: component.depth, level: level,
                orientation: orientation, into: &means)
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
        let layout = PictureLayout(of: buffer)
        let (displayWidth, displayHeight) = squarePixels()
        var (width, height) = Self.fit(displayWidth, displayHeight, longSide: longSide)
        if isTurned { (width, height) = (height, width) }
        let format = AV_PIX_FMT_YUVJ444P
        let small = try FrameBuffer.picture(width: width, height: height, format: format, at: path)
        let target = PictureLayout(
            width: width, height: height, format: format, fullRange: true, matrix: Int32(AVCOL_SPC_SMPTE170M.rawValue))
        try tools.thumbnail.scale(buffer, as: layout, into: small, as: target, at: path)
        if orientation == .upright { return try StillEncoder.jpeg(small, at: path) }
        let upright = try FrameBuffer.picture(
            width: isTurned ? height : width, height: isTurned ? width : height, format: format, at: path)
        for plane in 0..<3 {
            orientation.copy(small.plane(plane), width: width, height: height, to: upright.plane(plane))
        }
        return try StillEncoder.jpeg(upright, at: path)
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

/// What the frames of one reader share: scalers and the places to read samples at.
final class FrameTools {
    var area = Scaler(.area)
    var gray = Scaler(.area)
    var thumbnail = Scaler(.area)
    private var plans: [SamplePlan] = []

    func plan(_ points: SamplePoints) -> SamplePlan {
        if let known = plans.first(where: { $0.points == points }) { return known }
        if plans.count >= 8 { plans.removeFirst() }
        plans.append(SamplePlan(points))
        return plans[plans.count - 1]
    }
}

/// Where to sample a plane: `columns` x `rows` cells with `across` x `down` points each.
struct SamplePoints: Equatable {
    var width: Int
    var height: Int
    /// Bytes from one sample to the next.
    var step: Int
    var columns: Int
    var rows: Int
    var across: Int
    var down: Int
}

struct SamplePlan {
    let points: SamplePoints
    private let byteOffsets: [Int]
    private let lines: [Int]

    init(_ points: SamplePoints) {
        self.points = points
        let x = points.columns * points.across
        let y = points.rows * points.down
        byteOffsets = (0..<x).map { (2 * $0 + 1) * points.width / (2 * x) * points.step }
        lines = (0..<y).map { (2 * $0 + 1) * points.height / (2 * y) }
    }

    /// Writes each cell's level to its upright place in the grid.
    func read(
        _ base: UnsafeMutablePointer<UInt8>, stride: Int, shift: Int, depth: Int, level: Level,
        orientation: Orientation, into means: inout [UInt8]
    ) {
        let (origin, right, down) = orientation.steps(
            width: points.columns, height: points.rows, stride: FrameGrid.width)
        let mask = (1 << depth) - 1
        var sums = [Int](repeating: 0, count: points.columns)
        for row in 0..<points.rows {
            for i in sums.indices { sums[i] = 0 }
            for line in lines[row * points.down..<(row + 1) * points.down] {
                let start = UnsafeRawPointer(base + line * stride)
                var next = 0
                for column in 0..<points.columns {
                    var sum = 0
                    for _ in 0..<points.across {
                        let offset = byteOffsets[next]
                        next += 1
                        if depth == 8 {
                            sum += Int(start.load(fromByteOffset: offset, as: UInt8.self))
                        } else {
                            let word = start.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                            sum += Int(UInt16(littleEndian: word)) >> shift & mask
                        }
                    }
                    sums[column] += sum
                }
            }
            for column in 0..<points.columns {
                means[origin + column * right + row * down] = level[sums[column]]
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
