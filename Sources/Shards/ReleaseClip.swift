public import Model

/// What a release holds of one clip. Its JSON (`schemas/sample.schema.json`) has every key in every sample, each of
/// one type and never null: unknown text is "".
public struct ReleaseClip: Hashable, Sendable {
    public enum CaptionKind: String, Codable, Sendable { case normalized, expert }

    /// Who let the clip in.
    public enum AcceptedBy: String, Codable, Sendable { case experts, unreviewed }

    /// Where the clip's footage comes from. Texts are "" where unknown.
    public struct Source: Hashable, Sendable {
        public var id: SourceID
        public var title: String
        public var url: String
        /// SPDX identifier, or the words that the source came with.
        public var licence: String
        public var attribution: String
        /// Micrometres a pixel of the source, before the profile scales it.
        public var pixelSizeUm: Rational?
        /// Real seconds between the source's frames.
        public var intervalSeconds: Rational?

        public init(
            id: SourceID, title: String = "", url: String = "", licence: String = "", attribution: String = "",
            pixelSizeUm: Rational? = nil, intervalSeconds: Rational? = nil
        ) {
            self.id = id
            self.title = title
            self.url = url
            self.licence = licence
            self.attribution = attribution
            self.pixelSizeUm = pixelSizeUm
            self.intervalSeconds = intervalSeconds
        }
    }

    /// The encoded file. The release checks `sha256` and `bytes` against the file as it copies it.
    public struct Rendition: Hashable, Sendable {
        public var path: String
        public var sha256: Digest
        public var bytes: Int
        public var profile: String
        public var width: Int
        public var height: Int
        /// Frames a second; nil where frames are unevenly spaced.
        public var frameRate: Rational?
        /// For each frame of the rendition, the decode ordinal of the source frame behind it.
        public var sourceFrames: [Int]
        /// Micrometres a pixel of the rendition.
        public var umPerPixel: Double?
        /// Real seconds a played second.
        public var timeLapse: Double?
        /// Frames that show the same source frame as the one before them.
        public var repeatedFrames: Int

        public var frames: Int { sourceFrames.count }

        public init(
            path: String, sha256: Digest, bytes: Int, profile: String, width: Int, height: Int, frameRate: Rational?,
            sourceFrames: [Int], umPerPixel: Double? = nil, timeLapse: Double? = nil, repeatedFrames: Int = 0
        ) {
            self.path = path
            self.sha256 = sha256
            self.bytes = bytes
            self.profile = profile
            self.width = width
            self.height = height
            self.frameRate = frameRate
            self.sourceFrames = sourceFrames
            self.umPerPixel = umPerPixel
            self.timeLapse = timeLapse
            self.repeatedFrames = repeatedFrames
        }
    }

    public var id: ClipID
    public var split: Split
    public var caption: String
    public var captionKind: CaptionKind
    /// A level of the recipe; "" when unknown.
    public var level: String
    /// "" when the clip has no duplicates.
    public var duplicateGroup: String
    public var acceptedBy: AcceptedBy
    public var span: ClipSpan
    public var timing: Timing
    /// Seconds a tick in playback: `SourceLocation.playbackTimeBase`.
    public var timeBase: Rational
    public var source: Source
    public var rendition: Rendition

    public init(
        id: ClipID, split: Split, caption: String, captionKind: CaptionKind, level: String = "",
        duplicateGroup: String = "", acceptedBy: AcceptedBy, span: ClipSpan, timing: Timing, timeBase: Rational,
        source: Source, rendition: Rendition
    ) {
        self.id = id
        self.split = split
        self.caption = caption
        self.captionKind = captionKind
        self.level = level
        self.duplicateGroup = duplicateGroup
        self.acceptedBy = acceptedBy
        self.span = span
        self.timing = timing
        self.timeBase = timeBase
        self.source = source
        self.rendition = rendition
    }

