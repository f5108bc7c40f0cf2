import Foundation
import Media
import Model
import Footage
import Testing

/// Leica LIF files whose every sample is known.
@Suite struct LIFTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    private func write(_ images: LIFFootage.Image..., version: Int = 2, photons: Int = 0) throws -> String {
        var footage = LIFFootage(images)
        footage.version = version
        footage.photonRecordings = photons
        try footage.write(to: folder.file("a.lif"))
        return folder.file("a.lif")
    }

    private func image(_ name: String = "Series001", _ axes: (LIFFootage.Axis, Int)...) -> LIFFootage.Image {
        LIFFootage.Image(name, width: 7, height: 4, axes: axes.map { (axis: $0.0, count: $0.1) })
    }

    private func only(_ path: String) throws -> MediaDescription {
        let all = try StackProbe.describe(paths: [path])
        try #require(all.count == 1)
        return all[0]
    }

    /// The fault of describing or, where that works, of reading all series.
    private func fault(_ path: String, _ comment: Comment? = nil) throws -> Fault {
        try #require(throws: Fault.self, comment) {
            for series in try StackProbe.describe(paths: [path]) {
                _ = try exactSamples(path, series: series.stream)
            }
        }
    }

    /// Compares all samples of a series with what was written.
    private func check(_ path: String, _ image: LIFFootage.Image, series: Int = 0, tile: Int = 0) throws {
        for slice in 0..<image.count(.slice) {
            for channel in 0..<image.channels {
                let read = try exactSamples(
                    path, series: series, slice: slice, channel: channel, from: image.first, windows: 2)
                let truth = (0..<image.count(.time)).map {
                    image.truth(.init(time: $0, slice: slice, channel: channel, tile: tile))
                }
                #expect(read == truth, "series \(series), slice \(slice), channel \(channel)")
            }
        }
    }

    // MARK: Samples

    /// Axes lie in any order; the distances say which.
    @Test(arguments: [8, 12, 16], [1, 2]) func everyOrderIsReadExactly(bits: Int, version: Int) throws {
        let orders: [[(axis: LIFFootage.Axis, count: Int)]] = [
            [(.channel, 2), (.slice, 3), (.time, 2)], [(.slice, 3), (.channel, 2), (.time, 2)],
            [(.time, 2), (.slice, 2), (.channel, 3)], [(.slice, 2), (.time, 3)], [(.time, 4)], [],
        ]
        for (i, axes) in orders.enumerated() {
            var image = LIFFootage.Image("Series001", width: 7, height: 4, axes: axes)
            image.bits = bits
            image.padding = i % 3 * 2
            let path = try write(image, version: version)
            let it = try only(path)
            #expect(it.timepoints == image.count(.time) && it.slices == image.count(.slice))
            #expect(it.channels == image.channels && it.bitDepth == (bits == 8 ? 8 : 16) && it.significantBits == bits)
            #expect(it.container == "lif" && it.codec == "uncompressed" && it.width == 7 && it.height == 4)
            try check(path, image)
        }
    }

    @Test func floatingPoint() throws {
        var image = image("f", (.time, 2))
        image.bits = 32
        let path = try write(image)
        #expect(try only(path).pixelFormat == "float32x1")
        try check(path, image)
    }

    @Test(arguments: [8, 16]) func coloursByTheirTags(bits: Int) throws {
        var image = image("rgb", (.time, 2))
        image.isColor = true
        image.bits = bits
        image.padding = 2
        let path = try write(image)
        let it = try only(path)
        #expect(it.pixelFormat == (bits == 8 ? "rgb24" : "rgb48") && it.channels == 3 && it.timepoints == 2)
        try check(path, image)
    }

    // MARK: Descriptions

    @Test func scaleAndChannels() throws {
        var image = image("Series001", (.channel, 4), (.slice, 5), (.time, 3))
        image.length = 6e-6
        image.luts = ["Green", "Red", "Gray", "Glow (O&amp;U)"]
        image.dyes = ["GFP"]
        let it = try only(try write(image))
        #expect(it.pixelSizeUm == .init(x: 1, y: 1, z: 1) && it.intervalSeconds == 10)
        #expect(it.channelDetails.map(\.name) == ["GFP", "Red", "Gray", "Glow (O&U)"])
        #expect(it.channelDetails.map(\.color) == [ChannelColor("#00FF00"), ChannelColor("#FF0000"), .white, nil])
        #expect(it.notes.isEmpty)
        for (id, length) in [(1, "0"), (2, "nan"), (3, ""), (4, "0.0")] { image.overrides[id] = ["Length": length] }
        let unknown = try only(try write(image))
        #expect(unknown.pixelSizeUm == .init() && unknown.intervalSeconds == nil)
        image.overrides = [1: ["Unit": "Pixel"], 4: ["Unit": "ms"]]
        let units = try only(try write(image))
        #expect(units.pixelSizeUm.x == nil && units.pixelSizeUm.y == 1 && units.intervalSeconds == 0.01)
    }

    @Test func imagesAndTilesAreSeries() throws {
        var first = image("Series001", (.slice, 2))
        first.folders = ["Collection", "Day 1"]
        let mosaic = image("Mosaic", (.channel, 2), (.tile, 3), (.time, 2))
        let last = image("Series003")
        let path = try write(first, mosaic, last, photons: 2)
        let all = try StackProbe.describe(paths: [path])
        #expect(all.map(\.stream) == [0, 1, 2, 3, 4])
        #expect(
            all.map(\.name) == [
                "Collection/Day 1/Series001", "Mosaic/tile 1", "Mosaic/tile 2", "Mosaic/tile 3", "Series003",
            ])
        #expect(all.allSatisfy { $0.notes.contains { $0.contains("2 recordings of single photons") } })
        try check(path, first)
        for tile in 0..<3 { try check(path, mosaic, series: 1 + tile, tile: tile) }
        try check(path, last, series: 4)
        #expect(throws: Fault.self) { try StackReader.open(paths: [path], series: 5, view: View()) }
    }

    // MARK: Incomplete files

    @Test func wholeTimePointsOfCutBlocksAreRead() throws {
        var cut = image("cut", (.slice, 2), (.time, 3))
        cut.missing = 1
        let whole = image("whole", (.time, 2))
        let path = try write(whole, cut)
        let all = try StackProbe.describe(paths: [path])
        #expect(all.map(\.timepoints) == [2, 2] && all[0].notes.isEmpty)
        #expect(all[1].notes.contains { $0.contains("3 time points are promised, the first 2 are whole") })
        let read = try exactSamples(path, series: 1, slice: 1)
        #expect(read == (0..<2).map { cut.truth(.init(time: $0, slice: 1)) })
        // Slices outermost: without the last slice no time point is whole.
        cut.axes = [(.time, 3), (.slice, 2)]
        cut.missing = 3 * 28
        let gone = try fault(try write(whole, cut))
        #expect(gone.reason == .truncated && gone.what.contains("first time point"))
    }

    // MARK: Refusals

    @Test func whatIsNotUnderstoodIsRefused() throws {
        func refused(_ axes: [(axis: LIFFootage.Axis, count: Int)], _ overrides: [Int: [String: String]]) throws
            -> Fault
        {
            var image = LIFFootage.Image("bad", width: 7, height: 4, axes: axes)
            image.overrides = overrides
            return try fault(try write(image), "\(overrides)")
        }
        let lambda = try refused([(.wavelength, 4)], [:])
        #expect(lambda.reason == .unsupported && lambda.what.contains("4 places along wavelength"))
        #expect(lambda.advice.contains("bfconvert"))
        for overrides: [Int: [String: String]] in [
            [4: ["DimID": "7"]], [2: ["NumberOfElements": "1"]], [2: ["DimID": "3"]], [1: ["NumberOfElements": "8"]],
            [2: ["NumberOfElements": "5"]], [4: ["NumberOfElements": "3"]], [4: ["BytesInc": "0"]],
            [4: ["BytesInc": "29"]], [2: ["BytesInc": "6"]], [1: ["BytesInc": "2"]], [4: ["BytesInc": "-28"]],
            [1: ["NumberOfElements": "1000000"], 2: ["NumberOfElements": "1000000"]], [4: ["NumberOfElements": "x"]],
            [4: ["NumberOfElements": "9223372036854775807"]], [4: ["BytesInc": "9223372036854775807"]],
        ] {
            #expect(try refused([(.time, 2)], overrides).reason == .unsupported, "\(overrides)")
        }
        for bits in [0, 64] {
            var image = image("bad")
            image.bits = bits
            #expect(try fault(try write(image)).reason == .unsupported)
        }
        #expect(try fault(try write()).reason == .empty)
        let photons = try fault(try write(photons: 1))
        #expect(photons.reason == .unsupported && photons.what.contains("single photons"))
        #expect(try fault(try write(image(), version: 3)).what.contains("version is unknown"))
    }

    /// One image that can't be read doesn't stand in another one's way.
    @Test func theOthersAreRead() throws {
        let path = try write(image("lambda", (.wavelength, 2)), image("good", (.time, 2)))
        let all = try StackProbe.describe(paths: [path])
        #expect(all.map(\.name) == ["lambda", "good"] && all[0].notes.contains { $0.contains("wavelength") })
        try check(path, image("good", (.time, 2)), series: 1)
    }

    @Test func everyCutIsNoticed() throws {
        let image = image("Series001", (.channel, 2), (.time, 3))
        let bytes = LIFFootage([image]).bytes()
        var read = 0
        for length in stride(from: 64, to: bytes.count, by: 64) {
            let path = try folder.write("cut.lif", bytes[..<length])
            guard try FileDamage.survives(path) else { continue }
            read += 1
            let it = try only(path)
            #expect(it.notes.contains { $0.contains("the file ends early") }, "\(length) bytes")
            for (t, plane) in try exactSamples(path).enumerated() {
                #expect(plane == image.truth(.init(time: t)), "\(length) bytes")
            }
        }
        #expect(read > 0)
    }

    @Test func damageIsSurvived() throws {
        let seed = 20_260_402 as UInt64
        print("LIFTests.damageIsSurvived: seed \(seed)")
        var damage = FileDamage(seed: seed)
        for version in 1...2 {
            var footage = LIFFootage([
                image("a", (.channel, 2), (.slice, 2), (.time, 3)), image("b", (.tile, 2), (.time, 2)),
            ])
            footage.version = version
            let bytes = footage.bytes()
            // Digits of the XML, and everything but samples.
            let digits = bytes.indices.filter { bytes[$0] >= 0x30 && bytes[$0] <= 0x39 }
            for round in 0..<250 {
                var changed = bytes
                if round % 2 == 0 {
                    for _ in 0...damage.next(below: 3) {
                        changed[digits[damage.next(below: digits.count)]] = UInt8(0x30 + damage.next(below: 10))
                    }
                } else {
                    changed = damage.changed(bytes, within: 0..<bytes.count)
                }
                _ = try FileDamage.survives(try folder.write("damaged.lif", changed))
            }
        }
    }
}
