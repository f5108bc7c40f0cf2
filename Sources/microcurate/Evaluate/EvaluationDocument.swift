import Analysis
import Model
import Shots

/// What `evaluate shots --json` prints: `schemas/shot-evaluation.schema.json`. Ratios to four decimals, null where there
/// is nothing to count.
struct EvaluationDocument: Encodable {
    struct Score: Encodable {
        @Nullable var precision: Double?
        @Nullable var recall: Double?
        @Nullable var f1: Double?
        let found: Int
        let predicted: Int
        let transitions: Int
        /// By kind of transition, of those that occur.
        let recallByKind: [String: Double]
        let falsePerMinute: Double
        @Nullable var mixedInShots: Double?
        let minutes: Double

        init(_ score: ShotScore) {
            _precision = Nullable(wrappedValue: score.precision.map(EvaluationDocument.rounded))
            _recall = Nullable(wrappedValue: score.recall.map(EvaluationDocument.rounded))
            _f1 = Nullable(wrappedValue: score.f1.map(EvaluationDocument.rounded))
            found = score.found
            predicted = score.predicted
            transitions = score.transitions
            recallByKind = Dictionary(
                uniqueKeysWithValues: score.kinds.compactMap { kind, share in
                    share.ratio.map { (kind.rawValue, EvaluationDocument.rounded($0)) }
                })
            falsePerMinute = EvaluationDocument.rounded(score.falsePerMinute)
            _mixedInShots = Nullable(wrappedValue: score.leak.map(EvaluationDocument.rounded))
            minutes = EvaluationDocument.rounded(score.seconds / 60)
        }
    }

    struct Miss: Encodable {
        let kind: ShotMiss.Kind
        let transition: Transition.Kind
        let start: Int
        let end: Int
        @Nullable var score: Double?
        let tricks: [String]
    }

    struct Video: Encodable {
        let video: String
        let score: Score
        let misses: [Miss]
    }

    struct Detector: Encodable {
        let detector: String
        let score: Score
        /// Of F1, 95 %.
        @Nullable var interval: [Double]?
        let videos: [Video]
    }

    let slack: Int
    let bootstrap: Int
    let seed: UInt64
    let detectors: [Detector]
    let failed: [Fault]

    init(_ evaluation: ShotEvaluation, _ options: ShotEvaluation.Options) {
        slack = options.slack
        bootstrap = options.bootstrap
        seed = options.seed
        failed = evaluation.faults
        detectors = evaluation.rows.map { row in
            Detector(
                detector: row.detector, score: Score(row.score),
                interval: row.interval.map { [Self.rounded($0.lowerBound), Self.rounded($0.upperBound)] },
                videos: row.videos.map { video, answer in
                    Video(
                        video: video.name, score: Score(answer.score),
                        misses: answer.misses.map {
                            Miss(
                                kind: $0.kind, transition: $0.transition, start: $0.frames.start, end: $0.frames.end,
                                score: $0.score.map(Self.rounded), tricks: $0.tricks)
                        })
                })
        }
    }

    static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
