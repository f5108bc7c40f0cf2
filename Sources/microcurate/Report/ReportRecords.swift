import Foundation
import Manifest
import Model
import Pages

/// A clip as the report counts it; its texts are read for the shown ones only.
struct ReportClip {
    let id: String
    let source: String
    let frames: Range<Int>
    /// Seconds of playing time in the source.
    let start: Double
    let end: Double
    let state: ClipState
    let reason: String?
    let level: String?
    let group: String?

    var seconds: Double { end - start }
    /// `12.40–17.46 s, frames 372–523`.
    var place: String { "\(Figure.span(start, end)), \(Figure.frames(frames))" }
    /// Cut and captioned, with or without decisions.
    var isReady: Bool { [.ready, .accepted, .declined, .disputed].contains(state) }
    var isInUse: Bool { state != .retired && state != .withdrawn }
}

/// A source with what is known of it. Unknown is nil.
struct ReportSource {
    let id: String
    let title: String
    /// The first file's name.
    let file: String
    let kind: String
    let width: Int?
    let height: Int?
    let frames: Int?
    /// Playing time.
    let seconds: Double?
    /// Real seconds between frames.
    let interval: Double?
    /// Micrometres a pixel.
    let pixelSize: Double?
    /// SPDX's NOASSERTION is unknown too.
    let licence: String?
    let attribution: String?
    /// A web address; anything else that a sidecar calls one is left out.
    let url: String?
    /// What the reader had to decide, and damage that the decoder passed over.
    let remarks: [String]
}

/// The rows that the report is made of, in a fixed order.
struct ReportRecords {
    /// Ordered by source and start.
    let clips: [ReportClip]
    /// Ordered by id.
    let sources: [ReportSource]
    let source: [String: ReportSource]

    init(of manifest: Manifest, ordinalSeconds: Double) throws {
        clips = try Self.clips(of: manifest)
        sources = try Self.sources(of: manifest, ordinalSeconds)
        source = Dictionary(uniqueKeysWithValues: sources.map { ($0.id, $0) })
    }

    private static func clips(of manifest: Manifest) throws -> [ReportClip] {
        try manifest.clips.overviews().map { clip in
            ReportClip(
                id: clip.id.rawValue, source: clip.source.rawValue, frames: clip.frames.range,
                start: clip.startSeconds, end: clip.endSeconds, state: clip.state, reason: clip.reason,
                level: clip.level, group: clip.group)
        }
    }

    /// Ordered by id.
    static func sources(of manifest: Manifest, _ ordinalSeconds: Double) throws -> [ReportSource] {
        try manifest.sources.overviews().map { source in
            let (probe, view) = (source.description, source.view)
            let file = ((source.path ?? "") as NSString).lastPathComponent
            let frames = source.frames ?? probe.timepoints ?? probe.frames
            return ReportSource(
                id: source.id.rawValue, title: source.title ?? (file as NSString).deletingPathExtension,
                file: file, kind: source.kind.rawValue, width: source.width ?? probe.width,
                height: source.height ?? probe.height, frames: frames,
                seconds: source.timing == .ordinal
                    ? frames.map { Double($0) * ordinalSeconds } : probe.durationSeconds,
                interval: view.intervalSeconds?.double ?? probe.intervalSeconds,
                pixelSize: view.pixelSizeUm?.double ?? probe.pixelSizeUm.x,
                licence: source.licence.flatMap { $0.uppercased() == "NOASSERTION" ? nil : $0 },
                attribution: source.attribution ?? source.channel,
                url: source.url.flatMap { $0.hasPrefix("https://") || $0.hasPrefix("http://") ? $0 : nil },
                remarks: probe.notes + source.problems)
        }
    }
}
