import Model

/// Turns grids into rows of signatures and measures. It keeps the frame before in place and allocates nothing per frame.
struct GridRows: Sendable {
    private(set) var signatures = FrameSignatures()
    private(set) var measures = FrameMeasures()
    private var before = [UInt8](repeating: 0, count: FrameGrid.count)
    private var beforeSum = 0
    private var beforeSquares = 0

    mutating func add(_ grid: FrameGrid) {
        precondition(
            grid.y.count == FrameGrid.count && grid.cb.count == FrameGrid.count && grid.cr.count == FrameGrid.count)
        grid.y.withUnsafeBufferPointer { y in
            let luma = Plane(y)
            compare(y, luma)
            addHistogram(y)
            let mean = Double(luma.sum) / Double(FrameGrid.count)
            measures.mean.append(UInt16(mean * 256))
            measures.deviation.append(UInt16(luma.deviation * 256))
            measures.gradient.append(UInt16(clamping: Self.contours(y) * 256 / (2 * FrameGrid.count)))
            measures.lumaRange.append(luma.range)
            before.withUnsafeMutableBufferPointer { _ = $0.update(from: y) }
            beforeSum = luma.sum
            beforeSquares = luma.squares
        }
        let chroma = max(Self.range(grid.cb), Self.range(grid.cr))
        measures.chromaRange.append(chroma)
        addSignatures(grid)
        signatures.count += 1
        measures.count += 1
    }

    /// The cells of one plane, while the grid lends them.
    private typealias Cells = UnsafeBufferPointer<UInt8>

    private struct Plane {
        let sum: Int
        let squares: Int
        let range: UInt8

        init(_ cells: Cells) {
            // 1296 squares of bytes stay below 2^27.
            var (sum, squares): (UInt32, UInt32) = (0, 0)
            for cell in cells {
                sum &+= UInt32(cell)
                squares &+= UInt32(cell) &* UInt32(cell)
            }
            (self.sum, self.squares) = (Int(sum), Int(squares))
            range = GridRows.range(cells)
        }

        var deviation: Double { (Double(GridRows.spread(sum, squares)).squareRoot()) / Double(FrameGrid.count) }
    }

    private static func range(_ cells: some Sequence<UInt8>) -> UInt8 {
        var (low, high): (UInt8, UInt8) = (255, 0)
        for cell in cells {
            low = min(low, cell)
            high = max(high, cell)
        }
        return high - low
    }

    /// The variance times the square of the number of cells, exactly.
    private static func spread(_ sum: Int, _ squares: Int) -> Int { FrameGrid.count * squares - sum * sum }

    /// Difference, structure and change against the frame before.
    private mutating func compare(_ y: Cells, _ plane: Plane) {
        guard measures.count > 0 else {
            measures.difference.append(0)
            measures.structure.append(0)
            measures.change.append(0)
            return
        }
        let count = FrameGrid.count
        var (total, product) = (0, 0)
        var magnitudes = InlineHistogram()
        let shift = (plane.sum - beforeSum) / count
        before.withUnsafeBufferPointer { before in
            for i in 0..<count {
                let (a, b) = (Int(before[i]), Int(y[i]))
                total &+= abs(b - a)
                product &+= a &* b
                magnitudes.add(abs(b - a - shift))
            }
        }
        measures.difference.append(UInt16(clamping: total * 256 / count))
        let covariance = Double(count * product - plane.sum * beforeSum)
        let spreads = Double(Self.spread(plane.sum, plane.squares)) * Double(Self.spread(beforeSum, beforeSquares))
        // Cells are rounded to whole levels: a spread of one level is noise, and flat frames correlate with all.
        let floor = Double(count * count)
        let correlation = (covariance + floor) / (spreads.squareRoot() + floor)
        measures.structure.append(UInt16(clamping: Int((1 - correlation) * 32767)))
        measures.change.append(UInt16(magnitudes.above(3 * magnitudes.median + 2) * 65535 / count))
    }

    /// Block means: luma of 4 x 3 cells, chroma of 12 x 9.
    private mutating func addSignatures(_ grid: FrameGrid) {
        func means(_ plane: [UInt8], _ columns: Int, _ rows: Int, into signature: inout [UInt8]) {
            let (width, height) = (FrameGrid.width / columns, FrameGrid.height / rows)
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = width * height / 2
                    for y in row * height..<(row + 1) * height {
                        for x in column * width..<(column + 1) * width { sum += Int(plane[y * FrameGrid.width + x]) }
                    }
                    signature.append(UInt8(sum / (width * height)))
                }
            }
        }
        means(grid.y, FrameSignatures.lumaWidth, FrameSignatures.lumaHeight, into: &signatures.luma)
        means(grid.cb, FrameSignatures.chromaWidth, FrameSignatures.chromaHeight, into: &signatures.chroma)
        means(grid.cr, FrameSignatures.chromaWidth, FrameSignatures.chromaHeight, into: &signatures.chroma)
    }

    private mutating func addHistogram(_ y: Cells) {
        var cells = InlineHistogram()
        for cell in y { cells.add(Int(cell)) }
        for bin in 0..<FrameSignatures.bins {
            let sum = cells.sum(bin * 16..<(bin + 1) * 16)
            signatures.histogram.append(UInt8((sum * 255 + FrameGrid.count / 2) / FrameGrid.count))
        }
    }

    /// Sum of the differences of cells side by side and one above the other.
    private static func contours(_ y: Cells) -> Int {
        var sum: Int32 = 0
        for row in 0..<FrameGrid.height - 1 {
            let start = row * FrameGrid.width
            for i in start..<start + FrameGrid.width - 1 {
                sum &+= abs(Int32(y[i]) &- Int32(y[i + 1])) &+ abs(Int32(y[i]) &- Int32(y[i + FrameGrid.width]))
            }
        }
        return Int(sum)
    }
}
