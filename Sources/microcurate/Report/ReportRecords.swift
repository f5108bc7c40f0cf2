import Foundation
import Manifest
import Model

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
        try manifest.query(
            """
            SELECT clip_id, source_id, start_frame, end_frame, start_seconds, end_seconds, state, reason, level,
                duplicate_group
            FROM clip_overview ORDER BY source_id, start_pts, end_pts
            """
        ).records.map { row in
            let first = row.integer("start_frame") ?? 0
            return ReportClip(
                id: row.text("clip_id") ?? "", source: row.text("source_id") ?? "",
                frames: first..<max(first, row.integer("end_frame") ?? first), start: row.number("start_seconds") ?? 0,
                end: row.number("end_seconds") ?? 0, state: row.text("state").flatMap(ClipState.init) ?? .proposed,
                reason: row.text("reason"), level: row.text("level"), group: row.text("duplicate_group"))
        }
    }

    /// Ordered by id.
    static func sources(of manifest: Manifest, _ ordinalSeconds: Double) throws -> [ReportSource] {
        try manifest.query(
            """
            SELECT source.id, kind, timing, view, probe, scan.frames, scan.width, scan.height, scan.problems,
                title, url, licence, attribution, channel,
                (SELECT path FROM file_path JOIN source_file USING (sha256)
                    WHERE source_id = source.id AND position = 0 ORDER BY path LIMIT 1) AS path
            FROM source LEFT JOIN scan ON scan.source_id = source.id
            LEFT JOIN provenance ON provenance.source_id = source.id ORDER BY source.id
            """
        ).records.map { row in
            let probe = try row.text("probe").map { try JSON.decode(MediaDescription.self, from: $0) }
            let view = try row.text("view").map { try JSON.decode(View.self, from: $0) }
            let problems = try row.text("problems").map { try JSON.decode([String].self, from: $0) }
            let file = ((row.text("path") ?? "") as NSString).lastPathComponent
            let frames = row.integer("frames") ?? probe?.timepoints ?? probe?.frames
            let isOrdinal = row.text("timing") == Timing.ordinal.rawValue
            return ReportSource(
                id: row.text("id") ?? "", title: row.text("title") ?? (file as NSString).deletingPathExtension,
                file: file, kind: row.text("kind") ?? "", width: row.integer("width") ?? probe?.width,
                height: row.integer("height") ?? probe?.height, frames: frames,
                seconds: isOrdinal ? frames.map { Double($0) * ordinalSeconds } : probe?.durationSeconds,
                interval: view?.intervalSeconds?.double ?? probe?.intervalSeconds,
                pixelSize: view?.pixelSizeUm?.double ?? probe?.pixelSizeUm.x,
                licence: row.text("licence").flatMap { $0.uppercased() == "NOASSERTION" ? nil : $0 },
                attribution: row.text("attribution") ?? row.text("channel"),
                url: row.text("url").flatMap { $0.hasPrefix("https://") || $0.hasPrefix("http://") ? $0 : nil },
                remarks: (probe?.notes ?? []) + (problems ?? []))
        }
    }
}

/// A row of a query, by the names of its columns. An empty text is unknown.
struct QueryRecord {
    let columns: [String: Int]
    let values: [SQLValue]

    func text(_ column: String) -> String? {
        guard let index = columns[column], case .text(let value) = values[index], !value.isEmpty else { return nil }
        return value
    }

    func integer(_ column: String) -> Int? {
        guard let index = columns[column], case .integer(let value) = values[index] else { return nil }
        return Int(value)
    }

    func number(_ column: String) -> Double? {
        guard let index = columns[column] else { return nil }
        return switch values[index] {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}

extension SQLTable {
    var records: [QueryRecord] {
        let positions = Dictionary(columns.enumerated().map { ($1, $0) }) { first, _ in first }
        return rows.map { QueryRecord(columns: positions, values: $0) }
    }
}
