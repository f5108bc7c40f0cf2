import Actions
import Model
import Pages
import Pipeline

/// What `tune` says on a terminal.
enum TuningText {
    /// Clips listed of each kind of change.
    private static let listed = 12
    private static let width = 40

    /// - Parameter names: of sources, for people.
    static func text(of tuning: Tuning, names: [SourceID: String], applied: Bool) -> String {
        let changes = tuning.changes.map {
            $0.before == $0.after
                ? "\($0.key) is \($0.before) already: nothing changes" : "\($0.key): \($0.before) -> \($0.after)"
        }
        var parts = [changes.joined(separator: "\n"), funnel(of: tuning)]
        parts += tuning.histograms.map(histogram)
        for change in TunedClip.Change.allCases {
            let clips = tuning.flips.filter { $0.change == change && $0.decided == nil }
            if !clips.isEmpty {
                parts.append(list("\(Figure.plural(clips.count, "clip")) \(change.words)", clips, names))
            }
        }
        let kept = tuning.flips.filter { $0.decided != nil }
        if !kept.isEmpty {
            let clips = Figure.plural(kept.count, "decided clip")
            parts.append(list("\(clips) would change, and will not: experts outrank the recipe", kept, names))
        }
        parts.append(closing(tuning, applied: applied))
        return parts.joined(separator: "\n\n").replacing("\u{A0}", with: " ")
    }

    /// What a run would do after the change.
    static func pending(_ tuning: Tuning) -> String {
        guard tuning.proposing + tuning.filtering > 0 else { return "'run' finds nothing new to do up to the filters" }
        let sources = Figure.count(max(tuning.proposing, tuning.filtering))
        let work = tuning.proposing > 0 ? "proposes and filters" : "filters"
        return "'run' \(work) \(sources) sources again, decoding nothing, and cuts what newly passes"
    }

    private static func closing(_ tuning: Tuning, applied: Bool) -> String {
        var lines: [String] = []
        if tuning.unscanned > 0 {
            lines.append("\(tuning.unscanned) sources are not scanned yet; nothing is said of them")
        }
        if !applied { lines.append("nothing is applied; with --apply, \(pending(tuning))") }
        return lines.joined(separator: "\n")
    }

    private static func funnel(of tuning: Tuning) -> String {
        let (before, after) = (tuning.before, tuning.after)
        func row(_ name: String, _ old: Int, _ new: Int) -> [String] {
            [name, "\(old)", "\(new)", old == new ? "" : "\(new > old ? "+" : "")\(new - old)"]
        }
        let reasons = Set(before.rejected.keys).union(after.rejected.keys).sorted()
        return Terminal.table(
            ["", "now", "then", ""],
            [
                row("shots", before.shots, after.shots), row("proposed", before.proposed, after.proposed),
                row("passed", before.passed, after.passed),
            ] + reasons.map { row("rejected: \($0)", before.rejected[$0] ?? 0, after.rejected[$0] ?? 0) })
    }

    private static func histogram(_ histogram: TuningHistogram) -> String {
        let used = histogram.bins.indices.filter { i in
            let bin = histogram.bins[i]
            let isMarked = [histogram.before, histogram.after].contains { $0.map { bin.holds($0) } ?? false }
            return bin.before + bin.after > 0 || isMarked
        }
        guard let first = used.first, let last = used.last else { return "\(histogram.of): nothing is measured yet" }
        let most = max(1, histogram.bins.map { max($0.before, $0.after) }.max() ?? 1)
        let rows = histogram.bins[first...last].map { bin in
            let marks = [(histogram.before, "now"), (histogram.after, "then")].compactMap { line, word in
                line.flatMap { bin.holds($0) ? "<- \(word) \(Figure.short($0))" : nil }
            }
            let filled = bin.after == 0 ? 0 : max(1, bin.after * width / most)
            let bar = String(repeating: "█", count: filled) + String(repeating: " ", count: width - filled)
            return [
                "  " + Figure.short(bin.from), Figure.short(bin.to), bar, "\(bin.before)", "\(bin.after)",
                marks.joined(separator: " "),
            ]
        }
        let title = "\(histogram.of) (\(histogram.unit)) of \(histogram.counted)"
        let missing = histogram.unmeasured > 0 ? "\n  \(histogram.unmeasured) without a value" : ""
        return title + "\n" + Terminal.table(["  from", "to", "", "now", "then", ""], rows) + missing
    }

    private static func list(_ heading: String, _ clips: [TunedClip], _ names: [SourceID: String]) -> String {
        let rows = clips.prefix(listed).map { clip in
            let span = [clip.span.ticks.start, clip.span.ticks.end].map {
                Figure.decimal(clip.timeBase.seconds($0), 2)
            }
            let verdict = clip.verdict.map { verdict in
                "\(verdict.reason) " + (verdict.value.map { "\(Figure.short($0)) / " } ?? "")
                    + Figure.short(verdict.threshold)
            }
            let stay = clip.decided.map { "\($0.rawValue), would be \(clip.after?.word ?? "gone")" }
            let cells = ["  " + clip.id.rawValue, names[clip.source] ?? "", "\(span[0])-\(span[1]) s", verdict ?? ""]
            return cells + [stay ?? ""]
        }
        let more = clips.count > listed ? "\n  and \(clips.count - listed) more: --json and -o name them" : ""
        return heading + "\n" + Terminal.table([], Array(rows)) + more
    }
}

extension TuningHistogram.Bin {
    /// Whether a threshold stands in this bin.
    func holds(_ value: Double) -> Bool { from <= value && value < to }
}
