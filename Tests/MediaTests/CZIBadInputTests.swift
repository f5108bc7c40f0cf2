import Foundation
import Media
import Model
import Footage
import Testing

/// CZI files that are incomplete, damaged or not read: whole time points or one clear fault, and never noise.
@Suite struct CZIBadInputTests {
    let czi: CZIFolder
    init() throws { czi = try CZIFolder() }

    // MARK: Incomplete files

    @Test func incompleteTimePointsAreLeftOut() throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 4, slices: 2, channels: 2)
        let whole = footage
        footage.blocks.removeLast(3)
        footage.blocks.remove(at: 5)
        let path = try czi.write(footage)
        let it = try czi.only(path)
        #expect(it.timepoints == 2 && it.frames == 8 && it.slices == 2 && it.channels == 2)
        #expect(it.notes.contains { $0.contains("2 of 4 time points lack slices, channels or tiles and are left out") })
        #expect(it.notes.contains { $0.contains("not consecutive") })
        let truth = whole.blocks.filter { $0.slice == 1 && $0.channel == 1 && $0.time % 2 == 0 }.map {
            czi.plane(whole, $0)
        }
        #expect(try czi.samples(path, slice: 1, channel: 1) == truth)
    }

    @Test func ofTheSamePlaceTheLastOneIsShown() throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 2)
        footage.blocks.append(footage.blocks[0])
        footage.blocks[0].data = [UInt8](repeating: 9, count: 40)
        let path = try czi.write(footage)
        #expect(
            try czi.only(path).notes == [
                "no metadata: scale, interval and channels are unknown",
                "1 sub-blocks lie where a later one lies as well, which is shown",
            ])
        #expect(try czi.samples(path) == footage.blocks[1...].reversed().map { czi.plane(footage, $0) })
    }

    @Test func withoutADirectoryTheSegmentsAreWalked() throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 3)
        footage.metadata = CZIFootage.document(scaling: [1e-6, 1e-6])
        let truth = footage.blocks.map { czi.plane(footage, $0) }
        footage.hasDirectory = false
        var path = try czi.write(footage)
        #expect(try czi.samples(path) == truth)
        #expect(try czi.only(path).notes.contains { $0.hasPrefix("the directory is missing or damaged: the 3 whole") })
        #expect(try czi.only(path).pixelSizeUm.x == 1)

        footage.hasDirectory = true
        footage.isUpdatePending = true
        path = try czi.write(footage)
        #expect(try czi.samples(path) == truth)
        #expect(try czi.only(path).notes.contains { $0.hasPrefix("the file was not closed") })

        footage.isUpdatePending = false
        var file = footage.file()
        file.bytes[file.directory + 32 + 128] = 0
        path = try czi.folder.write("a.czi", file.bytes)
        #expect(try czi.samples(path) == truth)
    }

    /// Wherever a file ends, its whole time points are read, and it is said that there were more.
    @Test func everyCutIsNoticed() throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 3, channels: 2)
        footage.metadata = CZIFootage.document(scaling: [1e-6, 1e-6])
        let truth = footage.blocks.filter { $0.channel == 1 }.map { czi.plane(footage, $0).map { UInt8(min($0, 255)) } }
        let file = footage.file()
        let view = View(channels: [ChannelView(channel: 1, color: .white, low: 0, high: 255)])
        // The last segment ends before its padding.
        let end = file.directory + 32 + 128 + 6 * (32 + 5 * 20)
        let edges = (file.blocks + file.data + [file.metadata, file.directory, end]).flatMap { ($0 - 2)..<$0 }
        for length in Set(stride(from: 5, to: end, by: 17)).union(edges).sorted() {
            let path = try czi.folder.write("cut.czi", file.bytes[..<length])
            let blocks = file.data.count { $0 + 40 <= length }
            guard blocks > 0 else {
                #expect(
                    [.truncated, .notMedia].contains(try czi.fault(path, "\(length) bytes").reason), "\(length) bytes")
                continue
            }
            let it = try czi.only(path)
            #expect(it.notes.contains { $0.hasPrefix("the directory is missing or damaged") }, "\(length) bytes")
            if blocks == 1 {
                #expect(it.timepoints == 1 && it.channels == 1, "\(length) bytes")
            } else {
                #expect(try czi.read(path, view) == Array(truth.prefix(blocks / 2)), "\(length) bytes")
            }
        }
    }

    // MARK: Refusals

    @Test(
        arguments: [
            (2, nil, "LZW"), (4, nil, "JPEG XR"), (1, nil, "JPEG"), (104, nil, "compression 104"), (nil, 9, "Bgra32"),
            (nil, 12, "Gray32 "), (nil, 10, "Gray64ComplexFloat"), (nil, 99, "pixel type 99"),
        ] as [(Int32?, Int32?, String)])
    func otherSamplesAreRefused(compression: Int32?, type: Int32?, words: String) throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 2)
        for i in footage.blocks.indices {
            (footage.blocks[i].compressionCode, footage.blocks[i].typeCode) = (compression, type)
        }
        let path = try czi.write(footage)
        if type != 99 {
            let it = try czi.only(path)
            #expect(it.timepoints == 2 && it.notes.contains { $0.contains(words) })
        }
        let fault = try czi.fault(path)
        #expect(fault.reason == .unsupported && fault.what.contains(words), "\(fault)")
        #expect(fault.advice.contains("bfconvert"))
    }

    @Test func otherStructuresAreRefused() throws {
        func refusal(_ change: (inout CZIFootage) -> Void) throws -> Fault {
            var footage = CZIFootage(width: 5, height: 4, timepoints: 2)
            change(&footage)
            return try czi.fault(czi.write(footage))
        }
        let phases = try refusal {
            for i in $0.blocks.indices { $0.blocks[i].others = [("B", 0), ("H", i)] }
        }
        #expect(phases.reason == .unsupported && phases.what.contains("dimension H (phase)"))
        for fault in [try refusal { $0.filePart = 1 }, try refusal { $0.blocks[1].filePart = 2 }] {
            #expect(fault.reason == .unsupported && fault.what.contains("split over several"))
        }
        let mixed = try refusal { $0.blocks[1].type = .gray8 }
        #expect(mixed.reason == .unsupported && mixed.what.contains("different pixel types"))
        let header = try refusal {
            for i in $0.blocks.indices {
                $0.blocks[i].packing = .zstd1
                $0.blocks[i].data = [2, 7] + [UInt8](repeating: 1, count: 80)
            }
        }
        #expect(header.reason == .unsupported && header.what.contains("unknown header"))
        let empty = try refusal { $0.blocks = [] }
        #expect(empty.reason == .empty)
        let halves = try refusal {
            $0.blocks[0].channel = 1
        }
        #expect(halves.reason == .truncated && halves.what.contains("no time point"))
    }

    @Test func sizesAreCheckedBeforeAllocating() throws {
        var footage = CZIFootage(width: 5, height: 4, timepoints: 2)
        func refusal(_ change: (inout CZIFootage.Block) -> Void) throws -> Fault {
            var footage = footage
            for i in footage.blocks.indices {
                footage.blocks[i].data = [UInt8](repeating: 1, count: 40)
                change(&footage.blocks[i])
            }
            return try czi.fault(czi.write(footage))
        }
        for packing in CZIFootage.Packing.allCases {
            let huge = try refusal { ($0.width, $0.height, $0.packing) = (1_000_000, 1_000_000, packing) }
            #expect(huge.reason == .unsupported && huge.what.contains("1000000x1000000"), "\(huge)")
            let large = try refusal { ($0.width, $0.height, $0.packing) = (16000, 16000, packing) }
            #expect(large.reason == .corrupt && large.what.contains("plane 1"), "\(large)")
        }
        let nonsense = try refusal { ($0.x, $0.width) = ($0.time == 0 ? -2_000_000_000 : 0, 2_000_000_000) }
        #expect(nonsense.reason == .corrupt)
        footage.blocks[1].x = 10_000
        footage.blocks[1].y = 10_000
        let sparse = try czi.fault(czi.write(footage))
        #expect(sparse.reason == .unsupported && sparse.what.contains("tiles cover less than"))
    }

    @Test func damagedSamplesNameThePlane() throws {
        for packing in CZIFootage.Packing.allCases {
            var footage = CZIFootage(width: 5, height: 4, timepoints: 3)
            for i in footage.blocks.indices { footage.blocks[i].packing = packing }
            let file = footage.file()
            for change in 0..<3 {
                var bytes = file.bytes
                switch change {
                case 0: bytes[file.blocks[1] + 3] = 0
                case 1: bytes[file.blocks[1] + 32 + 8] -= 1
                default: bytes[file.blocks[1] + 32 + 16 + 2] = 3
                }
                let path = try czi.folder.write("damaged.czi", bytes)
                let reader = try StackReader.open(paths: [path], series: 0, view: View())
                var picture: [UInt8] = []
                try reader.picture(0, into: &picture)
                let fault = try #require(throws: Fault.self) { try reader.picture(1, into: &picture) }
                #expect(fault.reason == .corrupt && fault.what.contains("plane 2"), "\(packing) \(change): \(fault)")
                try reader.picture(2, into: &picture)
            }
        }
    }

    /// Whatever bytes are changed or cut, reading ends with pictures of the described size or with a fault.
    @Test func anyDamageEndsInOrder() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("CZIBadInputTests.anyDamageEndsInOrder: seed \(seed)")
        var state = seed
        func random(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for round in 0..<200 {
            var footage = CZIFootage(width: 7, height: 5, timepoints: 3, slices: 1 + round % 2)
            footage.metadata = CZIFootage.document(scaling: [1e-6, 1e-6], further: CZIFolder.plan("3", "s"))
            for i in footage.blocks.indices {
                footage.blocks[i].type = CZIFootage.PixelType.allCases[round % 5]
                footage.blocks[i].packing = CZIFootage.Packing.allCases[round / 5 % 4]
                footage.blocks[i].acquired = "2021-06-15T23:59:5\(i).5000000Z"
                footage.blocks[i].tile = round % 3 == 0 ? 0 : nil
            }
            footage.hasDirectory = round % 7 != 0
            let file = footage.file()
            var bytes = file.bytes
            // Half of the changes in the structure, not in the samples.
            let parts = file.blocks + [0, file.directory, file.directory + 128, file.metadata]
            for _ in 0...random(below: 5) {
                let place =
                    random(below: 2) == 0
                    ? random(below: bytes.count) : parts[random(below: parts.count)] + random(below: 200)
                bytes[min(place, bytes.count - 1)] = UInt8(random(below: 256))
            }
            if random(below: 4) == 0 { bytes.removeLast(random(below: bytes.count)) }
            let path = try czi.folder.write("fuzz.czi", bytes)
            do {
                for described in try StackProbe.describe(paths: [path]) {
                    let reader = try StackReader.open(paths: [path], series: described.stream, view: View())
                    #expect(reader.width == described.width && reader.height == described.height)
                    for picture in try czi.read(path, series: described.stream, View()) {
                        #expect(picture.count == reader.width * reader.height * (reader.isColor ? 3 : 1))
                    }
                }
            } catch let fault as Fault {
                #expect(!fault.what.isEmpty && fault.place == path, "seed \(seed), round \(round): \(fault)")
            }
        }
    }
}
