internal import CFFmpeg
public import Model

/// Says what a file that libavformat reads holds.
public enum ContainerProbe {
    /// Describes every video stream, the one that ingest uses first (libavformat's default; cover pictures are none).
    ///
    /// The whole file is read, but only one frame a stream is decoded: frames and timestamps are those of its packets.
    /// A single picture is a `sequence` of one frame.
    /// - Throws: `unreadable` (missing, no permission), `empty` (0 bytes), `notMedia` (text, subtitles, playlists, a
    ///   folder), `truncated` (a header without content, such as an MP4 without its index), `noFrames` (no video
    ///   stream, or one without frames), `corrupt` (no frame can be decoded), `unsupported` (no decoder).
    public static func describe(path: String) throws(Fault) -> [MediaDescription] {
        let input = try Demuxer.open(path)
        let streams = Demuxer.videoStreams(input)
        guard let first = streams.first else {
            // Opening names the streams that there are.
            _ = try VideoReader.open(path)
            return []
        }
        let tracks = try countPackets(input, streams: streams, at: path)
        var descriptions: [MediaDescription] = []
        var notes: [String] = []
        for stream in streams {
            do throws(Fault) {
                descriptions.append(try describe(input, stream: stream, track: tracks[stream]!, at: path))
            } catch {
                if stream == first { throw error }
                notes.append("stream \(stream) is left out: \(error.what)")
            }
        }
        if streams.count > 1 {
            let all = streams.sorted().map(String.init).joined(separator: ", ")
            notes.insert("the file has \(streams.count) video streams (\(all)); \(first) is its default", at: 0)
        }
        descriptions[0].notes += notes
        return descriptions
    }

    /// What the packets of one stream tell.
    private struct Track {
        var packets = 0
        var frames = 0
        var damaged = 0
        var timestamps: [Int64] = []
        /// End of the last packet in presentation time.
        var end = Int64.min
        private var last: (dts: Int64, duration: Int64)?
        /// Ticks added since decoding time last fell back, where recordings were joined.
        private var offset: Int64 = 0

        init() {}

        mutating func note(_ packet: AVPacket) {
            let duration = Demuxer.length(packet.duration)
            let dts = Demuxer.tick(packet.dts)
            if let dts {
                if let last, dts < last.dts, offset < 1 << 58 { offset += last.dts - dts + max(1, last.duration) }
                last = (dts, duration)
            }
            guard let pts = Demuxer.tick(packet.pts) ?? dts, (pts + offset).magnitude < 1 << 60 else { return }
            timestamps.append(pts + offset)
            end = max(end, pts + offset + duration)
        }
    }

    private static func countPackets(
        _ input: borrowing FormatInput, streams: [Int], at path: String
    ) throws(Fault) -> [Int: Track] {
        for index in 0..<Int(input.pointer.pointee.nb_streams) where !streams.contains(index) {
            input.stream(index).pointee.discard = AVDISCARD_ALL
        }
        var tracks = Dictionary(uniqueKeysWithValues: streams.map { ($0, Track()) })
        let packet = try Packet(at: path)
        var failures = 0
        while failures < 1000 {
            let code = av_read_frame(input.pointer, packet.pointer)
            if code == mc_error_eof { break }
            if code < 0 {
                failures += 1
                continue
            }
            defer { av_packet_unref(packet.pointer) }
            let content = packet.pointer.pointee
            let stream = Int(content.stream_index)
            guard tracks[stream] != nil else { continue }
            tracks[stream]!.packets += 1
            if content.flags & mc_packet_discard != 0 { continue }
            if content.flags & mc_packet_corrupt != 0 && Demuxer.knowsDamage(input) {
                tracks[stream]!.damaged += 1
                continue
            }
            // VP8 keeps pictures that are only referred to in packets of their own.
            let isHidden =
                input.stream(stream).pointee.codecpar.pointee.codec_id == AV_CODEC_ID_VP8 && content.size > 0
                && content.data[0] & 0x10 == 0
            if isHidden || content.size == 0 { continue }
            tracks[stream]!.frames += 1
            tracks[stream]!.note(content)
        }
        return tracks
    }

