import CFFmpeg
import Foundation
import Media
import Model
import Footage
import Testing

/// Grey footage of more than 8 bits with known samples.
private struct DeepFootage {
    var width = 40
    var height = 24
    var frames = 6
    var depth = 16
    /// Values reach so far.
    var largest = 4095

    func sample(_ frame: Int, _ x: Int, _ y: Int) -> Int {
        (200 + frame * 53 + x * 71 + y * 113 + x * y) % (largest + 1)
    }

    func truth(_ frame: Int) -> [Int] {
        (0..<height).flatMap { y in (0..<width).map { x in sample(frame, x, y) } }
    }

    /// 16-bit PNG, stored without compression.
    func png(_ frame: Int, depth: Int = 16, colorType: UInt8 = 0) -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
            let body = Array(name.utf8) + content
            var crc: UInt32 = 0xFFFF_FFFF
            for byte in body {
                crc ^= UInt32(byte)
                for _ in 0..<8 { crc = crc & 1 != 0 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
            }
            return word(content.count) + body + word(Int(~crc))
        }
        let samples = colorType == 2 ? 3 : 1
        var raw: [UInt8] = []
        for y in 0..<height {
            raw.append(0)
            for x in 0..<width {
                for _ in 0..<samples {
                    let value = sample(frame, x, y)
                    raw += depth == 16 ? [UInt8(value >> 8), UInt8(value & 255)] : [UInt8(value >> 4)]
                }
                // Opaque: what shines through would be black.
                if colorType == 4 { raw += [255, 255] }
            }
        }
        var (a, b) = (1, 0)
        for byte in raw {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        let length = raw.count
        let block: [UInt8] = [
            1, UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8 & 255),
        ]
        let packed = [0x78, 0x01] + block + raw + word(b << 16 | a)
        let header = word(width) + word(height) + [UInt8(depth), colorType, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", packed)
            + chunk("IEND", [])
    }

    /// FFV1 in Matroska.
    func writeVideo(to path: String) throws {
        func check(_ code: Int32) throws { try #require(code >= 0, "FFmpeg says \(code)") }
        var output: UnsafeMutablePointer<AVFormatContext>?
        try check(avformat_alloc_output_context2(&output, nil, "matroska", path))
        let file = try #require(output)
        defer { avformat_free_context(file) }
        let codec = try #require(avcodec_find_encoder_by_name("ffv1"))
        var made = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&made) }
        let encoder = try #require(made)
        encoder.pointee.width = Int32(width)
        encoder.pointee.height = Int32(height)
        encoder.pointee.time_base = AVRational(num: 1, den: 10)
        encoder.pointee.pix_fmt = av_get_pix_fmt("gray\(depth)le")
        encoder.pointee.level = 3
        encoder.pointee.gop_size = 1
        try check(avcodec_open2(encoder, codec, nil))
        let stream = try #require(avformat_new_stream(file, nil))
        try check(avcodec_parameters_from_context(stream.pointee.codecpar, encoder))
        stream.pointee.time_base = encoder.pointee.time_base
        try check(avio_open(&file.pointee.pb, path, mc_io_write))
        defer { avio_closep(&file.pointee.pb) }
        try check(avformat_write_header(file, nil))
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        for index in 0...frames {
            var made = av_frame_alloc()
            defer { av_frame_free(&made) }
            let frame = try #require(made)
            if index < frames {
                frame.pointee.width = Int32(width)
                frame.pointee.height = Int32(height)
                frame.pointee.format = encoder.pointee.pix_fmt.rawValue
                frame.pointee.pts = Int64(index)
                try check(av_frame_get_buffer(frame, 0))
                let base = UnsafeMutableRawPointer(try #require(frame.pointee.data.0))
                for (i, value) in truth(index).enumerated() {
                    let offset = i / width * Int(frame.pointee.linesize.0) + i % width * 2
                    base.storeBytes(of: UInt16(value).littleEndian, toByteOffset: offset, as: UInt16.self)
                }
            }
            try check(avcodec_send_frame(encoder, index < frames ? frame : nil))
            while avcodec_receive_packet(encoder, packet) >= 0 {
                av_packet_rescale_ts(packet, encoder.pointee.time_base, stream.pointee.time_base)
                try check(av_interleaved_write_frame(file, packet))
            }
        }
        try check(av_write_trailer(file))
    }

