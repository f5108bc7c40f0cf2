import Model

/// Measures the sampled pictures, and keeps a thumbnail of every second one.
public final class Sampler: Measurer {
    public static let name = "sampler"
    public static let parts: [any TrackPart.Type] = [FrameSamples.self, Thumbnails.self]
    public static let seesSamples = true

    private var samples: [FrameSamples.Sample] = []
    private var before: GrayPicture?
    private var pictures: [Thumbnails.Picture] = []

    public init(_ rule: ScanRule, threads: Int) {}

    public func begin() {
        samples = []
        before = nil
        pictures = []
    }

    public func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) {
        guard let sample = seen.sample else { return }
        let ordinal = frame.ordinal
        precondition(samples.last.map { $0.ordinal < ordinal } ?? true, "ordinals must increase")
        samples.append(PictureMeasures.sample(ordinal: ordinal, picture: sample.picture, after: before))
        before = sample.picture
        if let jpeg = sample.thumbnail { pictures.append(.init(frame: ordinal, jpeg: jpeg)) }
    }

    public func finish() -> [any TrackPart] { [FrameSamples(samples), Thumbnails(pictures)] }
}
