public import Analysis
import Media
public import Model

/// Sees every frame of a scan's one decode, in presentation order, besides the meter: what a neural network reads, say.
protocol FrameConsumer: AnyObject {
    /// Called before the first frame. What was taken before is void: a damaged source is decoded again.
    func begin()
    /// `grid` is the frame's own. Both are lent for the call.
    func take(_ frame: borrowing Frame, grid: FrameGrid) throws
}

/// The one decode of a source and what it measures.
public struct SourceScan {
    public private(set) var track: FrameTrack
    public let thumbnails: ThumbnailPack
    /// Pixels of the pictures, upright.
    public let width: Int
    public let height: Int
    /// Damage that the decoder met and passed over, in words.
    public let problems: [String]

    /// Frames between samples of a source without PTS, for each second of `Recipe.Scan.sampleSeconds`.
    private static let ordinalFramesPerSecond = 10.0

    /// Decodes every frame of `source`. A thumbnail is kept of every second sampled picture.
    ///
    /// What a decoder makes of damaged data depends on its threads; such a source is decoded again with one.
    /// Networks read along, on the thread that measures.
    ///
    /// Throws a `Fault`, among others where the source has no frame, and where a network fails.
    public static func measure(
        _ source: SourceLocation, scan: Recipe.Scan, threads: Int, reading: NeuralReading = .none
    ) throws -> SourceScan {
        let (shots, similarity) = try reading.consumers(threads: threads)
        let all: [(any FrameConsumer)?] = [shots, similarity]
        let consumers = all.compactMap(\.self)
        var measured = try measure(source, scan: scan, threads: threads, consumers: consumers)
        measured.track.neural = try shots?.finish()
        measured.track.similarity = similarity?.finish()
        return measured
    }

    private static func measure(
        _ source: SourceLocation, scan: Recipe.Scan, threads: Int, consumers: [any FrameConsumer]
    ) throws -> SourceScan {
        for consumer in consumers { consumer.begin() }
        var reader = try SourceReader.open(source, threads: threads)
        var meter = FrameMeter()
        var grid = FrameGrid()
        var pack = ThumbnailPack()
        let tickSeconds = source.timeBase?.double ?? 1 / ordinalFramesPerSecond
        var nextSample = -Double.infinity
        var samples = 0
        var size = (width: 0, height: 0)
        while let frame = try reader.next() {
            try frame.fillGrid(&grid)
            meter.add(grid: grid, pts: frame.pts, checksum: frame.checksum(), isKey: frame.isKeyFrame)
            for consumer in consumers { try consumer.take(frame, grid: grid) }
            let seconds = Double(frame.pts) * tickSeconds
            if seconds >= nextSample {
                if samples == 0 { size = (frame.width, frame.height) }
                meter.addSample(ordinal: frame.ordinal, picture: try frame.grayPicture(longSide: 256))
                if samples % 2 == 0 {
                    pack.add(try frame.jpegThumbnail(longSide: scan.thumbnailSize), frame: frame.ordinal)
                }
                samples += 1
                nextSample = seconds + scan.sampleSeconds
            }
        }
        if threads > 1, reader.isDamaged {
            return try measure(source, scan: scan, threads: 1, consumers: consumers)
        }
        guard meter.count > 0 else {
            throw Fault(
                .noFrames, "no frame can be decoded", at: source.paths.first ?? "",
                advice: "Replace the file, or leave it out.")
        }
        return SourceScan(
            track: meter.finish(), thumbnails: pack, width: size.width, height: size.height, problems: reader.problems)
    }
}
