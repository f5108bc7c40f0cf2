import Analysis
import Files
import Foundation
import Model

/// Another tool's boundaries, a file a video: `STEM.json`, what `shots --json` prints or a bare list of the first frames
/// of new shots, or `STEM.csv`, a scene list of PySceneDetect.
public struct ShotEvaluationTool: Sendable {
    public let name: String
    public let directory: String

    public init(name: String, directory: String) {
        self.name = name
        self.directory = directory
    }

    /// - Throws: a `Fault` for a folder that is none, or a name that one of our detectors has.
    func check() throws {
        guard FileNode.kind(at: directory) == .folder else {
            throw Fault(.unreadable, "there is no such folder", at: directory, advice: "Correct --with \(name)=DIR.")
        }
        guard Recipe.Detect.Detector(rawValue: name) == nil else {
            throw Fault(
                .invalid, "'\(name)' is the name of a detector of ours", at: directory, advice: "Choose another name.")
        }
    }

    /// In order of their middles.
    func boundaries(of stem: String) throws -> [PredictedBoundary] {
        let (json, csv) = ("\(directory)/\(stem).json", "\(directory)/\(stem).csv")
        let found: [PredictedBoundary]
        if let data = FileManager.default.contents(atPath: json) {
            found = try Self.boundaries(json: data, file: json)
        } else if let data = FileManager.default.contents(atPath: csv) {
            found = try Self.boundaries(csv: String(decoding: data, as: UTF8.self), file: csv)
        } else {
            throw Fault(
                .unreadable, "'\(name)' has neither \(stem).json nor \(stem).csv", at: directory,
                advice: "Run the tool on that video as well.")
        }
        return found.sorted { $0.middle < $1.middle }
    }

    private struct Document: Decodable {
        struct Change: Decodable {
            struct Place: Decodable { var frame: Int }
            var kind: Transition.Kind?
            var start: Place?
            var end: Place?
            var middle: Place
            var score: Double?
        }
        var transitions: [Change]
    }

    private static func boundaries(json data: Data, file: String) throws -> [PredictedBoundary] {
        if let frames = try? JSON.decode([Int].self, from: data) { return frames.map(PredictedBoundary.init(frame:)) }
        guard let document = try? JSON.decode(Document.self, from: data) else {
            throw Fault(
                .invalid, "it is neither a list of frames nor what 'shots --json' prints", at: file,
                advice: "Make it again.")
        }
        return try document.transitions.map { change in
            let start = change.start?.frame ?? change.middle.frame
            let end = change.end?.frame ?? start
            guard start <= end else {
                throw Fault(
                    .invalid, "a transition ends before it starts (\(start)-\(end))", at: file, advice: "Make it again."
                )
            }
            return PredictedBoundary(
                middle: change.middle.frame, frames: FrameSpan(start: start, end: end), kind: change.kind ?? .cut,
                score: change.score)
        }
    }

    /// The scenes' first frames, counted from 1 in the column `Start Frame`; the first scene begins with the video.
    private static func boundaries(csv text: String, file: String) throws -> [PredictedBoundary] {
        let rows = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        guard let header = rows.firstIndex(where: { $0.contains("Start Frame") }),
            let column = rows[header].firstIndex(of: "Start Frame")
        else {
            throw Fault(
                .invalid, "it has no column 'Start Frame'", at: file,
                advice: "Write it with 'scenedetect list-scenes' or 'microcurate shots --csv'.")
        }
        return try rows[(header + 1)...].dropFirst().map { row in
            guard row.indices.contains(column), let start = Int(row[column]) else {
                throw Fault(
                    .invalid, "a scene has no 'Start Frame'", at: file, advice: "Make it again.")
            }
            return PredictedBoundary(frame: start - 1)
        }
    }
}
