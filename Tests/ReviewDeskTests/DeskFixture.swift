import Analysis
import ByHand
import Foundation
import Manifest
import Model
import Pipeline
import ReviewDesk

/// A workspace filled in by hand: one source, clips of 100 frames that follow each other, cut and captioned. Nothing is
/// decoded.
final class DeskFixture: Sendable {
    private let scratch: ScratchWorkspace
    let clips: [ClipID]
    var workspace: Workspace { scratch.workspace }
    var manifest: Manifest { scratch.manifest }
    static let source = SourceID(rawValue: "src-00000000000000000000000000000001")

    /// - Parameter more: YAML behind the recipe.
    init(_ more: String = "", clips count: Int = 4) throws {
        scratch = try ScratchWorkspace("name: desk\nversion: \"1\"\nprofile: native\n\(more)")
        clips = try scratch.manifest.addReadyClips(count, of: Self.source)
        try addTrack(frames: 100 * count)
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
