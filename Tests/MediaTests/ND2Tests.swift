import Foundation
import Media
import Model
import Footage
import Testing

/// The exact samples of a channel and slice at every time point, whole numbers from `first` to
/// `first` + 255 x `windows`: the levels in adjoining windows add up to them.
func exactSamples(
    _ path: String, series: Int = 0, slice: Int? = nil, channel: Int = 0, from first: Int = 0, windows: Int = 1
) throws -> [[Int]] {
    var sums: [[Int]] = []
    for low in stride(from: first, to: first + 255 * windows, by: 255) {
        let shown = ChannelView(channel: channel, color: .white, low: Double(low), high: Double(low + 255))
        let view = View(channels: [shown], zRule: slice == nil ? nil : .focus, slice: slice)
        let reader = try StackReader.open(paths: [path], series: series, view: view)
        var picture: [UInt8] = []
        for t in 0..<reader.timepoints {
            try reader.picture(t, into: &picture)
            if t == sums.count { sums.append([Int](repeating: first, count: picture.count)) }
            for i in picture.indices { sums[t][i] += Int(picture[i]) }
        }
    }
    return sums
}

/// Damages files at random, the same for the same seed everywhere.
struct FileDamage {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func next(below bound: Int) -> Int { random.index(bound) }

    /// One to eight bytes changed within `range`: to anything, or to what breaks sums.
    mutating func changed(_ bytes: [UInt8], within range: Range<Int>) -> [UInt8] {
        var bytes = bytes
        for _ in 0...next(below: 8) {
            let value = [0, 0x7F, 0x80, 0xFF, UInt8(next(below: 256))][next(below: 5)]
            bytes[range.lowerBound + next(below: range.count)] = value
        }
        return bytes
    }

    /// Describes and reads all there is; whatever happens but a crash, a hang or another error than a `Fault` is right.
    /// - Returns: whether everything could be read.
    static func survives(_ path: String) throws -> Bool {
        do throws(Fault) {
            for series in try StackProbe.describe(paths: [path]) {
                let view = View(channels: [ChannelView(channel: 0, color: .white, low: 0, high: 255)])
                let reader = try StackReader.open(paths: [path], series: series.stream, view: view)
                var picture: [UInt8] = []
                for t in 0..<min(reader.timepoints, 20) { try reader.picture(t, into: &picture) }
            }
            return true
        } catch {
            #expect(!error.what.isEmpty && !error.advice.isEmpty)
            return false
        }
    }
}

