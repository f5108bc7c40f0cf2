/// An 8-bit grey picture, full range (0 black, 255 white), rows from the top without padding.
public struct GrayPicture: Hashable, Sendable {
    public let width: Int
    public let height: Int
    public var pixels: [UInt8]

    /// - Precondition: `pixels.count == width * height`.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height)
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    public subscript(x: Int, y: Int) -> UInt8 { pixels[y * width + x] }
}

/// A frame read sparsely: 48 x 27 means of luma and both chroma planes, 8-bit full range, chroma 128 for grey.
///
/// It covers the whole picture whatever its shape, so it compares frames of one source with each other.
public struct FrameGrid: Hashable, Sendable {
    public static let width = 48
    public static let height = 27
    public static let count = width * height

    public var y = [UInt8](repeating: 0, count: count)
    public var cb = [UInt8](repeating: 128, count: count)
    public var cr = [UInt8](repeating: 128, count: count)

    public init() {}
}
