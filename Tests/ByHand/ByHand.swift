public import Manifest
public import Model

/// What the stages write into a manifest, written by hand: nothing is decoded.
extension Manifest {
    /// A film of 25 frames a second, probed.
    public func addFilm(_ id: SourceID, frames: Int = 1000, _ provenance: Provenance = Provenance()) throws {
        let (digest, path) = (Digest(of: id.rawValue), "/footage/\(id).mp4")
        let source = SourceRecord(
            location: Model.SourceLocation(
                id: id, kind: .video, paths: [path], stream: 0, view: View(), timing: .pts, timeBase: Rational(1, 25)),
            digests: [digest],
            description: MediaDescription(
                kind: .video, container: "mov", codec: "h264", stream: 0, width: 64, height: 48, frames: frames),
            provenance: provenance, subtitles: [])
        try commit { transaction in
            try transaction.files.add(digest, bytes: 9, path: path, modifiedNanoseconds: 7)
            try transaction.sources.add(source)
        }
    }

    /// Replaces a source's proposal by these spans; decided ones are kept, as `propose` does.
    public func propose(_ frames: [Range<Int>], of source: SourceID) throws {
        func clip(_ span: ClipSpan) -> ProposalRecord.Clip { .init(span: span, signals: ["duration": 4]) }
        let proposal = ProposalRecord(
            source: source, transitions: [], shots: frames.map { ClipSpan($0).frames },
            clips: frames.map { clip(ClipSpan($0)) }, frozen: try clips.frozen(of: source).map { clip($0.span) })
        try commit { transaction in
            try transaction.clips.record(proposal)
            try transaction.tasks.finish(.byHand(source.rawValue), stage: "propose", output: Digest(of: "\(frames)"))
        }
    }

    /// Verdicts on a clip: these, and one that passes.
    public func judge(_ clip: ClipID, _ verdicts: [Verdict] = []) throws {
        let all = verdicts + [Verdict(filter: .blank, answer: .pass, value: 0, threshold: 0.2)]
        try commit { transaction in
            try transaction.verdicts.record([(clip, all)])
            try transaction.tasks.finish(.byHand("filter \(clip)"), stage: "filter", output: Digest(of: ""))
        }
    }

    /// The clip's rendition in the profile `native`; there is no such file.
    public func cut(_ clip: ClipID) throws {
        let rendition = Rendition(byHand: try clips.clip(clip))
        try commit { transaction in
            try transaction.renditions.record(rendition)
            try transaction.tasks.finish(.byHand(clip.rawValue), stage: "cut", output: rendition.sha256)
        }
    }

    public func caption(_ clip: ClipID) throws {
        let text = CaptionRecord(clip: clip, kind: .normalized, text: "Cells divide.", origin: "normalizer 1")
        try commit { transaction in
            try transaction.captions.record(raws: [], taken: nil, normalized: text)
            try transaction.tasks.finish(.byHand(clip.rawValue), stage: "caption", output: text.sha256)
        }
    }

    /// All of these for clips of a film that follow each other, 100 frames each.
    /// - Returns: the clips, in their order in time.
    @discardableResult
    public func addReadyClips(
        _ count: Int, of source: SourceID, _ provenance: Provenance = Provenance()
    ) throws -> [ClipID] {
        try addReadyClips((0..<count).map { 100 * $0..<100 * ($0 + 1) }, of: source, provenance)
    }

    /// The same for clips of these frames, in their order.
    public func addReadyClips(
        _ spans: [Range<Int>], of source: SourceID, _ provenance: Provenance = Provenance()
    ) throws -> [ClipID] {
        try addFilm(source, frames: spans.map(\.upperBound).max() ?? 0, provenance)
        try propose(spans, of: source)
        return try spans.map { span in
            let clip = ClipID(source: source, span: ClipSpan(span).ticks)
            try judge(clip)
            try cut(clip)
            try caption(clip)
            return clip
        }
    }
}

extension ClipSpan {
    /// Frames that last one tick each.
    public init(_ frames: Range<Int>) {
        self.init(
            ticks: TickSpan(start: Int64(frames.lowerBound), end: Int64(frames.upperBound)),
            frames: FrameSpan(start: frames.lowerBound, end: frames.upperBound))
    }
}

extension TaskReference {
    public static func byHand(_ key: String) -> TaskReference { Self(key: key, fingerprint: Digest(of: key)) }
}

extension Rendition {
    /// A clip's every `step`th frame.
    public init(byHand clip: ClipRecord, step: Int = 1) {
        let frames = Array(stride(from: clip.span.frames.start, to: clip.span.frames.end, by: step))
        self.init(
            clip: clip.id, profile: Profile.native.name, sha256: Digest(of: clip.id.rawValue),
            file: "renditions/\(clip.id).mp4", bytes: 9, width: 64, height: 48, frames: frames.count, frameRate: nil,
            sourceFrames: frames)
    }
}
