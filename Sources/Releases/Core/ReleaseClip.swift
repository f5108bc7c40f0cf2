public import Model

/// A clip on its way into a release: what `SampleRecord` says of it, and where its rendition lies.
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
    public struct Encoding: Hashable, Sendable {
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
    public var rendition: Encoding
    /// Who said what about it, in a fixed order.
    public var annotations: [Annotation]

    public init(
        id: ClipID, split: Split, caption: String, captionKind: CaptionKind, level: String = "",
        duplicateGroup: String = "", acceptedBy: AcceptedBy, span: ClipSpan, timing: Timing, timeBase: Rational,
        source: Source, rendition: Encoding, annotations: [Annotation] = []
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
        self.annotations = annotations
    }

    /// Seconds of the source's playing time that the clip covers.
    var seconds: Double { timeBase.seconds(span.ticks.length) }

    /// Frames a second of the rendition; the average where they are unevenly spaced.
    var fps: Double { rendition.frameRate?.double ?? Double(rendition.frames) / seconds }

    /// What the release says of it.
    ///
    /// - Precondition: `validate` has passed.
    public var record: SampleRecord {
        func decimal(_ value: Double?) -> String { value.map(JSONNode.decimal) ?? "" }
        return SampleRecord(
            acceptedBy: acceptedBy, attribution: source.attribution, bytes: rendition.bytes, caption: caption,
            captionKind: captionKind, clipId: id, duplicateGroup: duplicateGroup, endFrame: span.frames.end,
            endPts: span.ticks.end, endSeconds: timeBase.seconds(span.ticks.end), fps: fps,
            frameRate: rendition.frameRate?.description ?? "", frames: rendition.frames, height: rendition.height,
            intervalSeconds: decimal(source.intervalSeconds?.double), level: level, licence: source.licence,
            pixelSizeUm: decimal(source.pixelSizeUm?.double), profile: rendition.profile,
            repeatedFrames: rendition.repeatedFrames, sha256: rendition.sha256, sourceFrames: rendition.sourceFrames,
            sourceId: source.id, sourceTitle: source.title, sourceUrl: source.url, split: split,
            startFrame: span.frames.start, startPts: span.ticks.start,
            startSeconds: timeBase.seconds(span.ticks.start), timeBase: timeBase,
            timeLapse: decimal(rendition.timeLapse), timing: timing, umPerPixel: decimal(rendition.umPerPixel),
            width: rendition.width)
    }

    /// Checks what every format relies on, some of which can't do without a caption.
    ///
    /// - Throws: `Fault` for an id that a loader would cut or read as a number, a caption with control characters
    ///   (tab and newlines are fine), or a rendition without frames, size or time.
    public func validate(captioned: Bool = false) throws {
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
        if captioned, caption.allSatisfy(\.isWhitespace) {
            throw refuse(
                "it has no caption, and the layouts for trainers need one",
                "Caption the clip, set caption.required, or leave those layouts out.")
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
