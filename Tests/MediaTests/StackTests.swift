import Foundation
import Media
import Model
import TestSupport
import Testing

/// A stack's pictures in order, as `view` shows them.
func pictures(_ paths: [String], _ view: View, series: Int = 0) throws -> [[UInt8]] {
    let reader = try StackReader.open(paths: paths, series: series, view: view)
    return try (0..<reader.timepoints).map { t in
        var picture: [UInt8] = []
        try reader.plane(t, into: &picture)
        return picture
    }
}

/// The shown value of a sample by the definition of a contrast window.
func shade(_ value: Int, _ window: ContrastWindow) -> UInt8 {
    let share = Double(value - window.low) / Double(window.high - window.low)
    return UInt8((min(max(share, 0), 1) * 255).rounded(.toNearestOrAwayFromZero))
}

/// What the reader shows of stacks whose every sample is known.
@Suite struct StackTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    /// Every supported way to store samples, small enough to try them all.
    static let layouts: [StackFootage] = {
        var all: [StackFootage] = []
        for packing in StackFootage.Packing.allCases {
            for isDifferenced in packing == .lzw || packing == .deflate ? [false, true] : [false] {
                for variant in 0..<24 {
                    var footage = StackFootage(width: 37, height: 29, pages: 3)
                    footage.packing = packing
                    footage.isDifferenced = isDifferenced
                    footage.bigEndian = variant & 1 != 0
                    footage.isBig = variant & 2 != 0
                    footage.bits = variant & 4 != 0 ? 16 : 8
                    footage.tile = variant / 8 == 1 ? 16 : nil
                    footage.rowsPerStrip = variant / 8 == 2 ? 5 : nil
                    all.append(footage)
                }
            }
        }
        return all
    }()

    @Test func everyLayoutIsReadExactly() throws {
        for (i, footage) in Self.layouts.enumerated() {
            let path = folder.file("layout.tif")
            try footage.write(to: path)
            // 8-bit windows side by side show all of a 16-bit sample; the first alone all of an 8-bit one.
            for low in stride(from: 0, to: footage.bits == 8 ? 256 : 65536, by: footage.bits == 8 ? 256 : 16384) {
                let window = ContrastWindow(low: low, high: low + 255)
                let read = try pictures([path], View(contrast: window))
                let truth = (0..<3).map { page in footage.truth(page: page).map { shade($0, window) } }
                #expect(read == truth, "layout \(i), window \(low)")
            }
            let full = ContrastWindow(low: 0, high: footage.bits == 8 ? 255 : 65535)
            let truth = (0..<3).map { page in footage.truth(page: page).map { shade($0, full) } }
            #expect(try pictures([path], View()) == truth, "layout \(i) without a window")
        }
    }

    @Test func colorIsReadExactly() throws {
        for (i, var footage) in Self.layouts.enumerated() where footage.bits == 8 {
            footage.samples = i % 3 == 0 ? 4 : 3
            let path = folder.file("color.tif")
            try footage.write(to: path)
            let reader = try StackReader.open(paths: [path], series: 0, view: View())
            #expect(reader.isColor && reader.timepoints == 3)
            let truth = (0..<3).map { page in
                let all = footage.truth(page: page)
                return all.indices.filter { $0 % footage.samples < 3 }.map { UInt8(all[$0]) }
            }
            #expect(try pictures([path], View()) == truth, "layout \(i)")
        }
    }

    @Test func longRunsAndFullTablesUnpack() throws {
        for packing in StackFootage.Packing.allCases {
            var footage = StackFootage(width: 300, height: 200, pages: 1)
            footage.packing = packing
            // Flat, then noise that fills LZW's table several times over, then a slope.
            footage.content = { _, x, y, _ in y < 60 ? 9 : y < 150 ? (x &* 7919 ^ y &* 104_729) >> 3 : x }
            let path = folder.file("long.tif")
            try footage.write(to: path)
            #expect(try pictures([path], View()) == [footage.truth(page: 0).map { UInt8($0) }], "\(packing)")
        }
    }

    @Test func invertedIndexedAndSampleChannels() throws {
        var inverted = StackFootage(width: 9, height: 7, pages: 1)
        inverted.photometric = 0
        let path = folder.file("kind.tif")
        try inverted.write(to: path)
        #expect(try pictures([path], View()) == [inverted.truth(page: 0).map { UInt8(255 - $0) }])
        #expect(try StackProbe.describe(paths: [path])[0].notes.contains { $0.contains("inverted") })

        var indexed = StackFootage(width: 9, height: 7, pages: 1)
        indexed.photometric = 3
        indexed.description = "ImageJ=1.53t\n"
        try indexed.write(to: path)
        #expect(try pictures([path], View()) == [indexed.truth(page: 0).map { UInt8($0) }])

        var channels = StackFootage(width: 9, height: 7, pages: 2)
        channels.bits = 16
        channels.samples = 3
        try channels.write(to: path)
        let window = ContrastWindow(low: 0, high: 65535)
        let first = (0..<2).map { page in
            let all = channels.truth(page: page)
            return stride(from: 0, to: all.count, by: 3).map { shade(all[$0], window) }
        }
        #expect(try pictures([path], View()) == first)
        let description = try StackProbe.describe(paths: [path])[0]
        #expect(description.channels == 3)
        #expect(description.notes.contains("the first channel is shown"))
    }

    @Test func slicesComeTogether() throws {
        var footage = StackFootage(width: 11, height: 8, pages: 12)
        footage.description = "ImageJ=1.53t\nimages=12\nslices=4\nframes=3\n"
        footage.content = { page, x, y, _ in (page * 53 + x * 29 + y * 71) % 256 }
        let path = folder.file("z.tif")
        try footage.write(to: path)
        let planes = (0..<12).map { footage.truth(page: $0) }
        let maximum = (0..<3).map { t in
            planes[0].indices.map { i in UInt8((0..<4).map { planes[t * 4 + $0][i] }.max()!) }
        }
        #expect(try pictures([path], View(zRule: .maximum)) == maximum)
        #expect(try pictures([path], View()) == maximum)
        let middle = (0..<3).map { t in planes[t * 4 + 2].map { UInt8($0) } }
        #expect(try pictures([path], View(zRule: .middle)) == middle)
    }

    @Test func filesAreOneSequence() throws {
        let parts = (0..<4).map { file in
            var footage = StackFootage(width: 13, height: 6, pages: file == 2 ? 3 : 1)
            footage.packing = StackFootage.Packing.allCases[file]
            footage.bigEndian = file == 1
            footage.content = { page, x, y, _ in file * 40 + page * 9 + x + y }
            return footage
        }
        let paths = parts.indices.map { folder.file("f\($0).tif") }
        for (path, part) in zip(paths, parts) { try part.write(to: path) }
        let truth = parts.flatMap { part in (0..<part.pages).map { part.truth(page: $0).map { UInt8($0) } } }
        #expect(try pictures(paths, View()) == truth)
        #expect(try pictures(paths.reversed(), View()).first == truth.last)
        let description = try StackProbe.describe(paths: paths)
        #expect(description.map(\.kind) == [.sequence])
        #expect(description[0].frames == 6)
    }

    @Test func anOddFileIsNamed() throws {
        var paths: [String] = []
        for file in 0..<5 {
            let path = folder.file("s\(file).tif")
            try StackFootage(width: file == 0 ? 14 : 13, height: 6, pages: 1).write(to: path)
            paths.append(path)
        }
        let fault = try #require(throws: Fault.self) { try StackProbe.describe(paths: paths) }
        #expect(fault.reason == .mismatch)
        #expect(fault.place == paths[0])
        #expect(fault.what.contains("14x6") && fault.what.contains("13x6"))
    }

    /// ImageJ above 4 GB: one directory, the other planes behind the first.
    @Test(arguments: [false, true]) func planesWithoutDirectories(bigEndian: Bool) throws {
        var footage = StackFootage(width: 10, height: 7, pages: 1)
        footage.bits = 16
        footage.bigEndian = bigEndian
        footage.description = "ImageJ=1.53t\nimages=3\nframes=3\n"
        var file = footage.file()
        for page in 1..<3 {
            for x in 0..<70 {
                let bytes = [UInt8(page), UInt8(x)]
                file.bytes += bigEndian ? bytes : bytes.reversed()
            }
        }
        let path = try folder.write("bare.tif", file.bytes)
        let window = ContrastWindow(low: 256, high: 511)
        let read = try pictures([path], View(contrast: window))
        let first = footage.truth(page: 0).map { shade($0, window) }
        #expect(read == [first, (0..<70).map { UInt8($0) }, [UInt8](repeating: 255, count: 70)])

        _ = try folder.write("bare.tif", file.bytes.dropLast())
        let fault = try #require(throws: Fault.self) { try StackProbe.describe(paths: [path]) }
        #expect(fault.reason == .truncated)
        #expect(fault.what.contains("page 3 of 3"))
    }

    // MARK: Contrast

    /// Of 100,000 samples 300 are 10, 100 are 20 and `bright` are 5000, all on the last page; the others are 1000.
    @Test(arguments: [(150, 1000), (250, 5000)]) func windowIsOfTheWholeStack(bright: Int, high: Int) throws {
        var footage = StackFootage(width: 100, height: 100, pages: 10)
        footage.bits = 16
        footage.packing = .lzw
        footage.content = { page, x, y, _ in
            let i = y * 100 + x
            if page < 9 { return 1000 }
            return i < 300 ? 10 : i < 400 ? 20 : i < 400 + bright ? 5000 : 1000
        }
        let path = folder.file("window.tif")
        try footage.write(to: path)
        let window = try StackProbe.contrastWindow(paths: [path])
        #expect(window == ContrastWindow(low: 20, high: high))
        let view = try StackProbe.view(paths: [path], declared: nil, interval: nil, pixelSizeUm: nil)
        #expect(view.contrast == window)
    }

    @Test func sparseFlatAndColorWindows() throws {
        let path = folder.file("window.tif")
        var sparse = StackFootage(width: 100, height: 100, pages: 2)
        sparse.content = { page, x, y, _ in page == 1 && y == 50 && x < 9 ? 200 + x : 3 }
        try sparse.write(to: path)
        #expect(try StackProbe.contrastWindow(paths: [path]) == ContrastWindow(low: 3, high: 208))

        var flat = sparse
        flat.content = { _, _, _, _ in 77 }
        try flat.write(to: path)
        let window = try StackProbe.contrastWindow(paths: [path])
        #expect(window == ContrastWindow(low: 77, high: 78))
        #expect(try pictures([path], View(contrast: window))[0].allSatisfy { $0 == 0 })

        var color = flat
        color.samples = 3
        try color.write(to: path)
        #expect(try StackProbe.contrastWindow(paths: [path]) == nil)
    }
}
