public import Analysis
import Media
public import Model

/// The one decode of a source and what it measures.
public struct SourceScan {
    public let track: FrameTrack
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
    ///
    /// Throws a `Fault`, among others where the source has no frame.
    public static func measure(_ source: SourceLocation, scan: Recipe.Scan, threads: Int) throws -> SourceScan {
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
        if threads > 1, reader.isDamaged { return try measure(source, scan: scan, threads: 1) }
        guard meter.count > 0 else {
            throw Fault(
                .noFrames, "no frame can be decoded", at: source.paths.first ?? "",
                advice: "Replace the file, or leave it out.")
        }
        return SourceScan(
            track: meter.finish(), thumbnails: pack, width: size.width, height: size.height, problems: reader.problems)
    }
}
