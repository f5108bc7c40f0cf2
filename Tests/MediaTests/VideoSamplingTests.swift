import Foundation
import Media
import Model
import TestSupport
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
