/// A 256-bit perceptual hash of one sampled picture (PDQ, Facebook 2019), with its quality gate.
public struct PictureHash: Codable, Hashable, Sendable {
    /// Decode ordinal of the sampled frame.
    public var frame: Int
    /// The bits, most significant word first; always four words.
    public var words: [UInt64]
    /// 0...100; a flat picture is near 0 and matches everything, so it is not compared.
    public var quality: Int

    public init(frame: Int, words: [UInt64], quality: Int) {
        precondition(words.count == 4)
        self.frame = frame
        self.words = words
        self.quality = quality
    }

    /// Hamming distance, 0...256.
    public func distance(_ other: PictureHash) -> Int {
        var sum = 0
        for i in 0..<4 { sum += (words[i] ^ other.words[i]).nonzeroBitCount }
        return sum
    }
}

/// Where a clip stands. Derived from the records, never stored: see docs/architecture.md for the diagram.
public enum ClipState: String, Codable, Sendable, CaseIterable {
    case proposed, rejected, duplicate, ready, accepted, declined, disputed, failed, withdrawn
    /// Proposed under an earlier recipe only, and never decided on. Kept, in no release.
    case retired
}
