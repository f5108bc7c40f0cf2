public import Model

/// Cuts clips out of a source: decodes exactly the frames that scan saw, fits them into the profile's picture and
/// encodes H.264 in MP4 without sound or metadata.
public enum ClipCutter {
    /// Makes the clips of all jobs in one run over the source.
    ///
    /// Each frame is decoded once for all clips that show it, and several clips are encoded at once. Long gaps are
    /// skipped by seeking; every used frame must have the PTS and checksum of its scan. Where that fails after a seek
    /// or with several threads (which decode damage in their own ways), the clip is cut again from the start of the
    /// file with one. Equal inputs give equal bytes, whatever the other jobs, the threads and the CPU. Memory stays
    /// bounded: the reader waits while too many pictures wait to be encoded.
    /// - Parameters:
    ///   - timing: what scan recorded of the source.
    ///   - directory: exists; each file is NAME.mp4 in it, complete and synchronized or not there at all.
    ///   - threads: decoder threads, and clips to encode at once.
    ///   - memory: bytes that encoders and the pictures that wait for them may take together, though one clip of any
    ///     size is always cut; nil is half a GiB a thread, 2 GiB at most.
    /// - Returns: one result a job, in the jobs' order. Faults of single clips: `invalid` (the job makes no sense),
    ///   `mismatch` (the source no longer decodes to what was scanned, or the clip does not decode to what was
    ///   planned), `diskFull`, `readOnly`, `corrupt`.
    /// - Throws: what opening the source throws; `invalid` for a timing without one checksum a frame.
    public static func cut(
        source: SourceLocation, timing: SourceTiming, jobs: [CutJob], profile: Profile, into directory: String,
        threads: Int = 1, memory: Int? = nil
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

        for maySeek in [true, false] {
            order.sort { (jobs[$0].sourceFrames[0], $0) < (jobs[$1].sourceFrames[0], $1) }
            var again: [Int] = []
            while !order.isEmpty {
                let run = CutRun(
                    source: source, timing: timing, jobs: jobs, profile: profile, directory: directory,
                    threads: maySeek ? threads : 1, budget: LaneBudget(clips: threads, bytes: memory),
                    maySeek: maySeek)
                let results = try run.cut(order)
                let mayDiffer = maySeek && (run.hasSought || threads > 1)
                for index in order {
                    if case .failure(let fault) = results[index], mayDiffer, !fault.isOfTheDisk {
                        again.append(index)
                    } else {
                        outcomes[index] = results[index]
                    }
                }
                order.removeAll { results[$0] != nil }
            }
            order = again
        }
        return jobs.indices.map { CutResult(name: jobs[$0].name, outcome: outcomes[$0]!) }
    }
}
