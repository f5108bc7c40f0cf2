public import Model

/// What is measured only now and then, on pictures of 256 pixels.
public struct FrameSamples: TrackPart {
    /// A black margin along one side of a sampled picture.
    public struct Margin: Hashable, Sendable {
        /// Depth of the uniform near-black lines, as a share of the height or width times 65535.
        public var depth: UInt16
        /// Share of the line beside it that is brighter at once, times 255: 255 is a straight edge, 0 none.
        public var edge: UInt8

        public init(depth: UInt16, edge: UInt8) {
            self.depth = depth
            self.edge = edge
        }
    }

    public struct Sample: Hashable, Sendable {
        public var ordinal: Int
        public var hash: PictureHash
        /// Left, right, top, bottom.
        public var margins: [Margin]
        /// Variance of the Laplacian of luma, 8-bit units squared.
        public var sharpness: Float
        /// Width of the widest line of overlay text as a share of the picture's width, 0...1.
        public var text: Float
        /// Mean luma, 0...255.
        public var mean: Float
        /// Share of pixels that changed since the sample before by more than noise, 0...1; nil for the first.
        public var change: Float?

        public init(
            ordinal: Int, hash: PictureHash, margins: [Margin], sharpness: Float, text: Float, mean: Float,
            change: Float?
        ) {
            precondition(margins.count == 4)
            self.ordinal = ordinal
            self.hash = hash
            self.margins = margins
            self.sharpness = sharpness
            self.text = text
            self.mean = mean
            self.change = change
        }
    }

    /// In order of their ordinals.
    public var all: [Sample]

    public init(_ all: [Sample] = []) { self.all = all }

    /// The samples whose frames lie in `span`.
    public func inside(_ span: FrameSpan) -> ArraySlice<Sample> {
        let start = first(atOrAfter: span.start)
        return all[start..<max(start, first(atOrAfter: span.end))]
    }

    private func first(atOrAfter ordinal: Int) -> Int { all.firstIndex(notBefore: { $0.ordinal < ordinal }) }

    public static let name = "samples", version: UInt16 = 1
    private static let bytesPerSample = 4 + 32 + 1 + 4 * 3 + 4 * 4

    public var coverage: FrameCoverage { .chosen(last: all.last?.ordinal) }

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(
            part: Self.name, version: Self.version, count: all.count, capacity: all.count * Self.bytesPerSample)
        for sample in all {
            writer.append(UInt32(sample.ordinal))
            for word in sample.hash.words { writer.append(word) }
            writer.append(UInt8(clamping: sample.hash.quality))
            for margin in sample.margins {
                writer.append(margin.depth)
                writer.append(margin.edge)
            }
            for value in [sample.sharpness, sample.text, sample.mean, sample.change ?? .nan] {
                writer.append(value.bitPattern)
            }
        }
        return writer.finish()
    }

    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.name, version: Self.version)
        all = []
        all.reserveCapacity(min(reader.count, bytes.count / Self.bytesPerSample))
        for _ in 0..<reader.count {
            let ordinal = Int(try reader.value(UInt32.self))
            let words = try reader.column(of: UInt64.self, 4)
            let quality = Int(try reader.value(UInt8.self))
            var margins: [Margin] = []
            margins.reserveCapacity(4)
            for _ in 0..<4 {
                margins.append(Margin(depth: try reader.value(), edge: try reader.value()))
            }
            func number() throws -> Float { Float(bitPattern: try reader.value()) }
            let (sharpness, text, mean, change) = (try number(), try number(), try number(), try number())
            all.append(
                Sample(
                    ordinal: ordinal, hash: PictureHash(frame: ordinal, words: words, quality: quality),
                    margins: margins, sharpness: sharpness, text: text, mean: mean, change: change.isNaN ? nil : change)
            )
        }
        try reader.finish()
    }
}

extension FrameTrack {
    public var samples: FrameSamples {
        get { known(FrameSamples.self) }
        set { insert(newValue) }
    }
}
