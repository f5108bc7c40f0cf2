package import Analysis
import Files
import Media
package import Model

/// Spans of one source, planned and cut in one decode run.
package enum SpanCutter {
    package struct Cut {
        package var path: String
        package var sha256: Digest
        package var bytes: Int
        package var width: Int
        package var height: Int
        package var sourceFrames: [Int]
        /// Pixels of the clip for a square pixel of the source.
        package var scale: Double
    }

    /// One result a span, in their order. Files are named by the spans' names.
    package static func cut(
        _ source: SourceLocation, timing: FrameTiming, spans: [(name: String, span: ClipSpan)], profile: Profile,
        into directory: String, threads: Int
    ) throws -> [Result<Cut, Fault>] {
        let timeBase = source.playbackTimeBase(profile)
        let jobs = spans.map { name, span in
            let plan = Retiming.plan(timing: timing, span: span, timeBase: timeBase, profile: profile)
            return CutJob(name: name, sourceFrames: plan.sourceFrames, times: plan.times, timeBase: plan.timeBase)
        }
        let known = SourceTiming(pts: timing.pts, checksums: timing.checksums, timeBase: timeBase)
        let results = try ClipCutter.cut(
            source: source, timing: known, jobs: jobs, profile: profile, into: directory, threads: threads)
        return try results.map { result in
            switch result.outcome {
            case .failure(let fault): return .failure(fault)
            case .success(let file):
                return .success(
                    Cut(
                        path: file.path, sha256: try Digest(ofFile: file.path), bytes: file.bytes, width: file.width,
                        height: file.height, sourceFrames: file.sourceFrames, scale: file.scale))
            }
        }
    }
}
