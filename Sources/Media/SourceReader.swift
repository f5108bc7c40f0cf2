internal import CFFmpeg
public import Model

/// Reads the frames of any source: a video stream, one picture a file, or the time points of a stack.
public struct SourceReader: ~Copyable {
    public let source: SourceLocation
    private let threads: Int
    private var video: VideoReader?
    private let stack: StackReader?
    /// How deep grey frames are shown, of sources that are no stacks.
    private let window: FrameWindow?
    private var plane: [UInt8] = []
    private let tools = FrameTools()
    private var position = 0
    private var notes: [String] = []
    /// The timing to number frames by after a seek.
    private var known: SourceTiming?

    /// - Parameter threads: decoder threads of a video.
    /// - Throws: what the reader of that kind throws on opening; `invalid` for a source without files, or with a view
    ///   that it can't be seen in.
    package static func open(
        _ source: SourceLocation, threads: Int = 1, among formats: [StackFormat] = StackFormat.all
    ) throws(Fault) -> SourceReader {
        guard let first = source.paths.first else {
            throw Fault(.invalid, "the source names no file", at: "\(source.id)", advice: "Ingest it again.")
        }
        func stack() throws(Fault) -> SourceReader {
            let stack = try StackReader.open(
                paths: source.paths, series: source.stream, view: source.view, among: formats)
            return SourceReader(source: source, threads: threads, video: nil, stack: stack)
        }
        switch source.kind {
        case .video:
            let video = try VideoReader.open(first, stream: source.stream, threads: threads)
            return SourceReader(
                source: source, threads: threads, video: video, window: try FrameWindow(source.view, at: first))
        case .stack: return try stack()
        case .sequence where StackProbe.isStack(path: first, among: formats): return try stack()
        case .sequence:
            return SourceReader(
                source: source, threads: threads, video: nil, window: try FrameWindow(source.view, at: first))
        }
    }

    private init(
        source: SourceLocation, threads: Int, video: consuming VideoReader?, stack: StackReader? = nil,
        window: FrameWindow? = nil
    ) {
        self.source = source
        self.threads = threads
        self.video = video
        self.stack = stack
        self.window = window
    }

    /// What went wrong so far without stopping the reading; complete once `next` has returned nil.
    public var problems: [String] {
        switch video {
        case .some(let video): notes + video.problems
        case .none: notes
        }
    }

    /// Whether damaged data was met: what a decoder makes of it may depend on its threads.
    public var isDamaged: Bool {
        switch video {
        case .some(let video): video.isDamaged
        case .none: false
        }
    }

    /// Whether ticks are presentation timestamps or ordinals.
    public var timing: Timing {
        switch video {
        case .some(let video): video.timing
        case .none: .ordinal
        }
    }

    /// The next frame in presentation order, or nil at the end. PTS are ordinals where the source has none.
    ///
    /// The pictures of a stack, and deep grey that the view has a window for, come in 8 bits and full range.
    /// - Throws: what decoding throws; after a seek `mismatch` for a frame that the timing does not know; `mismatch`
    ///   for a frame that the view's window is not for.
    public mutating func next() throws(Fault) -> Frame? {
        if video != nil {
            guard let frame = try nextOfVideo() else { return nil }
            return try shown(frame)
        }
        let count = stack?.timepoints ?? source.paths.count
        guard position < count else { return nil }
        defer { position += 1 }
        if let stack { return try frame(of: stack, at: position) }
        return try shown(try picture(at: position))
    }

    /// The frame as the view shows it.
    private func shown(_ frame: consuming Frame) throws(Fault) -> Frame {
        guard let window else { return frame }
        return try window.apply(to: frame)
    }

    /// Continues at the frame `ordinal`, or at an earlier one where the container can't do better. Frames after it
    /// have their ordinals by `timing`.
    /// - Throws: `mismatch` where the timing can't be of this source; what the container's seeking throws.
    public mutating func seek(before ordinal: Int, by timing: SourceTiming) throws(Fault) {
        guard video != nil else {
            position = ordinal
            return
        }
        guard timing.pts.indices.contains(ordinal) else {
            throw Fault(
                .mismatch, "frame \(ordinal) lies beyond the \(timing.pts.count) frames that were scanned",
                at: source.paths[0], advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
        known = timing
        if self.timing == .ordinal || ordinal == 0 {
            try reopen()
            return
        }
        // Containers seek by decoding time, so a key frame may be found whose picture comes later than wanted: look
        // further back until the first frame is early enough.
        var back = 0
        while back < ordinal {
            try video!.seek(before: timing.pts[ordinal - back])
            if let first = try video!.next(), first.pts <= timing.pts[ordinal] {
                // That frame is spent: begin again at the same place.
                try video!.seek(before: timing.pts[ordinal - back])
                return
            }
            back = max(8, 2 * back)
        }
        try reopen()
    }

    /// Whether seeking to `ordinal` would skip frames that reading on from `position` decodes. Without an index in
    /// the container a gap of 300 frames is held to be worth it.
    func isSeekWorthwhile(to ordinal: Int, from position: Int, by timing: SourceTiming) -> Bool {
        guard ordinal > position, timing.pts.indices.contains(ordinal) else { return false }
        switch video {
        case .some(let video):
            if video.timing == .ordinal { return false }
            guard let key = video.indexedKeyFrame(before: timing.pts[ordinal]) else {
                return ordinal - position > 300
            }
            // Some slack for decoding order, and for the cost of the seek itself.
            return ordinal - position > 16 && key > timing.pts[min(position + 16, timing.pts.count - 1)]
        case .none:
            return true
        }
    }

    private mutating func reopen() throws(Fault) {
        video = try VideoReader.open(source.paths[0], stream: source.stream, threads: threads)
    }

    private mutating func nextOfVideo() throws(Fault) -> Frame? {
        guard var frame = try video!.next() else { return nil }
        guard let known else { return frame }
        guard let ordinal = known.ordinal(at: frame.pts) else {
            throw Fault(
                .mismatch, "a frame at tick \(frame.pts) was not there when the source was scanned",
                at: source.paths[0],
                advice:
                    "The file or the FFmpeg libraries changed: run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
        frame.ordinal = ordinal
        return frame
    }

    private mutating func picture(at index: Int) throws(Fault) -> Frame {
        let path = source.paths[index]
        var reader = try VideoReader.open(path)
        guard let picture = try reader.next() else {
            throw Fault(
                .corrupt, (["the picture can't be decoded"] + reader.problems).joined(separator: "; "), at: path,
                advice: "Fetch the file again, or leave it out of the sequence.")
        }
        notes += reader.problems.map { "\(path): \($0)" }
        return picture.numbered(index, tools: tools)
    }

    private mutating func frame(of stack: StackReader, at index: Int) throws(Fault) -> Frame {
        let path = source.paths[min(index, source.paths.count - 1)]
        try stack.picture(index, into: &plane)
        let buffer = try FrameBuffer.shown(
            plane, width: stack.width, height: stack.height, isColor: stack.isColor, sampleAspect: sampleAspect,
            at: path)
        return Frame(
            ordinal: index, pts: Int64(index), isKeyFrame: true, path: path, buffer: buffer, tools: tools)
    }

    /// Width of a stack's pixel by its height; 0/1, which is FFmpeg's unknown, where the view says nothing of it.
    private var sampleAspect: AVRational {
        guard let width = source.view.pixelSizeUm, let height = source.view.pixelHeightUm else {
            return AVRational(num: 0, den: 1)
        }
        return av_d2q(width.double / height.double, 1 << 20)
    }
}
