import Analysis
import Foundation
import Manifest
import Model

/// A clip as it is shown: pictures in order of time, and what is known of it.
struct ReportCard {
    struct Measure {
        let name: String
        let amount: String
        /// Whether a filter rejected it.
        let failed: Bool

        /// The signals in their order; the length stands elsewhere on a card.
        ///
        /// - Parameters:
        ///   - values: by the signals' names.
        ///   - verdicts: those that are no pass.
        static func all(of values: [String: Double], against verdicts: [Verdict]) -> [Measure] {
            let failing = Set(verdicts.map(\.filter.signal))
            return Signals.all.filter { $0.name != Signal.duration.name }.map { signal in
                Measure(
                    name: signal.name, amount: values[signal.name].map(signal.amount) ?? "unknown",
                    failed: failing.contains(signal.name))
            }
        }
    }

    let id: String
    let shortID: String
    let pictures: [ReportPicture]
    /// How many pictures stand beside each other.
    let columns: Int
    let title: String
    let file: String
    let state: String
    let level: String?
    let caption: String?
    /// Ready without any text.
    let lacksCaption: Bool
    let length: String
    let span: String
    let licence: String?
    let measures: [Measure]
    /// Why it was rejected, measured against what.
    let verdict: String?
}

/// Clips of one kind, some of them shown.
struct ReportGallery {
    let anchor: String
    let heading: String
    let total: String
    /// `24 of 312 shown`; nil where all are.
    let excerpt: String?
    let explanation: String?
    let cards: [ReportCard]
}

/// Makes cards of clips.
struct ReportCards {
    let manifest: Manifest
    let records: ReportRecords
    let pictures: ReportPictures

    static let picturesOnCard = 4

    /// - Parameter limit: clips that are shown, evenly over all of them.
    func gallery(
        _ clips: [ReportClip], anchor: String, heading: String, explanation: String? = nil, limit: Int
    ) throws -> ReportGallery {
        let shown = clips.sampled(limit)
        return ReportGallery(
            anchor: anchor, heading: heading, total: Figure.plural(clips.count, "clip", "clips"),
            excerpt: shown.count < clips.count ? "\(shown.count) of them shown, evenly over all sources" : nil,
            explanation: explanation, cards: try cards(shown))
    }

    func cards(_ clips: [ReportClip]) throws -> [ReportCard] {
        let ids = clips.map { ClipID(rawValue: $0.id) }
        let captions = try manifest.captions.shown(of: ids)
        let signals = try manifest.clips.signals(of: ids)
        let verdicts = try manifest.verdicts.on(ids)
        return try zip(clips, ids).map { clip, id in
            try card(
                clip, caption: captions[id], signals: signals[id] ?? [:],
                against: (verdicts[id] ?? []).filter { $0.answer != .pass })
        }
    }

    private func card(
        _ clip: ReportClip, caption: String?, signals values: [String: Double], against verdicts: [Verdict]
    ) throws -> ReportCard {
        let source = records.source[clip.source]
        let title = source?.title ?? clip.source
        let pictures = try pictures.pictures(of: clip, title: title, limit: Self.picturesOnCard)
        return ReportCard(
            id: clip.id, shortID: String(clip.id.prefix(13)), pictures: pictures,
            columns: pictures.count == 4 ? 2 : max(1, pictures.count), title: title, file: source?.file ?? "",
            state: clip.state.rawValue, level: clip.level, caption: caption,
            lacksCaption: caption == nil && clip.isReady, length: Figure.seconds(clip.seconds),
            span: Self.span(of: clip), licence: source?.licence,
            measures: ReportCard.Measure.all(of: values, against: verdicts),
            verdict: verdicts.first.map(ReportReason.sentence))
    }

    /// `12.40–17.46 s, frames 372–523`, the last frame being the last one inside.
    static func span(of clip: ReportClip) -> String {
        let (first, last) = (clip.frames.lowerBound, clip.frames.upperBound - 1)
        let frames =
            last > first ? "frames \(Figure.count(first))–\(Figure.count(last))" : "frame \(Figure.count(first))"
        return "\(Figure.decimal(clip.start, 2))–\(Figure.seconds(clip.end)), \(frames)"
    }
}

/// The filters' reasons in words.
enum ReportReason {
    static func heading(_ reason: String) -> String {
        let words = reason.replacingOccurrences(of: "_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// What a filter refuses, at its threshold.
    static func rule(_ filter: Filter, _ threshold: Double) -> String {
        filter.refusal(at: Signals.judged(by: filter).unit.limit(threshold))
    }

    /// `motion 0.04 %, the recipe asks for at least 0.2 %`.
    static func sentence(_ verdict: Verdict) -> String {
        let signal = Signals.judged(by: verdict.filter)
        guard let value = verdict.value else { return "\(signal.name) could not be measured" }
        let limit = signal.unit.limit(verdict.threshold)
        return "\(signal.name) \(signal.amount(value)), the recipe asks for \(verdict.filter.side.rawValue) \(limit)"
    }
}
