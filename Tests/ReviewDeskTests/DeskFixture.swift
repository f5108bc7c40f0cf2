import Analysis
import Foundation
import Manifest
import Model
import Pipeline
import ReviewDesk

/// A workspace filled in by hand: one source, clips of 100 frames that follow each other, cut and captioned. Nothing is
/// decoded.
final class DeskFixture: Sendable {
    let workspace: Workspace
    let manifest: Manifest
    let clips: [ClipID]
    static let source = SourceID(rawValue: "src-00000000000000000000000000000001")

    /// - Parameter more: YAML behind the recipe.
    init(_ more: String = "", clips count: Int = 4) throws {
        workspace = try Workspace.create(
            at: NSTemporaryDirectory() + "desk-\(UUID().uuidString)",
            recipe: "name: desk\nversion: \"1\"\nprofile: native\n\(more)", recipeName: "test")
        manifest = try workspace.manifest()
        let spans = (0..<count).map { Self.span(100 * $0..<100 * ($0 + 1)) }
        clips = spans.map { ClipID(source: Self.source, span: $0.ticks) }
        try addSource(spans)
        try addTrack(frames: 100 * count)
        try cut()
    }

    deinit { try? FileManager.default.removeItem(atPath: workspace.root) }

    static func span(_ frames: Range<Int>) -> ClipSpan {
        ClipSpan(
            ticks: TickSpan(start: Int64(frames.lowerBound), end: Int64(frames.upperBound)),
            frames: FrameSpan(start: frames.lowerBound, end: frames.upperBound))
    }

    private func addSource(_ spans: [ClipSpan]) throws {
        let (id, digest) = (Self.source, Digest(of: Self.source.rawValue))
        let location = Model.SourceLocation(
            id: id, kind: .video, paths: ["/footage/film.mp4"], stream: 0, view: View(), timing: .pts,
            timeBase: Rational(1, 25))
        let description = MediaDescription(
            kind: .video, container: "mov", codec: "h264", stream: 0, width: 64, height: 48, frames: 100 * spans.count)
        let record = SourceRecord(
            location: location, digests: [digest], description: description, provenance: Provenance(), subtitles: [])
        let proposal = ProposalRecord(
            source: id, transitions: [], shots: [], clips: spans.map { .init(span: $0, signals: ["duration": 4]) },
            frozen: [])
        try manifest.commit { transaction in
            try transaction.files.add(digest, bytes: 9, path: "/footage/film.mp4", modifiedNanoseconds: 7)
            try transaction.sources.add(record)
            try transaction.clips.record(proposal)
            try transaction.tasks.finish(task(id.rawValue), stage: "propose", output: digest)
        }
    }

    private func addTrack(frames: Int) throws {
        let timing = FrameTiming(pts: (0..<Int64(frames)).map { $0 }).encode()
        let record = TrackPartRecord(
            part: FrameTiming.name, version: Int(FrameTiming.version), file: "tracks/timing",
            sha256: Digest(of: timing), bytes: timing.count)
        try Data(timing).write(to: URL(fileURLWithPath: workspace.path(record.file)))
        try manifest.commit { transaction in
            _ = try transaction.tracks.record(
                ScanRecord(source: Self.source, frames: frames, width: 64, height: 48, parts: [record], problems: []))
        }
    }

    private func cut() throws {
        try manifest.commit { transaction in
            for clip in clips {
                let pass = Verdict(filter: .blank, answer: .pass, value: 0, threshold: 0.2)
                try transaction.verdicts.record([(clip, [pass])])
                try transaction.tasks.finish(task("filter \(clip)"), stage: "filter", output: Digest(of: ""))
                let rendition = try rendition(of: clip)
                try transaction.renditions.record(rendition)
                try transaction.tasks.finish(task(clip.rawValue), stage: "cut", output: rendition.sha256)
                let text = CaptionRecord(clip: clip, kind: .normalized, text: "Cells divide.", origin: "normalizer 1")
                try transaction.captions.record(raws: [], taken: nil, normalized: text)
                try transaction.tasks.finish(task(clip.rawValue), stage: "caption", output: text.sha256)
            }
        }
    }

    /// Every `step`th frame of a clip.
    func rendition(of clip: ClipID, step: Int = 1) throws -> Rendition {
        let start = 100 * (clips.firstIndex(of: clip) ?? 0)
        let shown = Array(stride(from: start, to: start + 100, by: step))
        return Rendition(
            clip: clip, profile: Profile.native.name, sha256: Digest(of: clip.rawValue), file: "renditions/\(clip).mp4",
            bytes: 9, width: 64, height: 48, frames: shown.count, frameRate: nil, sourceFrames: shown)
    }

    private func task(_ key: String) -> TaskReference { TaskReference(key: key, fingerprint: Digest(of: key)) }

    func state(_ clip: ClipID) throws -> String {
        try manifest.query("SELECT state FROM clip_state WHERE clip_id = ?", [clip.rawValue]).rows[0][0].description
    }

    var answers: AnswerIntake { AnswerIntake(workspace, manifest) }
    var actions: ActionIntake { ActionIntake(workspace.recipe, manifest) }

    /// 2026-05-04T12:00:00Z.
    static let noon: Double = 1_777_896_000

    /// Has an answer taken, so many seconds after noon.
    @discardableResult
    func answer(_ answer: Answer, by reviewer: String = "ada", at seconds: Double = 0) throws -> AnswerIntake.Result {
        try answers.take(answer, by: reviewer, now: Self.noon + seconds)
    }

    /// Has an action taken, so many seconds after noon.
    @discardableResult
    func act(_ action: CuratorAction, by curator: String = "cora", at seconds: Double = 0) throws -> ActionIntake.Result
    {
        try actions.take(action, by: curator, now: Self.noon + seconds)
    }
}

/// An answer with an id of its own.
func answer(
    _ clip: ClipID, _ decision: Decision.Choice = .accept, reasons: [String] = [], level: String? = nil,
    caption: String? = nil, supersedes: String? = nil, spans: [[Int]]? = nil, age: Double? = nil
) -> Answer {
    Answer(
        id: UUID().uuidString.lowercased(), clipId: clip, decision: decision, reasons: reasons, level: level,
        caption: caption, supersedes: supersedes, spans: spans, ageSeconds: age)
}

/// The fault that a body throws; nil where it throws none.
func fault(_ body: () throws -> some Any) throws -> Fault? {
    do { _ = try body() } catch let fault as Fault { return fault }
    return nil
}
