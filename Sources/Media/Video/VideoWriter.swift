internal import CFFmpeg
internal import Files
internal import Foundation
public import Model

/// A planar 4:2:0 picture of 8 bits, limited range, rows from the top without padding.
public struct YUVPicture: Sendable {
    public let width: Int
    public let height: Int
    public var y: [UInt8]
    public var cb: [UInt8]
    public var cr: [UInt8]

    /// A black picture. - Precondition: both sides are even.
    public init(width: Int, height: Int) {
        precondition(width % 2 == 0 && height % 2 == 0 && width > 0 && height > 0)
        self.width = width
        self.height = height
        y = [UInt8](repeating: 16, count: width * height)
        cb = [UInt8](repeating: 128, count: width * height / 4)
        cr = cb
    }
}

/// Writes one video stream to a file. It grows beside its place as `PATH.part` and gets its name when it is complete;
/// a writer that is dropped unfinished deletes it.
public struct VideoWriter: ~Copyable {
    public enum Codec: String, Sendable, CaseIterable { case h264, vp9, mpeg4, ffv1, mjpeg }

    public struct Settings: Sendable {
        public var codec: Codec
        /// Pixels; both even.
        public var width: Int
        public var height: Int
        /// Seconds a tick of the PTS that are written.
        public var timeBase: Rational
        /// Nominal frames a second; nil where the frames are unevenly spaced.
        public var rate: Rational?
        /// Constant quality: CRF of H.264 and VP9, quantizer of MPEG-4 and MJPEG; FFV1 is lossless.
        public var quality = 17
        /// x264 preset name.
        public var preset = "medium"
        /// Frames between key frames at most.
        public var gop = 16
        /// FFmpeg's name of the pixel format to encode; 4:2:0 of 8 bits by default.
        public var pixelFormat: String
        /// Degrees clockwise that a player must turn the picture.
        public var rotation = 0
        /// Width of a pixel divided by its height.
        public var sampleAspect = Rational(1)
        var color = ColorTags.bt709

        public init(codec: Codec, width: Int, height: Int, timeBase: Rational, rate: Rational? = nil) {
            self.codec = codec
            self.width = width
            self.height = height
            self.timeBase = timeBase
            self.rate = rate
            pixelFormat = codec == .mjpeg ? "yuvj420p" : "yuv420p"
        }
    }

    public let path: String
    public let settings: Settings
    private var part: String { path + ".part" }
    private let output: FormatOutput
    private let encoder: CodecContext
    private let packet: Packet
    private var scaler = Scaler(.bicubic)
    /// PTS of the newest frames, for the durations of the packets that are still in the encoder.
    private var recent: [Int64] = []
    private var isFinished = false

    /// - Parameter path: its extension chooses the container: mp4, mov, mkv, webm, avi, ts or h264 (bare).
    /// - Throws: `invalid` for settings that nothing can write, `unsupported` without the encoder, `readOnly`,
    ///   `diskFull`.
    public static func create(_ path: String, _ settings: Settings) throws(Fault) -> VideoWriter {
        FFmpegLog.install()
        let muxers = [
            "mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm", "avi": "avi", "ts": "mpegts", "h264": "h264",
        ]
        guard let muxer = muxers[path.split(separator: ".").last.map(String.init) ?? ""] else {
            throw Fault(.invalid, "no container is known by this extension", at: path, advice: "Use .mp4 or .mkv.")
        }
        let part = path + ".part"
        let output = try FormatOutput.create(part, format: muxer)
        do throws(Fault) {
            let encoder = try openEncoder(settings, of: output.pointer, at: path)
            try begin(output.pointer, encoder: encoder.pointer, settings: settings, isMP4: muxer == "mp4", at: path)
            return VideoWriter(
                path: path, settings: settings, output: output, encoder: encoder, packet: try Packet(at: path))
        } catch {
            try? Folder.remove(part)
            throw error
        }
    }

    private init(
        path: String, settings: Settings, output: consuming FormatOutput, encoder: consuming CodecContext,
        packet: consuming Packet
    ) {
        self.path = path
        self.settings = settings
        self.output = output
        self.encoder = encoder
        self.packet = packet
    }

    deinit {
        if !isFinished { try? Folder.remove(part) }
    }

