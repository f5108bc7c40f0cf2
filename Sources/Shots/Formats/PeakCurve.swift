/// A curve over time in a fixed number of columns: each shows the highest value of the frames in it, so that no peak is
/// lost however long the recording is.
struct PeakCurve {
    /// 0...1, one a column.
    private(set) var columns: [Double]

    /// - Parameters:
    ///   - values: one a frame.
    ///   - edges: the column, with its fraction, at which each frame begins, ascending, and that at which the last one
    ///     ends.
    init(_ values: some Sequence<Double>, edges: [Double], columns count: Int) {
        columns = [Double](repeating: 0, count: count)
        for (frame, value) in values.enumerated() {
            let first = min(count - 1, Int(edges[frame]))
            let last = max(first, min(count - 1, Int(edges[frame + 1].rounded(.up)) - 1))
            for column in first...last { columns[column] = max(columns[column], value) }
        }
    }

    /// An SVG path of the area below the curve, one unit a column from `left`, between `bottom` and `bottom - height`.
    func area(left: Int, bottom: Int, height: Int) -> String {
        var path = "M\(left) \(bottom)"
        var level = -1
        for (column, value) in columns.enumerated() {
            let y = bottom - Int((value * Double(height)).rounded())
            if y != level {
                if level >= 0 { path += "H\(left + column)" }
                path += "V\(y)"
                level = y
            }
        }
        return path + "H\(left + columns.count)V\(bottom)Z"
    }
}