    /// Seconds of the source's playing time that the clip covers.
    var seconds: Double { timeBase.seconds(span.ticks.length) }

    /// Frames a second of the rendition; the average where they are unevenly spaced.
    var fps: Double { rendition.frameRate?.double ?? Double(rendition.frames) / seconds }

    /// The sample's JSON: one line, sorted keys, without a newline.
    public var json: String {
        func decimal(_ value: Double?) -> JSONNode { .text(value.map(JSONNode.decimal) ?? "") }
        let members: [String: JSONNode] = [
            "accepted_by": .text(acceptedBy.rawValue),
            "attribution": .text(source.attribution),
            "bytes": .integer(rendition.bytes),
            "caption": .text(caption),
            "caption_kind": .text(captionKind.rawValue),
            "clip_id": .text(id.rawValue),
            "duplicate_group": .text(duplicateGroup),
            "end_frame": .integer(span.frames.end),
            "end_pts": .integer(Int(span.ticks.end)),
            "end_seconds": .float(timeBase.seconds(span.ticks.end)),
            "fps": .float(fps),
            "frame_rate": .text(rendition.frameRate?.description ?? ""),
            "frames": .integer(rendition.frames),
            "height": .integer(rendition.height),
            "interval_seconds": decimal(source.intervalSeconds?.double),
            "level": .text(level),
            "licence": .text(source.licence),
            "pixel_size_um": decimal(source.pixelSizeUm?.double),
            "profile": .text(rendition.profile),
            "repeated_frames": .integer(rendition.repeatedFrames),
            "sha256": .text(rendition.sha256.hex),
            "source_frames": .list(rendition.sourceFrames.map { .integer($0) }),
            "source_id": .text(source.id.rawValue),
            "source_title": .text(source.title),
            "source_url": .text(source.url),
            "split": .text(split.rawValue),
            "start_frame": .integer(span.frames.start),
            "start_pts": .integer(Int(span.ticks.start)),
            "start_seconds": .float(timeBase.seconds(span.ticks.start)),
            "time_base": .text(timeBase.description),
            "time_lapse": decimal(rendition.timeLapse),
            "timing": .text(timing.rawValue),
            "um_per_pixel": decimal(rendition.umPerPixel),
            "width": .integer(rendition.width),
        ]
        return JSONNode.object(members).line
    }

    /// Checks what every format relies on.
    ///
    /// - Throws: `Fault` for an id that a loader would cut or read as a number, a caption with control characters
    ///   (tab and newlines are fine), or a rendition without frames, size or time.
    public func validate() throws {
        func refuse(_ what: String, _ advice: String) -> Fault {
            Fault(.invalid, what, at: id.rawValue, advice: advice)
        }
        let named = id.rawValue.utf8.count <= 64 && id.rawValue.first?.isLetter == true
        guard named, id.rawValue.utf8.allSatisfy(Self.idBytes.contains) else {
            throw refuse(
                "'\(id)' cannot name a sample",
                "Use ids of at most 64 letters, digits, '-' and '_' that start with a letter: loaders cut at a dot.")
        }
        let controls = caption.unicodeScalars.first {
            $0.properties.generalCategory == .control && !["\t", "\n", "\r"].contains($0)
        }
        if let controls {
            let code = String(controls.value, radix: 16, uppercase: true)
            throw refuse("its caption holds the control character U+\(code)", "Correct the caption of this clip.")
        }
        guard rendition.frames > 0, rendition.bytes > 0, rendition.width > 0, rendition.height > 0 else {
            throw refuse("its rendition is recorded without frames or size", "Cut the clip again.")
        }
        let rate = rendition.frameRate ?? Rational(1)
        guard rate.numerator > 0, timeBase.numerator > 0, span.ticks.length > 0, span.frames.count > 0 else {
            throw refuse(
                "its span, time base or frame rate is not positive", "Report this: such a clip is never proposed.")
        }
    }

    private static let idBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
}
