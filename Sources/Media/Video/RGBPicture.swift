internal import CFFmpeg
public import Model

extension Frame {
    /// The whole picture, upright, scaled to `width` x `height` whatever its shape: interleaved RGB, 8 bits, full
    /// range, rows from the top without padding.
    /// - Throws: `unsupported` for a pixel format that can't be converted.
    public func rgbPicture(width: Int, height: Int) throws(Fault) -> [UInt8] {
        let (across, down) = isTurned ? (height, width) : (width, height)
        let format = AV_PIX_FMT_RGB24
        let layout = PictureLayout(of: buffer)
        let small = try FrameBuffer.picture(width: across, height: down, format: format, at: path)
        let target = PictureLayout(
            width: across, height: down, format: format, fullRange: true, matrix: layout.matrix)
        try tools.encoder.scale(buffer, as: layout, into: small, as: target, at: path)
        let (base, stride) = small.plane(0)
        let (origin, right, below) = orientation.steps(width: across, height: down, stride: width)
        return [UInt8](unsafeUninitializedCapacity: 3 * width * height) { pixels, count in
            for y in 0..<down {
                for x in 0..<across {
                    let place = 3 * (origin + x * right + y * below)
                    for channel in 0..<3 { pixels[place + channel] = base[y * stride + 3 * x + channel] }
                }
            }
            count = 3 * width * height
        }
    }
}
