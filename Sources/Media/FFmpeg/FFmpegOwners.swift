internal import CFFmpeg
internal import Model

// Each owner holds one C object and frees it when it goes; the pointers never leave the module.

/// An opened input file.
struct FormatInput: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFormatContext>

    init(adopting pointer: UnsafeMutablePointer<AVFormatContext>) { self.pointer = pointer }

    /// The stream's own pointer; it lives as long as the input.
    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> { pointer.pointee.streams[index]! }

    var formatName: String { String(copying: pointer.pointee.iformat.pointee.name) }

    deinit {
        var pointer: UnsafeMutablePointer<AVFormatContext>? = pointer
        avformat_close_input(&pointer)
    }
}

/// An output file: its muxer and its bytes.
struct FormatOutput: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFormatContext>

    /// Creates or empties the file at `path`; `format` is a muxer's short name.
    static func create(_ path: String, format: String) throws(Fault) -> FormatOutput {
        var made: UnsafeMutablePointer<AVFormatContext>?
        let url = Demuxer.url(path)
        try check(
            avformat_alloc_output_context2(&made, nil, format, url), "preparing \(format)", at: path, .writing)
        let output = FormatOutput(pointer: try allocated(made, "preparing \(format)", at: path))
        try check(avio_open(&output.pointer.pointee.pb, url, mc_io_write), "creating the file", at: path, .writing)
        return output
    }

    /// Writes what is buffered and closes the file.
    func close(at path: String) throws(Fault) {
        try check(avio_closep(&pointer.pointee.pb), "writing", at: path, .writing)
    }

    deinit {
        avio_closep(&pointer.pointee.pb)
        avformat_free_context(pointer)
    }
}

/// An encoder or a decoder.
struct CodecContext: ~Copyable {
    let pointer: UnsafeMutablePointer<AVCodecContext>

    init(_ codec: UnsafePointer<AVCodec>, at path: String) throws(Fault) {
        pointer = try allocated(avcodec_alloc_context3(codec), "allocating a codec", at: path)
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVCodecContext>? = pointer
        avcodec_free_context(&pointer)
    }
}

struct Packet: ~Copyable {
    let pointer: UnsafeMutablePointer<AVPacket>

    init(at path: String) throws(Fault) {
        pointer = try allocated(av_packet_alloc(), "allocating a packet", at: path)
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&pointer)
    }
}

/// An AVFrame and the reference to its planes.
struct FrameBuffer: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFrame>

    /// A frame without planes, for a decoder to fill.
    init(at path: String) throws(Fault) {
        pointer = try allocated(av_frame_alloc(), "allocating a frame", at: path)
    }

    /// A frame with planes of its own, their content undefined.
    static func picture(
        width: Int, height: Int, format: AVPixelFormat, at path: String
    ) throws(Fault) -> FrameBuffer {
        let picture = try FrameBuffer(at: path)
        picture.pointer.pointee.width = Int32(width)
        picture.pointer.pointee.height = Int32(height)
        picture.pointer.pointee.format = format.rawValue
        try check(av_frame_get_buffer(picture.pointer, 0), "allocating a \(width)x\(height) picture", at: path)
        return picture
    }

    var width: Int { Int(pointer.pointee.width) }
    var height: Int { Int(pointer.pointee.height) }
    var format: AVPixelFormat { AVPixelFormat(rawValue: pointer.pointee.format) }

    /// Whether it holds two fields of different times.
    var isInterlaced: Bool { mc_frame_is_interlaced(pointer) != 0 }

    /// Another reference to the same planes.
    func reference(at path: String) throws(Fault) -> FrameBuffer {
        let reference = try FrameBuffer(at: path)
        try check(av_frame_ref(reference.pointer, pointer), "referring to a picture", at: path)
        return reference
    }

    /// Whether both have the same size and pixel format.
    func isShaped(like other: borrowing FrameBuffer) -> Bool {
        width == other.width && height == other.height && format == other.format
    }

    /// The first byte of a plane, and the bytes from one of its rows to the next.
    func plane(_ index: Int) -> (base: UnsafeMutablePointer<UInt8>, stride: Int) {
        (mc_frame_planes(pointer)[index]!, Int(mc_frame_lines(pointer)[index]))
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&pointer)
    }
}

/// Filters of libavfilter and the links between them.
struct FilterGraph: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFilterGraph>

    init(at path: String) throws(Fault) {
        pointer = try allocated(avfilter_graph_alloc(), "allocating filters", at: path)
        pointer.pointee.nb_threads = 1
        // For pixel formats that a filter doesn't take: exactly alike on every CPU.
        pointer.pointee.scale_sws_opts = av_strdup("flags=bicubic+accurate_rnd+bitexact+full_chroma_int")
    }

    /// A filter by name, not yet initialized; it lives as long as the graph.
    func filter(_ name: String, at path: String) throws(Fault) -> UnsafeMutablePointer<AVFilterContext> {
        guard let filter = avfilter_get_by_name(name) else {
            throw Fault(
                .unsupported, "libavfilter has no filter '\(name)'", at: path, advice: "Install a complete FFmpeg.")
        }
        return try allocated(
            avfilter_graph_alloc_filter(pointer, filter, name), "allocating the filter '\(name)'", at: path)
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFilterGraph>? = pointer
        avfilter_graph_free(&pointer)
    }
}

/// Options passed to an open call; what the call did not take remains in it.
struct Options: ~Copyable {
    var pointer: OpaquePointer?

    init(_ pairs: KeyValuePairs<String, String>) {
        pointer = nil
        for (key, value) in pairs { set(key, value) }
    }

    mutating func set(_ key: String, _ value: String) { av_dict_set(&pointer, key, value, 0) }

    /// The first option that nobody took.
    var leftover: String? {
        av_dict_get(pointer, "", nil, AV_DICT_IGNORE_SUFFIX).map { String(cString: $0.pointee.key) }
    }

    deinit {
        var pointer = pointer
        av_dict_free(&pointer)
    }
}
