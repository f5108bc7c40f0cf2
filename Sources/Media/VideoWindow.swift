internal import CFFmpeg
public import Model

/// The contrast window of grey footage of more than 8 bits, in videos and in sequences of pictures. Without one, samples
/// of 12 bits in 16 come out black.
public enum VideoWindow {
    /// Frames are measured until they hold so many samples, but at least 16.
    static let sampleBudget = 1 << 28

    /// The view that a video or a sequence of pictures gets: what is declared, else unknown; grey of 9 to 16 bits has
    /// one window over the whole footage, between the 0.35th and the 99.8th percentile of its samples, unless a range
    /// is declared.
    ///
    /// Every frame counts; where that would be more than 2^28 samples, evenly spaced frames do. Values are those of the
    /// decoded samples, such as 0...1023 of 10 bits. All other footage is shown as it is: `channels` and `gamma` are nil.
    /// - Parameters:
    ///   - paths: a video, or the pictures of a sequence in order.
    ///   - description: of the first path, by `ContainerProbe`.
    /// - Returns: the view, and in words what had to be decided for it.
    /// - Throws: what decoding throws; `Fault` with `.mismatch` for a picture that is no such grey while the first is,
    ///   `.invalid` for a declaration that can't be met, `.noFrames` where none can be decoded.
    public static func resolve(
        paths: [String], description: MediaDescription, declared: ViewDeclaration
    ) throws(Fault) -> (view: View, notes: [String]) {
        guard let path = paths.first else {
            throw Fault(.invalid, "no files", at: "footage", advice: "Name a video, or pictures.")
        }
        try ViewResolution.check(declared, at: path)
        var view = View(intervalSeconds: declared.intervalSeconds, pixelSizeUm: declared.pixelSizeUm)
        let format = description.pixelFormat.map { av_get_pix_fmt($0) } ?? AV_PIX_FMT_NONE
        guard DeepGray(format) != nil else {
            let isDeclared = declared.channels != nil || declared.contrast != nil || declared.gamma != nil
            let note = "shown as it is: channels, contrast and gamma serve stacks and grey of more than 8 bits"
            return (view, isDeclared ? [note] : [])
        }
        let chosen = declared.channels ?? [ViewDeclaration.Channel(channel: 0)]
        guard chosen.count == 1, chosen[0].channel == 0 else {
            let names = chosen.map { String($0.channel + 1) }.joined(separator: ", ")
            throw Fault(
                .invalid, "channels \(names) are to be shown, the footage has 1", at: path,
                advice: "Leave the channels out.")
        }
        let (window, notes) = try window(paths, description, declared.contrast ?? .percentiles)
        view.channels = [
            ChannelView(channel: 0, color: chosen[0].color ?? .white, low: window.low, high: window.high)
        ]
        if declared.gamma != Rational(1) { view.gamma = declared.gamma }
        return (view, notes)
    }

    private static func window(
        _ paths: [String], _ description: MediaDescription, _ contrast: ViewDeclaration.Contrast
    ) throws(Fault) -> (window: (low: Double, high: Double), notes: [String]) {
        var notes: [String] = []
        switch contrast {
        case .range(let low, let high): return ((low, high), [])
        case .file: notes.append("the file keeps no display range: percentiles taken")
        case .percentiles: break
        }
        var histogram = SampleHistogram(wholeFrom: 0)
        let limit = max(16, sampleBudget / max(1, description.width * description.height))
        let (measured, all) = try read(paths, description, limit: limit) { histogram.add($0) }
        if measured < all { notes.append("contrast measured on \(measured) of \(all) frames") }
        return (histogram.window, notes)
    }

    /// Hands out the samples of the frames to be measured, row by row.
    /// - Returns: how many frames were read, and how many there are.
    private static func read(
        _ paths: [String], _ description: MediaDescription, limit: Int, _ use: ([UInt16]) -> Void
    ) throws(Fault) -> (measured: Int, all: Int) {
        var measured = 0
        func take(_ frame: borrowing Frame) throws(Fault) {
            try DeepGray(of: frame).rows(of: frame.buffer) { _, row in use(row) }
            measured += 1
        }
        if description.kind == .sequence {
            for index in ContrastMeasure.spread(paths.count, over: limit) {
                var reader = try VideoReader.open(paths[index])
                if let frame = try reader.next() { try take(frame) }
            }
        } else {
            var reader = try VideoReader.open(paths[0], stream: description.stream)
            let all = description.frames ?? 0
            if all > limit, reader.timing == .pts, let base = reader.timeBase, let length = description.durationSeconds
            {
                var places: [Int64] = []
                if let frame = try reader.next() {
                    places = (1..<limit).compactMap {
                        Int64(
                            exactly: (Double(frame.pts) + length / base.double * Double($0) / Double(limit)).rounded())
                    }
                    try take(frame)
                }
                // Where the container can't seek, fewer frames serve.
                for place in places where (try? reader.seek(before: place)) != nil {
                    if let frame = try reader.next() { try take(frame) }
                }
            } else {
                let step = max(1, (all + limit - 1) / limit)
                while let frame = try reader.next() { if frame.ordinal % step == 0 { try take(frame) } }
            }
        }
        guard measured > 0 else {
            throw Fault(
                .noFrames, "no frame can be decoded", at: paths[0], advice: "Replace the file, or leave it out.")
        }
        return (measured, description.kind == .sequence ? paths.count : description.frames ?? measured)
    }
}

