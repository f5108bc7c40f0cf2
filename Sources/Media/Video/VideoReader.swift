internal import CFFmpeg
public import Model

/// Decodes one video stream, frame by frame in presentation order.
///
/// The same file gives the same frames whatever the number of threads and the CPU. Edit lists are applied as
/// libavformat does. Interlaced frames are deinterlaced one for one, transparent ones are shown over black.
///
/// PTS come out strictly increasing: a missing one becomes the last plus the nominal duration of a frame, one that is
/// not later than the last becomes the last plus one tick; both count in `repairedTimestamps` (but for the last frames
/// of containers without PTS, such as AVI, whose times are known to be missing). A jump back by more than a few frames
/// is a discontinuity, as where recordings were joined: time goes on from there. Damaged packets are skipped and told
/// in `problems`.
public struct VideoReader: ~Copyable {
    public let path: String
    /// Index of the stream in the file.
    public let stream: Int
    public let timing: Timing
    /// Seconds a tick; nil with `Timing.ordinal`, where the PTS is the ordinal.
    public let timeBase: Rational?
    /// How the container wants the stored pictures to be shown; a frame may know better.
    let orientation: Orientation
    /// Nominal duration of a frame in ticks, at least 1.
    let nominalTicks: Int64
    public private(set) var repairedTimestamps = 0

    let input: FormatInput
    let decoder: CodecContext
    private let packet: Packet
    private let tools = FrameTools()
    private var deinterlacer: Deinterlacer
    private var ordinal = 0
    private var lastPTS: Int64?
    /// Ticks added to the container's timestamps since the last discontinuity.
    private var offset: Int64 = 0
    private var discontinuities = 0
    private var damage = Damage()
    private var changes = Changes()
    private var isDrained = false
    private var fromStart = true

    /// - Parameters:
    ///   - stream: index in the file; nil takes libavformat's default video stream.
    ///   - threads: decoder threads, at least 1.
    /// - Throws: what `ContainerProbe.describe` throws; `noFrames` where there is no such video stream.
    public static func open(_ path: String, stream: Int? = nil, threads: Int = 1) throws(Fault) -> VideoReader {
        let input = try Demuxer.open(path)
        let streams = Demuxer.videoStreams(input)
        guard let first = streams.first else {
            throw Fault(
                .noFrames,
                "the file (\(input.formatName)) has no video stream"
                    + (Demuxer.hasCover(input) ? ", only a cover picture" : ""), at: path,
                advice: "Give a file with moving pictures, or remove it.")
        }
        let chosen = stream ?? first
        guard streams.contains(chosen) else {
            throw Fault(
                .noFrames, "stream \(chosen) is not a video stream", at: path,
                advice: "The video streams are \(streams.sorted()).")
        }
        for index in 0..<Int(input.pointer.pointee.nb_streams) where index != chosen {
            input.stream(index).pointee.discard = AVDISCARD_ALL
        }
        let decoder = try openDecoder(input.stream(chosen), threads: threads, at: path)
        return VideoReader(
            path: path, stream: chosen, input: input, decoder: decoder, packet: try Packet(at: path))
    }

    private init(
        path: String, stream: Int, input: consuming FormatInput, decoder: consuming CodecContext,
        packet: consuming Packet
    ) {
        let description = input.stream(stream)
        self.path = path
        self.stream = stream
        timing = Demuxer.hasTimestamps(input) ? .pts : .ordinal
        timeBase = timing == .ordinal ? nil : Rational(description.pointee.time_base)
        orientation = Orientation(of: description)
        let rate = Rational(description.pointee.avg_frame_rate) ?? Rational(description.pointee.r_frame_rate)
        let nominal = timeBase.flatMap { base in rate.map { $0.reciprocal.rescale(1, to: base) } } ?? 1
        nominalTicks = max(1, Demuxer.length(nominal))
        self.input = input
        self.decoder = decoder
        self.packet = packet
        deinterlacer = Deinterlacer(at: path)
    }