    private static func openEncoder(
        _ settings: Settings, of output: UnsafeMutablePointer<AVFormatContext>, at path: String
    ) throws(Fault) -> CodecContext {
        let names: [Codec: String] = [.h264: "libx264", .vp9: "libvpx-vp9"]
        let name = names[settings.codec] ?? settings.codec.rawValue
        guard let codec = avcodec_find_encoder_by_name(name) else {
            throw fault(of: mc_error_encoder_not_found, "encoding with \(name)", at: path, .writing)
        }
        guard let timeBase = settings.timeBase.av, let aspect = settings.sampleAspect.av else {
            throw Fault(
                .invalid, "the time base \(settings.timeBase) has more than 32 bits", at: path,
                advice: "Choose a coarser one.")
        }
        let encoder = try CodecContext(codec, at: path)
        let context = encoder.pointer
        context.pointee.width = Int32(settings.width)
        context.pointee.height = Int32(settings.height)
        context.pointee.time_base = timeBase
        if let rate = settings.rate?.av { context.pointee.framerate = rate }
        context.pointee.pix_fmt = av_get_pix_fmt(settings.pixelFormat)
        context.pointee.sample_aspect_ratio = aspect
        settings.color.tag(context)
        context.pointee.gop_size = Int32(settings.gop)
        context.pointee.thread_count = 1
        context.pointee.flags |= mc_codec_bitexact
        if output.pointee.oformat.pointee.flags & mc_format_global_header != 0 {
            context.pointee.flags |= mc_codec_global_header
        }
        var options = Options([:])
        switch settings.codec {
        case .h264:
            options.set("crf", "\(settings.quality)")
            options.set("preset", settings.preset)
            options.set("x264-params", MediaLibraries.x264Parameters)
        case .vp9:
            options.set("crf", "\(settings.quality)")
            options.set("b", "0")
            options.set("deadline", "good")
            options.set("cpu-used", "5")
        case .mpeg4, .mjpeg:
            context.pointee.flags |= mc_codec_qscale
            context.pointee.global_quality = Int32(settings.quality) * mc_qp_to_lambda
            context.pointee.max_b_frames = settings.codec == .mpeg4 ? 2 : 0
        case .ffv1:
            options.set("level", "3")
        }
        try check(
            avcodec_open2(context, codec, &options.pointer), "opening the encoder \(name)", at: path, .writing)
        if let leftover = options.leftover {
            throw Fault(
                .unsupported, "the encoder \(name) has no option '\(leftover)'", at: path,
                advice: "Install an FFmpeg built with it.")
        }
        return encoder
    }

    private static func begin(
        _ output: UnsafeMutablePointer<AVFormatContext>, encoder: UnsafeMutablePointer<AVCodecContext>,
        settings: Settings, isMP4: Bool, at path: String
    ) throws(Fault) {
        let stream = try allocated(avformat_new_stream(output, nil), "adding a stream", at: path)
        try check(
            avcodec_parameters_from_context(stream.pointee.codecpar, encoder), "describing the stream", at: path,
            .writing)
        stream.pointee.time_base = encoder.pointee.time_base
        stream.pointee.sample_aspect_ratio = encoder.pointee.sample_aspect_ratio
        if let rate = settings.rate?.av { stream.pointee.avg_frame_rate = rate }
        if settings.rotation != 0 {
            try check(
                mc_stream_set_rotation(stream, Double(settings.rotation)), "declaring the rotation", at: path, .writing)
        }
        output.pointee.flags |= mc_format_bitexact
        var options = Options([:])
        if isMP4 { options.set("movflags", "+faststart") }
        try check(avformat_write_header(output, &options.pointer), "writing the header", at: path, .writing)
    }

    /// Appends a picture of the writer's size.
    /// - Parameter pts: ticks of `settings.timeBase`, later than the one before.
    /// - Throws: `diskFull`, `invalid` for a time that is not later, `internal` where the encoder refuses.
    public mutating func write(_ picture: borrowing YUVPicture, at pts: Int64) throws(Fault) {
        let frame = try FrameBuffer.picture(
            width: picture.width, height: picture.height, format: AV_PIX_FMT_YUV420P, at: path)
        for (index, plane) in [picture.y, picture.cb, picture.cr].enumerated() {
            let (base, stride) = frame.plane(index)
            let width = index == 0 ? picture.width : picture.width / 2
            plane.withUnsafeBufferPointer { bytes in
                for y in 0..<bytes.count / width {
                    (base + y * stride).update(from: bytes.baseAddress! + y * width, count: width)
                }
            }
        }
        let wanted = encoder.pointer.pointee.pix_fmt
        let from = PictureLayout(
            width: picture.width, height: picture.height, format: AV_PIX_FMT_YUV420P, fullRange: false,
            matrix: settings.color.matrix)
        if wanted == from.format && picture.width == settings.width && picture.height == settings.height {
            return try write(frame, at: pts)
        }
        let converted = try FrameBuffer.picture(
            width: settings.width, height: settings.height, format: wanted, at: path)
        var to = PictureLayout(of: converted)
        to.matrix = settings.color.matrix
        try scaler.scale(frame, as: from, into: converted, as: to, at: path)
        try write(converted, at: pts)
    }

    /// Appends a picture in the encoder's size and pixel format; it may be written again later.
    mutating func write(_ picture: borrowing FrameBuffer, at pts: Int64) throws(Fault) {
        if let last = recent.last, pts <= last {
            throw Fault(
                .invalid, "frame at tick \(pts) is not later than the one at \(last)", at: path,
                advice: "Give each output frame a time of its own.")
        }
        recent.append(pts)
        if recent.count > 512 { recent.removeFirst(256) }
        picture.pointer.pointee.pts = pts
        picture.pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
        picture.pointer.pointee.quality = encoder.pointer.pointee.global_quality
        settings.color.tag(picture.pointer)
        try check(avcodec_send_frame(encoder.pointer, picture.pointer), "encoding", at: path, .writing)
        try drain()
    }

