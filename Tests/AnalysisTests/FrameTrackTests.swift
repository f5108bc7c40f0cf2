import Analysis
import Model
import Testing

@Suite struct FrameTrackTests {
    private static let types: [any TrackPart.Type] = [
        FrameTiming.self, FrameMeasures.self, FrameSamples.self, TransitionEvidence.self, FrameSignatures.self,
        NeuralScores.self, FrameSimilarity.self, Thumbnails.self,
    ]

    /// 25 fps with a sample every half second, and every part that there is.
    private func example(_ frames: Int = 100) -> FrameTrack {
        let scene = Scene(3)
        let scan = StillScan()
        for i in 0..<frames {
            let isSample = i % 12 == 0
            scan.add(
                StillFrame(i, pts: Int64(i) * 512 - 1024, isKeyFrame: isSample, checksum: UInt32(i) &* 77777),
                grid: scene.grid(Double(i)).grid,
                picture: isSample ? scene.picture(width: 256, height: 144, time: Double(i)) : nil,
                thumbnail: i % 24 == 0 ? [0xff, 0xd8, UInt8(i % 256)] : nil)
        }
        var track = scan.finish()
        track.neural = NeuralScores(
            middles: (0..<frames).map { Float($0 % 100) / 100 }, mixed: (0..<frames).map { Float($0 % 7) / 7 })
        track.similarity = FrameSimilarity(cosines: (0..<frames).map { Float($0 % 200) / 100 - 1 })
        return track
    }

    /// The bytes of every part, with how each is read.
    private func parts(_ track: FrameTrack) -> [(bytes: [UInt8], read: ([UInt8]) throws -> AnyHashable)] {
        Self.types.map { type in
            (track[named: type.name]?.encode() ?? [], { AnyHashable(try type.init(decoding: $0)) })
        }
    }

    private func values(_ track: FrameTrack) -> [AnyHashable?] {
        Self.types.map { track[named: $0.name].map { AnyHashable($0) } }
    }

    /// A short track of pictures made of integers, with every part.
    private func fixed(_ frames: Int = 60) -> FrameTrack {
        var numbers = SplitMix(seed: 13)
        let scan = StillScan()
        for i in 0..<frames {
            var grid = FrameGrid()
            for cell in 0..<FrameGrid.count {
                let (x, y) = (cell % FrameGrid.width, cell / FrameGrid.width)
                let (first, second) = (x * 5 + y * 2 + i, (x ^ y) * 3 + 2 * i)
                grid.y[cell] = UInt8((i < 30 ? first : second + numbers.index(4)) % 256)
                grid.cb[cell] = UInt8(100 + (i < 30 ? x : y) + i / 4)
                grid.cr[cell] = UInt8(150 - (x + y) / 2)
            }
            var picture: GrayPicture?
            if i % 12 == 0 {
                let divisor = i < 30 ? 4 : 3
                let pixels = (0..<256 * 144).map { place -> UInt8 in
                    let value = place % 256 * (i + 3) + place / 256 * 2
                    return UInt8(value / divisor % 256)
                }
                picture = GrayPicture(width: 256, height: 144, pixels: pixels)
            }
            scan.add(
                StillFrame(i, pts: Int64(i) * 512 - 1024, isKeyFrame: i % 12 == 0, checksum: UInt32(i) &* 77777),
                grid: grid, picture: picture,
                thumbnail: [0: [0xff, 0xd8, 1, 2, 3], 24: [0xff, 0xd8, 4]][i])
        }
        var track = scan.finish()
        track.neural = NeuralScores(
            middles: (0..<frames).map { Float($0 % 64) / 64 }, mixed: (0..<frames).map { Float($0 % 8) / 8 })
        track.similarity = FrameSimilarity(cosines: (0..<frames).map { Float($0 % 128) / 64 - 1 })
        return track
    }

    /// As the command wrote them when these versions were new: footage is not decoded again for the same measurements.
    @Test(arguments: [
        ("timing", "d81607eec2f37f394a637e1a948ddc559cfcff4724e0d208bb5d61124ce00248"),
        ("measures", "c91a4b85bf3c3c09cfa165f4d56b65f630e9abcc2ae9bf30c8baa9aa5d00642f"),
        ("samples", "4e1ecc773b541786f6afa0a3b518c99c83af93dc6796f31784129a2509c58d2d"),
        ("evidence", "0d2fbc56deb50edae29d2fb6f4d0e0192daef7daf25c9c8e3f3ab181a586687d"),
        ("signatures", "d0bc97a6dedb3d3b7327d14e232093e908f4a1d6cccc457bae055107738ff63b"),
        ("neural", "f01af91fca542a0855c4021f28ae030f08961796196484669d93e730714432a2"),
        ("similarity", "ffee7905159ca9816aee804c340f7887158d082d36a951dcc914330ba72fcd33"),
        ("thumbnails", "54a36d188bba9108023e5cf58db9542e71d30e2ada974bc45e90f7e26017f49a"),
    ])
    func bytesOfEachVersionStay(part: String, sha256: String) throws {
        let part = try #require(fixed()[named: part])
        #expect(Digest(of: part.encode()).hex == sha256)
        #expect(type(of: part).version == 1, "a new version: keep this digest as the old one's")
    }