    private static func openDecoder(
        _ stream: UnsafeMutablePointer<AVStream>, threads: Int, at path: String
    ) throws(Fault) -> CodecContext {
        let parameters = stream.pointee.codecpar
        let id = parameters!.pointee.codec_id
        guard let codec = transparentDecoder(of: stream) ?? avcodec_find_decoder(id) else {
            throw fault(
                of: mc_error_decoder_not_found, "decoding \(String(copying: avcodec_get_name(id)))", at: path, .reading)
        }
        let decoder = try CodecContext(codec, at: path)
        try check(avcodec_parameters_to_context(decoder.pointer, parameters), "preparing the decoder", at: path)
        decoder.pointer.pointee.pkt_timebase = stream.pointee.time_base
        // Interlaced MPEG-4 with B-frames comes out different with every number of threads (seen in 5.1).
        decoder.pointer.pointee.thread_count = id == AV_CODEC_ID_MPEG4 ? 1 : Int32(max(1, threads))
        // Results must not depend on the CPU: FFmpeg's own tests certify this transform on every machine.
        decoder.pointer.pointee.flags |= mc_codec_bitexact
        decoder.pointer.pointee.idct_algo = mc_idct_simple
        try check(avcodec_open2(decoder.pointer, codec, nil), "opening the decoder", at: path)
        return decoder
    }

    /// Matroska keeps the alpha of VP8 and VP9 beside the pictures; FFmpeg's own decoders leave it out.
    private static func transparentDecoder(of stream: UnsafeMutablePointer<AVStream>) -> UnsafePointer<AVCodec>? {
        guard hasAlphaBeside(stream) else { return nil }
        switch stream.pointee.codecpar.pointee.codec_id {
        case AV_CODEC_ID_VP8: return avcodec_find_decoder_by_name("libvpx")
        case AV_CODEC_ID_VP9: return avcodec_find_decoder_by_name("libvpx-vp9")
        default: return nil
        }
    }

    /// Whether the container keeps an alpha channel apart from the pictures.
    static func hasAlphaBeside(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        guard let entry = av_dict_get(stream.pointee.metadata, "alpha_mode", nil, 0) else { return false }
        return String(copying: entry.pointee.value) == "1"
    }

    /// What went wrong so far without stopping the reading, in words; complete once `next` has returned nil.
    public var problems: [String] {
        var problems = damage.sentences
        if repairedTimestamps > 0 {
            problems.append("missing or backward timestamps repaired: \(repairedTimestamps)")
        }
        if discontinuities > 0 {
            problems.append("jumps back in time, joined without a gap: \(discontinuities)")
        }
        if deinterlacer.count > 0, fromStart, deinterlacer.first?.isInterlaced == false {
            problems.append("interlaced frames among progressive ones deinterlaced: \(deinterlacer.count)")
        }
        return problems + changes.sentences + (isDrained && fromStart ? missing : [])
    }

    /// Whether the first frame has two fields, and the upper one comes first; nil before it.
    var firstFields: (isInterlaced: Bool, isTopFirst: Bool)? { deinterlacer.first }

    /// Whether damaged data was met: what a decoder makes of it may depend on its threads.
    var isDamaged: Bool { damage.unreadable + damage.undecodable + damage.patched > 0 }

    /// What the file declares, but does not hold; known once all of it was read.
    private var missing: [String] {
        let declared = input.stream(stream).pointee.nb_frames
        if declared > 0 {
            return damage.packets < declared
                ? ["the file declares \(declared) frames, but holds only \(damage.packets): it was cut off"] : []
        }
        // Matroska declares no number of frames, but a length; that of another stream may be a little longer.
        let file = input.pointer.pointee
        guard let timeBase, file.duration_estimation_method == AVFMT_DURATION_FROM_STREAM, file.duration > 0 else {
            return []
        }
        let length = Double(file.duration) / Double(AV_TIME_BASE)
        let end = timeBase.seconds(damage.end)
        guard length - end > max(0.5, length / 50) else { return [] }
        let (whole, seen) = ((length * 10).rounded() / 10, (end * 10).rounded() / 10)
        return ["the file declares \(whole) seconds, but its pictures end after \(seen): it may have been cut off"]
    }

