internal import Foundation
public import Model

/// Cuts clips out of a source: decodes exactly the frames that scan saw, fits them into the profile's picture and
/// encodes H.264 in MP4 without sound or metadata.
public enum ClipCutter {
    /// Makes the clips of all jobs in one run over the source.
    ///
    /// Long gaps are skipped by seeking; every used frame must have the PTS and checksum of its scan. Where that fails
    /// after a seek or with several threads (which decode damage in their own ways), the clip is cut again from the start of
    /// the file with one. Equal inputs give equal bytes, whatever the
    /// other jobs, the threads and the CPU. Memory stays bounded: frames are encoded as they come.
    /// - Parameters:
    ///   - timing: what scan recorded of the source.
    ///   - directory: exists; each file is NAME.mp4 in it, complete and synchronized or not there at all.
    ///   - threads: decoder threads.
    /// - Returns: one result a job, in the jobs' order. Faults of single clips: `invalid` (the job makes no sense),
    ///   `mismatch` (the source no longer decodes to what was scanned, or the clip does not decode to what was
    ///   planned), `diskFull`, `readOnly`, `corrupt`.
    /// - Throws: what opening the source throws; `invalid` for a timing without one checksum a frame.
    public static func cut(
        source: SourceLocation, timing: SourceTiming, jobs: [CutJob], profile: Profile, into directory: String,
        threads: Int = 1
    ) throws(Fault) -> [CutResult] {
        guard timing.pts.count == timing.checksums.count else {
            throw Fault(
                .invalid, "the timing has \(timing.pts.count) times and \(timing.checksums.count) checksums",
                at: source.paths.first ?? "\(source.id)",
                advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
        var outcomes = [Result<CutClip, Fault>?](repeating: nil, count: jobs.count)
        var order: [Int] = []
        for (index, job) in jobs.enumerated() {
            do throws(Fault) {
                try job.validate(against: timing)
                order.append(index)
            } catch {
                outcomes[index] = .failure(error)
            }
        }
        order.sort { (jobs[$0].sourceFrames[0], $0) < (jobs[$1].sourceFrames[0], $1) }

        for maySeek in [true, false] where !order.isEmpty {
            let run = CutRun(
                source: source, timing: timing, jobs: jobs, profile: profile, directory: directory,
                threads: maySeek ? threads : 1, maySeek: maySeek)
            let results = try run.cut(order)
            order.removeAll { index in
                guard let result = results[index] else { return false }
                let mayDiffer = maySeek && (run.hasSought || threads > 1)
                if mayDiffer, case .failure(let fault) = result, fault.reason != .diskFull { return false }
                outcomes[index] = result
                return true
            }
        }
        return jobs.indices.map { CutResult(name: jobs[$0].name, outcome: outcomes[$0]!) }
    }
}

/// One decode run over a source for some jobs.
private final class CutRun {
    private let source: SourceLocation
    private let timing: SourceTiming
    private let jobs: [CutJob]
    private let profile: Profile
    private let directory: String
    private let threads: Int
    private let maySeek: Bool
    private(set) var hasSought = false
    private var results: [Int: Result<CutClip, Fault>] = [:]
    private var open: [OpenClip] = []
    /// The profile's picture for the open clips, one for each colour and size among them.
    private var fits: [PictureFit] = []

    init(
        source: SourceLocation, timing: SourceTiming, jobs: [CutJob], profile: Profile, directory: String,
        threads: Int, maySeek: Bool
    ) {
        self.source = source
        self.timing = timing
        self.jobs = jobs
        self.profile = profile
        self.directory = directory
        self.threads = threads
        self.maySeek = maySeek
    }

    /// - Parameter order: indices of jobs by their first frame.
    /// - Returns: a result for every index in `order`.
    func cut(_ order: [Int]) throws(Fault) -> [Int: Result<CutClip, Fault>] {
        var reader = try SourceReader.open(source, threads: threads)
        var waiting = order[...]
        var position = 0
        var sought = 0
        var end = missing("the source ended before the clip")
        do throws(Fault) {
            while !open.isEmpty || !waiting.isEmpty {
                if maySeek, open.isEmpty, let next = waiting.first, jobs[next].sourceFrames[0] > sought {
                    sought = jobs[next].sourceFrames[0]
                    if reader.isSeekWorthwhile(to: sought, from: position, by: timing) {
                        hasSought = true
                        try reader.seek(before: sought, by: timing)
                    }
                }
                guard let frame = try reader.next() else { break }
                position = frame.ordinal + 1
                var starting: [Int] = []
                while let next = waiting.first, jobs[next].sourceFrames[0] <= frame.ordinal {
                    starting.append(next)
                    waiting.removeFirst()
                }
                use(frame, starting: starting)
            }
            end = missing("the source ended after \(position) frames, the clip needs more")
        } catch {
            end = error
        }
        open = []
        for index in order where results[index] == nil { results[index] = .failure(end) }
        return results
    }

    private func use(_ frame: borrowing Frame, starting: [Int]) {
        for index in starting {
            do throws(Fault) {
                if jobs[index].sourceFrames[0] < frame.ordinal {
                    throw missing("frame \(jobs[index].sourceFrames[0]) did not come out of the decoder")
                }
                try verify(frame)
                open.append(try OpenClip(index, jobs[index], fit: fit(frame), profile: profile, in: directory))
            } catch {
                results[index] = .failure(error)
            }
        }
        open.removeAll { clip in
            do throws(Fault) {
                guard clip.needs(frame.ordinal) else { return false }
                try verify(frame)
                try clip.take(frame)
                guard clip.isComplete else { return false }
                results[clip.index] = .success(try clip.finish(threads: threads))
            } catch {
                results[clip.index] = .failure(error)
            }
            return true
        }
        if open.isEmpty { fits = [] }
    }

    /// Whether the frame is the one that scan saw under this ordinal.
    private func verify(_ frame: borrowing Frame) throws(Fault) {
        let ordinal = frame.ordinal
        guard ordinal < timing.pts.count, timing.pts[ordinal] == frame.pts else {
            throw missing("frame \(ordinal) is at tick \(frame.pts), not where it was scanned")
        }
        if timing.checksums[ordinal] != frame.checksum() {
            throw missing("frame \(ordinal) decodes to another picture than when it was scanned")
        }
    }

    private func missing(_ what: String) -> Fault {
        Fault(
            .mismatch, what, at: source.paths.first ?? "\(source.id)",
            advice: "The file or the FFmpeg libraries changed: run 'microcurate retry SOURCE', then 'microcurate run'.")
    }

    private func fit(_ frame: borrowing Frame) -> PictureFit {
        let fit = PictureFit(frame, profile: profile)
        if let same = fits.first(where: { $0.equals(fit) }) { return same }
        fits.append(fit)
        return fit
    }
}

/// A clip that is being written.
private final class OpenClip {
    let index: Int
    private let job: CutJob
    private let fit: PictureFit
    private var written = 0
    private var writer: VideoWriter?

    init(
        _ index: Int, _ job: CutJob, fit: PictureFit, profile: Profile, in directory: String
    ) throws(Fault) {
        var settings = VideoWriter.Settings(
            codec: .h264, width: fit.width, height: fit.height, timeBase: job.timeBase, rate: profile.rate)
        settings.quality = profile.crf
        settings.preset = profile.preset
        settings.gop = profile.gop
        settings.color = fit.color
        let writer = try VideoWriter.create("\(directory)/\(job.name).mp4", settings)
        self.index = index
        self.job = job
        self.fit = fit
        self.writer = consume writer
    }

    var isComplete: Bool { written == job.sourceFrames.count }

    /// Whether the frame, or one that it has skipped, belongs to the clip.
    func needs(_ ordinal: Int) -> Bool { job.sourceFrames[written] <= ordinal }

    func take(_ frame: borrowing Frame) throws(Fault) {
        if job.sourceFrames[written] < frame.ordinal {
            throw Fault(
                .mismatch, "frame \(job.sourceFrames[written]) did not come out of the decoder", at: frame.path,
                advice:
                    "The file or the FFmpeg libraries changed: run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
        let ordinal = frame.ordinal
        try fit.withPicture(of: frame) { picture throws(Fault) in
            while written < job.times.count, job.sourceFrames[written] == ordinal {
                try writer!.write(picture, at: job.times[written])
                written += 1
            }
        }
    }

    /// Completes the file, decodes it back and compares it with the plan.
    func finish(threads: Int) throws(Fault) -> CutClip {
        let complete = writer.take()!
        let path = complete.path
        let bytes = try complete.finish()
        do throws(Fault) {
            try verify(path, threads: threads)
        } catch {
            unlink(path)
            throw error
        }
        return CutClip(
            name: job.name, path: path, bytes: bytes, width: fit.width, height: fit.height, frames: written,
            sourceFrames: job.sourceFrames)
    }

    private func verify(_ path: String, threads: Int) throws(Fault) {
        func differs(_ what: String) -> Fault {
            Fault(.mismatch, "the clip was written, but \(what)", at: path, advice: "Report this with the source.")
        }
        var reader = try VideoReader.open(path, threads: threads)
        var count = 0
        while let frame = try reader.next() {
            guard frame.width == fit.width, frame.height == fit.height else {
                throw differs("decodes to \(frame.width)x\(frame.height) for \(fit.width)x\(fit.height)")
            }
            if count < job.times.count, let base = reader.timeBase,
                frame.pts != job.timeBase.rescale(job.times[count], to: base)
            {
                throw differs("frame \(count) is shown at tick \(frame.pts) of \(base)")
            }
            count += 1
        }
        if count != job.times.count { throw differs("decodes to \(count) frames for \(job.times.count)") }
    }
}
