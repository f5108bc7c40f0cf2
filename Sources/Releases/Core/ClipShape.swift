/// What a trainer's rules look at in a clip.
struct ClipShape: Hashable, Sendable {
    let frames: Int
    /// Frames a second; the average where they are unevenly spaced.
    let fps: Double
    let isEven: Bool
    let size: FrameSize
    /// Tokens of the caption, estimated from above; 0 where there is none.
    let captionTokens: Int

    init(_ record: SampleRecord) {
        frames = record.frames
        fps = record.fps
        isEven = !record.frameRate.isEmpty
        size = FrameSize(width: record.width, height: record.height)
        captionTokens = Self.tokens(record.caption)
    }

    /// Whether numbers are such as a video can have.
    var isSound: Bool {
        let sides = 1...(1 << 20)
        return (1...1_000_000_000).contains(frames) && fps > 0 && fps.isFinite && sides.contains(size.width)
            && sides.contains(size.height)
    }

    /// An estimate from above, without the tokenizer's 250,000 pieces: a token for each two bytes of a word, one for the
    /// end. English prose takes about half of it.
    static func tokens(_ caption: String) -> Int {
        var tokens = 0
        var word = 0
        for byte in caption.utf8 {
            if [0x20, 0x09, 0x0a, 0x0d].contains(byte) {
                tokens += (word + 1) / 2
                word = 0
            } else {
                word += 1
            }
        }
        tokens += (word + 1) / 2
        return tokens == 0 ? 0 : tokens + 1
    }
}

/// Pixels.
package struct FrameSize: Hashable, Sendable, CustomStringConvertible {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    package var description: String { "\(width)x\(height)" }
    var aspect: Double { Double(width) / Double(height) }

    /// Both sides cut down to multiples of `step`, at least one.
    package func cut(to step: Int) -> FrameSize {
        FrameSize(width: max(width / step, 1) * step, height: max(height / step, 1) * step)
    }

    func hasAspect(of other: FrameSize) -> Bool { width * other.height == height * other.width }
}
