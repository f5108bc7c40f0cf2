import Model

/// What is measured on a sampled picture.
enum PictureMeasures {
    static func sample(ordinal: Int, picture: GrayPicture, after previous: GrayPicture?) -> FrameSamples.Sample {
        let comparable = previous.flatMap { $0.width == picture.width && $0.height == picture.height ? $0 : nil }
        let sum = picture.pixels.reduce(0) { $0 + Int($1) }
        return FrameSamples.Sample(
            ordinal: ordinal, hash: PictureHash(frame: ordinal, of: picture), margins: BorderMeasure.margins(picture),
            sharpness: Float(sharpness(picture)), text: Float(TextMeasure.width(picture)),
            mean: Float(sum) / Float(max(1, picture.pixels.count)),
            change: comparable.map { Float(MotionMeasure.change(from: $0, to: picture)) })
    }

    /// Variance of the 4-neighbour Laplacian (Pech-Pacheco et al. 2000), 8-bit units squared.
    static func sharpness(_ picture: GrayPicture) -> Double {
        let (width, height) = (picture.width, picture.height)
        guard width > 2, height > 2 else { return 0 }
        var (sum, squares) = (0, 0)
        picture.pixels.withUnsafeBufferPointer { p in
            for y in 1..<height - 1 {
                for i in y * width + 1..<(y + 1) * width - 1 {
                    let value = Int(p[i - 1]) + Int(p[i + 1]) + Int(p[i - width]) + Int(p[i + width]) - 4 * Int(p[i])
                    sum += value
                    squares += value * value
                }
            }
        }
        let count = Double((width - 2) * (height - 2))
        return Double(squares) / count - (Double(sum) / count) * (Double(sum) / count)
    }
}

/// Black margins: near-black, uniform lines with a straight edge and content beside them. Fluorescence on a black
/// background has no straight edge: its first line that isn't black is bright in a few places only.
enum BorderMeasure {
    /// Left, right, top, bottom.
    static func margins(_ picture: GrayPicture) -> [FrameSamples.Margin] {
        let (width, height) = (picture.width, picture.height)
        func side(_ lines: Int, _ length: Int, _ pixel: (_ line: Int, _ at: Int) -> UInt8) -> FrameSamples.Margin {
            margin(lines: lines, length: length, pixel: pixel)
        }
        return [
            side(width, height) { picture[$0, $1] }, side(width, height) { picture[width - 1 - $0, $1] },
            side(height, width) { picture[$1, $0] }, side(height, width) { picture[$1, height - 1 - $0] },
        ]
    }

    /// Brightest that a black line may be, and how far its pixels may lie apart (compression noise).
    private static let black = 24, apart = 10
    /// How much brighter content is than the margin, and within how many lines it must become so.
    private static let step = 5, reach = 3

    private static func margin(
        lines: Int, length: Int, pixel: (_ line: Int, _ at: Int) -> UInt8
    ) -> FrameSamples.Margin {
        var depth = 0
        var (low, high) = (255, 0)
        scan: while depth < lines {
            var (lineLow, lineHigh) = (low, high)
            for at in 0..<length {
                let value = Int(pixel(depth, at))
                lineLow = min(lineLow, value)
                lineHigh = max(lineHigh, value)
                if lineHigh > black || lineHigh - lineLow > apart { break scan }
            }
            (low, high) = (lineLow, lineHigh)
            depth += 1
        }
        guard depth > 0, depth < lines else {
            return FrameSamples.Margin(depth: depth == 0 ? 0 : 65535, edge: 0)
        }
        var brighter = 0
        for at in 0..<length
        where (depth..<min(lines, depth + reach)).contains(where: { Int(pixel($0, at)) >= high + step }) {
            brighter += 1
        }
        return FrameSamples.Margin(
            depth: UInt16(depth * 65535 / lines), edge: UInt8(brighter * 255 / max(1, length)))
    }
}

/// Lines of overlay text: a few rows in which bright and dark strokes alternate fast, with calm rows above and below.
/// Dense texture has no calm rows, a scale bar or a clock is too narrow to matter.
enum TextMeasure {
    /// Smallest step between neighbouring pixels that is a stroke's edge.
    private static let edge = 30
    /// Cells of this many columns are judged one by one.
    private static let cell = 16
    /// Stroke edges a row needs in one cell.
    private static let edgesPerCell = 3
    /// Rows that a line of text covers.
    private static let rows = 4...22

