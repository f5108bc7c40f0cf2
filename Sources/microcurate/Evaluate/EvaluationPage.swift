import Analysis
import Model
import Pages
import Shots

/// The evaluation as one HTML document that loads nothing, in the report's dress.
enum EvaluationPage {
    private static let picturesOnCard = 8
    private static let pictureSize = 200

    /// - Parameter misses: that are shown of each detector, the surest first.
    static func render(_ evaluation: ShotEvaluation, _ options: ShotEvaluation.Options, misses: Int) throws -> String {
        let content = try Content(evaluation, options, misses: misses)
        let sections =
            [DocumentSection("Scores", at: "scores")]
            + content.detectors.map { DocumentSection($0.detector, at: $0.anchor) }
            + (content.failed.isEmpty ? [] : [DocumentSection("Failed", at: "failed", isBad: true)])
        return try Document(
            "Shot boundaries", kind: "evaluation", madeBy: "microcurate evaluate shots", sections: sections, content
        ).render(with: "evaluation")
    }

    struct Card {
        let pictures: [Picture]
        let columns: Int
        let title: String
        let place: String
        let verdict: String
        let tricks: String?
    }

    struct Detector {
        let detector: String
        let anchor: String
        let videos: Table
        let total: String
        let excerpt: String?
        let cards: [Card]
    }

    struct Content {
        let videos: String
        let rule: String
        let scores: Table
        let detectors: [Detector]
        let failed: [Fault]

        init(_ evaluation: ShotEvaluation, _ options: ShotEvaluation.Options, misses limit: Int) throws {
            let seconds = evaluation.videos.reduce(0) { $0 + $1.truth.seconds }
            videos =
                Figure.plural(evaluation.videos.count, "video")
                + " of \(Figure.decimal(seconds / 60, 1))\u{A0}minutes"
            rule =
                "A boundary is right within \(Figure.plural(options.slack, "frame")) of a cut, or inside a "
                + "gradual transition widened by as many; each transition is matched once. Intervals of F1 hold 95\u{A0}% "
                + "of \(Figure.plural(options.bootstrap, "bootstrap round")) over videos and "
                + "transitions. False boundaries are per minute; “mixed in shots” is the share of mixed frames of gradual "
                + "transitions that the detector leaves in a shot."
            scores = EvaluationTable.table(
                "Scores", EvaluationTable.header, evaluation.rows.map(EvaluationTable.cells))
            let chosen = evaluation.rows.map { Miss.worst(of: $0, limit: limit) }
            let pictures = try EvaluationPage.pictures(of: chosen.flatMap { $0 })
            detectors = zip(evaluation.rows, chosen).enumerated().map { index, entry in
                let (row, misses) = entry
                let total = row.videos.reduce(0) { $0 + $1.answer.misses.count }
                return Detector(
                    detector: row.detector, anchor: "detector-\(index)",
                    videos: EvaluationTable.table(
                        "Scores of \(row.detector) by video", EvaluationTable.videoHeader,
                        row.videos.map { EvaluationTable.cells($0.video.name, $0.answer.score) }),
                    total: Figure.plural(total, "miss", "misses"),
                    excerpt: misses.count < total ? "\(misses.count) of \(Figure.count(total)) shown" : nil,
                    cards: misses.map { $0.card(pictures) })
            }
            failed = evaluation.faults
        }
    }

    /// A miss and the video that it is in.
    struct Miss {
        let video: ShotEvaluation.Video
        let miss: ShotMiss

        static func worst(of row: ShotEvaluation.Row, limit: Int) -> [Miss] {
            let all = row.videos.flatMap { video, answer in answer.misses.map { Miss(video: video, miss: $0) } }
            let order = all.indices.sorted {
                (all[$1].miss.certainty, $0) < (all[$0].miss.certainty, $1)
            }
            return order.prefix(limit).map { all[$0] }
        }

        var frames: [Int] { miss.pictures(picturesOnCard, of: video.truth.frames) }

        func card(_ pictures: [String: [Int: [UInt8]]]) -> Card {
            let shown = frames.compactMap { frame in
                pictures[video.name]?[frame].map {
                    Picture(jpeg: $0, alt: "\(video.name), frame \(frame)", at: "frame \(frame)")
                }
            }
            let frames = miss.frames
            let kind = miss.transition.rawValue
            let verdict =
                switch (miss.kind, miss.score) {
                case (.missed, let score?): "Not found; the best rejected candidate scores \(Figure.decimal(score, 2))"
                case (.missed, nil): "Not found; no candidate near it"
                case (.falseAlarm, let score?): "Nothing is there; the detector scores it \(Figure.decimal(score, 2))"
                case (.falseAlarm, nil): "Nothing is there"
                }
            return Card(
                pictures: shown, columns: max(1, shown.count),
                title: miss.kind == .missed ? "\(kind) missed" : "false \(kind)",
                place: "\(video.name), \(Figure.frames(frames.start..<frames.end))",
                verdict: verdict, tricks: miss.tricks.isEmpty ? nil : miss.tricks.joined(separator: ", "))
        }
    }

    /// The pictures of all misses, by video and frame; each video is read once.
    private static func pictures(of misses: [Miss]) throws -> [String: [Int: [UInt8]]] {
        try Dictionary(grouping: misses, by: \.video.name).mapValues { misses in
            try misses[0].video.pictures(of: Set(misses.flatMap(\.frames)), longSide: pictureSize)
        }
    }
}
