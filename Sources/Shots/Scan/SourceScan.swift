public import Analysis
import Media
public import Model

extension Frame: MeasuredFrame {}

/// The one decode of a source and what it measures.
public struct SourceScan {
    public let track: FrameTrack
    /// Pixels of the pictures, upright.
    public let width: Int
    public let height: Int
    /// Damage that the decoder met and passed over, in words.
    public let problems: [String]

    /// Frames between samples of a source without PTS, for each second of `Recipe.Scan.sampleSeconds`.
    private static let ordinalFramesPerSecond = 10.0

    /// Decodes every frame of `source` for the plan's measurers, and makes what follows from their parts.
    ///
    /// What a decoder makes of damaged data depends on its threads; such a source is decoded again with one.
    /// Networks read along, on the thread that measures.
    ///
    /// Throws a `Fault`, among others where the source has no frame, and where a network fails.
    ///
    /// - Parameter table: the one that the plan was made in.
    public static func measure(
        _ source: SourceLocation, plan: ScanPlan, threads: Int, by table: TrackTable = .standard
    ) throws -> SourceScan {
        let scan = try measure(source, plan.rule, by: table.measurers(of: plan), threads: threads)
        var track = scan.track
        for part in table.derivable(from: Set(track.all.map { type(of: $0).name })) {
            track.insert(part.init(from: track))
        }
        return SourceScan(track: track, width: scan.width, height: scan.height, problems: scan.problems)
    }

    /// Makes some parts of a source that is scanned, and decodes only where one of them is measured.
    ///
    /// - Parameters:
    ///   - table: the one that the plan was made in.
    ///   - kept: the file of a part that the source has, by its name; nil where there is none.
    /// - Throws: `mismatch` where the source decodes otherwise than when it was scanned; what `measure` throws.
    package static func add(
        _ wanted: [String], to source: SourceLocation, plan: ScanPlan, threads: Int, by table: TrackTable = .standard,
        kept: (_ part: String) throws -> [UInt8]?
    ) throws -> FrameTrack {
        var track = FrameTrack()
        let measurers = table.measurers(of: plan, making: wanted)
        if !measurers.isEmpty {
            // The times and checksums of its frames tell whether it is the source that was scanned.
            let all = table.measurers(of: plan, making: wanted + [FrameTiming.name])
            track = try measure(source, plan.rule, by: all, threads: threads).track
            guard try track.timing.encode() == kept(FrameTiming.name) else {
                throw Fault(
                    .mismatch, "it decodes otherwise than when it was scanned", at: source.paths.first ?? "",
                    advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
            }
        }
        for part in table.derived where wanted.contains(part.name) {
            let origins = part.origins.filter { track[named: $0.name] == nil }
            for origin in try FrameTrack(reading: origins, bytes: kept).all { track.insert(origin) }
            track.insert(part.init(from: track))
        }
        return FrameTrack(track.all.filter { wanted.contains(type(of: $0).name) })
    }

    private static func measure(
        _ source: SourceLocation, _ rule: ScanRule, by types: [any Measurer.Type], threads: Int
    ) throws -> SourceScan {
        let measurers = try types.map { try $0.init(rule, threads: threads) }
        let seesSamples = types.contains { $0.seesSamples }
        return try decode(source, rule, measurers, seesSamples: seesSamples, threads: threads)
    }

    private static func decode(
        _ source: SourceLocation, _ rule: ScanRule, _ measurers: [any Measurer], seesSamples: Bool, threads: Int
    ) throws -> SourceScan {
        for measurer in measurers { measurer.begin() }
        var reader = try SourceReader.open(source, threads: threads)
        var seen = SeenFrame()
        let tickSeconds = source.timeBase?.double ?? 1 / ordinalFramesPerSecond
        var nextSample = seesSamples ? -Double.infinity : .infinity
        var (frames, samples) = (0, 0)
        var size = (width: 0, height: 0)
        while let frame = try reader.next() {
            if frames == 0 { size = (frame.width, frame.height) }
            frames += 1
            try frame.fillGrid(&seen.grid)
            seen.sample = nil
            let seconds = Double(frame.pts) * tickSeconds
            if seconds >= nextSample {
                // A thumbnail is kept of every second one.
                seen.sample = SeenFrame.SampledPicture(
                    picture: try frame.grayPicture(longSide: 256),
                    thumbnail: samples % 2 == 0 ? try frame.jpegThumbnail(longSide: rule.scan.thumbnailSize) : nil)
                samples += 1
                nextSample = seconds + rule.scan.sampleSeconds
            }
            for measurer in measurers { try measurer.take(frame, seen) }
        }
        if threads > 1, reader.isDamaged {
            return try decode(source, rule, measurers, seesSamples: seesSamples, threads: 1)
        }
        guard frames > 0 else {
            throw Fault(
                .noFrames, "no frame can be decoded", at: source.paths.first ?? "",
                advice: "Replace the file, or leave it out.")
        }
        return SourceScan(
            track: FrameTrack(try measurers.flatMap { try $0.finish() }), width: size.width, height: size.height,
            problems: reader.problems)
    }
}
