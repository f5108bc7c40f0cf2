internal import Model

/// One decode run over a source for some jobs: reads the frames, fits each that is needed into the profile's picture
/// once, and hands it to the lanes of the clips that show it.
final class CutRun {
    private let source: SourceLocation
    private let timing: SourceTiming
    private let jobs: [CutJob]
    private let profile: Profile
    private let directory: String
    private let threads: Int
    private let maySeek: Bool
    private let budget: LaneBudget
    private(set) var hasSought = false
    /// Indices of the jobs that have not begun, by their first frame.
    private var waiting: ArraySlice<Int> = []
    private var postponed: Set<Int> = []
    private var results: [Int: Result<CutClip, Fault>] = [:]
    /// The lanes whose outcome is not known yet, by the indices of their jobs.
    private var lanes: [Int: ClipLane] = [:]
    /// Clips that need more frames.
    private var open: [OpenClip] = []
    /// The profile's picture for the open clips, one for each colour and size among them.
    private var fits: [PictureFit] = []

    /// - Parameter threads: decoder threads.
    init(
        source: SourceLocation, timing: SourceTiming, jobs: [CutJob], profile: Profile, directory: String,
        threads: Int, budget: LaneBudget, maySeek: Bool
    ) {
        self.source = source
        self.timing = timing
        self.jobs = jobs
        self.profile = profile
        self.directory = directory
        self.threads = threads
        self.budget = budget
        self.maySeek = maySeek
    }

    /// - Parameter order: indices of jobs by their first frame.
    /// - Returns: results by index; none for a clip that overlaps more others than can be encoded at once. The first
    ///   clip always has one.
    func cut(_ order: [Int]) throws(Fault) -> [Int: Result<CutClip, Fault>] {
        var reader = try SourceReader.open(source, threads: threads)
        waiting = order[...]
        let end = read(&reader)
        for clip in open { clip.lane.giveUp(end) }
        open = []
        for (index, lane) in lanes { results[index] = lane.join() }
        if end.isOfTheDisk { postponed = [] }
        for index in order where results[index] == nil && !postponed.contains(index) {
            results[index] = .failure(end)
        }
        return results
    }

    /// Reads on until no clip needs a frame.
    /// - Returns: what is to be said of the clips that did not get all their frames.
    private func read(_ reader: inout SourceReader) -> Fault {
        var position = 0
        var sought = 0
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
                try start(at: frame)
                show(frame)
            }
            return missing("the source ended after \(position) frames, the clip needs more")
        } catch {
            return error
        }
    }

    /// Opens a lane for each clip that begins with the frame.
    /// - Throws: the fault of an earlier clip that all others would meet too.
    private func start(at frame: borrowing Frame) throws(Fault) {
        while let index = waiting.first, jobs[index].sourceFrames[0] <= frame.ordinal {
            try collect()
            waiting.removeFirst()
            let job = jobs[index]
            guard job.sourceFrames[0] == frame.ordinal else {
                results[index] = .failure(missing("frame \(job.sourceFrames[0]) did not come out of the decoder"))
                continue
            }
            let fit = fit(frame)
            let shape = ClipLane.Shape(fit, of: frame, profile: profile)
            if !open.isEmpty, !budget.fits(encoders: open.reduce(shape.encoderBytes) { $0 + $1.encoderBytes }) {
                postponed.insert(index)
                continue
            }
            budget.enter(encoder: shape.encoderBytes, mayWait: open.isEmpty)
            let lane = ClipLane(job, shape: shape, profile: profile, in: directory, budget: budget)
            lanes[index] = lane
            open.append(OpenClip(job: job, encoderBytes: shape.encoderBytes, fit: fit, lane: lane))
        }
    }

    /// Takes in what became of the clips that are done.
    private func collect() throws(Fault) {
        for (index, lane) in lanes {
            guard let outcome = lane.outcome else { continue }
            results[index] = outcome
            lanes[index] = nil
            if case .failure(let fault) = outcome, fault.isOfTheDisk { throw fault }
        }
    }

    /// Hands the frame's picture to the lanes of the clips that show it.
    private func show(_ frame: borrowing Frame) {
        let ordinal = frame.ordinal
        for fit in fits {
            let takers = open.filter { $0.fit === fit && $0.needs(ordinal) }
            if takers.isEmpty { continue }
            do throws(Fault) {
                try verify(frame)
                let picture = try picture(of: frame, by: fit)
                for clip in takers where !clip.show(picture, of: ordinal) {
                    clip.lane.giveUp(missing("a frame before \(ordinal) did not come out of the decoder"))
                }
            } catch {
                for clip in takers { clip.lane.giveUp(error) }
            }
        }
        open.removeAll { $0.lane.isOver }
        fits.removeAll { fit in !open.contains { $0.fit === fit } }
    }

    private func picture(of frame: borrowing Frame, by fit: PictureFit) throws(Fault) -> SharedPicture {
        let path = frame.path
        let bytes = fit.pictureBytes
        budget.admit(picture: bytes)
        do throws(Fault) {
            var made: SharedPicture?
            try fit.withPicture(of: frame) { picture throws(Fault) in
                made = SharedPicture(try picture.reference(at: path), bytes: bytes, of: budget)
            }
            return made!
        } catch {
            budget.release(picture: bytes)
            throw error
        }
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

/// A clip that needs more frames.
private final class OpenClip {
    let encoderBytes: Int
    let fit: PictureFit
    let lane: ClipLane
    private let job: CutJob
    /// Frames of the clip that were handed over.
    private var shown = 0

    init(job: CutJob, encoderBytes: Int, fit: PictureFit, lane: ClipLane) {
        self.job = job
        self.encoderBytes = encoderBytes
        self.fit = fit
        self.lane = lane
    }

    var isComplete: Bool { shown == job.sourceFrames.count }

    /// Whether the frame, or one that was skipped, belongs to the clip.
    func needs(_ ordinal: Int) -> Bool { job.sourceFrames[shown] <= ordinal }

    /// Hands the frame's picture to the lane as often as the clip shows it; false where the clip needed another before.
    func show(_ picture: SharedPicture, of ordinal: Int) -> Bool {
        let first = shown
        while !isComplete, job.sourceFrames[shown] == ordinal { shown += 1 }
        if shown == first { return false }
        lane.show(picture, at: job.times[first..<shown])
        if isComplete { lane.finish() }
        return true
    }
}

extension PictureFit {
    /// Memory of a 4:2:0 picture.
    var pictureBytes: Int { width * height * 3 / 2 }
}

extension Fault {
    /// Whether every other clip would meet it too.
    var isOfTheDisk: Bool { reason == .diskFull || reason == .readOnly }
}
