import Analysis
import Model
import Testing

@Suite struct FrameTrackTests {
    /// 25 fps with a sample every half second, and every part that there is.
    private func example(_ frames: Int = 100) -> FrameTrack {
        let scene = Scene(3)
        var meter = FrameMeter()
        for i in 0..<frames {
            meter.add(
                grid: scene.grid(Double(i)).grid, pts: Int64(i) * 512 - 1024, checksum: UInt32(i) &* 77777,
                isKey: i % 12 == 0)
            if i % 12 == 0 {
                meter.addSample(ordinal: i, picture: scene.picture(width: 256, height: 144, time: Double(i)))
            }
        }
        var track = meter.finish()
        track.neural = NeuralScores(
            middles: (0..<frames).map { Float($0 % 100) / 100 }, mixed: (0..<frames).map { Float($0 % 7) / 7 })
        track.similarity = FrameSimilarity(cosines: (0..<frames).map { Float($0 % 200) / 100 - 1 })
        return track
    }

    /// The bytes of every part, with how each is read.
    private func parts(_ track: FrameTrack) -> [(bytes: [UInt8], read: ([UInt8]) throws -> AnyHashable)] {
        [
            (track.timing.encode(), { try FrameTiming(decoding: $0) }),
            (track.measures.encode(), { try FrameMeasures(decoding: $0) }),
            (track.samples.encode(), { try FrameSamples(decoding: $0) }),
            (track.evidence.encode(), { try TransitionEvidence(decoding: $0) }),
            (track.signatures?.encode() ?? [], { try FrameSignatures(decoding: $0) }),
            (track.neural?.encode() ?? [], { try NeuralScores(decoding: $0) }),
            (track.similarity?.encode() ?? [], { try FrameSimilarity(decoding: $0) }),
        ]
    }

    private func values(_ track: FrameTrack) -> [AnyHashable?] {
        [
            track.timing, track.measures, track.samples, track.evidence, track.signatures.map(AnyHashable.init),
            track.neural.map(AnyHashable.init), track.similarity.map(AnyHashable.init),
        ]
    }

    @Test func everyPartComesBackAsItWas() throws {
        for track in [example(), example(0)] {
            #expect(try parts(track).map { try $0.read($0.bytes) } == values(track))
            try track.check()
        }
        #expect(parts(example()).map(\.bytes) == parts(example()).map(\.bytes))
        #expect(example(0).count == 0)
        #expect(example(30).samples != example(60).samples)
    }

    /// Thumbnails apart, with all that models may add.
    @Test func aFrameTakesLessThan200Bytes() {
        let track = example(1000)
        #expect(track.count == 1000)
        #expect(track.samples.all.count == 84)
        #expect(parts(track).allSatisfy { !$0.bytes.isEmpty })
        #expect(parts(track).reduce(0) { $0 + $1.bytes.count } < 200 * track.count)
    }

    @Test func everyDamagedByteIsNoticed() {
        let bytes = example(3).timing.encode()
        for i in bytes.indices {
            var damaged = bytes
            damaged[i] ^= 0x10
            #expect(throws: Fault.self) { try FrameTiming(decoding: damaged) }
        }
        for length in 0..<bytes.count {
            #expect(throws: Fault.self) { try FrameTiming(decoding: Array(bytes.prefix(length))) }
        }
        #expect(throws: Fault.self) { try FrameTiming(decoding: bytes + [0]) }
    }

    @Test func damageWithinAnyPartIsNoticed() {
        for (bytes, read) in parts(example(30)) {
            for i in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
                var damaged = bytes
                damaged[i] ^= 1
                #expect(throws: Fault.self) { try read(damaged) }
                #expect(throws: Fault.self) { try read(Array(bytes.prefix(i))) }
            }
        }
    }

    @Test func aNewerVersionIsRefusedAsSuch() throws {
        var bytes = example(3).samples.encode()
        bytes[4 + 1 + "samples".utf8.count] = 9
        let fault = try #require(throws: Fault.self) { try FrameSamples(decoding: bytes) }
        #expect(fault.reason == .unsupported)
        #expect(fault.what.contains("version 9"))
    }

    @Test func partsAreNotMistakenForEachOther() {
        let all = parts(example(3))
        for (i, part) in all.enumerated() {
            for (j, other) in all.enumerated() where i != j {
                #expect(throws: Fault.self) { try part.read(other.bytes) }
            }
        }
    }

    @Test func partsOfDifferentLengthsAreRefused() {
        var track = example(30)
        track.timing = example(31).timing
        #expect(throws: Fault.self) { try track.check() }
        track = example(30)
        track.samples = example(60).samples
        #expect(throws: Fault.self) { try track.check() }
        track = example(30)
        track.neural = NeuralScores(middles: [0], mixed: [0])
        #expect(throws: Fault.self) { try track.check() }
    }
}
