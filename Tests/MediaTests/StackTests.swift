import Foundation
import Media
import Model
import Footage
import Testing

/// What the reader shows of stacks whose every sample is known.
@Suite struct StackTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    private func write(_ footage: StackFootage) throws -> [String] {
        let path = folder.vacant("a.tif")
        try footage.write(to: path)
        return [path]
    }

    @Test(arguments: StackSamples.all) func everyLayoutIsReadExactly(samples: StackSamples) throws {
        for packing in StackFootage.Packing.exact {
            var footage = samples.footage()
            footage.packing = packing
            for predictor in footage.predictors {
                for (i, cut) in StackCut.allCases.enumerated() {
                    for bigEndian in [false, true] {
                        footage.predictor = predictor
                        footage.bigEndian = bigEndian
                        footage.isBig = (i % 2 == 0) == bigEndian
                        cut.apply(to: &footage)
                        let read = try pictures(write(footage), samples.window())
                        #expect(read == samples.truth(footage), "\(packing) \(predictor) \(cut) \(bigEndian)")
                    }
                }
            }
        }
    }

    @Test(arguments: StackSamples.all) func channelsInAPixelAreReadExactly(samples: StackSamples) throws {
        for packing in [StackFootage.Packing.uncompressed, .lzw] {
            for (i, cut) in StackCut.allCases.enumerated() {
                for isPlanar in [false, true] {
                    var footage = samples.footage(samples: 3)
                    footage.packing = packing
                    footage.predictor = footage.predictors.last!
                    footage.isPlanar = isPlanar
                    footage.bigEndian = i == 1
                    cut.apply(to: &footage)
                    let paths = try write(footage)
                    for channel in 0..<3 {
                        let read = try pictures(paths, samples.window(channel))
                        let truth = samples.truth(footage, channel: channel)
                        #expect(read == truth, "\(packing) \(cut) planar \(isPlanar), channel \(channel)")
                    }
                }
            }
        }
    }

    @Test(arguments: StackSamples.packed) func samplesOfSomeBitsAreReadExactly(samples: StackSamples) throws {
        for cut in StackCut.allCases {
            for (count, isPlanar) in [(1, false), (2, false), (2, true)] {
                var footage = samples.footage(samples: count)
                footage.isPlanar = isPlanar
                footage.bigEndian = count == 2
                footage.packing = count == 2 ? .packBits : .uncompressed
                cut.apply(to: &footage)
                let channel = count - 1
                let read = try pictures(write(footage), samples.window(channel))
                #expect(
                    read == samples.truth(footage, channel: channel), "\(cut), \(count) samples, planar \(isPlanar)")
            }
        }
    }

    /// 8 and 16 bits, with and without alpha, chunky and planar.
    @Test func colorIsReadExactly() throws {
        for (bits, alpha) in [(8, []), (8, [0]), (8, [1]), (16, []), (16, [2])] as [(Int, [Int])] {
            for (i, cut) in StackCut.allCases.enumerated() {
                for isPlanar in [false, true] {
                    var footage = StackFootage(width: 37, height: 29, pages: 2)
                    footage.bits = bits
                    footage.samples = 3 + alpha.count
                    footage.extraSamples = alpha
                    footage.isPlanar = isPlanar
                    footage.packing = StackFootage.Packing.exact[i]
                    footage.bigEndian = i == 0
                    cut.apply(to: &footage)
                    let paths = try write(footage)
                    let truth = (0..<2).map { page in
                        let all = footage.truth(page: page)
                        let colors = all.indices.filter { $0 % footage.samples < 3 }
                        return colors.map { UInt8((Double(all[$0]) * 255 / (bits == 8 ? 255 : 65535)).rounded()) }
                    }
                    #expect(try pictures(paths, View()) == truth, "\(bits) bits, \(alpha), \(cut), planar \(isPlanar)")
                    let description = try StackProbe.describe(paths: paths)[0]
                    #expect(description.pixelFormat == (bits == 8 ? "rgb24" : "rgb48") && description.channels == 3)
                    #expect(description.notes.contains { $0.contains("alpha") } == !alpha.isEmpty)
                }
            }
        }
    }

    /// Grey, alpha, grey: the alpha between them is no channel.
    @Test func alphaIsLeftOutWhereverItLies() throws {
        for isPlanar in [false, true] {
            var footage = StackSamples.all[1].footage(samples: 3)
            footage.extraSamples = [2, 0]
            footage.isPlanar = isPlanar
            let paths = try write(footage)
            #expect(try StackProbe.describe(paths: paths)[0].channels == 2)
            for (channel, sample) in [(0, 0), (1, 2)] {
                let read = try pictures(paths, StackSamples.all[1].window(channel))
                #expect(read == StackSamples.all[1].truth(footage, channel: sample))
            }
        }
    }

    /// Real palettes are colours; ImageJ's tint grey samples, which stay what they are.
    @Test func palettesAreColors() throws {
        for bits in [1, 4, 8] {
            var footage = StackFootage(width: 37, height: 29, pages: 2)
            footage.bits = bits
            footage.photometric = 3
            StackCut.tiles.apply(to: &footage)
            let paths = try write(footage)
            let truth = (0..<2).map { page in
                footage.truth(page: page).flatMap { color in
                    (0..<3).map { UInt8(footage.palette(color, $0) >> 8) }
                }
            }
            #expect(try pictures(paths, View()) == truth, "\(bits) bits")
            #expect(try StackProbe.describe(paths: paths)[0].pixelFormat == "rgb24")
        }
        var footage = StackFootage(width: 9, height: 7, pages: 1)
        footage.photometric = 3
        footage.description = "ImageJ=1.53t\n"
        #expect(try pictures(write(footage), View()) == [footage.truth(page: 0).map { UInt8($0) }])
    }

    /// Where 0 is white, large must still be bright: inverted within the type's range, floating point within 0...1.
    @Test func zeroIsWhite() throws {
        for samples in StackSamples.all + [StackSamples.packed[0]] {
            var footage = samples.footage()
            footage.photometric = 0
            let paths = try write(footage)
            #expect(try StackProbe.describe(paths: paths)[0].notes.contains { $0.contains("inverted") })
            // Next to 2^32 and above, floating point has no room for the lowest bits.
            if samples.sampleFormat == 1, samples.bits > 16 { continue }
            let white = [1: Double(1 << min(samples.bits, 16) - 1), 2: -1, 3: 1][samples.sampleFormat]!
            let shown = samples.window().channels![0]
            let inverted = whiteView(0, white - shown.high, white - shown.low)
            let truth = samples.truth(footage).map { $0.map { 255 - $0 } }
            #expect(try pictures(paths, inverted) == truth, "\(samples.name)")
        }
    }

    @Test func longRunsAndFullTablesUnpack() throws {
        for packing in StackFootage.Packing.exact {
            var footage = StackFootage(width: 300, height: 200, pages: 1)
            footage.packing = packing
            // Flat, then noise that fills LZW's table several times over, then a slope.
            footage.content = { _, x, y, _ in y < 60 ? 9 : y < 150 ? (x &* 7919 ^ y &* 104_729) >> 3 : x }
            #expect(try pictures(write(footage), View()) == [footage.truth(page: 0).map { UInt8($0) }], "\(packing)")
        }
    }

    // MARK: JPEG

    /// Grey, RGB and channels in JPEG, whose blocks are flat and so come back exactly.
    @Test func jpegIsRead() throws {
        for (samples, photometric) in [(1, 1), (3, 2), (3, 1)] {
            for (cut, isPlanar) in [(StackCut.whole, false), (.strips, false), (.tiles, false), (.tiles, true)] {
                if samples == 1, isPlanar { continue }
                var footage = StackFootage(width: 37, height: 29, pages: 2)
                footage.packing = .jpeg
                footage.samples = samples
                footage.photometric = photometric
                footage.isPlanar = isPlanar
                cut.apply(to: &footage)
                footage.rowsPerStrip = footage.rowsPerStrip.map { _ in 8 }
                footage.content = { page, x, y, sample in page * 60 + x / 8 * 31 + y / 8 * 17 + sample * 77 }
                let paths = try write(footage)
                let all = (0..<2).map { page in footage.truth(page: page).map { UInt8($0) } }
                let comment: Comment = "\(samples) samples, photometric \(photometric), \(cut), planar \(isPlanar)"
                if photometric == 2 || samples == 1 {
                    #expect(try pictures(paths, View()) == all, comment)
                    continue
                }
                for channel in 0..<3 {
                    let truth = all.map { page in page.indices.filter { $0 % 3 == channel }.map { page[$0] } }
                    #expect(try pictures(paths, whiteView(channel, 0, 255)) == truth, comment)
                }
            }
        }
    }

    /// Colours stored as luma and halved colour differences come out as red, green and blue (JFIF's formula).
    @Test func halvedColorsInJPEGAreRGB() throws {
        for cut in StackCut.allCases {
            var footage = StackFootage(width: 37, height: 29, pages: 1)
            footage.packing = .jpeg
            footage.samples = 3
            footage.photometric = 6
            cut.apply(to: &footage)
            footage.rowsPerStrip = footage.rowsPerStrip.map { _ in 16 }
            footage.content = { _, x, y, sample in sample == 0 ? 60 + x / 8 * 23 + y / 8 * 9 : sample == 1 ? 90 : 160 }
            let paths = try write(footage)
            #expect(try StackProbe.describe(paths: paths)[0].pixelFormat == "rgb24")
            let luma = footage.truth(page: 0)
            let truth = stride(from: 0, to: luma.count, by: 3).flatMap { i in
                let (y, blue, red) = (Double(luma[i]), 90 - 128.0, 160 - 128.0)
                return [y + 1.402 * red, y - 0.344136 * blue - 0.714136 * red, y + 1.772 * blue]
            }
            let read = try pictures(paths, View())[0]
            #expect(read.count == truth.count)
            #expect(zip(read, truth).allSatisfy { abs(Double($0) - min(max($1, 0), 255)) <= 1 }, "\(cut)")
        }
    }

    // MARK: Several pages and files

    @Test func slicesComeTogether() throws {
        var footage = StackFootage(width: 11, height: 8, pages: 12)
        footage.description = "ImageJ=1.53t\nimages=12\nslices=4\nframes=3\n"
        footage.content = { page, x, y, _ in (page * 53 + x * 29 + y * 71) % 256 }
        let paths = try write(footage)
        let planes = (0..<12).map { footage.truth(page: $0) }
        let maximum = (0..<3).map { t in
            planes[0].indices.map { i in UInt8((0..<4).map { planes[t * 4 + $0][i] }.max()!) }
        }
        #expect(try pictures(paths, View(zRule: .maximum)) == maximum)
        #expect(try pictures(paths, View()) == maximum)
        let middle = (0..<3).map { t in planes[t * 4 + 2].map { UInt8($0) } }
        #expect(try pictures(paths, View(zRule: .middle)) == middle)
    }

    @Test func filesAreOneSequence() throws {
        let parts = (0..<4).map { file in
            var footage = StackFootage(width: 13, height: 6, pages: file == 2 ? 3 : 1)
            footage.packing = StackFootage.Packing.exact[file]
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

    // MARK: ImageJ above 4 GB

    /// One directory, the other planes behind the first; whatever the directory says of its strip's size.
    @Test(arguments: [1, 2, 8, 9].map { StackSamples.all[$0] }, [false, true])
    func planesWithoutDirectories(samples: StackSamples, bigEndian: Bool) throws {
        var footage = samples.footage(pages: 3)
        footage.bigEndian = bigEndian
        let planes = footage.file()
        let bytes = 37 * 29 * samples.bits / 8
        footage.pages = 1
        footage.description = "ImageJ=1.53t\nimages=3\nframes=3\n"
        let truth = samples.truth(samples.footage(pages: 3))
        for count in [nil, 0, 1000, bytes * 3, 0xFFFF_FFFF] as [Int?] {
            footage.overrides[279] = count.map { UInt32($0) }
            var file = footage.file()
            for page in 1..<3 { file.bytes += planes.bytes[planes.data[page]..<(planes.data[page] + bytes)] }
            let path = try folder.write("bare.tif", file.bytes)
            #expect(try pictures([path], samples.window()) == truth, "strip of \(count ?? bytes) bytes")

            _ = try folder.write("bare.tif", file.bytes.dropLast())
            let fault = try #require(throws: Fault.self) { try StackProbe.describe(paths: [path]) }
            #expect(fault.reason == .truncated)
            #expect(fault.what.contains("page 3 of 3"))
        }
    }

    /// A file of 6 GB that takes little room: only the first, some middle and the last plane are written.
    @Test(arguments: [1, 9].map { StackSamples.all[$0] }) func stacksAboveFourGigabytes(samples: StackSamples) throws {
        let edge = 1000
        let count = 6_000_000_000 / (edge * edge * samples.bits / 8)
        var footage = samples.footage(pages: 1)
        (footage.width, footage.height) = (edge, edge)
        footage.bigEndian = true
        footage.description = "ImageJ=1.53t\nimages=\(count)\nframes=\(count)\n"
        let file = footage.file()
        let path = try folder.write("big.tif", file.bytes)
        let bytes = edge * edge * samples.bits / 8
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: UInt64(file.data[0] + count * bytes))
        let shown = [1, count * 3 / 4, count - 1]
        for page in shown {
            let number = UInt8(page & 63)
            var row = StackFootage(width: edge, height: 1, pages: 1)
            (row.bits, row.sampleFormat, row.unit, row.bigEndian) = (
                samples.bits, samples.sampleFormat, samples.unit, true
            )
            row.content = { _, x, _, _ in samples.first + samples.step * ((x + Int(number)) & 255) }
            let line = row.file()
            try handle.seek(toOffset: UInt64(file.data[0] + page * bytes))
            try handle.write(contentsOf: line.bytes[line.data[0]...])
        }
        try handle.close()

        let description = try StackProbe.describe(paths: [path])[0]
        #expect(description.frames == count && description.timepoints == count)
        let reader = try StackReader.open(paths: [path], series: 0, view: samples.window())
        var picture: [UInt8] = []
        try reader.picture(0, into: &picture)
        #expect(picture == samples.truth(footage)[0])
        for page in shown {
            try reader.picture(page, into: &picture)
            #expect(Array(picture[..<edge]) == (0..<edge).map { UInt8(($0 + (page & 63)) & 255) }, "page \(page)")
        }
    }
}
