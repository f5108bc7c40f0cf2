import Foundation
import Media
import Model
import Footage
import Testing

@Suite struct ClipCutterTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    private func job(_ name: String, _ frames: [Int], rate: Rational = Rational(16)) -> CutJob {
        CutJob(
            name: name, sourceFrames: frames, times: (0..<Int64(frames.count)).map { $0 },
            timeBase: rate.reciprocal)
    }

    private let small = Profile(name: "small", width: 208, height: 120, fit: .crop, rate: Rational(16), preset: "fast")

    private func cut(
        _ footage: ClockFootage, _ name: String, _ jobs: [CutJob], _ profile: Profile, threads: Int = 1,
        memory: Int? = nil, into directory: String? = nil
    ) throws -> [CutResult] {
        let path = folder.file(name)
        if !FileManager.default.fileExists(atPath: path) { try footage.write(to: path) }
        let source = try SourceLocation.video(path)
        let timing = try SourceTiming.scanned(source)
        return try ClipCutter.cut(
            source: source, timing: timing, jobs: jobs, profile: profile, into: directory ?? folder.path,
            threads: threads,
            memory: memory)
    }

    @Test(arguments: Recording.all + [Recording(codec: .h264, name: "g.h264")])
    func clipsHoldExactlyTheirFrames(_ recording: Recording) throws {
        let footage = ClockFootage(frames: 150, codec: recording.codec)
        // In the middle, overlapping, repeating (slower), skipping (faster), the last frames, one frame.
        let jobs = [
            job("middle", Array(60..<85)), job("overlap", Array(70..<100)),
            job("slow", (10..<20).flatMap { [$0, $0] }),
            job("fast", Array(stride(from: 100, to: 150, by: 3))), job("end", Array(140..<150)), job("one", [33]),
        ]
        let results = try cut(footage, recording.name, jobs, small)
        #expect(results.map(\.name) == jobs.map(\.name))
        for (result, job) in zip(results, jobs) {
            let clip = try result.outcome.get()
            #expect(clip.sourceFrames == job.sourceFrames)
            #expect(clip.frames == job.sourceFrames.count)
            #expect("\(clip.width)x\(clip.height)" == "208x120")
            #expect(clip.path == folder.file(job.name + ".mp4"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: clip.path)).count == clip.bytes)
            #expect(try footage.ordinals(ofFile: clip.path) == job.sourceFrames)
            let description = try ContainerProbe.describe(path: clip.path)[0]
            #expect(description.codec == "h264")
            #expect(description.frames == job.sourceFrames.count)
            if job.sourceFrames.count > 2 {
                #expect(description.frameRate == .init(nominal: Rational(16), variable: false))
            }
        }
        #expect(try folder.names.filter { $0.hasSuffix(".part") } == [])
    }

    /// Key frames far apart, with and without an index in the container, and gaps worth a seek.
    @Test(arguments: ["long.ts", "long.mp4", "long.mkv"])
    func longGapsAreSkipped(_ name: String) throws {
        var footage = ClockFootage(frames: 760, width: 160, height: 120)
        footage.gop = 350
        let jobs = [job("a", [340, 341]), job("b", [750, 755]), job("c", [3])]
        for result in try cut(footage, name, jobs, small) {
            let clip = try result.outcome.get()
            #expect(try footage.ordinals(ofFile: clip.path) == clip.sourceFrames)
        }
    }

    @Test func unevenTimesAreKept() throws {
        var footage = ClockFootage(frames: 60)
        footage.timeBase = Rational(1, 1000)
        footage.pts = (0..<60).map { Int64($0 * 40 + ($0 * $0) % 31) }
        let frames = Array(20..<50)
        let times = frames.map { footage.pts![$0] - footage.pts![20] }
        let native = CutJob(name: "native", sourceFrames: frames, times: times, timeBase: Rational(1, 1000))
        let clip = try #require(try cut(footage, "vfr.mkv", [native], .native).first).outcome.get()
        #expect("\(clip.width)x\(clip.height)" == "320x240")
        let reading = try Reading(clip.path)
        let base = try #require(try ContainerProbe.describe(path: clip.path)[0].timeBase)
        #expect(reading.pts == times.map { Rational(1, 1000).rescale($0, to: base) })
        #expect(try footage.ordinals(ofFile: clip.path) == frames)
    }

    /// A clip is the same alone, beside others, with more threads, and with memory for three encoders or for none.
    @Test(.timeLimit(.minutes(1))) func bytesDependOnTheClipAlone() throws {
        let footage = ClockFootage(frames: 100, width: 160, height: 120)
        let tiny = Profile(name: "tiny", width: 112, height: 64, fit: .crop, rate: Rational(16), preset: "fast")
        // One after another, in each other, repeating.
        let jobs =
            (0..<4).map { job("row\($0)", Array(20 * $0..<20 * $0 + 18)) }
            + (0..<5).map { job("heap\($0)", Array(30 + $0..<60 - $0)) }
            + [job("slow", (25..<35).flatMap { [$0, $0, $0] })]
        let alone = try jobs.map { job in
            let clip = try cut(footage, "a.mp4", [job], tiny)[0].outcome.get()
            #expect(try footage.ordinals(ofFile: clip.path) == job.sourceFrames)
            return try Data(contentsOf: URL(fileURLWithPath: clip.path))
        }
        for (threads, memory) in [(1, nil), (4, nil), (3, 1), (4, 2_500_000)] as [(Int, Int?)] {
            let together = try VideoFolder()
            let results = try cut(
                footage, "a.mp4", jobs, tiny, threads: threads, memory: memory, into: together.path)
            for (result, bytes) in zip(results, alone) {
                let clip = try result.outcome.get()
                #expect(
                    try Data(contentsOf: URL(fileURLWithPath: clip.path)) == bytes,
                    "\(result.name), \(threads) threads, memory \(memory ?? 0)")
            }
            #expect(try together.names == jobs.map { $0.name + ".mp4" }.sorted())
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1, 3])
    func oneClipsFaultLeavesTheOthersAlone(threads: Int) throws {
        // Nothing can be written where a folder lies.
        try FileManager.default.createDirectory(atPath: folder.file("bad.mp4.part"), withIntermediateDirectories: false)
        let jobs = [
            job("first", Array(0..<30)), job("bad", Array(10..<50)), job("beside", Array(10..<50)),
            job("last", Array(60..<80)),
        ]
        let results = try cut(ClockFootage(frames: 80), "a.mp4", jobs, small, threads: threads)
        #expect(throws: Fault.self) { try results[1].outcome.get() }
        for index in [0, 2, 3] { #expect(try results[index].outcome.get().frames == jobs[index].sourceFrames.count) }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1, 3])
    func aFullDiskEndsTheRun(threads: Int) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("full.mp4.part"), withDestinationPath: "/dev/full")
        let jobs = [job("full", Array(0..<6))] + (1..<12).map { job("later\($0)", Array(6 * $0..<6 * $0 + 6)) }
        let results = try cut(ClockFootage(frames: 80), "a.mp4", jobs, small, threads: threads)
        let faults = results.compactMap { result -> Fault.Reason? in
            if case .failure(let fault) = result.outcome { fault.reason } else { nil }
        }
        #expect(Set(faults) == [.diskFull])
        guard case .failure = results[0].outcome, case .failure = results[11].outcome else {
            Issue.record("a clip was cut on a full disk")
            return
        }
        // What is there is complete, and is told.
        let cut = results.compactMap { try? $0.outcome.get() }.map(\.path)
        #expect(Set(try folder.names) == Set(cut.map { ($0 as NSString).lastPathComponent } + ["a.mp4"]))
    }

    @Test func theScaleIsThatOfTheSource() throws {
        var footage = ClockFootage(frames: 3, width: 320, height: 240)
        let cropped = try cut(footage, "a.mp4", [job("crop", [1])], small)[0].outcome.get()
        #expect(cropped.scale == 208.0 / 320)
        let padding = Profile(name: "pad", width: 208, height: 120, fit: .pad, rate: Rational(16))
        #expect(try cut(footage, "a.mp4", [job("pad", [1])], padding)[0].outcome.get().scale == 0.5)
        #expect(try cut(footage, "a.mp4", [job("keep", [1])], .native)[0].outcome.get().scale == 1)
        footage.sampleAspect = Rational(2)
        let stretched = try cut(footage, "wide.mp4", [job("wide", [1])], padding)[0].outcome.get()
        #expect(stretched.scale == 208.0 / 640)
    }

    @Test(arguments: [Profile.Fit.crop, .pad])
    func shapesAreFitted(_ fit: Profile.Fit) throws {
        for (width, height) in [(320, 180), (240, 320), (200, 200)] {
            let footage = ClockFootage(frames: 8, width: width, height: height)
            let profile = Profile(name: "p", width: 416, height: 240, fit: fit, rate: Rational(16))
            let name = "s\(width)x\(height).mp4"
            let clip = try #require(try cut(footage, name, [job("c\(width)", [2, 3, 4])], profile).first).outcome.get()
            #expect("\(clip.width)x\(clip.height)" == "416x240")
            #expect(try footage.ordinals(ofFile: clip.path, fit: fit) == [2, 3, 4])
            let frame = try firstFrame(of: clip.path)
            let picture = try frame.grayPicture(longSide: 416)
            // Black beside the picture where it is padded, none where it is cropped.
            let isBarred = fit == .pad && width * 240 < height * 416
            #expect((picture[2, 120] < 8) == isBarred)
        }
    }

    @Test(arguments: [0, 90, 180, 270])
    func turnedAndStretchedPicturesAreSetRight(_ rotation: Int) throws {
        var footage = ClockFootage(frames: 8, width: 322, height: 242)
        footage.rotation = rotation
        footage.sampleAspect = Rational(4, 3)
        let results = try cut(footage, "r\(rotation).mp4", [job("kept\(rotation)", [1, 2, 5])], .native)
        let kept = try #require(results.first).outcome.get()
        // 322 x 4/3 = 429.3
        #expect("\(kept.width)x\(kept.height)" == (rotation % 180 == 0 ? "428x242" : "242x428"))
        #expect(try footage.ordinals(ofFile: kept.path) == [1, 2, 5])
        let cropped = try #require(
            try cut(footage, "r\(rotation).mp4", [job("crop\(rotation)", [1, 2, 5])], small).first
        ).outcome.get()
        #expect(try footage.ordinals(ofFile: cropped.path) == [1, 2, 5])
        #expect(try ContainerProbe.describe(path: cropped.path)[0].rotation == 0)
    }

    @Test(arguments: ["yuv420p", "yuvj420p", "gray", "gray16le", "bgr0", "yuv444p10le"])
    func coloursSurvive(_ format: String) throws {
        var footage = ClockFootage(frames: 3, codec: format == "yuvj420p" ? .mjpeg : .ffv1)
        footage.pixelFormat = format
        footage.quality = 2
        let results = try cut(footage, "\(format).mkv", [job("c-\(format)", [0, 1, 2])], .native)
        let path = try #require(results.first).outcome.get().path
        var before = FrameGrid()
        var after = FrameGrid()
        try firstFrame(of: folder.file("\(format).mkv")).fillGrid(&before)
        try firstFrame(of: path).fillGrid(&after)
        func difference(_ a: [UInt8], _ b: [UInt8]) -> Double {
            zip(a, b).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(a.count)
        }
        #expect(difference(before.y, after.y) < 4)
        #expect(difference(before.cb, after.cb) < 3)
        #expect(difference(before.cr, after.cr) < 3)
        #expect(Set(before.cb).count > 1 || format.hasPrefix("gray"))
    }

    @Test func wrongTimingIsAMismatch() throws {
        let footage = ClockFootage(frames: 100)
        let path = folder.file("a.mp4")
        try footage.write(to: path)
        let source = try SourceLocation.video(path)
        let right = try SourceTiming.scanned(source)
        let jobs = [job("bad", Array(60..<70)), job("good", Array(5..<10))]

        var otherPictures = right
        otherPictures.checksums[65] ^= 1
        var otherTimes = right
        for i in 62..<100 { otherTimes.pts[i] += 3 }
        var tooLong = right
        tooLong.pts += [tooLong.pts[99] + 512]
        tooLong.checksums += [1]
        for (timing, jobs) in [
            (otherPictures, jobs), (otherTimes, jobs), (tooLong, [job("bad", Array(90..<101)), jobs[1]]),
        ] {
            let results = try ClipCutter.cut(
                source: source, timing: timing, jobs: jobs, profile: small, into: folder.path)
            guard case .failure(let fault) = results[0].outcome else {
                Issue.record("a clip was made of frames that were never scanned")
                return
            }
            #expect(fault.reason == .mismatch)
            #expect(fault.place == path)
            #expect(try footage.ordinals(ofFile: results[1].outcome.get().path) == Array(5..<10))
            #expect(try folder.names.filter { $0.hasPrefix("bad") } == [])
        }
    }

    @Test func senselessJobsFailAlone() throws {
        let footage = ClockFootage(frames: 20)
        let jobs = [
            job("good", [3, 4]), job("none", []), job("beyond", [19, 20]), job("backward", [5, 4]),
            CutJob(name: "untimed", sourceFrames: [1, 2], times: [0], timeBase: Rational(1, 16)),
            CutJob(name: "still", sourceFrames: [1, 2], times: [0, 0], timeBase: Rational(1, 16)),
        ]
        let results = try cut(footage, "a.mp4", jobs, small)
        #expect(try results[0].outcome.get().frames == 2)
        for result in results.dropFirst() { #expect(throws: Fault.self) { try result.outcome.get() } }
    }

    @Test func aMissingFolderIsToldForEachClip() throws {
        let path = folder.file("a.mp4")
        try ClockFootage(frames: 20).write(to: path)
        let source = try SourceLocation.video(path)
        let results = try ClipCutter.cut(
            source: source, timing: try SourceTiming.scanned(source), jobs: [job("a", [1])], profile: small,
            into: folder.file("nowhere"))
        #expect(throws: Fault.self) { try results[0].outcome.get() }
    }

    @Test func anUnfinishedFileIsRemoved() throws {
        let settings = VideoWriter.Settings(
            codec: .h264, width: 64, height: 64, timeBase: Rational(1, 25), rate: Rational(25))
        do {
            var writer = try VideoWriter.create(folder.file("gone.mp4"), settings)
            try writer.write(YUVPicture(width: 64, height: 64), at: 0)
            #expect(try folder.names == ["gone.mp4.part"])
        }
        #expect(try folder.names == [])
    }

    @Test func picturesInFilesAreCut() throws {
        let footage = ClockFootage(frames: 6)
        let path = folder.file("source.mp4")
        try footage.write(to: path)
        var reader = try VideoReader.open(path)
        var paths: [String] = []
        while let frame = try reader.next() {
            paths.append(try folder.write("p\(frame.ordinal).jpg", try frame.jpegThumbnail(longSide: 4096)))
        }
        let source = SourceLocation.sequence(paths)
        let timing = try SourceTiming.scanned(source)
        let results = try ClipCutter.cut(
            source: source, timing: timing, jobs: [job("c", [2, 3, 3, 5])], profile: small, into: folder.path)
        #expect(try footage.ordinals(ofFile: results[0].outcome.get().path) == [2, 3, 3, 5])
    }
}