    private static func describe(
        _ input: borrowing FormatInput, stream: Int, track: Track, at path: String
    ) throws(Fault) -> MediaDescription {
        let content = input.stream(stream).pointee
        let codec = String(copying: avcodec_get_name(content.codecpar.pointee.codec_id))
        var reader = try VideoReader.open(path, stream: stream)
        guard let frame = try reader.next() else {
            if track.frames + track.damaged == 0 {
                throw Fault(
                    .noFrames, "video stream \(stream) (\(codec)) has no frames", at: path,
                    advice: "Fetch the file again, or remove it.")
            }
            throw Fault(
                .corrupt,
                (["no frame of video stream \(stream) (\(codec)) can be decoded"] + reader.problems)
                    .joined(separator: "; "), at: path, advice: "Fetch the file again, or remove it.")
        }
        let isPicture = Demuxer.isPicture(input)
        let stored = reader.decoder.pointer.pointee.pix_fmt
        let kind = PixelKind(stored)
        let depth = kind.components.first?.depth
        let significant = Int(content.codecpar.pointee.bits_per_raw_sample)
        let span = timeSpan(track, base: reader.timeBase, nominal: reader.nominalTicks)
        let rate = Rational(content.avg_frame_rate) ?? Rational(content.r_frame_rate)
        return MediaDescription(
            kind: isPicture ? .sequence : .video, container: isPicture ? "image2" : input.formatName, codec: codec,
            stream: stream,
            width: frame.buffer.width, height: frame.buffer.height, frames: isPicture ? 1 : track.frames,
            durationSeconds: span.flatMap { span in reader.timeBase.map { $0.seconds(span) } },
            frameRate: .init(
                nominal: reader.timing == .ordinal ? nil : rate, variable: isVariable(track, timing: reader.timing)),
            timeBase: reader.timeBase, rotation: frame.orientation.turn, bitDepth: depth,
            significantBits: significant > 0 && significant < depth ?? 0 ? significant : nil,
            pixelFormat: String(copying: av_get_pix_fmt_name(stored)),
            notes: notes(of: track, declared: content.nb_frames, timing: reader.timing, isPicture: isPicture)
                + PictureNotes.of(frame, by: reader))
    }

    private static func notes(of track: Track, declared: Int64, timing: Timing, isPicture: Bool) -> [String] {
        var notes: [String] = []
        if timing == .ordinal && !isPicture {
            notes.append("the file has no timestamps: its frames are counted, their rate is unknown")
        }
        if track.damaged > 0 { notes.append("damaged packets: \(track.damaged)") }
        if declared > track.packets {
            notes.append("the file declares \(declared) frames, but holds only \(track.packets): it was cut off")
        }
        return notes
    }

    /// Ticks from the first frame's start to the last frame's end.
    private static func timeSpan(_ track: Track, base: Rational?, nominal: Int64) -> Int64? {
        guard base != nil, let first = track.timestamps.min(), let last = track.timestamps.max() else { return nil }
        return max(track.end, last == track.end ? last + nominal : last) - first
    }

    /// Whether a frame lies more than a tick off an even spacing; nil where that can't be measured.
    private static func isVariable(_ track: Track, timing: Timing) -> Bool? {
        let sorted = track.timestamps.sorted()
        guard timing == .pts, sorted.count == track.frames, sorted.count > 2 else { return nil }
        let (first, steps) = (sorted[0], Int128(sorted.count - 1))
        let length = Int128(sorted[sorted.count - 1] - first)
        return sorted.indices.contains { i in
            abs(Int128(sorted[i] - first) * steps - Int128(i) * length) > steps
        }
    }
}
