import Foundation
import Media
import Model
import TestSupport
import Testing

/// Files that can't be read, or not yet: each one clear fault, nothing on the console and never noise.
@Suite struct StackBadInputTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    /// The fault of describing or, where that works, of reading all pictures.
    private func fault(_ path: String, _ comment: Comment? = nil) throws -> Fault {
        try #require(throws: Fault.self, comment) {
            _ = try StackProbe.describe(paths: [path])
            _ = try pictures([path], View())
        }
    }

    private func write(_ change: (inout StackFootage) -> Void) throws -> String {
        var footage = StackFootage(width: 20, height: 10, pages: 2)
        change(&footage)
        try footage.write(to: folder.file("bad.tif"))
        return folder.file("bad.tif")
    }

    @Test func notAStackAtAll() throws {
        #expect(try fault(folder.file("nowhere.tif")).reason == .unreadable)
        #expect(try fault(folder.path).reason == .unreadable)
        #expect(try fault(folder.write("empty.tif", [])).reason == .empty)
        #expect(try fault(folder.write("text.tif", "This is a text.".utf8)).reason == .notMedia)
        #expect(try fault(folder.write("head.tif", [0x49, 0x49, 42, 0])).reason == .truncated)
        #expect(try fault(folder.write("none.tif", [0x49, 0x49, 42, 0, 0, 0, 0, 0])).reason == .truncated)
        #expect(throws: Fault.self) { try StackProbe.describe(paths: []) }
    }

    @Test(arguments: [false, true]) func everyCutIsNoticed(isBig: Bool) throws {
        var footage = StackFootage(width: 20, height: 10, pages: 3)
        footage.isBig = isBig
        let file = footage.file()
        for length in 5..<file.bytes.count {
            let fault = try fault(folder.write("cut.tif", file.bytes[..<length]), "\(length) bytes")
            #expect([.truncated, .corrupt].contains(fault.reason), "\(length) bytes: \(fault)")
            // In the samples of a page, or before the directory of the next one: that page is named.
            for page in 0..<3 where length >= file.data[page] && length < file.data[page] + 200 {
                #expect(fault.what.contains("page \(page + 1) "), "\(length) bytes: \(fault)")
                #expect(fault.reason == .truncated)
            }
        }
    }

    @Test(arguments: [0, 1, 2]) func loopsEnd(target: Int) throws {
        let file = StackFootage(width: 20, height: 10, pages: 3).file()
        var bytes = file.bytes
        for i in 0..<4 { bytes[file.links[2] + i] = UInt8(file.directories[target] >> (8 * i) & 255) }
        let fault = try fault(folder.write("loop.tif", bytes))
        #expect(fault.reason == .corrupt)
        #expect(fault.what.contains("loops") && fault.what.contains("page 4"))
    }

    @Test func sizesAreCheckedBeforeAllocating() throws {
        let huge = try fault(write { $0.overrides = [256: 1_000_000, 257: 1_000_000] })
        #expect(huge.reason == .unsupported)
        #expect(huge.what.contains("1000000x1000000"))
        #expect(try fault(write { $0.overrides = [256: 1 << 20, 257: 1 << 20] }).reason == .unsupported)
        for packing in StackFootage.Packing.allCases {
            let fault = try fault(
                write {
                    $0.overrides = [256: 16000, 257: 16000]
                    $0.packing = packing
                })
            #expect([.corrupt, .truncated].contains(fault.reason), "\(fault)")
        }
        for overrides in [[256: 0], [257: 0], [278: 0], [322: 1 << 24, 323: 1 << 24], [277: 0]] as [[Int: UInt32]] {
            let fault = try fault(
                write {
                    if overrides[322] != nil { $0.tile = 16 }
                    $0.overrides = overrides
                }, "\(overrides)")
            #expect([.corrupt, .truncated].contains(fault.reason), "\(overrides): \(fault)")
        }
    }

    @Test(arguments: [
        (32, 3, "32-bit floating-point"), (32, 1, "32-bit samples"), (16, 2, "16-bit signed"), (8, 2, "8-bit signed"),
        (32, 2, "32-bit signed"),
    ])
    func otherSamplesAreRefused(bits: Int, format: Int, words: String) throws {
        let path = try write {
            $0.bits = bits
            $0.sampleFormat = format
        }
        let description = try StackProbe.describe(paths: [path])[0]
        #expect(description.bitDepth == bits)
        #expect(description.notes.contains { $0.contains(words) })
        for fault in [
            try fault(path), try #require(throws: Fault.self) { try StackProbe.contrastWindow(paths: [path]) },
            try #require(throws: Fault.self) {
                try StackProbe.view(paths: [path], declared: nil, interval: nil, pixelSizeUm: nil)
            },
        ] {
            #expect(fault.reason == .unsupported)
            #expect(fault.what.contains(words))
            #expect(fault.advice.contains("Convert"))
        }
    }

    @Test func otherLayoutsAreRefused() throws {
        let planar = try fault(
            write {
                $0.samples = 3
                // Three strips, as a planar page of one strip a sample has.
                $0.rowsPerStrip = 4
                $0.overrides = [284: 2, 278: 10]
            })
        #expect(planar.reason == .unsupported && planar.what.contains("planar"))
        #expect(planar.advice.contains("tiffcp -p contig"))
        let palette = try fault(write { $0.photometric = 3 })
        #expect(palette.reason == .unsupported && palette.what.contains("palette"))
        for (compression, name) in [(7, "jpeg"), (50000, "zstd"), (34925, "lzma"), (34712, "jpeg 2000")] {
            let fault = try fault(write { $0.overrides = [259: UInt32(compression)] })
            #expect(fault.reason == .unsupported && fault.what.contains(name) && fault.advice.contains("tiffcp"))
        }
    }

    @Test func damagedSamplesNameThePage() throws {
        for packing in [StackFootage.Packing.lzw, .deflate] {
            var footage = StackFootage(width: 60, height: 40, pages: 3)
            footage.packing = packing
            let file = footage.file()
            var bytes = file.bytes
            for i in file.data[1]..<file.directories[2] { bytes[i] = 0xFF }
            let path = try folder.write("damaged.tif", bytes)
            let reader = try StackReader.open(paths: [path], series: 0, view: View())
            var picture: [UInt8] = []
            try reader.plane(0, into: &picture)
            for _ in 0..<2 {
                let fault = try #require(throws: Fault.self) { try reader.plane(1, into: &picture) }
                #expect(fault.reason == .corrupt && fault.what.contains("page 2 "), "\(fault)")
            }
            try reader.plane(2, into: &picture)
            #expect(picture == footage.truth(page: 2).map { UInt8($0) })
            let beyond = try #require(throws: Fault.self) { try reader.plane(3, into: &picture) }
            #expect(beyond.reason == .invalid)
        }
    }

    @Test func thumbnailsAreSkippedWithANote() throws {
        let main = StackFootage(width: 20, height: 10, pages: 2)
        var thumbnail = StackFootage(width: 5, height: 3, pages: 1)
        var path = try folder.write("mixed.tif", StackFootage.file([main, thumbnail, main]).bytes)
        let truth = (0..<2).map { main.truth(page: $0).map { UInt8($0) } }
        #expect(try pictures([path], View()) == truth + truth)
        var description = try StackProbe.describe(paths: [path])[0]
        #expect(description.frames == 4)
        #expect(description.notes.contains { $0.contains("1 pages skipped") && $0.contains("page 3: 5x3") })

        // A marked thumbnail is none of the pages, even of the same size.
        thumbnail.width = 20
        thumbnail.height = 10
        thumbnail.pages = 5
        thumbnail.subfileType = 1
        path = try folder.write("mixed.tif", StackFootage.file([thumbnail, main]).bytes)
        #expect(try pictures([path], View()) == truth)
        description = try StackProbe.describe(paths: [path])[0]
        #expect(description.notes.contains { $0.contains("5 pages skipped: thumbnails") })
    }

    /// Whatever bytes are changed, reading ends with pictures of the described size or with a fault.
    @Test func anyDamageEndsInOrder() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var state = seed
        func random(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let text = "ImageJ=1.53t\nimages=4\nslices=2\nframes=2\nunit=um\nfinterval=3\n"
        for round in 0..<600 {
            var footage = StackFootage(width: 21, height: 18, pages: 4)
            footage.packing = StackFootage.Packing.allCases[round % 4]
            footage.bits = round % 3 == 0 ? 16 : 8
            footage.isBig = round % 5 == 0
            footage.tile = round % 7 == 0 ? 16 : nil
            footage.description = text
            footage.resolution = (4, 1)
            var bytes = footage.file().bytes
            for _ in 0...random(below: 4) { bytes[random(below: bytes.count)] = UInt8(random(below: 256)) }
            let path = try folder.write("fuzz.tif", bytes)
            do {
                let described = try StackProbe.describe(paths: [path])[0]
                let view = try StackProbe.view(paths: [path], declared: nil, interval: nil, pixelSizeUm: nil)
                let reader = try StackReader.open(paths: [path], series: 0, view: view)
                #expect(reader.width == described.width && reader.height == described.height)
                for picture in try pictures([path], view) {
                    #expect(picture.count == reader.width * reader.height * (reader.isColor ? 3 : 1))
                }
            } catch let fault as Fault {
                #expect(!fault.what.isEmpty && fault.place == path, "seed \(seed), round \(round): \(fault)")
            }
        }
    }
}
