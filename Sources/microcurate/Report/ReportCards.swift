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
        let ids = try JSON.line(clips.map(\.id))
        func rows(_ sql: String) throws -> [String: [QueryRecord]] {
            Dictionary(grouping: try manifest.query(sql, [ids]).records) { $0.text("clip_id") ?? "" }
        }
        let chosen = "clip_id IN (SELECT value FROM json_each(?1))"
        let captions = try rows("SELECT clip_id, caption FROM clip_overview WHERE \(chosen)")
        let signals = try rows("SELECT clip_id, name, value FROM signal WHERE \(chosen)")
        let verdicts = try rows(
            "SELECT * FROM verdict WHERE answer <> 'pass' AND \(chosen) ORDER BY clip_id, position")
        return try clips.map { clip in
            try card(
                clip, caption: captions[clip.id]?.first?.text("caption"), signals: signals[clip.id] ?? [],
                verdicts: verdicts[clip.id] ?? [])
        }
    }

    private func card(
        _ clip: ReportClip, caption: String?, signals: [QueryRecord], verdicts: [QueryRecord]
    ) throws -> ReportCard {
        let source = records.source[clip.source]
        let title = source?.title ?? clip.source
        let pictures = try pictures.pictures(of: clip, title: title, limit: Self.picturesOnCard)
        let failing = Set(verdicts.compactMap { $0.text("filter") }.compactMap(ReportReason.signal))
        let values = Dictionary(signals.map { ($0.text("name") ?? "", $0.number("value")) }) { first, _ in first }
        return ReportCard(
            id: clip.id, shortID: String(clip.id.prefix(13)), pictures: pictures,
            columns: pictures.count == 4 ? 2 : max(1, pictures.count), title: title, file: source?.file ?? "",
            state: clip.state.rawValue, level: clip.level, caption: caption,
            lacksCaption: caption == nil && clip.isReady, length: Figure.seconds(clip.seconds),
            span: Self.span(of: clip), licence: source?.licence,
            measures: Signal.allCases.filter { $0 != .duration }.map { signal in
                ReportCard.Measure(
                    name: signal.rawValue,
                    amount: values[signal.rawValue].flatMap { $0 }.map { ReportReason.amount($0, of: signal) }
                        ?? "unknown",
                    failed: failing.contains(signal))
            },
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

    /// The signal that a filter, by name, judges.
    static func signal(_ filter: String) -> Signal? {
        switch Verdict.Filter(rawValue: filter) {
        case .tooShort: .duration
        case .blank: .blank
        case .border: .border
        case .text: .text
        case .static: .motion
        case .blurred: .sharpness
        case nil: nil
        }
    }

    static func amount(_ value: Double, of signal: Signal) -> String {
        switch signal {
        case .duration: Figure.seconds(value)
        case .sharpness: Figure.decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0)
        case .motion: Figure.percent(value, places: value < 0.1 ? 2 : 1)
        case .border, .blank, .brightness, .text: Figure.percent(value, places: 0)
        }
    }

    /// What a filter refuses, at its threshold.
    static func rule(_ filter: String, _ threshold: Double) -> String {
        let share = Figure.short(100 * threshold) + "\u{A0}%"
        return switch Verdict.Filter(rawValue: filter) {
        case .tooShort: "Lasts less than \(Figure.short(threshold))\u{A0}s."
        case .blank: "More than \(share) of the frames are blank."
        case .border: "A black border takes more than \(share) of the picture’s width or height."
        case .text: "More than \(share) of the sampled pictures carry overlay text."
        case .static: "Less than \(share) of the picture changes from one sampled picture to the next."
        case .blurred: "Sharpness, the median variance of the Laplacian, is below \(Figure.short(threshold))."
        case nil: "The recipe’s threshold is \(Figure.short(threshold))."
        }
    }

    /// `sentence` of a row of `verdict`.
    static func sentence(_ verdict: QueryRecord) -> String {
        sentence(verdict.text("filter") ?? "", verdict.number("value"), verdict.number("threshold") ?? 0)
    }

    /// `motion 0.04 %, the recipe asks for at least 0.2 %`.
    static func sentence(_ filter: String, _ value: Double?, _ threshold: Double) -> String {
        guard let signal = signal(filter) else { return heading(filter) }
        guard let value else { return "\(signal.rawValue) could not be measured" }
        let limit =
            signal == .sharpness || signal == .duration
            ? Figure.short(threshold) + (signal == .duration ? "\u{A0}s" : "")
            : Figure.short(100 * threshold) + "\u{A0}%"
        let asked = value < threshold ? "at least" : "at most"
        return "\(signal.rawValue) \(amount(value, of: signal)), the recipe asks for \(asked) \(limit)"
    }
}