    /// The next frame in presentation order, or nil at the end.
    /// - Throws: `outOfMemory`; damage to the footage does not throw, unless 10,000 packets in a row fail.
    public mutating func next() throws(Fault) -> Frame? {
        var failures = 0
        while true {
            let buffer = try FrameBuffer(at: path)
            let code = avcodec_receive_frame(decoder.pointer, buffer.pointer)
            if code >= 0 {
                if mc_frame_is_damaged(buffer.pointer) != 0 { damage.note(\.patched) }
                changes.note(buffer, at: ordinal)
                let opaque = try Transparency.remove(from: buffer, at: path)
                if let ready = try deinterlacer.put(opaque) { return frame(ready) }
                continue
            }
            if code == mc_error_eof { return try lastFrame() }
            if code == mc_error_no_memory { try check(code, "decoding", at: path) }
            if code == mc_error_again {
                if isDrained { return try lastFrame() }
                try feed()
            } else {
                damage.note(\.undecodable)
                failures += 1
                if failures > 10_000 { try check(code, "decoding", at: path) }
            }
        }
    }

    /// Continues with a frame at or before `pts` where the container can; decoding must not be trusted to begin
    /// exactly there. Ordinals count from 0 again.
    /// - Throws: what the container's index says where it can't seek.
    public mutating func seek(before pts: Int64) throws(Fault) {
        try check(
            av_seek_frame(input.pointer, Int32(stream), pts, mc_seek_backward), "seeking to tick \(pts)", at: path)
        avcodec_flush_buffers(decoder.pointer)
        deinterlacer.reset()
        isDrained = false
        fromStart = false
        lastPTS = nil
        offset = 0
        ordinal = 0
    }

    /// Timestamp of the last key frame that the container's index knows at or before `pts`; nil without an index.
    func indexedKeyFrame(before pts: Int64) -> Int64? {
        let description = input.stream(stream)
        let index = av_index_search_timestamp(description, pts, mc_seek_backward)
        return index < 0 ? nil : avformat_index_get_entry(description, index)?.pointee.timestamp
    }

    private mutating func feed() throws(Fault) {
        var failures = 0
        while !isDrained {
            let code = av_read_frame(input.pointer, packet.pointer)
            if code < 0 {
                if code == mc_error_no_memory { try check(code, "reading", at: path) }
                if code != mc_error_eof { damage.note(\.unreadable) }
                failures += 1
                if code != mc_error_eof && failures < 1000 { continue }
                isDrained = true
                // With several threads the fault of an earlier packet may come out here.
                let ended = avcodec_send_packet(decoder.pointer, nil)
                if ended == mc_error_no_memory { try check(ended, "ending the decoder", at: path) }
                if ended < 0 { damage.note(\.undecodable) }
                return
            }
            defer { av_packet_unref(packet.pointer) }
            if Int(packet.pointer.pointee.stream_index) != stream { continue }
            damage.count(packet.pointer.pointee)
            if packet.pointer.pointee.flags & mc_packet_corrupt != 0 && Demuxer.knowsDamage(input) {
                damage.note(\.unreadable)
                continue
            }
            let sent = avcodec_send_packet(decoder.pointer, packet.pointer)
            if sent == mc_error_no_memory { try check(sent, "decoding", at: path) }
            if sent < 0 { damage.note(\.undecodable) }
            return
        }
    }

    /// A timestamp of the container as a PTS later than the last one.
    private mutating func inOrder(_ stamp: Int64) -> Int64 {
        guard let lastPTS, stamp + offset <= lastPTS else { return stamp + offset }
        guard lastPTS - stamp - offset > Self.jitterFrames * nominalTicks else {
            repairedTimestamps += 1
            return lastPTS + 1
        }
        discontinuities += 1
        offset = lastPTS + nominalTicks - stamp
        return lastPTS + nominalTicks
    }