    /// The samples' window by the definition: the percentiles' nearest ranks.
    var window: (low: Double, high: Double) {
        let sorted = (0..<frames).flatMap { truth($0) }.sorted()
        func value(_ percent: Double) -> Double {
            Double(sorted[max(0, Int((percent / 100 * Double(sorted.count)).rounded(.up)) - 1)])
        }
        return (value(0.35), value(99.8))
    }

    func shown(_ frame: Int, _ low: Double, _ high: Double, gamma: Double = 1) -> [UInt8] {
        truth(frame).map {
            let share = min(max((Double($0) - low) / (high - low), 0), 1)
            return UInt8((gamma == 1 ? share : pow(share, gamma)) * 255 + 0.5)
        }
    }
}

@Suite struct VideoWindowTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    private func resolve(
        _ paths: [String], _ declare: (inout ViewDeclaration) -> Void = { _ in }
    ) throws -> (view: View, notes: [String]) {
        var declared = ViewDeclaration()
        declare(&declared)
        let description = try ContainerProbe.describe(path: paths[0])[0]
        return try VideoWindow.resolve(paths: paths, description: description, declared: declared)
    }

    private func pictures(_ source: Model.SourceLocation, _ view: View) throws -> [[UInt8]] {
        var source = source
        source.view = view
        var reader = try SourceReader.open(source)
        var pictures: [[UInt8]] = []
        while let frame = try reader.next() {
            let picture = try frame.grayPicture(longSide: 1000)
            pictures.append(picture.pixels)
        }
        return pictures
    }

    private func sequence(_ footage: DeepFootage, colorType: UInt8 = 0) throws -> [String] {
        try (0..<footage.frames).map { try folder.write("p\($0).png", footage.png($0, colorType: colorType)) }
    }

    @Test(arguments: [(16, 4095), (16, 65535), (12, 4095), (10, 700)])
    func deepVideoIsSeen(depth: Int, largest: Int) throws {
        let footage = DeepFootage(depth: depth, largest: largest)
        let path = folder.file("deep.mkv")
        try footage.writeVideo(to: path)
        let measured = try resolve([path])
        let window = footage.window
        #expect(measured.view.channels == [ChannelView(channel: 0, color: .white, low: window.low, high: window.high)])
        #expect(measured.notes == [])
        let source = try Model.SourceLocation.video(path)
        let truth = (0..<footage.frames).map { footage.shown($0, window.low, window.high) }
        let seen = try pictures(source, measured.view)
        #expect(seen == truth)
        #expect(Set(seen.joined()).count > 200)
        if largest == 4095, depth == 16 { #expect(try pictures(source, View()).joined().allSatisfy { $0 < 17 }) }
    }

    @Test(arguments: [UInt8(0), 4]) func deepSequenceIsSeen(colorType: UInt8) throws {
        let footage = DeepFootage()
        let paths = try sequence(footage, colorType: colorType)
        let measured = try resolve(paths)
        let window = footage.window
        #expect(measured.view.channels == [ChannelView(channel: 0, color: .white, low: window.low, high: window.high)])
        let truth = (0..<footage.frames).map { footage.shown($0, window.low, window.high) }
        #expect(try pictures(.sequence(paths), measured.view) == truth)
    }

    @Test func declaredWindowAndGamma() throws {
        let footage = DeepFootage(frames: 2)
        let paths = try sequence(footage)
        let measured = try resolve(paths) {
            $0.contrast = .range(low: 100, high: 2101)
            $0.gamma = Rational(1, 2)
            $0.intervalSeconds = Rational(7)
            $0.pixelSizeUm = Rational(1, 4)
        }
        let channels = [ChannelView(channel: 0, color: .white, low: 100, high: 2101)]
        #expect(
            measured.view
                == View(
                    intervalSeconds: Rational(7), pixelSizeUm: Rational(1, 4), channels: channels, gamma: Rational(1, 2)
                ))
        let truth = (0..<2).map { footage.shown($0, 100, 2101, gamma: 0.5) }
        #expect(try pictures(.sequence(paths), measured.view) == truth)
        let kept = try resolve(paths) { $0.contrast = .file }
        #expect(try kept.view == resolve(paths).view && kept.notes.contains { $0.contains("display range") })
        let green = ChannelColor(red: 0, green: 255, blue: 0)
        let colored = try resolve(paths) { $0.channels = [.init(channel: 0, color: green)] }.view
        #expect(colored.channels?.map(\.color) == [green])
        // Green's part of what grey is made of.
        let gray = try pictures(.sequence(paths), colored)[0]
        let levels = footage.shown(0, footage.window.low, footage.window.high)
        let farthest = zip(gray, levels).map { abs(Int($0) - Int($1) * 183 / 256) }.max() ?? 255
        #expect(farthest < 5)
        for declare: (inout ViewDeclaration) -> Void in [
            { $0.channels = [.init(channel: 1)] }, { $0.channels = [] }, { $0.contrast = .range(low: 2, high: 1) },
            { $0.gamma = Rational(0) },
        ] {
            #expect(throws: Fault.self) { try resolve(paths, declare) }
        }
    }

    @Test func othersNeedNoWindow() throws {
        let footage = DeepFootage(frames: 1)
        let gray = try folder.write("gray.png", footage.png(0, depth: 8))
        let color = try folder.write("color.png", footage.png(0, colorType: 2))
        for path in [gray, color] {
            let plain = try resolve([path])
            #expect(plain.view == View() && plain.notes == [])
            let declared = try resolve([path]) {
                $0.contrast = .percentiles
                $0.gamma = Rational(2)
            }
            #expect(declared.view == View() && declared.notes.count == 1)
        }
        var video = ClockFootage(frames: 3, width: 64, height: 48, codec: .ffv1)
        video.pixelFormat = "yuv420p10le"
        try video.write(to: folder.file("video.mkv"))
        #expect(try resolve([folder.file("video.mkv")]).view == View())
    }

    @Test func anOddPictureIsNamed() throws {
        var paths = try sequence(DeepFootage())
        paths[3] = try folder.write("odd.png", DeepFootage().png(3, depth: 8))
        let fault = try #require(throws: Fault.self) { try resolve(paths) }
        #expect(fault.reason == .mismatch && fault.place == paths[3])
        let view = View(channels: [ChannelView(channel: 0, color: .white, low: 0, high: 4095)])
        let later = try #require(throws: Fault.self) { try pictures(.sequence(paths), view) }
        #expect(later.reason == .mismatch && later.place == paths[3])
    }

    /// Scan's checksums are of what the view shows, and hold after a seek.
    @Test func framesAreKnownAgain() throws {
        let footage = DeepFootage(frames: 12)
        let path = folder.file("deep.mkv")
        try footage.writeVideo(to: path)
        var source = try Model.SourceLocation.video(path)
        source.view = try resolve([path]).view
        let timing = try SourceTiming.scanned(source)
        var reader = try SourceReader.open(source)
        try reader.seek(before: 8, by: timing)
        var last = 0
        while let frame = try reader.next() {
            #expect(frame.checksum() == timing.checksums[frame.ordinal])
            last = frame.ordinal
        }
        #expect(last == 11)
        source.view.channels?[0].high += 1000
        #expect(try SourceTiming.scanned(source).checksums != timing.checksums)
    }
}
