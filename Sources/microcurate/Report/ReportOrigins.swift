import Foundation
import Model
import Pipeline

/// Sources and their licences.
struct ReportSources {
    struct Source {
        let title: String
        let id: String
        let file: String
        let address: String?
        let credit: String?
        let kind: String
        let size: String?
        let frames: String?
        let seconds: String?
        let interval: String?
        let pixelSize: String?
        let licence: String?
        let clips: String
        let rejected: String
        let duplicate: String
        let ready: String
        let accepted: String
        let other: String
    }

    struct Licence {
        let licence: String
        let isUnknown: Bool
        let sources: String
        let clips: String
        let ready: String
        let total: String
    }

    struct Remark {
        let text: String
        /// The sources that it is about, some of them.
        let titles: String
    }

    let rows: [Source]
    let excerpt: String?
    let licences: [Licence]
    let remarks: [Remark]
    let moreRemarks: String?

    private static let sourcesShown = 200, remarksShown = 50, titlesShown = 3

    init(_ records: ReportRecords) {
        let clips = Dictionary(grouping: records.clips.filter(\.isInUse), by: \.source)
        func count(_ source: ReportSource) -> Int { clips[source.id]?.count ?? 0 }
        let busiest = records.sources.sorted { (count($1), $0.title, $0.id) < (count($0), $1.title, $1.id) }
        rows = busiest.prefix(Self.sourcesShown).map { Self.row($0, clips[$0.id] ?? []) }
        let rest = records.sources.count - rows.count
        excerpt =
            rest > 0
            ? "The \(Self.sourcesShown) with most clips; \(Figure.count(rest)) more are in the manifest."
            : nil
        licences = Self.licences(records, clips)
        let said = Dictionary(grouping: busiest.flatMap { source in source.remarks.map { ($0, source.title) } }) {
            $0.0
        }
        .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        remarks = said.prefix(Self.remarksShown).map { text, sources in
            let rest = sources.count - Self.titlesShown
            return Remark(
                text: text,
                titles: sources.prefix(Self.titlesShown).map(\.1).joined(separator: ", ")
                    + (rest > 0 ? " and \(Figure.count(rest)) more" : ""))
        }
        let unsaid = said.count - remarks.count
        moreRemarks = unsaid > 0 ? "\(Figure.count(unsaid)) more" : nil
    }

    private static func row(_ source: ReportSource, _ clips: [ReportClip]) -> Source {
        func count(_ states: ClipState...) -> Int { clips.count { states.contains($0.state) } }
        let counted = count(.rejected, .duplicate, .ready, .accepted)
        return Source(
            title: source.title, id: source.id, file: source.file, address: source.url, credit: source.attribution,
            kind: source.kind,
            size: source.width.flatMap { width in source.height.map { "\(width)\u{A0}×\u{A0}\($0)" } },
            frames: source.frames.map(Figure.count), seconds: source.seconds.map { Figure.decimal($0, 2) },
            interval: source.interval.map(Figure.short), pixelSize: source.pixelSize.map(Figure.short),
            licence: source.licence, clips: Figure.count(clips.count), rejected: Figure.count(count(.rejected)),
            duplicate: Figure.count(count(.duplicate)), ready: Figure.count(count(.ready)),
            accepted: Figure.count(count(.accepted)), other: Figure.count(clips.count - counted))
    }

    private static func licences(_ records: ReportRecords, _ clips: [String: [ReportClip]]) -> [Licence] {
        Dictionary(grouping: records.sources) { $0.licence ?? "" }.sorted {
            ($0.key.isEmpty ? 1 : 0, $0.key) < ($1.key.isEmpty ? 1 : 0, $1.key)
        }
        .map { licence, sources in
            let all = sources.flatMap { clips[$0.id] ?? [] }
            let ready = all.filter(\.isReady)
            return Licence(
                licence: licence.isEmpty ? "unknown" : licence, isUnknown: licence.isEmpty,
                sources: Figure.count(sources.count), clips: Figure.count(all.count),
                ready: Figure.count(ready.count), total: Quantity.duration(ready.reduce(0) { $0 + $1.seconds }))
        }
    }
}

/// What went wrong, where, and what to do about it.
struct ReportProblems {
    struct Problem {
        let stage: String
        let reason: String
        let what: String
        let location: String
        let advice: String
    }

    struct Cause {
        let cause: String
        let times: String
    }

    let total: String
    let causes: [Cause]
    let items: [Problem]
    let more: String?

    private static let shown = 100

    init?(_ faults: [(stage: String, fault: Fault)]) {
        guard !faults.isEmpty else { return nil }
        total = Figure.plural(faults.count, "problem", "problems")
        causes = Dictionary(grouping: faults, by: \.fault.reason.rawValue).sorted {
            ($1.value.count, $0.key) < ($0.value.count, $1.key)
        }
        .map { Cause(cause: ReportReason.heading($0.key), times: Figure.count($0.value.count)) }
        items = faults.prefix(Self.shown).map { stage, fault in
            Problem(
                stage: stage, reason: ReportReason.heading(fault.reason.rawValue), what: fault.what,
                location: fault.place,
                advice: fault.advice)
        }
        let rest = faults.count - items.count
        more = rest > 0 ? "\(Figure.count(rest)) more: see 'microcurate status'." : nil
    }
}
