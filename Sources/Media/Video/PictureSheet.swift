internal import CFFmpeg
public import Model

/// A large picture on which small ones are laid out and captioned. Holds three bytes a pixel.
public struct PictureSheet: ~Copyable {
    /// A place on the sheet, in pixels from its upper left.
    public struct Box: Hashable, Sendable {
        public var x: Int
        public var y: Int
        public var width: Int
        public var height: Int

        public init(x: Int, y: Int, width: Int, height: Int) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }
    }

    /// An 8-bit colour of the screen.
    public struct Color: Hashable, Sendable {
        var levels: (UInt8, UInt8, UInt8) { (y, cb, cr) }
        private let y: UInt8
        private let cb: UInt8
        private let cr: UInt8

        /// Full-range BT.601, as JFIF has it.
        public init(red: UInt8, green: UInt8, blue: UInt8) {
            let (r, g, b) = (Double(red), Double(green), Double(blue))
            func level(_ value: Double) -> UInt8 { UInt8(max(0, min(255, value.rounded()))) }
            y = level(0.299 * r + 0.587 * g + 0.114 * b)
            cb = level(128 - 0.168736 * r - 0.331264 * g + 0.5 * b)
            cr = level(128 + 0.5 * r - 0.418688 * g - 0.081312 * b)
        }
    }

    /// Size of a sign of a caption, and from one to the next, at `scale` 1.
    public static let (signHeight, signAdvance) = (DotFont.height, DotFont.advance)

    private let picture: FrameBuffer
    private let path: String

    /// - Parameters:
    ///   - path: what faults name.
    public init(width: Int, height: Int, ground: Color, at path: String) throws(Fault) {
        self.path = path
        picture = try FrameBuffer.picture(width: width, height: height, format: AV_PIX_FMT_YUVJ444P, at: path)
        fill(Box(x: 0, y: 0, width: width, height: height), ground)
    }

    public var width: Int { picture.width }
    public var height: Int { picture.height }

    /// What lies outside of the sheet is left out.
    public func fill(_ box: Box, _ color: Color) {
        let columns = max(0, box.x)..<max(0, box.x, min(width, box.x + box.width))
        let rows = max(0, box.y)..<max(0, box.y, min(height, box.y + box.height))
        let levels = color.levels
        for (index, level) in [levels.0, levels.1, levels.2].enumerated() {
            let (base, stride) = picture.plane(index)
            for y in rows {
                (base + y * stride + columns.lowerBound).update(repeating: level, count: columns.count)
            }
        }
    }

    /// Puts the picture into the middle of `box`, upright and in square pixels, as large as it fits; small pictures
    /// grow by whole factors, so that their pixels stay pixels.
    public func put(_ frame: borrowing Frame, in box: Box) throws(Fault) {
        let (displayWidth, displayHeight) = frame.squarePixels()
        let share = min(
            1, Double(box.width) / Double(displayWidth), Double(box.height) / Double(displayHeight))
        let small = try frame.thumbnail(
            longSide: max(1, Int((Double(max(displayWidth, displayHeight)) * share).rounded(.down))))
        let factor = max(1, min(box.width / small.width, box.height / small.height))
        let columns = min(box.width, small.width * factor, width - box.x)
        let rows = min(box.height, small.height * factor, height - box.y)
        guard columns > 0, rows > 0, box.x >= 0, box.y >= 0 else { return }
        let (left, top) = (box.x + (box.width - columns) / 2, box.y + (box.height - rows) / 2)
        for index in 0..<3 {
            let (from, fromStride) = small.plane(index)
            let (to, stride) = picture.plane(index)
            for y in 0..<rows {
                let source = from + y / factor * fromStride
                let target = to + (top + y) * stride + left
                if factor == 1 {
                    target.update(from: source, count: columns)
                } else {
                    for x in 0..<columns { target[x] = source[x / factor] }
                }
            }
        }
    }

    /// Writes capitals, digits and `:.,-_/()#%+` from the upper left (x, y) on, dots being squares of `scale` pixels.
    public func write(_ text: String, x: Int, y: Int, scale: Int, _ color: Color) {
        for (place, sign) in text.enumerated() {
            let left = x + place * DotFont.advance * scale
            for (row, dots) in DotFont.rows(of: sign).enumerated() {
                for (column, isInk) in dots.enumerated() where isInk {
                    fill(
                        Box(x: left + column * scale, y: y + row * scale, width: scale, height: scale), color)
                }
            }
        }
    }

    /// A baseline JPEG, alike on every CPU.
    public func jpeg() throws(Fault) -> [UInt8] { try StillEncoder.jpeg(picture, at: path) }
}
