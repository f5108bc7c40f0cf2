internal import CFFmpeg
internal import Model

/// Makes whole pictures of interlaced frames, one for one, by libavfilter's `bwdif`: the field that the frame shows
/// first is kept, the rows of the other are computed. Progressive frames pass untouched.
///
/// The picture of a frame is a function of the frame before it, itself and the frame after it alone, so that seeking
/// changes no picture: where the frame before is missing because reading began in the middle, an interlaced first
/// frame is left out. Before the first interlaced frame nothing is held back; from then on each frame comes out when
/// its successor is put in.
struct Deinterlacer: ~Copyable {
    private let path: String
    private var filter: FieldFilter?
    /// The newest frame, while nothing is held back.
    private var previous: FrameBuffer?
    /// The newest frame, which waits for its successor.
    private var held: FrameBuffer?
    private var isAtStart = true
    private var leavesOutHeld = false
    /// Frames that came out deinterlaced.
    private(set) var count = 0
    /// Whether the first frame that was put in has two fields, and the upper one comes first; nil before it.
    private(set) var first: (isInterlaced: Bool, isTopFirst: Bool)?

    init(at path: String) { self.path = path }

    /// Forgets all frames; the next one does not begin the stream.
    mutating func reset() {
        filter = nil
        previous = nil
        held = nil
        isAtStart = false
        leavesOutHeld = false
    }

    /// Takes the next decoded frame and hands out the one that is ready.
    /// - Throws: `unsupported` without the filter or for a pixel format that it can't take; `outOfMemory`.
    mutating func put(_ frame: consuming FrameBuffer) throws(Fault) -> FrameBuffer? {
        if first == nil { first = (frame.isInterlaced, mc_frame_is_top_first(frame.pointer) != 0) }
        guard let before = held.take() else {
            if !frame.isInterlaced {
                previous = try frame.reference(at: path)
                return consume frame
            }
            var filter = try FieldFilter(like: frame, at: path)
            if let previous = previous.take() {
                if previous.isShaped(like: frame) { _ = try filter.put(previous) }
            } else {
                leavesOutHeld = !isAtStart
            }
            _ = try filter.put(frame)
            self.filter = consume filter
            held = consume frame
            return nil
        }
        var picture: FrameBuffer?
        if before.isShaped(like: frame) {
            picture = try filter!.put(frame)
        } else {
            picture = try filter!.end()
            var next = try FieldFilter(like: frame, at: path)
            _ = try next.put(frame)
            filter = consume next
        }
        held = consume frame
        return choose(before, picture)
    }

    /// The frame that waited for a successor which never came.
    mutating func end() throws(Fault) -> FrameBuffer? {
        guard let last = held.take() else { return nil }
        let picture = try filter!.end()
        filter = nil
        return choose(last, picture)
    }

    private mutating func choose(_ frame: consuming FrameBuffer, _ picture: consuming FrameBuffer?) -> FrameBuffer? {
        if leavesOutHeld {
            leavesOutHeld = false
            return nil
        }
        guard frame.isInterlaced, let picture = consume picture else { return consume frame }
        count += 1
        picture.pointer.pointee.pts = frame.pointer.pointee.pts
        return consume picture
    }
}

/// A filter graph of `bwdif` for frames of one shape.
private struct FieldFilter: ~Copyable {
    private let graph: FilterGraph
    private let source: UnsafeMutablePointer<AVFilterContext>
    private let sink: UnsafeMutablePointer<AVFilterContext>
    private let path: String

    init(like frame: borrowing FrameBuffer, at path: String) throws(Fault) {
        let graph = try FilterGraph(at: path)
        let source = try graph.filter("buffer", at: path)
        try check(mc_source_set(source, frame.pointer), "describing the frames to a filter", at: path)
        try check(avfilter_init_str(source, nil), "preparing a filter", at: path)
        let fields = try graph.filter("bwdif", at: path)
        try check(
            avfilter_init_str(fields, "mode=send_frame:parity=auto:deint=interlaced"), "preparing the deinterlacer",
            at: path)
        let sink = try graph.filter("buffersink", at: path)
        try check(avfilter_init_str(sink, nil), "preparing a filter", at: path)
        try check(avfilter_link(source, 0, fields, 0), "linking filters", at: path)
        try check(avfilter_link(fields, 0, sink, 0), "linking filters", at: path)
        try check(avfilter_graph_config(graph.pointer, nil), "preparing the deinterlacer", at: path)
        self.graph = graph
        self.source = source
        self.sink = sink
        self.path = path
    }

    /// Takes a frame, and gives the picture of the frame before it; nil after the first.
    mutating func put(_ frame: borrowing FrameBuffer) throws(Fault) -> FrameBuffer? {
        try check(
            av_buffersrc_add_frame_flags(source, frame.pointer, mc_filter_keep_reference), "deinterlacing", at: path)
        return try next()
    }

    /// The picture of the last frame.
    mutating func end() throws(Fault) -> FrameBuffer? {
        try check(av_buffersrc_add_frame_flags(source, nil, 0), "deinterlacing", at: path)
        return try next()
    }

    private func next() throws(Fault) -> FrameBuffer? {
        let picture = try FrameBuffer(at: path)
        let code = av_buffersink_get_frame(sink, picture.pointer)
        if code == mc_error_again || code == mc_error_eof { return nil }
        try check(code, "deinterlacing", at: path)
        return picture
    }
}
