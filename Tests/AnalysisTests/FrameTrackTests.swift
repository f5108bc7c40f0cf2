import Analysis
import Model
import Testing

@Suite struct FrameTrackTests {
    /// 25 fps with a sample every half second.
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
        return meter.finish()
    }

    @Test func aTrackComesBackAsItWas() throws {
        let track = example()
        #expect(try FrameTrack(decoding: track.encode()) == track)
        #expect(try FrameTiming(decoding: track.timing.encode()) == track.timing)
        #expect(try FramePictures(decoding: track.pictures.encode()) == track.pictures)
        #expect(try FrameSamples(decoding: track.samples.encode()) == track.samples)
        #expect(track.encode() == example().encode())
        let empty = FrameMeter().finish()
        #expect(try FrameTrack(decoding: empty.encode()) == empty)
    }

    @Test func aFrameTakesLessThan200Bytes() {
        let track = example(1000)
        #expect(track.count == 1000)
        #expect(track.samples.all.count == 84)
        #expect(track.encode().count < 200 * track.count)
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

    @Test func damageWithinATrackIsNoticed() {
        let bytes = example(30).encode()
        for i in stride(from: 0, to: bytes.count, by: 37) {
            var damaged = bytes
            damaged[i] ^= 1
            #expect(throws: Fault.self) { try FrameTrack(decoding: damaged) }
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
        let track = example(3)
        #expect(throws: Fault.self) { try FramePictures(decoding: track.timing.encode()) }
        let mixed = FrameTrack(timing: example(4).timing, pictures: track.pictures, samples: track.samples)
        #expect(throws: Fault.self) { try FrameTrack(decoding: mixed.encode()) }
    }
}
