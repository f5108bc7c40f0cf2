public import Model

/// Feeds one video to TransNetV2, frame by frame, in memory that doesn't grow with its length.
///
/// The network runs over windows, of which it scores all frames but 25 at either end. As the paper's authors do it, the
/// first and the last frame of the video stand in for those before and after it, and the end is padded to steps of 50.
/// Their windows are of 100 frames and score 50; a longer one shows the network as much around each frame and more, and
/// runs it less often over the same frames.
public struct ShotStream {
    static let frameBytes = 3 * FrameGrid.count
    static let window = 450, margin = 25, step = 50

    private let network: ShotNetwork
    private var scores = ShotScores()
    /// The frames of the next window, RGB bytes. Those of the last one's end that it has to see again come first.
    private var pending: [UInt8] = []
    private var appended = 0

    public init(_ network: ShotNetwork) { self.network = network }

    /// The next frame of the video.
    public mutating func append(_ frame: FrameGrid) throws(Fault) {
        let pixels = frame.rgb
        for _ in 0..<(appended == 0 ? Self.margin + 1 : 1) { pending += pixels }
        appended += 1
        if pending.count == Self.window * Self.frameBytes { try run() }
    }

    /// The scores of every frame, as many as were appended.
    public consuming func finish() throws(Fault) -> ShotScores {
        guard appended > 0 else { return scores }
        let last = Array(pending.suffix(Self.frameBytes))
        let filled = pending.count / Self.frameBytes + Self.margin
        for _ in 0..<(filled + Self.step - 1) / Self.step * Self.step - filled + Self.margin { pending += last }
        try run()
        scores.middles.removeLast(scores.middles.count - appended)
        scores.mixed.removeLast(scores.mixed.count - appended)
        return scores
    }

    private mutating func run() throws(Fault) {
        let found = try network.scores(pending)
        let frames = pending.count / Self.frameBytes
        for frame in Self.margin..<frames - Self.margin {
            scores.middles.append(found[2 * frame])
            scores.mixed.append(found[2 * frame + 1])
        }
        pending.removeFirst((frames - 2 * Self.margin) * Self.frameBytes)
    }
}

extension FrameGrid {
    /// Interleaved RGB, 8-bit full range, by the coefficients of Rec. ITU-R BT.601 whatever the video says: what FFmpeg
    /// takes for video that says nothing, and the network was made for.
    var rgb: [UInt8] {
        // In 65536ths, rounded: the same on every processor.
        [UInt8](unsafeUninitializedCapacity: 3 * Self.count) { out, count in
            for i in 0..<Self.count {
                let (luma, blue, red) = (Int32(y[i]) << 16 + 1 << 15, Int32(cb[i]) - 128, Int32(cr[i]) - 128)
                out[3 * i] = UInt8(clamping: (luma + 91881 * red) >> 16)
                out[3 * i + 1] = UInt8(clamping: (luma - 22554 * blue - 46802 * red) >> 16)
                out[3 * i + 2] = UInt8(clamping: (luma + 116130 * blue) >> 16)
            }
            count = 3 * Self.count
        }
    }
}