    @Test func everyPartComesBackAsItWas() throws {
        for track in [example(), example(0)] {
            #expect(try parts(track).map { try $0.read($0.bytes) } == values(track))
            try track.check()
        }
        #expect(parts(example()).map(\.bytes) == parts(example()).map(\.bytes))
        #expect(example(0).count == 0)
        let track = example()
        let files = Dictionary(uniqueKeysWithValues: track.all.map { (type(of: $0).name, $0.encode()) })
        #expect(values(try FrameTrack(reading: Self.types) { files[$0] }) == values(track))
        #expect(example(30).samples != example(60).samples)
    }

    /// Thumbnails apart, with all that models may add.
    @Test func aFrameTakesLessThan200Bytes() {
        let track = example(1000)
        #expect(track.count == 1000)
        #expect(track.samples.all.count == 84)
        #expect(parts(track).allSatisfy { !$0.bytes.isEmpty })
        let bytes = track.all.reduce(0) { $0 + ($1 is Thumbnails ? 0 : $1.encode().count) }
        #expect(bytes < 200 * track.count)
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
        // Thumbnails have no hash: a picture's own bytes may be damaged.
        for (bytes, read) in parts(example(30)).dropLast() {
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
    @Test func missingPartsAreToldAndOptionalOnesLeftOut() throws {
        let files = ["timing": example(30).timing.encode(), "measures": example(30).measures.encode()]
        let track = try FrameTrack(reading: [FrameTiming.self, FrameMeasures.self, NeuralScores.self]) { files[$0] }
        #expect(track.count == 30 && track.neural == nil && track[FrameSamples.self] == nil)
        let fault = try #require(throws: Fault.self) {
            try FrameTrack(reading: [FrameTiming.self, FrameSamples.self]) { files[$0] }
        }
        #expect(fault.what.contains("'samples'") && fault.reason == .corrupt)
    }

    @Test func onePictureIsFoundByTheIndexAlone() throws {
        let bytes = example(100)[Thumbnails.self]?.encode() ?? []
        let length = try ThumbnailIndex.length(Array(bytes.prefix(8)), at: "file")
        let index = try ThumbnailIndex(Array(bytes.prefix(length)), at: "file")
        #expect(index.entries.map(\.frame) == [0, 24, 48, 72, 96])
        for (frame, found) in [(-5, 0), (11, 0), (12, 0), (13, 24), (60, 48), (1000, 96)] {
            let entry = try #require(index.entry(near: frame))
            #expect(entry.frame == found)
            #expect(bytes[entry.place].elementsEqual([0xff, 0xd8, UInt8(found)]))
        }
        #expect(try ThumbnailIndex(Thumbnails().encode(), at: "file").entry(near: 0) == nil)
        for damaged in [[], Array("no pictures".utf8), Array(bytes.prefix(length - 1))] {
            let fault = try #require(throws: Fault.self) { try ThumbnailIndex(damaged, at: "file") }
            #expect(fault.place == "file" && fault.what.contains("not a thumbnail pack"))
        }
    }

    @Test func hashesOfASpanAreThoseThatItShows() throws {
        let track = example(100)
        let hashes = SampledHashes(of: track)
        let clock = Rational(1, 512)
        // Samples stand at frames 0, 12, 24, ...: seconds -2, 10, 22, ...
        let span = TickSpan(start: 10 * 512, end: 34 * 512)
        #expect(hashes.inside(span, timeBase: clock).map(\.seconds) == [0, 12])
        #expect(hashes.inside(span, timeBase: clock).map(\.hash) == track.samples.all[1...2].map(\.hash))
        #expect(hashes.inside(TickSpan(start: 11 * 512, end: 22 * 512), timeBase: clock).isEmpty)
        #expect(hashes.inside(track.timing.ticks(of: FrameSpan(start: 0, end: 100)), timeBase: clock).count == 9)
        #expect(SampledHashes().inside(span, timeBase: clock).isEmpty)
    }
}