    /// Nominal frame times by which a timestamp may fall back and still count as inexact, not as a new start.
    private static let jitterFrames: Int64 = 5

    /// The frame that the deinterlacer held back for a successor.
    private mutating func lastFrame() throws(Fault) -> Frame? {
        guard let last = try deinterlacer.end() else { return nil }
        return frame(last)
    }

    private mutating func frame(_ buffer: consuming FrameBuffer) -> Frame {
        var pts = Int64(ordinal)
        if timing == .pts {
            let stamp = Demuxer.tick(buffer.pointer.pointee.best_effort_timestamp)
            if let stamp, (stamp + offset).magnitude < 1 << 60 {
                pts = inOrder(stamp)
            } else {
                pts = lastPTS.map { $0 + nominalTicks } ?? 0
                // What a decoder still held at the end comes without a time where the container has no PTS (AVI).
                if !isDrained { repairedTimestamps += 1 }
            }
        }
        lastPTS = pts
        defer { ordinal += 1 }
        return Frame(
            ordinal: ordinal, pts: pts, isKeyFrame: mc_frame_is_key(buffer.pointer) != 0,
            orientation: Orientation(of: buffer) ?? orientation, path: path, buffer: buffer, tools: tools)
    }
}

/// Damage that reading survived: counts, and FFmpeg's words for the first of it.
private struct Damage {
    private(set) var packets: Int64 = 0
    /// Tick at which the last packet in presentation order ends.
    private(set) var end: Int64 = 0
    var unreadable = 0
    var undecodable = 0
    var patched = 0
    var firstLine = ""

    mutating func count(_ packet: AVPacket) {
        packets += 1
        guard let start = Demuxer.tick(packet.pts) ?? Demuxer.tick(packet.dts) else { return }
        end = max(end, start + Demuxer.length(packet.duration))
    }

    mutating func note(_ kind: WritableKeyPath<Damage, Int>) {
        self[keyPath: kind] += 1
        if firstLine.isEmpty { firstLine = FFmpegLog.take() }
    }

    var sentences: [String] {
        var all: [String] = []
        if unreadable > 0 { all.append("unreadable packets skipped: \(unreadable)") }
        if undecodable > 0 { all.append("undecodable packets skipped: \(undecodable)") }
        if patched > 0 { all.append("frames patched by the decoder over damaged data: \(patched)") }
        if !all.isEmpty && !firstLine.isEmpty { all[0] += " (the first: \(firstLine))" }
        return all
    }
}

/// Where the decoded pictures change their size, pixel format or pixel aspect.
private struct Changes {
    private var width = 0
    private var height = 0
    private var format = AV_PIX_FMT_NONE
    private var aspect = Rational(1)
    private var count = 0
    private var first = ""

    mutating func note(_ picture: borrowing FrameBuffer, at ordinal: Int) {
        let newAspect = Rational(picture.pointer.pointee.sample_aspect_ratio) ?? Rational(1)
        if (picture.width, picture.height, picture.format) == (width, height, format), newAspect == aspect { return }
        let before = name
        (width, height, format, aspect) = (picture.width, picture.height, picture.format, newAspect)
        if before.isEmpty { return }
        count += 1
        if count == 1 { first = "first at frame \(ordinal), from \(before) to \(name)" }
    }

    private var name: String {
        guard format != AV_PIX_FMT_NONE else { return "" }
        let pixels = aspect == Rational(1) ? "" : ", pixels \(aspect)"
        return "\(width)x\(height) \(String(copying: av_get_pix_fmt_name(format)))\(pixels)"
    }

    var sentences: [String] {
        count == 0 ? [] : ["the picture changes its shape \(count) time\(count == 1 ? "" : "s"), \(first)"]
    }
}
