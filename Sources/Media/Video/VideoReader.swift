internal import CFFmpeg
public import Model

/// Decodes one video stream, frame by frame in presentation order.
///
/// The same file gives the same frames whatever the number of threads and the CPU. Edit lists are applied as
/// libavformat does. PTS come out strictly increasing: a missing one becomes the last plus the nominal duration of a
/// frame, one that is not later than the last becomes the last plus one tick; both count in `repairedTimestamps`
/// (but for the last frames of containers without PTS, such as AVI, whose times are known to be missing). A jump back
/// by more than a few frames is a discontinuity, as where recordings were joined: time goes on from there.
/// Damaged packets are skipped and told in `problems`.
public struct VideoReader: ~Copyable {
    public let path: String
    /// Index of the stream in the file.
    public let stream: Int
    public let timing: Timing
    /// Seconds a tick; nil with `Timing.ordinal`, where the PTS is the ordinal.
    public let timeBase: Rational?
    /// Degrees clockwise that the stored picture must be turned for display: 0, 90, 180, 270.
    public let rotation: Int
    /// Nominal duration of a frame in ticks, at least 1.
    let nominalTicks: Int64
    public private(set) var repairedTimestamps = 0

    let input: FormatInput
    let decoder: CodecContext
    private let packet: Packet
    private let tools = FrameTools()
    private var ordinal = 0
    private var lastPTS: Int64?
    /// Ticks added to the container's timestamps since the last discontinuity.
    private var offset: Int64 = 0
    private var discontinuities = 0
    private var damage = Damage()
    private var isDrained = false
    private var fromStart = true

    /// - Parameters:
    ///   - stream: index in the file; nil takes libavformat's default video stream.
    ///   - threads: decoder threads, at least 1.
    /// - Throws: what `ContainerProbe.describe` throws; `noFrames` where there is no such video stream.
    public static func open(_ path: String, stream: Int? = nil, threads: Int = 1) throws(Fault) -> VideoReader {
        let input = try InputFile.open(path)
        let streams = InputFile.videoStreams(input)
        guard let first = streams.first else {
            throw Fault(
                .noFrames, "the file (\(input.formatName)) has no video stream", at: path,
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
        timing = InputFile.hasTimestamps(input) ? .pts : .ordinal
        timeBase = timing == .ordinal ? nil : Rational(description.pointee.time_base)
        rotation = Int((mc_stream_rotation(description) / 90).rounded()) % 4 * 90
        let rate = Rational(description.pointee.avg_frame_rate) ?? Rational(description.pointee.r_frame_rate)
        nominalTicks =
            timeBase.flatMap { base in rate.map { max(1, $0.reciprocal.rescale(1, to: base)) } } ?? 1
        self.input = input
        self.decoder = decoder
        self.packet = packet
    }

    private static func openDecoder(
        _ stream: UnsafeMutablePointer<AVStream>, threads: Int, at path: String
    ) throws(Fault) -> CodecContext {
        let parameters = stream.pointee.codecpar
        let id = parameters!.pointee.codec_id
        guard let codec = avcodec_find_decoder(id) else {
            throw fault(
                of: mc_error_decoder_not_found, "decoding \(String(copying: avcodec_get_name(id)))", at: path, .reading)
        }
        let decoder = try CodecContext(codec, at: path)
        try check(avcodec_parameters_to_context(decoder.pointer, parameters), "preparing the decoder", at: path)
        decoder.pointer.pointee.pkt_timebase = stream.pointee.time_base
        decoder.pointer.pointee.thread_count = Int32(max(1, threads))
        // Results must not depend on the CPU: FFmpeg's own tests certify this transform on every machine.
        decoder.pointer.pointee.flags |= mc_codec_bitexact
        decoder.pointer.pointee.idct_algo = mc_idct_simple
        try check(avcodec_open2(decoder.pointer, codec, nil), "opening the decoder", at: path)
        return decoder
    }

    /// Pixels for display, upright, before the sample aspect ratio; the first frame may know better.
    public var width: Int { rotation % 180 == 0 ? Int(parameters.width) : Int(parameters.height) }
    public var height: Int { rotation % 180 == 0 ? Int(parameters.height) : Int(parameters.width) }

    private var parameters: AVCodecParameters { input.stream(stream).pointee.codecpar.pointee }

    /// What went wrong so far without stopping the reading, in words; complete once `next` has returned nil.
    public var problems: [String] {
        var problems = damage.sentences
        if repairedTimestamps > 0 {
            problems.append("missing or backward timestamps repaired: \(repairedTimestamps)")
        }
        if discontinuities > 0 {
            problems.append("jumps back in time, joined without a gap: \(discontinuities)")
        }
        return problems + (isDrained && fromStart ? missing : [])
    }

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
        let buffer = try FrameBuffer(at: path)
        var failures = 0
        while true {
            let code = avcodec_receive_frame(decoder.pointer, buffer.pointer)
            if code >= 0 { return frame(buffer) }
            if code == mc_error_eof { return nil }
            if code == mc_error_no_memory { try check(code, "decoding", at: path) }
            if code == mc_error_again {
                if isDrained { return nil }
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
                try check(avcodec_send_packet(decoder.pointer, nil), "ending the decoder", at: path)
                return
            }
            defer { av_packet_unref(packet.pointer) }
            if Int(packet.pointer.pointee.stream_index) != stream { continue }
            damage.count(packet.pointer.pointee)
            if packet.pointer.pointee.flags & mc_packet_corrupt != 0 {
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

    private mutating func frame(_ buffer: consuming FrameBuffer) -> Frame {
        if mc_frame_is_damaged(buffer.pointer) != 0 { damage.note(\.patched) }
        var pts = Int64(ordinal)
        if timing == .pts {
            let stamp = buffer.pointer.pointee.best_effort_timestamp
            if stamp == mc_no_pts {
                pts = lastPTS.map { $0 + nominalTicks } ?? 0
                // What a decoder still held at the end comes without a time where the container has no PTS (AVI).
                if !isDrained { repairedTimestamps += 1 }
            } else {
                pts = inOrder(stamp)
            }
        }
        lastPTS = pts
        defer { ordinal += 1 }
        return Frame(
            ordinal: ordinal, pts: pts, isKeyFrame: mc_frame_is_key(buffer.pointer) != 0, rotation: rotation,
            path: path, buffer: buffer, tools: tools)
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
        let start = packet.pts == mc_no_pts ? packet.dts : packet.pts
        if start != mc_no_pts { end = max(end, start + max(0, packet.duration)) }
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