    /// The widest line of text as a share of the picture's width, 0...1.
    static func width(_ picture: GrayPicture) -> Double {
        let columns = picture.width / cell
        guard columns > 1, picture.height > 8 else { return 0 }
        let found = (0..<columns).map { blocks(picture, $0) }
        var widest = 0
        for start in 0..<columns {
            for first in found[start] {
                // A run of cells whose text stands on one line; the space between two words may leave one cell empty.
                var (last, end) = (first, start)
                for column in start + 1..<columns where column <= end + 2 {
                    guard let next = found[column].first(where: { onOneLine($0, last) }) else { continue }
                    (last, end) = (next, column)
                }
                widest = max(widest, end - start + 1)
            }
        }
        return widest < 2 ? 0 : Double(widest * cell) / Double(picture.width)
    }

    /// Whether two blocks may be parts of one line: letters differ by what rises above and hangs below.
    private static func onOneLine(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        abs(a.lowerBound - b.lowerBound) <= 3 && abs(a.upperBound - b.upperBound) <= 3
    }

    /// Runs of stroked rows in one column of cells that are as high as a line of text; one row may be missing.
    private static func blocks(_ picture: GrayPicture, _ column: Int) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        picture.pixels.withUnsafeBufferPointer { pixels in
            for y in 0..<picture.height
            where isStroked(pixels[y * picture.width + column * cell..<y * picture.width + (column + 1) * cell]) {
                if let last = blocks.last, y <= last.upperBound + 1 {
                    blocks[blocks.count - 1] = last.lowerBound..<y + 1
                } else {
                    blocks.append(y..<y + 1)
                }
            }
        }
        return blocks.filter { rows.contains($0.count) }
    }

    private static func isStroked(_ pixels: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var edges = 0
        var last = 0
        for x in pixels.indices.dropFirst() {
            let step = Int(pixels[x]) - Int(pixels[x - 1])
            guard abs(step) >= edge, step.signum() != last else { continue }
            edges += 1
            last = step.signum()
        }
        return edges >= edgesPerCell
    }
}

/// What moved between two sampled pictures. Sensor noise is independent from pixel to pixel and grows with
/// brightness; motion changes whole patches. So patches are compared with the noise seen at their brightness.
enum MotionMeasure {
    /// Pixels of a patch's side.
    private static let patch = 4
    /// Classes of brightness, each with its own noise.
    private static let classes = 8
    /// Levels that rounding and compression may cost a patch.
    private static let floor = 1.5

    /// Share of patches that changed by more than noise, 0...1.
    static func change(from before: GrayPicture, to after: GrayPicture) -> Double {
        let (columns, rows) = (after.width / patch, after.height / patch)
        guard columns > 0, rows > 0 else { return 0 }
        // A change of the light alone isn't motion.
        let sums = (before.pixels.reduce(0) { $0 + Int($1) }, after.pixels.reduce(0) { $0 + Int($1) })
        let gain = sums.0 > 0 && sums.1 > 0 ? Double(sums.1) / Double(sums.0) : 1
        var noise = [InlineHistogram](repeating: InlineHistogram(), count: classes)
        var patches: [(change: Double, level: Int)] = []
        patches.reserveCapacity(columns * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                let patch = read(before, after, row, column, gain)
                patches.append((patch.change, patch.level))
                noise[patch.level].add(Int(patch.roughness * 8))
            }
        }
        let limits = noise.map { floor + 4 * Double($0.median) / 8 / Double(patch) }
        let moved = patches.count { abs($0.change) > limits[$0.level] }
        return Double(moved) / Double(patches.count)
    }

    /// A patch's mean change, its class of brightness, and the deviation of its pixels' changes from pixel to pixel.
    private static func read(
        _ before: GrayPicture, _ after: GrayPicture, _ row: Int, _ column: Int, _ gain: Double
    ) -> (change: Double, level: Int, roughness: Double) {
        var (sum, squares, brightness, last) = (0.0, 0.0, 0, 0.0)
        for y in row * patch..<(row + 1) * patch {
            for x in column * patch..<(column + 1) * patch {
                let i = y * after.width + x
                let change = Double(after.pixels[i]) - gain * Double(before.pixels[i])
                if x > column * patch { squares += (change - last) * (change - last) }
                last = change
                sum += change
                brightness += Int(after.pixels[i])
            }
        }
        let steps = Double(patch * (patch - 1))
        let pixels = patch * patch
        return (
            sum / Double(pixels), min(classes - 1, brightness / pixels * classes / 256),
            (squares / steps / 2).squareRoot()
        )
    }
}
