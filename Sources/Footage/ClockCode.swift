/// The layout and coding of the clock's blocks.
enum ClockCode {
    /// One block: its centre counted from the picture's centre in pixels, and its side.
    struct Cell {
        var bit: Int
        var x: Int
        var y: Int
        var size: Int

        /// The cell of an upright picture on a stored one that is turned clockwise for display.
        func stored(_ rotation: Int) -> Cell {
            var cell = self
            (cell.x, cell.y) =
                switch rotation {
                case 90: (y, -x)
                case 180: (-x, -y)
                case 270: (-y, x)
                default: (x, y)
                }
            return cell
        }
    }

    /// The 16 blocks for a picture of this size; they fill the middle third of its shorter side.
    static func cells(_ width: Int, _ height: Int) -> [Cell] {
        let size = max(2, min(width, height) / 12 / 2 * 2)
        return (0..<16).map {
            Cell(bit: $0, x: ($0 % 4 * 2 - 3) * size / 2, y: ($0 / 4 * 2 - 3) * size / 2, size: size)
        }
    }

    static func bit(_ bit: Int, of ordinal: Int) -> Bool {
        let gray = ordinal ^ ordinal >> 1
        return bit == 15 ? gray.nonzeroBitCount % 2 == 1 : gray >> bit & 1 == 1
    }

    /// nil where the parity is wrong.
    static func ordinal(_ code: Int) -> Int? {
        if code.nonzeroBitCount % 2 == 1 { return nil }
        var ordinal = code & 0x7FFF
        for shift in [1, 2, 4, 8] { ordinal ^= ordinal >> shift }
        return ordinal
    }
}
