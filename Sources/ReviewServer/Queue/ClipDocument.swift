import Captions
import Foundation
import Manifest
import Model
import Pipeline
import ReviewDesk

/// A clip as the review page gets it.
struct ClipDocument: Encodable, Sendable {
    struct Caption: Encodable, Sendable {
        var text: String
        @Nullable var sha256: Digest?
        @Nullable var raw: String?
        var edits: [NormalizedCaption.Edit]
        var flags: [String]
        var warnings: [String]
    }

    struct Origin: Encodable, Sendable {
        var id: SourceID
        @Nullable var title: String?
        @Nullable var licence: String?
        @Nullable var url: String?
        @Nullable var attribution: String?
        @Nullable var channel: String?
        var startSeconds: Double
        var endSeconds: Double
    }

    /// The reviewer's own answer in force.
    struct Mine: Codable, Sendable {
        var id: String
        var decision: Decision.Choice
        var reasons: [String]
        @Nullable var level: String?
        @Nullable var caption: String?
    }

    var clipId: ClipID
    var renditionSha256: Digest
    var video: String
    var width: Int
    var height: Int
    var frames: Int
    @Nullable var frameRate: String?
    /// Seconds at which each frame is shown.
    var times: [Double]
    var duration: Double
    var caption: Caption
    @Nullable var levelHint: String?
    @Nullable var umPerPixel: Double?
    @Nullable var timeLapse: Double?
    var source: Origin
    @Nullable var mine: Mine?

    init(_ sheet: ClipSheet, mine: Decision?, in workspace: Workspace, _ manifest: Manifest) throws {
        let (rendition, provenance) = (sheet.rendition, sheet.provenance)
        clipId = sheet.clip.id
        renditionSha256 = rendition.sha256
        video = "/media/renditions/\(rendition.sha256.hex).mp4"
        (width, height, frames) = (rendition.width, rendition.height, rendition.frames)
        frameRate = rendition.frameRate?.description
        times =
            try rendition.frameRate.map { ClipFrames.times(rendition.frames, rate: $0) }
            ?? ClipFrames(of: sheet.clip, rendition: rendition, in: workspace, manifest).times
        let lastFrame = times.count > 1 ? times[times.count - 1] - times[times.count - 2] : 0
        duration = (times.last ?? 0) + (rendition.frameRate?.reciprocal.double ?? lastFrame)
        caption = try Self.caption(sheet)
        levelHint = provenance.level ?? Self.hint(sheet.normalized?.text, workspace.recipe)
        (umPerPixel, timeLapse) = (rendition.umPerPixel, rendition.timeLapse)
        let timeBase = try manifest.sources.timeBase(
            of: sheet.clip.source, ordinalRate: workspace.recipe.mainProfile.ordinalRate)
        source = Origin(
            id: sheet.clip.source, title: provenance.title, licence: provenance.licence,
            url: provenance.url.flatMap(Self.webAddress), attribution: provenance.attribution,
            channel: provenance.channel, startSeconds: timeBase.seconds(sheet.clip.span.ticks.start),
            endSeconds: timeBase.seconds(sheet.clip.span.ticks.end))
        self.mine = mine.map {
            Mine(id: $0.id, decision: $0.decision, reasons: $0.reasons, level: $0.level, caption: $0.caption)
        }
    }

    private static func hint(_ text: String?, _ recipe: Recipe) -> String? {
        text.flatMap(LevelHint.suggest).flatMap { recipe.labels.level.contains($0) ? $0 : nil }
    }

    private static func caption(_ sheet: ClipSheet) throws -> Caption {
        let flags = try sheet.normalized.map { try JSON.decode([String].self, from: $0.flags) } ?? []
        return Caption(
            text: sheet.normalized?.text ?? "", sha256: sheet.normalized?.sha256, raw: sheet.raw,
            edits: try sheet.normalized.map { try JSON.decode([NormalizedCaption.Edit].self, from: $0.edits) } ?? [],
            flags: flags,
            warnings: CaptionWarning.texts(flags)
                + CaptionWarning.channel(sheet.provenance.channel, in: sheet.normalized?.text ?? ""))
    }

    /// A link that a page may hold: never a script.
    static func webAddress(_ text: String) -> String? {
        let scheme = URL(string: text)?.scheme?.lowercased()
        return scheme == "https" || scheme == "http" ? text : nil
    }
}

/// What a reviewer should know of a text, in plain words.
enum CaptionWarning {
    /// Where the text names the channel that its source comes from.
    static func channel(_ channel: String?, in text: String) -> [String] {
        guard let channel, channel.count > 2, text.localizedStandardContains(channel) else { return [] }
        return ["The text names the channel, \(channel); a clip doesn't show whose it is."]
    }

    static func texts(_ flags: [String]) -> [String] {
        flags.compactMap(NormalizedCaption.Flag.init).map { flag in
            switch flag {
            case .empty: "There is no caption."
            case .veryShort: "The caption is very short."
            case .veryLong: "The caption is very long."
            case .mentionsSound: "The text speaks of sound or a narrator; a clip has no sound."
            case .firstPerson: "The text speaks in the first person, as the film's makers would."
            case .repeatedSentence: "A sentence stands twice."
            case .mojibake: "Some letters look garbled."
            case .promotion: "The text seems to advertise a channel or product."
            }
        }
    }
}