/// Shows frames of grey of more than 8 bits through the window of a view.
struct FrameWindow {
    private let levels: [UInt8]
    private let color: ChannelColor

    /// nil where the view has no window.
    /// - Throws: `Fault` with `.invalid` for a view that such frames can't be seen in.
    init?(_ view: View, at path: String) throws(Fault) {
        guard let channels = view.channels else { return nil }
        try ChannelMerge.check(channels, gamma: view.gamma, count: 1, at: path)
        let channel = channels[0]
        color = channel.color
        levels = Tone(low: channel.low, high: channel.high, gamma: view.gamma).table(from: 0)
    }

    /// The same frame in 8 bits and full range: grey, or RGB where the channel has a colour.
    /// - Throws: `Fault` with `.mismatch` for a frame that is no such grey.
    func apply(to frame: consuming Frame) throws(Fault) -> Frame {
        let gray = try DeepGray(of: frame)
        let (width, height) = (frame.buffer.width, frame.buffer.height)
        var bytes = [UInt8](repeating: 0, count: width * height)
        gray.rows(of: frame.buffer) { y, row in
            for x in 0..<width { bytes[y * width + x] = levels[Int(row[x])] }
        }
        if !color.isWhite {
            var tinted = [UInt8](repeating: 0, count: 3 * bytes.count)
            ChannelMerge.tint(bytes, color, into: &tinted)
            bytes = tinted
        }
        let buffer = try FrameBuffer.shown(
            bytes, width: width, height: height, isColor: !color.isWhite,
            sampleAspect: frame.buffer.pointer.pointee.sample_aspect_ratio, at: frame.path)
        return Frame(
            ordinal: frame.ordinal, pts: frame.pts, isKeyFrame: frame.isKeyFrame, orientation: frame.orientation,
            path: frame.path, buffer: buffer, tools: frame.tools)
    }
}

/// Reads the samples of a grey picture of 9 to 16 bits, of either byte order, with or without alpha.
private struct DeepGray {
    private let component: PixelKind.Component
    private let isBigEndian: Bool

    /// nil for other formats.
    init?(_ format: AVPixelFormat) {
        let kind = PixelKind(format)
        let others = mc_pixel_bitstream | mc_pixel_float | mc_pixel_hardware | mc_pixel_palette | mc_pixel_bayer
        guard let first = kind.components.first, kind.isGray, kind.flags & others == 0, (9...16).contains(first.depth)
        else { return nil }
        component = first
        isBigEndian = kind.flags & mc_pixel_big_endian != 0
    }

    init(of frame: borrowing Frame) throws(Fault) {
        guard let gray = DeepGray(frame.buffer.format) else {
            throw Fault(
                .mismatch,
                "a picture is \(String(copying: av_get_pix_fmt_name(frame.buffer.format))), not grey of more than 8 bits",
                at: frame.path, advice: "Take it out, or convert all pictures to one kind.")
        }
        self = gray
    }

    /// Hands out the rows of a picture of this format, from the top.
    func rows(of picture: borrowing FrameBuffer, _ use: (_ y: Int, _ row: [UInt16]) -> Void) {
        let (base, stride) = picture.plane(component.plane)
        let (step, shift) = (component.step, component.shift)
        let mask = UInt16(truncatingIfNeeded: (1 << component.depth) - 1)
        var row = [UInt16](repeating: 0, count: picture.width)
        for y in 0..<picture.height {
            let line = UnsafeRawPointer(base + y * stride + component.offset)
            for x in row.indices {
                let word = line.loadUnaligned(fromByteOffset: x * step, as: UInt16.self)
                row[x] = (isBigEndian ? UInt16(bigEndian: word) : UInt16(littleEndian: word)) >> UInt16(shift) & mask
            }
            use(y, row)
        }
    }
}

extension FrameBuffer {
    /// A picture as it is to be shown, full range: one byte a pixel, or three in colour; rows without padding.
    static func shown(
        _ bytes: [UInt8], width: Int, height: Int, isColor: Bool, sampleAspect: AVRational, at path: String
    ) throws(Fault) -> FrameBuffer {
        let buffer = try FrameBuffer.picture(
            width: width, height: height, format: isColor ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8, at: path)
        buffer.pointer.pointee.color_range = AVCOL_RANGE_JPEG
        buffer.pointer.pointee.sample_aspect_ratio = sampleAspect
        let (base, stride) = buffer.plane(0)
        let row = width * (isColor ? 3 : 1)
        bytes.withUnsafeBufferPointer { bytes in
            for y in 0..<height { (base + y * stride).update(from: bytes.baseAddress! + y * row, count: row) }
        }
        return buffer
    }
}