    /// Completes the file: all frames written, synchronized to the disk, named `path`.
    /// - Returns: its size in bytes.
    public consuming func finish() throws(Fault) -> Int {
        try check(avcodec_send_frame(encoder.pointer, nil), "finishing the encoding", at: path, .writing)
        try drain()
        try check(av_write_trailer(output.pointer), "writing the index", at: path, .writing)
        try output.close(at: path)
        let bytes = try Self.synchronize(part, at: path)
        do { try Folder.rename(part, to: path) } catch { throw systemFault(error, "naming the file", at: path) }
        isFinished = true
        return bytes
    }

    private mutating func drain() throws(Fault) {
        let stream = output.pointer.pointee.streams[0]!
        while true {
            let code = avcodec_receive_packet(encoder.pointer, packet.pointer)
            if code == mc_error_again || code == mc_error_eof { return }
            try check(code, "encoding", at: path, .writing)
            packet.pointer.pointee.duration = duration(at: packet.pointer.pointee.pts)
            av_packet_rescale_ts(packet.pointer, encoder.pointer.pointee.time_base, stream.pointee.time_base)
            packet.pointer.pointee.stream_index = 0
            try check(av_interleaved_write_frame(output.pointer, packet.pointer), "writing", at: path, .writing)
        }
    }

    /// Ticks until the next frame; the last frame lasts as long as the one before it.
    private func duration(at pts: Int64) -> Int64 {
        if let next = recent.first(where: { $0 > pts }) { return next - pts }
        if recent.count >= 2 { return recent[recent.count - 1] - recent[recent.count - 2] }
        return settings.rate.map { max(1, $0.reciprocal.rescale(1, to: settings.timeBase)) } ?? 1
    }

    /// Forces the bytes to the disk and counts them.
    private static func synchronize(_ file: String, at path: String) throws(Fault) -> Int {
        do throws(Errno) {
            let written = try Descriptor(file, .write)
            try written.sync()
            return try FileNode(of: written).status.bytes
        } catch {
            throw systemFault(error, "synchronizing the file", at: path)
        }
    }
}

/// The fault of a call of the system, while writing.
private func systemFault(_ failure: Errno, _ call: String, at path: String) -> Fault {
    fault(of: -failure.code, call, at: path, .writing)
}

/// What a file says about the meaning of its colours.
struct ColorTags: Hashable, Sendable {
    /// AVColorSpace, AVColorPrimaries, AVColorTransferCharacteristic.
    var matrix: Int32
    var primaries: UInt32
    var transfer: UInt32

    static let bt709 = ColorTags(
        matrix: Int32(AVCOL_SPC_BT709.rawValue), primaries: AVCOL_PRI_BT709.rawValue, transfer: AVCOL_TRC_BT709.rawValue
    )

    init(matrix: Int32, primaries: UInt32, transfer: UInt32) {
        self.matrix = matrix
        self.primaries = primaries
        self.transfer = transfer
    }

    /// The tags for a picture that keeps its source's matrix, the untagged parts filled to go with it.
    init(of frame: borrowing FrameBuffer) {
        matrix = PictureLayout(of: frame).matrix
        let source = frame.pointer.pointee
        let isHD = matrix == Self.bt709.matrix
        let isTagged = source.color_primaries != AVCOL_PRI_UNSPECIFIED && source.color_primaries.rawValue != 0
        primaries = isTagged ? source.color_primaries.rawValue : (isHD ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M).rawValue
        let hasTransfer = source.color_trc != AVCOL_TRC_UNSPECIFIED && source.color_trc.rawValue != 0
        transfer = hasTransfer ? source.color_trc.rawValue : (isHD ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M).rawValue
    }

    func tag(_ encoder: UnsafeMutablePointer<AVCodecContext>) {
        encoder.pointee.colorspace = AVColorSpace(rawValue: UInt32(matrix))
        encoder.pointee.color_primaries = AVColorPrimaries(rawValue: primaries)
        encoder.pointee.color_trc = AVColorTransferCharacteristic(rawValue: transfer)
        encoder.pointee.color_range = isFullRange(encoder.pointee.pix_fmt) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    }

    func tag(_ frame: UnsafeMutablePointer<AVFrame>) {
        frame.pointee.colorspace = AVColorSpace(rawValue: UInt32(matrix))
        frame.pointee.color_primaries = AVColorPrimaries(rawValue: primaries)
        frame.pointee.color_trc = AVColorTransferCharacteristic(rawValue: transfer)
        let format = AVPixelFormat(rawValue: frame.pointee.format)
        frame.pointee.color_range = isFullRange(format) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    }

    /// Grey, RGB and `yuvj` are written in full range.
    private func isFullRange(_ format: AVPixelFormat) -> Bool {
        let kind = PixelKind(format)
        return kind.isJPEG || kind.isRGB || kind.isGray
    }
}
