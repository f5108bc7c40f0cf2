import Foundation
import Media
import Model
import Footage
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
        let path = folder.vacant("bad.tif")
        try footage.write(to: path)
        return path
    }

    private func cut(_ bytes: some Collection<UInt8>) throws -> String {
        _ = folder.vacant("cut.tif")
        return try folder.write("cut.tif", bytes)
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
            let fault = try fault(cut(file.bytes[..<length]), "\(length) bytes")
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
        for packing in StackFootage.Packing.exact {
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

    /// Few bytes can't hold a large tile, and samples that lie apart need strips of their own.
    @Test func blocksAreCheckedToo() throws {
        for packing in StackFootage.Packing.exact {
            let tile = try fault(
                write {
                    $0.tile = 16
                    $0.overrides = [322: 16384, 323: 16384]
                    $0.packing = packing
                })
            #expect([.corrupt, .truncated].contains(tile.reason), "\(packing): \(tile)")
        }
        let planar = try fault(
            write {
                $0.samples = 3
                $0.rowsPerStrip = 4
                $0.overrides = [284: 2]
            })
        #expect([.corrupt, .truncated].contains(planar.reason), "\(planar)")
    }

    @Test(arguments: [
        (64, 5, "64-bit complex"), (64, 6, "64-bit complex"), (24, 1, "24-bit samples"),
        (24, 3, "24-bit floating-point"),
        (4, 2, "4-bit signed"),
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
            try fault(path),
            try #require(throws: Fault.self) { try StackProbe.view(paths: [path], declared: ViewDeclaration()) },
        ] {
            #expect(fault.reason == .unsupported)
            #expect(fault.what.contains(words))
            #expect(fault.advice.contains("Convert"))
        }
    }

    @Test func otherPackingsAndColorsAreRefused() throws {
        for (compression, name) in [(6, "old jpeg"), (34712, "jpeg 2000"), (34887, "lerc"), (4, "ccitt fax 4")] {
            let fault = try fault(write { $0.overrides = [259: UInt32(compression)] })
            #expect(fault.reason == .unsupported && fault.what.contains(name) && fault.advice.contains("tiffcp"))
        }
        for (photometric, samples) in [(5, 4), (8, 3), (6, 3)] {
            let fault = try fault(
                write {
                    $0.samples = samples
                    $0.photometric = photometric
                })
            #expect(fault.reason == .unsupported && fault.what.contains("colour model \(photometric)"))
        }
        let deep = try fault(
            write {
                $0.bits = 16
                $0.overrides = [259: 7]
            })
        #expect(deep.reason == .unsupported && deep.what.contains("16-bit samples in jpeg"))
    }

    /// libjpeg goes on with grey where data are missing; a picture must not.
    @Test func halfAJPEGIsNoPicture() throws {
        var footage = StackFootage(width: 64, height: 64, pages: 2)
        footage.packing = .jpeg
        footage.content = { page, x, y, _ in 20 + page * 3 + x / 8 * 11 + y / 8 * 19 }
        let file = footage.file()
        let whole = try pictures([folder.write("whole.tif", file.bytes)], View())
        #expect(whole == (0..<2).map { footage.truth(page: $0).map { UInt8($0) } })
        var bytes = file.bytes
        let middle = (file.data[0] + file.directories[1]) / 2 + 60
        (bytes[middle], bytes[middle + 1]) = (0xFF, 0xD9)
        let fault = try fault(folder.write("half.tif", bytes))
        #expect(fault.reason == .corrupt && fault.what.contains("page 1 "), "\(fault)")
    }

    /// ImageJ's text promises what it likes.
    @Test(arguments: [3, 1_000_000, 1_000_000_000, Int.max]) func promisedPagesAreCounted(images: Int) throws {
        let path = try write {
            $0.pages = 1
            $0.description = "ImageJ=1.53t\nimages=\(images)\nframes=\(images)\n"
        }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 4 << 30)
        try handle.close()
        if images == 3 {
            #expect(try StackProbe.describe(paths: [path])[0].timepoints == 3)
        } else if images == 1_000_000 {
            #expect(try StackProbe.describe(paths: [path])[0].frames == images)
        } else {
            #expect([.truncated, .unsupported].contains(try fault(path).reason))
        }
    }

    @Test func damagedSamplesNameThePage() throws {
        for packing in [StackFootage.Packing.lzw, .deflate, .zstandard] {
            var footage = StackFootage(width: 60, height: 40, pages: 3)
            footage.packing = packing
            let file = footage.file()
            var bytes = file.bytes
            for i in file.data[1]..<file.directories[2] { bytes[i] = 0xFF }
            let path = try folder.write("damaged.tif", bytes)
            let reader = try StackReader.open(paths: [path], series: 0, view: View())
            var picture: [UInt8] = []
            try reader.picture(0, into: &picture)
            for _ in 0..<2 {
                let fault = try #require(throws: Fault.self) { try reader.picture(1, into: &picture) }
                #expect(fault.reason == .corrupt && fault.what.contains("page 2 "), "\(fault)")
            }
            try reader.picture(2, into: &picture)
            #expect(picture == footage.truth(page: 2).map { UInt8($0) })
            let beyond = try #require(throws: Fault.self) { try reader.picture(3, into: &picture) }
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
        for round in 0..<2000 {
            var footage = StackFootage(width: 21, height: 18, pages: 4)
            footage.packing = StackFootage.Packing.allCases[round % 6]
            footage.bits = footage.packing != .jpeg && round % 5 == 0 ? 16 : 8
            footage.isBig = round % 5 == 1
            footage.tile = round % 7 == 0 ? 16 : nil
            footage.samples = round % 11 == 0 ? 3 : 1
            footage.isPlanar = round % 2 == 0 && footage.samples == 3
            if footage.packing == .jpeg, !footage.isPlanar, footage.samples == 3 { footage.photometric = 6 }
            if footage.packing != .jpeg, round % 13 == 0 { (footage.bits, footage.sampleFormat) = (32, 3) }
            footage.description = text
            footage.resolution = (4, 1)
            var bytes = footage.file().bytes
            for _ in 0...random(below: 4) { bytes[random(below: bytes.count)] = UInt8(random(below: 256)) }
            let path = try cut(bytes)
            do {
                let described = try StackProbe.describe(paths: [path])[0]
                let view = try StackProbe.view(paths: [path], declared: ViewDeclaration())
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
