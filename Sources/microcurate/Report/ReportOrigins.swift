import Foundation
import Model
import Pages
import Pipeline

/// Sources and their licences.
struct ReportSources {
    struct Remark {
        let text: String
        /// The sources that it is about, some of them.
        let titles: String
    }

    let table: Table
    let excerpt: String?
    let licences: Table
    let remarks: [Remark]
    let moreRemarks: String?

    private static let sourcesShown = 200, remarksShown = 50, titlesShown = 3

    init(_ records: ReportRecords) {
        let clips = Dictionary(grouping: records.clips.filter(\.isInUse), by: \.source)
        func count(_ source: ReportSource) -> Int { clips[source.id]?.count ?? 0 }
        let busiest = records.sources.sorted { (count($1), $0.title, $0.id) < (count($0), $1.title, $1.id) }
        let rows = busiest.prefix(Self.sourcesShown).map { Self.row($0, clips[$0.id] ?? []) }
        table = Table("Sources", kind: "dense", Self.columns, rows)
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

    private static let columns: [Table.Column] =
        ["Source", "Kind"]
        + ["Size, px", "Frames", "Playing time, s", "Interval, s", "Pixel, µm"].map(Table.Column.number) + ["Licence"]
        + ["Clips in use", "Rejected", "Duplicate", "Ready", "Accepted", "Other"].map(Table.Column.number)

    private static func row(_ source: ReportSource, _ clips: [ReportClip]) -> [Table.Cell] {
        let counts = [ClipState.rejected, .duplicate, .ready, .accepted].map { state in
            clips.count { $0.state == state }
        }
        let others = clips.count - counts.reduce(0, +)
        return [
            .head(
                source.title, note: [source.file, source.attribution].compactMap(\.self).joined(separator: " · "),
                address: source.url),
            .text(source.kind), .measured(Figure.size(source.width, source.height)),
            .measured(source.frames.map { Figure.count($0) }),
            .measured(source.seconds.map { Figure.decimal($0, 2) }), .measured(source.interval.map(Figure.short)),
            .measured(source.pixelSize.map(Figure.short)), .known(source.licence), .number(Figure.count(clips.count)),
        ] + counts.map { .number(Figure.count($0)) } + [.number(Figure.count(others), isSoft: true)]
    }

    private static func licences(_ records: ReportRecords, _ clips: [String: [ReportClip]]) -> Table {
        let groups = Dictionary(grouping: records.sources) { $0.licence ?? "" }.sorted {
            ($0.key.isEmpty ? 1 : 0, $0.key) < ($1.key.isEmpty ? 1 : 0, $1.key)
        }
        return Table(
            "Licences", kind: "plain",
            ["Licence"]
                + ["Sources", "Clips in use", "Through the pipeline", "Playing time of these"]
                .map(Table.Column.number),
            groups.map { licence, sources in
                let all = sources.flatMap { clips[$0.id] ?? [] }
                let ready = all.filter(\.isReady)
                return [
                    .head(licence.isEmpty ? Figure.unknown : licence), .number(Figure.count(sources.count)),
                    .number(Figure.count(all.count)), .number(Figure.count(ready.count)),
                    .number(Quantity.duration(ready.reduce(0) { $0 + $1.seconds })),
                ]
            })
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
        total = Figure.plural(faults.count, "problem")
        causes = Dictionary(grouping: faults, by: \.fault.reason.rawValue).sorted {
            ($1.value.count, $0.key) < ($0.value.count, $1.key)
        }
        .map { Cause(cause: Words.heading($0.key), times: Figure.count($0.value.count)) }
        items = faults.prefix(Self.shown).map { stage, fault in
            Problem(
                stage: stage, reason: Words.heading(fault.reason.rawValue), what: fault.what,
                location: fault.place,
                advice: fault.advice)
        }
        let rest = faults.count - items.count
        more = rest > 0 ? "\(Figure.count(rest)) more: see 'microcurate status'." : nil
    }
}
