internal import CFFmpeg
internal import Files
internal import Foundation
internal import Model

/// Opening a file with libavformat: what it is must follow from its bytes, and it may name no other file.
enum Demuxer {
    /// An input whose streams are known.
    /// - Throws: `unreadable`, `empty`, `notMedia`, `truncated`, `corrupt` or `unsupported`.
    static func open(_ path: String) throws(Fault) -> FormatInput {
        FFmpegLog.install()
        _ = FFmpegLog.take()
        let head = try head(of: path)
        let format = try recognize(path, head: head)

        // Time that falls back is a joint of two recordings, or the end of 33 bits: never 26 hours of silence.
        var options = Options(["protocol_whitelist": "file", "correct_ts_overflow": "0"])
        if String(copying: format.pointee.name) == "image2" { options.set("pattern_type", "none") }
        var opened: UnsafeMutablePointer<AVFormatContext>?
        let code = avformat_open_input(&opened, url(path), format, &options.pointer)
        guard code >= 0, let opened else { throw openFault(code, format, at: path) }
        let input = FormatInput(adopting: opened)
        try check(avformat_find_stream_info(opened, nil), "reading the streams", at: path)
        return input
    }

    /// The video streams that hold footage, libavformat's choice first; cover pictures are none.
    static func videoStreams(_ input: borrowing FormatInput) -> [Int] {
        var streams: [Int] = []
        for index in 0..<Int(input.pointer.pointee.nb_streams) {
            let stream = input.stream(index).pointee
            let isVideo = stream.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
            if isVideo && stream.disposition & mc_attached_picture == 0 { streams.append(index) }
        }
        let best = Int(av_find_best_stream(input.pointer, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0))
        guard let place = streams.firstIndex(of: best) else { return streams }
        streams.remove(at: place)
        return [best] + streams
    }

    /// Whether a picture comes with the file that is no footage.
    static func hasCover(_ input: borrowing FormatInput) -> Bool {
        (0..<Int(input.pointer.pointee.nb_streams)).contains {
            input.stream($0).pointee.disposition & mc_attached_picture != 0
        }
    }

    /// Whether the file is one still picture rather than a film.
    static func isPicture(_ input: borrowing FormatInput) -> Bool {
        let name = input.formatName
        return name.hasSuffix("_pipe") || name == "image2"
    }

    /// Bare streams, to which libavformat would give the timestamps of an invented rate.
    private static let bare: Set<String> = [
        "avs2", "avs3", "cavsvideo", "dirac", "dnxhd", "evc", "h261", "h263", "h264", "hevc", "m4v", "mjpeg",
        "mjpeg_2000", "mpegvideo", "obu", "vc1", "vvc",
    ]

    static func hasTimestamps(_ input: borrowing FormatInput) -> Bool {
        let declaresNone = input.pointer.pointee.iformat.pointee.flags & mc_format_no_timestamps != 0
        return !declaresNone && !bare.contains(input.formatName) && !isPicture(input)
    }

    /// Whether the demuxer's word that a packet is damaged can be taken. At the joint of two transport streams it says
    /// so of a whole one; there the decoder must find the damage.
    static func knowsDamage(_ input: borrowing FormatInput) -> Bool {
        input.pointer.pointee.iformat.pointee.flags & mc_format_discontinuous == 0
    }

    /// A timestamp that is told and makes sense: sums of a million of them stay far from 64 bits.
    static func tick(_ stamp: Int64) -> Int64? { stamp.magnitude <= 1 << 56 ? stamp : nil }

    /// A length of time in ticks, 0 where unknown, in the same sense.
    static func length(_ ticks: Int64) -> Int64 { (0...1 << 40).contains(ticks) ? ticks : 0 }

    /// A path that FFmpeg can't take for another protocol ("a:b.mp4").
    static func url(_ path: String) -> String { "file:" + path }

    private static func opened(_ path: String) throws(Fault) -> Descriptor {
        do { return try Descriptor(path, .read) } catch {
            throw Fault(
                .unreadable, "the file can't be opened: \(error)", at: path,
                advice: "Give yourself permission to read it.")
        }
    }

    private static func head(of path: String) throws(Fault) -> [UInt8] {
        let node: FileNode
        do { node = try FileNode(path) } catch {
            throw Fault(
                .unreadable, "the file can't be opened: \(error)", at: path,
                advice: "Check the path and its permissions.")
        }
        if node.kind == .folder {
            throw Fault(.notMedia, "this is a folder", at: path, advice: "Name the files in it.")
        }
        if node.kind != .file {
            throw Fault(.notMedia, "this is not a regular file", at: path, advice: "Name a file.")
        }
        let file = try opened(path)
        if node.status.bytes == 0 {
            throw Fault(.empty, "the file is empty (0 bytes)", at: path, advice: "Fetch it again, or remove it.")
        }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = bytes.withUnsafeMutableBytes { (try? file.read(into: $0)) ?? 0 }
        if count == 0 {
            throw Fault(.unreadable, "the file can't be read", at: path, advice: "Check the disk, or copy it again.")
        }
        return Array(bytes[..<count])
    }

    /// Demuxers that take text for pictures, or follow the names written in a file.
    private static let refused: Set<String> = [
        "adf", "aqtitle", "ass", "bin", "concat", "dash", "data", "ffmetadata", "hls", "idf", "imf", "jacosub", "lrc",
        "mcc", "microdvd", "mpl2", "mpsub", "pjs", "rawvideo", "realtext", "rtsp", "sami", "sap", "sbg", "scc", "sdp",
        "srt", "stl", "subviewer", "subviewer1", "sup", "svg_pipe", "tedcaptions", "tty", "txd", "vobsub", "vplayer",
        "webm_dash_manifest", "webvtt", "xbin", "xbm_pipe", "xpm_pipe",
    ]

    private static func recognize(_ path: String, head: [UInt8]) throws(Fault) -> UnsafePointer<AVInputFormat> {
        var io: UnsafeMutablePointer<AVIOContext>?
        var options = Options(["protocol_whitelist": "file"])
        try check(avio_open2(&io, url(path), mc_io_read, nil, &options.pointer), "opening", at: path)
        defer { avio_closep(&io) }
        var found: UnsafePointer<AVInputFormat>?
        let score = av_probe_input_buffer2(io, &found, path, nil, 0, 0)
        let name = found.map { String(copying: $0.pointee.name) } ?? ""
        // A score of 1 rests on the file's name alone.
        let isText = looksLikeText(head) && name != "yuv4mpegpipe"
        guard let found, score > 1, !isText, !refused.contains(name) else {
            let what = isText ? "the file holds text, not a film or picture" : "the file is not a film or picture"
            throw Fault(.notMedia, what, at: path, advice: "Remove it, or give the file that it stands for.")
        }
        return found
    }

    /// UTF-8 or ASCII without control characters.
    private static func looksLikeText(_ head: [UInt8]) -> Bool {
        let isPlain = head.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 || $0 == 27 }
        guard isPlain else { return false }
        // The head may end inside a character.
        return (0..<4).contains { cut in
            head.count > cut && String(validating: head.dropLast(cut), as: UTF8.self) != nil
        }
    }

    private static func openFault(_ code: Int32, _ format: UnsafePointer<AVInputFormat>, at path: String) -> Fault {
        let cause = fault(of: code, "opening", at: path, .reading)
        guard code == mc_error_invalid_data || code == mc_error_eof else { return cause }
        let name = String(copying: format.pointee.long_name)
        return Fault(
            .truncated, "the file begins as \(name), but what describes its content is missing: \(cause.what)",
            at: path, advice: "Fetch the file again: it was cut off or never finished.")
    }
}