private let cluster =
    URL(fileURLWithPath: #filePath + "/../../../../shared/footage/stacks/cluster.nd2").standardized.path

/// Nikon ND2 files whose every sample is known.
@Suite struct ND2Tests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    private func write(_ footage: ND2Footage) throws -> String {
        try footage.write(to: folder.file("a.nd2"))
        return folder.file("a.nd2")
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

    /// The frame at a place along the loops.
    private func frame(_ footage: ND2Footage, time: Int = 0, slice: Int = 0, position: Int = 0) -> Int {
        footage.loops.reduce(0) { frame, loop in
            frame * loop.count + (loop.axis == .time ? time : loop.axis == .slice ? slice : position)
        }
    }

    // MARK: Samples

    @Test(arguments: [8, 16, 32], [false, true])
    func everyLayoutIsReadExactly(bits: Int, isPacked: Bool) throws {
        let orders: [[(axis: ND2Footage.Axis, count: Int)]] = [
            [(.time, 3), (.slice, 2)], [(.slice, 2), (.time, 3)], [(.position, 2), (.time, 2), (.slice, 2)],
            [(.time, 2), (.position, 2)], [(.slice, 3)], [],
        ]
        for (i, loops) in orders.enumerated() {
            for isXML in [false, true] {
                var footage = ND2Footage(width: 7, height: 3, loops: loops)
                footage.bits = bits
                footage.isPacked = isPacked
                footage.isXML = isXML
                footage.channels = i % 3 + 1
                footage.padding = i * bits / 8
                try check(footage, "order \(i), XML \(isXML)")
            }
        }
    }

    private func check(_ footage: ND2Footage, _ comment: Comment) throws {
        let path = try write(footage)
        func count(_ axis: ND2Footage.Axis) -> Int { footage.loops.first { $0.axis == axis }?.count ?? 1 }
        let all = try StackProbe.describe(paths: [path])
        try #require(all.count == count(.position), comment)
        for (position, it) in all.enumerated() {
            #expect(it.timepoints == count(.time) && it.slices == count(.slice), comment)
            #expect(it.channels == footage.channels && it.width == 7 && it.height == 3, comment)
            #expect(it.container == "nd2" && it.codec == (footage.isPacked ? "zlib" : "uncompressed"), comment)
            #expect(it.bitDepth == footage.bits, comment)
            #expect(it.frames == count(.time) * count(.slice) * footage.channels, comment)
            for slice in 0..<count(.slice) {
                for channel in 0..<footage.channels {
                    let read = try exactSamples(
                        path, series: it.stream, slice: slice, channel: channel, from: footage.first, windows: 2)
                    let truth = (0..<count(.time)).map { time in
                        footage.truth(
                            frame: frame(footage, time: time, slice: slice, position: position), component: channel)
                    }
                    #expect(read == truth, comment)
                }
            }
        }
    }

    @Test(arguments: [8, 16]) func coloursAreStoredBlueFirst(bits: Int) throws {
        var footage = ND2Footage(width: 5, height: 4, loops: [(.time, 2)])
        footage.isColor = true
        footage.bits = bits
        footage.padding = 2
        let path = try write(footage)
        let it = try only(path)
        #expect(it.pixelFormat == (bits == 8 ? "rgb24" : "rgb48") && it.channels == 3 && it.timepoints == 2)
        for channel in 0..<3 {
            let truth = (0..<2).map { footage.truth(frame: $0, component: 2 - channel) }
            #expect(try exactSamples(path, channel: channel, from: footage.first, windows: 2) == truth)
        }
    }

    // MARK: Descriptions

    @Test func scaleAndChannels() throws {
        for isXML in [false, true] {
            var footage = ND2Footage(width: 6, height: 4, loops: [(.time, 3), (.slice, 4)])
            footage.channels = 2
            footage.periodMs = 30_000
            footage.frameMs = 7_500
            footage.isXML = isXML
            let it = try only(try write(footage))
            #expect(it.pixelSizeUm == .init(x: 0.325, y: 0.325, z: 0.5))
            #expect(it.intervalSeconds == 30 && it.significantBits == 12 && it.notes.isEmpty)
            #expect(it.channelDetails.map(\.name) == ["channel 0", "channel 1"])
            #expect(it.channelDetails.map(\.color) == [ChannelColor("#F00201"), ChannelColor("#EF0201")])
            #expect(it.name == nil)
        }
    }

    @Test func theFramesOwnTimesCount() throws {
        var footage = ND2Footage(width: 6, height: 4, loops: [(.time, 3), (.slice, 2)])
        let free = try only(try write(footage))
        #expect(free.intervalSeconds == 2 && free.notes.contains { $0.contains("the frames' own times") })
        // Planned every second, but a time point took two.
        footage.periodMs = 1000
        let slow = try only(try write(footage))
        #expect(slow.intervalSeconds == 2 && slow.notes.contains { $0.contains("planned every 1.0 s") })
        footage.periodMs = 2010
        #expect(try only(try write(footage)).intervalSeconds == 2.01)
    }

    @Test func unknownStaysUnknown() throws {
        var footage = ND2Footage(width: 6, height: 4, loops: [(.slice, 3)])
        footage.calibration = nil
        footage.step = 0
        footage.periodMs = 500
        let it = try only(try write(footage))
        #expect(it.pixelSizeUm == .init() && it.intervalSeconds == nil && it.timepoints == 1 && it.slices == 3)
    }

    @Test func positionsAreSeries() throws {
        for isXML in [false, true] {
            var footage = ND2Footage(width: 6, height: 4, loops: [(.time, 2), (.position, 2)])
            footage.isXML = isXML
            let path = try write(footage)
            let all = try StackProbe.describe(paths: [path])
            #expect(all.map(\.stream) == [0, 1] && all.map(\.name) == ["well 0", "well 2"])
            #expect(throws: Fault.self) { try StackReader.open(paths: [path], series: 2, view: View()) }
        }
    }

    /// Without its loops, or with more frames than they make, nobody knows the axes.
    @Test func framesOfUnknownOrder() throws {
        var footage = ND2Footage(width: 6, height: 4, loops: [(.slice, 6)])
        footage.overrides = ["uiSequenceCount": .count(7)]
        let it = try only(try write(footage))
        #expect(it.frames == 6 && it.timepoints == nil && it.slices == nil)
        #expect(it.notes.contains { $0.contains("its loops (6) don't make its 7 frames") })
        footage.channels = 2
        #expect(try only(try write(footage)).notes.contains { $0.contains("--axes") })
    }

    // MARK: Incomplete files

    @Test func withoutItsMapItIsReadFromChunkToChunk() throws {
        var footage = ND2Footage(width: 7, height: 3, loops: [(.time, 3)])
        footage.hasMap = false
        let path = try write(footage)
        #expect(try only(path).notes.contains { $0.contains("the map of chunks is missing") })
        #expect(
            try exactSamples(path, from: footage.first, windows: 2)
                == (0..<3).map { footage.truth(frame: $0, component: 0) })
    }

    @Test func wholeTimePointsOfCutFilesAreRead() throws {
        var footage = ND2Footage(width: 7, height: 3, loops: [(.time, 3), (.slice, 2)])
        footage.describesFirst = true
        footage.hasMap = false
        let bytes = footage.bytes()
        // The last frame loses its end.
        let path = try folder.write("cut.nd2", bytes.dropLast(10))
        let it = try only(path)
        #expect(it.timepoints == 2 && it.slices == 2 && it.frames == 4)
        #expect(it.notes.contains { $0.contains("3 time points are promised, the first 2 are whole") })
        #expect(
            try exactSamples(path, slice: 1, from: footage.first, windows: 2)
                == [1, 3].map { footage.truth(frame: $0, component: 0) })
        // As NIS-Elements writes, what describes the frames comes after them.
        footage.describesFirst = false
        let gone = try fault(try folder.write("gone.nd2", footage.bytes().dropLast(4096)))
        #expect(gone.reason == .truncated && gone.what.contains("6 frames are there"))
    }

    @Test func missingFramesEndTheirSeries() throws {
        var footage = ND2Footage(width: 7, height: 3, loops: [(.position, 3), (.time, 3)])
        footage.missing = [4, 6]
        let all = try StackProbe.describe(paths: [try write(footage)])
        #expect(all.map(\.stream) == [0, 1] && all.map(\.timepoints) == [3, 1])
        #expect(all.allSatisfy { $0.notes.contains { $0.contains("1 of its positions have no whole time point") } })
        footage.missing = Set(0..<9)
        #expect(try fault(try write(footage)).reason == .truncated)
    }

    // MARK: Refusals

    @Test func whatIsNotUnderstoodIsRefused() throws {
        func refused(_ change: (inout ND2Footage) -> Void) throws -> Fault {
            var footage = ND2Footage(width: 8, height: 6, loops: [(.time, 2)])
            change(&footage)
            return try fault(try write(footage))
        }
        for (compression, name) in [(1, "lossy"), (7, "unknown (7)")] as [(Int32, String)] {
            let fault = try refused { $0.compression = compression }
            #expect(fault.reason == .unsupported && fault.what.contains(name) && fault.advice.contains("bfconvert"))
        }
        #expect(try refused { $0.overrides = ["uiBpcInMemory": .int(24)] }.reason == .unsupported)
        #expect(
            try refused { $0.overrides = ["uiWidth": .count(1 << 20), "uiHeight": .count(1 << 20)] }.reason
                == .unsupported)
        // Sizes unlike the data's length are never decoded to noise.
        for (name, value) in [("uiWidth", 7), ("uiWidth", 9), ("uiHeight", 5), ("uiHeight", 7), ("uiComp", 2)] {
            for isPacked in [false, true] {
                let fault = try refused {
                    $0.isPacked = isPacked
                    $0.overrides = [name: .count(UInt32(value)), "uiWidthBytes": .count(0)]
                }
                #expect(fault.reason == .corrupt, "\(name) \(value)")
            }
        }
        #expect(try refused { $0.compression = 0 }.reason == .corrupt)
        let old = try fault(try folder.write("old.nd2", [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20, 13, 10, 0x87, 10]))
        #expect(old.reason == .unsupported && old.what.contains("JPEG 2000") && old.advice.contains("bfconvert"))
    }

    @Test func everyCutIsNoticed() throws {
        var footage = ND2Footage(width: 7, height: 3, loops: [(.time, 2)])
        for describesFirst in [false, true] {
            footage.describesFirst = describesFirst
            let bytes = footage.bytes()
            var read = 0
            for length in stride(from: 64, to: bytes.count, by: 64) {
                let path = try folder.write("cut.nd2", bytes[..<length])
                guard try FileDamage.survives(path) else { continue }
                read += 1
                let it = try only(path)
                #expect(it.notes.contains { $0.contains("the map of chunks is missing") }, "\(length) bytes")
                for (t, plane) in try exactSamples(path, from: footage.first, windows: 2).enumerated() {
                    #expect(plane == footage.truth(frame: t, component: 0), "\(length) bytes")
                }
            }
            #expect(read > 0)
        }
    }

    @Test func damageIsSurvived() throws {
        let seed = 20_260_401 as UInt64
        print("ND2Tests.damageIsSurvived: seed \(seed)")
        var damage = FileDamage(seed: seed)
        for variant in 0..<4 {
            var footage = ND2Footage(width: 7, height: 3, loops: [(.time, 2), (.slice, 2)])
            footage.isPacked = variant & 1 == 1
            footage.isXML = variant & 2 == 2
            footage.frameMs = 20
            let bytes = footage.bytes()
            // Where chunks, descriptions and map are; not the zeros that fill them up.
            let dense = stride(from: 0, to: bytes.count - 16, by: 16).filter {
                bytes[$0..<($0 + 16)].contains { $0 != 0 }
            }
            for _ in 0..<125 {
                let place = dense[damage.next(below: dense.count)]
                let range = place..<min(place + 16, bytes.count)
                _ = try FileDamage.survives(try folder.write("damaged.nd2", damage.changed(bytes, within: range)))
            }
        }
    }

    // MARK: A real file

    /// Values and checksums as the Python package nd2 reads them.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: cluster), "cluster.nd2 is not there (../shared/footage)"))
    func nikonsOwn() throws {
        let it = try only(cluster)
        #expect(it.width == 38 && it.height == 31 && it.bitDepth == 16 && it.significantBits == 12)
        #expect(it.timepoints == 3 && it.slices == 10 && it.channels == 2 && it.frames == 60)
        #expect(it.pixelSizeUm == .init(x: 0.167808983, y: 0.167808983, z: 0.5))
        #expect(it.channelDetails.map(\.name) == ["5-FAM/pH 9.0", "FM 4-64/2% CHAPS"])
        #expect(it.channelDetails.map(\.color) == [ChannelColor("#78E90F"), ChannelColor("#FE0100")])
        // Planned without a pause; first planes at 445.083, 11086.180 and 21740.178 ms.
        #expect(it.intervalSeconds.map { abs($0 - 10.647547) < 1e-6 } == true)
        var checksums = [[UInt64]](repeating: [UInt64](repeating: 0, count: 20), count: 3)
        for slice in 0..<10 {
            for channel in 0..<2 {
                let planes = try exactSamples(cluster, slice: slice, channel: channel, windows: 17)
                for (t, plane) in planes.enumerated() {
                    checksums[t][2 * slice + channel] = Self.checksum(
                        plane.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
                }
            }
        }
        #expect(checksums[0][0] == 0xb2f7_205d_6fe2_b966 && checksums[0][2] == 0xaa00_942c_7c99_7ba3)
        let all = checksums.joined().flatMap { sum in (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) } }
        #expect(Self.checksum(all) == 0x5461_5fb8_c288_91a2)
    }

    /// FNV-1a of 64 bits.
    private static func checksum(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
