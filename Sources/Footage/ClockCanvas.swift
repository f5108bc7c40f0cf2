internal import Media

/// Draws the pictures of `ClockFootage`.
struct ClockCanvas {
    private(set) var picture: YUVPicture

    /// Black.
    init(width: Int, height: Int) { picture = YUVPicture(width: width, height: height) }

    /// Colours of the scenes: luma, Cb, Cr.
    private static let looks: [(Int, Int, Int)] = [
        (90, 110, 150), (165, 140, 100), (60, 160, 110), (130, 90, 165), (185, 120, 128), (45, 128, 150),
        (110, 170, 140), (150, 100, 90),
    ]

    /// Adds a scene with a weight of 0 to 256 to what is there.
    mutating func draw(_ scene: ClockFootage.Scene, time: Int, weight: Int) {
        guard weight > 0, scene.style != .black else { return }
        let (luma, cb, cr) = Self.looks[scene.look % Self.looks.count]
        // The colour is a formula of time: a slow swing around the scene's own.
        let clock = scene.style == .still ? 0 : time
        let swing = abs(clock % 64 - 32) - 16
        let level = luma + swing / 4 - 16
        let texture = Texture(seed: scene.look, isSmooth: scene.style == .smooth)
        let (width, height) = (picture.width, picture.height)
        let (rowOffset, columnOffset) = (clock, 2 * clock)
        picture.y.withUnsafeMutableBufferPointer { rows in
            for y in 0..<height {
                for x in 0..<width {
                    let value = max(0, min(219, level + texture[x + columnOffset, y + rowOffset]))
                    let i = y * width + x
                    rows[i] = UInt8(Int(rows[i]) + value * weight / 256)
                }
            }
        }
        let (u, v) = ((cb + swing / 2 - 128) * weight / 256, (cr - swing / 2 - 128) * weight / 256)
        for i in picture.cb.indices {
            picture.cb[i] = UInt8(clamping: Int(picture.cb[i]) + u)
            picture.cr[i] = UInt8(clamping: Int(picture.cr[i]) + v)
        }
    }

    mutating func drawBars(_ rows: Int) {
        for y in 0..<rows {
            fill(x: 0, y: y, width: picture.width, height: 1, level: 16)
            fill(x: 0, y: picture.height - 1 - y, width: picture.width, height: 1, level: 16)
        }
    }

    /// A grey block; `cell` counts from the picture's centre.
    mutating func draw(_ cell: ClockCode.Cell, level: Int) {
        let (x, y) = (picture.width / 2 + cell.x - cell.size / 2, picture.height / 2 + cell.y - cell.size / 2)
        fill(x: x, y: y, width: cell.size, height: cell.size, level: max(16, level))
    }

    private mutating func fill(x: Int, y: Int, width: Int, height: Int, level: Int) {
        for row in y..<y + height {
            for column in x..<x + width {
                picture.y[row * picture.width + column] = UInt8(level)
                let chroma = row / 2 * (picture.width / 2) + column / 2
                picture.cb[chroma] = 128
                picture.cr[chroma] = 128
            }
        }
    }
}

/// An endless pattern: coarse blocks of 32 pixels and, unless smooth, fine ones of 6 with sharp edges.
private struct Texture {
    private let tile: [Int8]
    private static let side = 192

    init(seed: Int, isSmooth: Bool) {
        let side = Self.side
        tile = (0..<side * side).map { i in
            let (x, y) = (i % side, i / side)
            if isSmooth {
                // A ramp up and down without edges.
                return Int8((abs(x - side / 2) + abs(y - side / 2)) / 4 - 24)
            }
            return Int8(Self.noise(x / 32, y / 32, seed) * 24 / 128 + Self.noise(x / 6, y / 6, seed + 1000) * 16 / 128)
        }
    }

    subscript(x: Int, y: Int) -> Int { Int(tile[y % Self.side * Self.side + x % Self.side]) }

    /// -128 to 127.
    private static func noise(_ x: Int, _ y: Int, _ seed: Int) -> Int {
        var hash = UInt64(truncatingIfNeeded: x &* 0x9E37 &+ y &* 0x85EB_CA6B &+ seed &* 0xC2B2_AE35)
        hash = (hash ^ hash >> 15) &* 0x2C1B_3C6D_AB1D_4D5B
        hash = (hash ^ hash >> 29) &* 0x297A_2D39_27D4_EB2F
        return Int(hash >> 56) - 128
    }
}
