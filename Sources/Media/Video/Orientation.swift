internal import CFFmpeg

/// How a stored picture is brought upright: mirrored left to right or not, then turned clockwise. These are the eight
/// orientations that display matrices of containers and EXIF know.
struct Orientation: Hashable, Sendable {
    /// Degrees clockwise: 0, 90, 180, 270.
    var turn = 0
    var isMirrored = false

    static let upright = Orientation()

    /// Whether width and height change places.
    var isTurned: Bool { turn % 180 != 0 }

    init(turn: Int = 0, isMirrored: Bool = false) {
        self.turn = turn
        self.isMirrored = isMirrored
    }

    /// The orientation next to a display matrix of libavutil/display.h: a point (x, y), y downward, goes to
    /// (m0 x + m3 y, m1 x + m4 y). nil for a matrix that shows nothing.
    init?(matrix m: [Int32]) {
        guard m.count == 9 else { return nil }
        let (a, b, c, d) = (Double(m[0]), Double(m[1]), Double(m[3]), Double(m[4]))
        let area = a * d - b * c
        guard area != 0 else { return nil }
        // Quarter turns by the image of the downward axis, which mirroring leaves alone.
        isMirrored = area < 0
        turn = abs(d) >= abs(c) ? (d > 0 ? 0 : 180) : (c < 0 ? 90 : 270)
    }

    /// What the frame says of itself; nil where it says nothing.
    init?(of frame: borrowing FrameBuffer) {
        var matrix = [Int32](repeating: 0, count: 9)
        guard mc_frame_display_matrix(frame.pointer, &matrix) != 0 else { return nil }
        self.init(matrix: matrix)
    }

    /// What the container says of the stream.
    init(of stream: UnsafePointer<AVStream>) {
        var matrix = [Int32](repeating: 0, count: 9)
        let isDeclared = mc_stream_display_matrix(stream, &matrix) != 0
        self = isDeclared ? Orientation(matrix: matrix) ?? .upright : .upright
    }

    /// The steps on the upright picture that follow the stored picture's rows and columns: the sample (x, y) of
    /// `width` x `height` stored ones stands at index `origin + x * right + y * down` of upright rows of `stride`.
    func steps(width: Int, height: Int, stride: Int) -> (origin: Int, right: Int, down: Int) {
        var (origin, right, down) =
            switch turn {
            case 90: (height - 1, stride, -1)
            case 180: ((height - 1) * stride + width - 1, -1, -stride)
            case 270: ((width - 1) * stride, -stride, 1)
            default: (0, 1, stride)
            }
        if isMirrored {
            origin += (width - 1) * right
            right = -right
        }
        return (origin, right, down)
    }

    /// Copies `width` x `height` bytes of `source` upright to `target`.
    func copy(
        _ source: (base: UnsafeMutablePointer<UInt8>, stride: Int), width: Int, height: Int,
        to target: (base: UnsafeMutablePointer<UInt8>, stride: Int)
    ) {
        let (origin, right, down) = steps(width: width, height: height, stride: target.stride)
        for y in 0..<height {
            let row = source.base + y * source.stride
            let first = target.base + origin + y * down
            if right == 1 {
                first.update(from: row, count: width)
            } else {
                for x in 0..<width { first[x * right] = row[x] }
            }
        }
    }
}
