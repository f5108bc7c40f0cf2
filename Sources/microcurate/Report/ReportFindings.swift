import Foundation
import Manifest
import Model
import Pages

/// What the filters rejected, reason by reason.
struct ReportRejections {
    let total: String
    let reasons: Table
    let galleries: [ReportGallery]

    /// - Parameter limit: clips that are shown of all reasons together, at least two of each.
    init?(_ clips: [ReportClip], _ cards: ReportCards, _ manifest: Manifest, limit: Int) throws {
        guard !clips.isEmpty else { return nil }
        let thresholds = try manifest.verdicts.thresholds()
        let groups = Dictionary(grouping: clips) { $0.reason ?? "unknown" }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        let most = Double(groups.first?.value.count ?? 0)
        let rules = try groups.map { reason, clips in
            if reason.hasSuffix("_unmeasured") { return "The filter had nothing to measure, which is never a pass." }
            let filter = try Filters.named(reason, on: clips[0].id)
            return filter.rule(at: thresholds[reason] ?? 0)
        }
        total = Figure.plural(clips.count, "clip")
        reasons = Table(
            "Reasons", kind: "bars", ["Reason", .bars, .number("Clips"), .number("Share")],
            zip(groups, rules).map { group, rule in
                [
                    .head(Words.heading(group.key), note: rule, address: "#reason-" + group.key),
                    .bar(Bar(Double(group.value.count), of: most)), .number(Figure.count(group.value.count)),
                    .number(Figure.percent(Double(group.value.count) / Double(clips.count)), isSoft: true),
                ]
            })
        let each = max(2, limit / groups.count)
        galleries = try zip(groups, rules).map { group, rule in
            try cards.gallery(
                group.value, anchor: "reason-" + group.key, heading: Words.heading(group.key), explanation: rule,
                limit: each)
        }
    }
}

/// Duplicate groups, their members side by side at the same moments.
struct ReportDuplicates {
    struct Member {
        let id: String
        let shortID: String
        let isKept: Bool
        let title: String
        let span: String
        let size: String
        let state: String
        let match: String
        let pictures: [Picture]
        let columns: Int
    }

    struct Group {
        let heading: String
        let members: [Member]
        let more: String?
    }

    let summary: String
    let excerpt: String?
    let groups: [Group]

    private static let groupsShown = 12, membersShown = 4, moments = 3

    /// nil without a group of two or more.
    init?(_ records: ReportRecords, _ cards: ReportCards, _ manifest: Manifest) throws {
        let clips = Dictionary(records.clips.map { ($0.id, $0) }) { first, _ in first }
        let found = try manifest.duplicates.shared()
        let rows = found.flatMap { $0 }
        guard !found.isEmpty else { return nil }
        let shown = found.sampled(Self.groupsShown)
        summary =
            "\(Figure.plural(found.count, "group")) of \(Figure.plural(rows.count, "clip")); "
            + "\(Figure.count(rows.count - found.count)) set aside"
        excerpt = shown.count < found.count ? "\(shown.count) of the groups shown, evenly over all of them" : nil
        groups = try shown.map { rows in
            let members = try Self.members(rows.prefix(Self.membersShown), clips, records, cards)
            let rest = rows.count - members.count
            return Group(
                heading: Figure.plural(rows.count, "clip"), members: members,
                more: rest > 0 ? "\(Figure.count(rest)) more not shown" : nil)
        }
    }

    private static func members(
        _ rows: ArraySlice<DuplicateRecord>, _ clips: [String: ReportClip], _ records: ReportRecords,
        _ cards: ReportCards
    ) throws -> [Member] {
        guard let kept = rows.first.flatMap({ clips[$0.clip.rawValue] }) else { return [] }
        let moments = (0..<Self.moments).map { kept.seconds * (Double($0) + 0.5) / Double(Self.moments) }
        return try rows.compactMap { row in
            guard let clip = clips[row.clip.rawValue] else { return nil }
            let source = records.source[clip.source]
            let title = source?.title ?? clip.source
            let offset = row.offsetSeconds
            let there = moments.map { $0 - (offset ?? 0) }.filter { (0...clip.seconds).contains($0) }
            var pictures = try cards.pictures.pictures(of: clip, title: title, at: there)
            if pictures.isEmpty { pictures = try cards.pictures.pictures(of: clip, title: title, limit: Self.moments) }
            return Member(
                id: clip.id, shortID: String(clip.id.prefix(13)), isKept: clip.id == kept.id, title: title,
                span: clip.place,
                size: Figure.size(source?.width, source?.height).map { $0 + "\u{A0}px" } ?? "size unknown",
                state: clip.state.rawValue, match: match(row, of: clip, with: kept), pictures: pictures,
                columns: max(1, pictures.count))
        }
    }

    private static func match(_ row: DuplicateRecord, of clip: ReportClip, with kept: ReportClip) -> String {
        if clip.id == kept.id { return "represents the group" }
        let shared = clip.source == kept.source ? clip.frames.clamped(to: kept.frames).count : 0
        if shared > 0 { return "shares \(Figure.plural(shared, "frame")) with the representative" }
        guard let distance = row.distance, let offset = row.offsetSeconds else {
            return "joined through another member"
        }
        let bits = Figure.decimal(distance, 1) + " of 256 bits differ"
        guard abs(offset) >= 0.005 else { return bits + ", at the same time" }
        return bits + ", the same picture is \(Figure.seconds(abs(offset))) \(offset < 0 ? "later" : "earlier") here"
    }
}
