import Foundation
import Manifest
import Model
import Pages

/// A clip as it is shown: pictures in order of time, and what is known of it.
struct ReportCard {
    let id: String
    let shortID: String
    let pictures: [Picture]
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

    /// - Parameters:
    ///   - verdicts: what the signals are held against.
    ///   - verdict: why it was rejected, in words.
    init(
        _ clip: ReportClip, of source: ReportSource?, _ pictures: ReportPictures, caption: String?,
        lacksCaption: Bool = false, signals: [String: Double], against verdicts: [Verdict], verdict: String?
    ) throws {
        id = clip.id
        shortID = String(clip.id.prefix(13))
        title = source?.title ?? clip.source
        self.pictures = try pictures.pictures(of: clip, title: title, limit: 4)
        columns = self.pictures.count == 4 ? 2 : max(1, self.pictures.count)
        file = source?.file ?? ""
        state = clip.state.rawValue
        level = clip.level
        self.caption = caption
        self.lacksCaption = lacksCaption
        length = Figure.seconds(clip.seconds)
        span = clip.place
        licence = source?.licence
        measures = Measure.all(of: signals, against: verdicts)
        self.verdict = verdict
    }
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

    /// - Parameter limit: clips that are shown, evenly over all of them.
    func gallery(
        _ clips: [ReportClip], anchor: String, heading: String, explanation: String? = nil, limit: Int
    ) throws -> ReportGallery {
        let shown = clips.sampled(limit)
        return ReportGallery(
            anchor: anchor, heading: heading, total: Figure.plural(clips.count, "clip"),
            excerpt: shown.count < clips.count ? "\(shown.count) of them shown, evenly over all sources" : nil,
            explanation: explanation, cards: try cards(shown))
    }

    func cards(_ clips: [ReportClip]) throws -> [ReportCard] {
        let ids = clips.map { ClipID(rawValue: $0.id) }
        let captions = try manifest.captions.shown(of: ids)
        let signals = try manifest.clips.signals(of: ids)
        let verdicts = try manifest.verdicts.on(ids)
        return try zip(clips, ids).map { clip, id in
            let rejecting = (verdicts[id] ?? []).filter { $0.answer != .pass }
            return try ReportCard(
                clip, of: records.source[clip.source], pictures, caption: captions[id],
                lacksCaption: captions[id] == nil && clip.isReady, signals: signals[id] ?? [:], against: rejecting,
                verdict: rejecting.first?.sentence)
        }
    }
}
