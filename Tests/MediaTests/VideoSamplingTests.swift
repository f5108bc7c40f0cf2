import Foundation
import Media
import Model
import Footage
import Testing

@Suite struct VideoSamplingTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    /// One flat grey level through each way of storing it.
    @Test(arguments: [
        "yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p16le", "yuvj420p", "gray", "gray10le", "gray16le",
        "bgr0", "gbrp10le", "yuva420p",
    ])
    func levelsAreFullRange(_ format: String) throws {
        for (stored, shown) in [(16, 0), (235, 255), (126, 128)] {
            var settings = VideoWriter.Settings(
                codec: .ffv1, width: 128, height: 96, timeBase: Rational(1, 10), rate: Rational(10))
            settings.pixelFormat = format
            if format == "yuvj420p" {
                settings.codec = .mjpeg
                settings.quality = 1
            }
            let path = folder.file("flat\(stored).mkv")
            var picture = YUVPicture(width: 128, height: 96)
            for i in picture.y.indices { picture.y[i] = UInt8(stored) }
            var writer = try VideoWriter.create(path, settings)
            try writer.write(picture, at: 0)
            _ = try writer.finish()

            let frame = try firstFrame(of: path)
            var grid = FrameGrid()
            try frame.fillGrid(&grid)
            #expect(Set(grid.y).allSatisfy { abs(Int($0) - shown) <= 1 }, "\(Set(grid.y)) for \(shown)")
            #expect(Set(grid.cb + grid.cr).allSatisfy { abs(Int($0) - 128) <= 1 })
            let gray = try frame.grayPicture(longSide: 64)
            #expect("\(gray.width)x\(gray.height)" == "64x48")
            #expect(gray.pixels.allSatisfy { abs(Int($0) - shown) <= 1 }, "\(Set(gray.pixels)) for \(shown)")
        }
    }

    /// The grid of a coarse pattern is the pattern, whatever the size of the picture.
    @Test(arguments: [(48, 54), (320, 240), (1280, 720), (1922, 1082)])
    func cellsLieWhereTheyShould(_ width: Int, _ height: Int) throws {
        var picture = YUVPicture(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) = (x * 48 / width, y * 27 / height)
                picture.y[y * width + x] = UInt8(16 + (column * 4 + row) % 219)
            }
        }
        var settings = VideoWriter.Settings(
            codec: .ffv1, width: width, height: height, timeBase: Rational(1, 10), rate: Rational(10))
        settings.quality = 1
        let path = folder.file("cells.mkv")
        var writer = try VideoWriter.create(path, settings)
        try writer.write(picture, at: 0)
        _ = try writer.finish()
        let frame = try firstFrame(of: path)
        var grid = FrameGrid()
        try frame.fillGrid(&grid)
        for row in 0..<27 {
            for column in 0..<48 {
                let level = Double((column * 4 + row) % 219) * 255 / 219
                #expect(abs(Double(grid.y[row * 48 + column]) - level) <= 2)
            }
        }
    }

    /// A way of storing limited-range samples, in the bytes of `-f rawvideo`.
    struct Storage: CustomTestStringConvertible, Sendable {
        let format: String
        let codec: String
        var depth = 8
        var chromaDown = 2
        /// Of a component at a column and a row: its place, in samples of one or two bytes, in a picture of that size.
        let place: @Sendable (_ component: Int, _ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Int
        var testDescription: String { format }

        static let all = [
            planar("yuv420p", depth: 8), planar("yuv420p10le", depth: 10),
            Storage(format: "nv12", codec: "rawvideo") { component, x, y, width, height in
                component == 0 ? y * width + x : width * height + y * width + 2 * x + component - 1
            },
            Storage(format: "uyvy422", codec: "rawvideo", chromaDown: 1) { component, x, y, width, height in
                component == 0 ? 2 * (y * width + x) + 1 : 2 * y * width + 4 * x + 2 * (component - 1)
            },
        ]

        static func planar(_ format: String, depth: Int) -> Storage {
            Storage(format: format, codec: "ffv1", depth: depth) { component, x, y, width, height in
                component == 0
                    ? y * width + x : width * height + (component - 1) * width * height / 4 + y * width / 2 + x
            }
        }
    }

    /// Every cell is the mean of the samples that `fillGrid` names, to the nearest level, however they are stored.
    @Test(arguments: Storage.all, [(322, 182), (64, 64), (40, 20)])
    func cellsAreMeansOfTheirSamples(_ storage: Storage, _ size: (Int, Int)) throws {
        let (width, height) = size
        let path = try folder.make(
            "\(storage.format).nut",
            "-f lavfi -i testsrc2=s=\(width)x\(height):r=1,noise=alls=40:all_seed=5 -frames:v 1 -pix_fmt "
                + "\(storage.format) -c:v \(storage.codec)")
        let bytes = try folder.raw(path, storage.format)
        let frame = try firstFrame(of: path)
        var grid = FrameGrid()
        try frame.fillGrid(&grid)
        for (component, cells) in [grid.y, grid.cb, grid.cr].enumerated() {
            let isLuma = component == 0
            let (across, down) = isLuma ? (width, height) : (width / 2, height / storage.chromaDown)
            let (samples, rows) = (max(1, across / 48), isLuma ? 4 : 2)
            for (i, cell) in cells.enumerated() {
                let first = min(across - samples, (i % 48 * across + 47) / 48)
                var sum = 0
                for row in i / 48 * rows..<(i / 48 + 1) * rows {
                    for x in first..<first + samples {
                        let place = storage.place(component, x, (2 * row + 1) * down / (54 * rows), width, height)
                        sum +=
                            storage.depth == 8
                            ? Int(bytes[place]) : (Int(bytes[2 * place]) | Int(bytes[2 * place + 1]) << 8)
                    }
                }
                let mean = Double(sum) / Double((samples * rows) << (storage.depth - 8))
                let level = isLuma ? (mean - 16) * 255 / 219 : (mean - 128) * 255 / 224 + 128
                let isNearest = abs(Double(cell) - min(255, max(0, level))) <= 0.501
                #expect(isNearest, "component \(component), cell \(i): \(cell) for \(level)")
                guard isNearest else { return }
            }
        }
    }

    @Test func checksumsTellFramesApart() throws {
        let path = folder.file("a.mp4")
        try ClockFootage(frames: 80).write(to: path)
        let checksums = try Reading(path).checksums
        #expect(Set(checksums).count == 80)
    }

    @Test func thumbnailsAreJPEGsOfTheRightShape() throws {
        var footage = ClockFootage(frames: 1, width: 320, height: 240)
        footage.sampleAspect = Rational(2)
        footage.rotation = 90
        let path = folder.file("a.mp4")
        try footage.write(to: path)
        let frame = try firstFrame(of: path)
        let thumbnail = try folder.write("t.jpg", try frame.jpegThumbnail(longSide: 160))
        let description = try ContainerProbe.describe(path: thumbnail)[0]
        // 320 x 240 stored, pixels twice as wide as high: 640 x 240, turned.
        #expect("\(description.width)x\(description.height)" == "60x160")
        #expect(description.codec == "mjpeg")
    }
}
