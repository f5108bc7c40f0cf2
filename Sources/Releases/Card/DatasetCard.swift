import Model

/// The release's `README.md`: what is in it, where it comes from, who vouches for it, what it lacks, how to load it.
struct DatasetCard {
    let description: ReleaseDescription
    let layouts: [Layout]
    let counts: ReleaseCounts
    let preflight: PreflightSummary
    let gaps: ReleaseGaps

    private typealias Text = DatasetCardText

    var text: String {
        let frontMatter = FrontMatter(description: description, layouts: layouts, counts: counts).text
        let sections = [
            ("Contents", contents), ("Levels", levels), ("Funnel", funnel), ("Review", review), ("Licences", licences),
            ("Trainers", trainers), ("Withheld", withheld), ("Known gaps", knownGaps), ("Loading", loading),
            ("Citation", citation), ("Takedown", takedown), ("Provenance", provenance),
        ]
        return ([frontMatter, title] + sections.filter { !$0.1.isEmpty }.map { "## \($0.0)\n\n\($0.1)" })
            .joined(separator: "\n\n") + "\n"
    }

    private var title: String {
        var parts = ["# \(Text.plain("\(description.name) \(description.version)"))"]
        if !description.recipe.description.isEmpty { parts.append(description.recipe.description) }
        return (parts + warnings).joined(separator: "\n\n")
    }

    private var warnings: [String] {
        var warnings: [String] = []
        let unreviewed = counts.unreviewed
        if unreviewed == counts.clips {
            warnings.append(
                "> **Not reviewed.** No expert has accepted these clips; they passed the automatic filters only.")
        } else if unreviewed > 0 {
            warnings.append(
                "> **Partly reviewed.** \(unreviewed) of \(counts.clips) clips were accepted by no expert "
                    + "(`accepted_by` is `unreviewed`); they passed the automatic filters only.")
        } else {
            warnings.append("Every clip was accepted by experts.")
        }
        if counts.forbiddenLicences > 0 {
            warnings.append(
                "> **Not to be passed on.** The licences of \(Text.count(counts.forbiddenLicences, "clip")) forbid it: "
                    + "they reserve all rights or allow no derivatives.")
        }
        if counts.unknownLicences > 0 {
            warnings.append(
                "> **Unknown licences.** Whether \(Text.count(counts.unknownLicences, "clip")) may be passed on is "
                    + "unknown. Ask the owners that `\(LicenceTable.name)` names first.")
        }
        return warnings
    }

    // MARK: What is in it

    private var contents: String {
        let target = description.recipe.targets.clips.map { " of \($0) aimed at" } ?? ""
        let minutes = Text.fixed(counts.seconds / 60, 1)
        let size = Text.fixed(Double(counts.bytes) / 1e6, 1)
        let sentence =
            "\(Text.count(counts.clips, "clip"))\(target), from \(Text.count(gaps.sources.count, "source")): "
            + "\(counts.frames) frames, \(minutes) minutes, \(size) MB of video. \(profileSentence)"
        let captions = counts.captions.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return [
            sentence, splitTable,
            "\(splitSentence) Captions: \(captions.joined(separator: ", ")).",
        ].joined(separator: "\n\n")
    }

    private var profileSentence: String {
        let profile = description.profile
        var parts: [String] = []
        if let width = profile.width, let height = profile.height { parts.append("\(width)x\(height)") }
        if let rate = profile.rate { parts.append("\(JSONNode.decimal(rate.double)) frames a second") }
        if let frames = profile.frames { parts.append("\(frames) frames in a full clip") }
        let details = parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
        return "Profile `\(profile.name)`\(details)."
    }

    private var splitTable: String {
        let rows = counts.presentSplits.map { split in
            let clips = counts.splits[split.rawValue] ?? 0
            let levels = levelNames.map { "\(counts.splitLevels[split.rawValue]?[$0] ?? 0)" }
            return [split.rawValue, "\(clips)", Text.percent(clips, of: counts.clips)] + levels
        }
        return DatasetCardTable(
            head: ["split", "clips:", "share:"] + levelNames.map { Text.name($0) + ":" }, rows: rows
        ).text
    }

    private var splitSentence: String {
        let export = description.recipe.export
        func asked(_ share: Double) -> String { "\(JSONNode.decimal((share * 1000).rounded() / 10)) %" }
        return "Sources, their series and duplicate groups never cross splits; the shares are therefore approximate "
            + "(asked for: \(asked(export.validation)) validation, \(asked(export.test)) test)."
    }

    /// The recipe's levels in their order, then others.
    private var levelNames: [String] {
        let targets = description.recipe.targets.levels
        let names = description.recipe.labels.level.filter { counts.levels[$0] != nil || targets[$0] != nil }
        return names + Set(counts.levels.keys).union(targets.keys).subtracting(names).sorted()
    }

    private var levels: String {
        let targets = description.recipe.targets.levels
        var table = DatasetCardTable("level", "clips:", "share:", "target:", "difference, points:")
        for level in levelNames {
            let count = counts.levels[level] ?? 0
            let share = 100 * Double(count) / Double(max(1, counts.clips))
            let target = targets[level].map { Text.fixed($0, 1) + " %" } ?? ""
            let difference = targets[level].map { Self.signed(share - $0) } ?? ""
            table.rows.append([Text.name(level), "\(count)", Text.percent(count, of: counts.clips), target, difference])
        }
        return table.text
    }

    /// One decimal, `+` before a rise, `0.0` without a sign.
    private static func signed(_ value: Double) -> String {
        let text = Text.fixed(abs(value), 1)
        return text == "0.0" ? text : (value < 0 ? "-" : "+") + text
    }

    // MARK: How it came to be

    private var funnel: String {
        let targets = description.recipe.targets.funnel
        let steps = description.funnel.map(\.step)
        let rows =
            description.funnel.map { step in
                let target = targets[step.step]
                return [
                    Text.plain(step.step), "\(step.count)", target.map(String.init) ?? "",
                    target.map { Text.percent(step.count, of: $0) } ?? "",
                ]
            }
            + targets.filter { !steps.contains($0.key) }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { [Text.plain($0.key), "", "\($0.value)", ""] }
        return rows.isEmpty ? "" : DatasetCardTable("step", "count:", "target:", "reached:", rows: rows).text
    }

    private var review: String {
        guard let agreement = description.agreement else { return "" }
        let rows = agreement.measures.map { measure in
            let interval = measure.interval.map { "\(Text.fixed($0.lowerBound, 2)) to \(Text.fixed($0.upperBound, 2))" }
            return [
                Text.plain(measure.name), measure.value.map { Text.fixed($0, 2) } ?? "undefined", interval ?? "",
                "\(measure.clips)",
            ]
        }
        let sentence =
            "\(Text.count(agreement.decisions, "decision")) of \(Text.count(agreement.reviewers, "reviewer")) are in "
            + "force; \(description.recipe.review.quorum) must agree on a clip. How far they agree (1 is perfect, 0 is "
            + "chance):"
        let table = DatasetCardTable("measure", "value:", "95 % interval:", "clips:", rows: rows).text
        return rows.isEmpty ? sentence : sentence + "\n\n" + table
    }

    private var licences: String {
        let rows = counts.licences.sorted { $0.key < $1.key }.map { text, clips in
            let licence = Licence(text)
            let name = text.isEmpty ? "**unknown**" : Text.plain(text)
            let answers = [licence.redistributable, licence.commercial, licence.attribution, licence.shareAlike]
            return [name, "\(clips)"] + answers.map(\.rawValue)
        }
        let table = DatasetCardTable(
            "licence", "clips:", "may be passed on", "commercial use", "name the author", "share alike", rows: rows)
        let whole = description.about.licence
        return (whole.isEmpty ? "" : "The dataset as a whole: \(Text.plain(whole)). ")
            + "Each clip carries the licence and attribution of its source; `\(LicenceTable.name)` lists them.\n\n"
            + table.text
    }

    private var trainers: String {
        guard !preflight.trainers.isEmpty else { return "" }
        let rows = preflight.trainers.map { of in
            [of.trainer, "\(of.whole)", "\(of.shortened)", "\(of.dropped)"]
        }
        return "What each trainer takes by its own rule for frames:\n\n"
            + DatasetCardTable("trainer", "whole:", "shortened:", "dropped:", rows: rows).text
    }

    private var withheld: String {
        let reasons = WithheldClip.Reason.allCases.compactMap { reason -> [String]? in
            let clips = description.withheld.count { $0.reason == reason }
            return clips == 0 ? nil : ["`\(reason.rawValue)`", "\(clips)"]
        }
        guard !reasons.isEmpty else { return "" }
        return "`withheld.jsonl` names each of them.\n\n" + DatasetCardTable("reason", "clips:", rows: reasons).text
    }

    private var knownGaps: String {
        let sentences = gaps.sentences(description, counts)
        return sentences.map { "- \($0)" }.joined(separator: "\n")
    }

    // MARK: How to use it

    /// How to load each layout: shell and Python to be run within the release.
    private var loading: String {
        let split = counts.presentSplits.first ?? .train
        return """
            `\(ReleasePath.clips)` describes every clip, one JSON object a line, whatever the format.

            \(layouts.map { $0.loading(split) }.joined(separator: "\n\n"))

            `croissant.json` describes all of it for tools, `sha256sum -c checksums.sha256` checks every file:

            ```python
            import mlcroissant
            for clip in mlcroissant.Dataset("croissant.json").records("clips"):
                print(clip["clips/clip_id"], clip["clips/caption"])
            ```
            """
    }

    private var citation: String {
        let about = description.about
        let text = description.citation
        let fence = text.contains("```") ? "~~~~" : "```"
        return (about.creator.isEmpty ? "" : "By \(Text.plain(about.creator)). ")
            + "Name the sources as their licences ask (`\(LicenceTable.name)`).\n\n\(fence)bibtex\n\(text)\n\(fence)"
    }

    private var takedown: String {
        let contact = description.about.contact
        guard !contact.isEmpty else { return "" }
        return
            "To have footage removed, write to \(Text.plain(contact)) with its `clip_id` or `source_id`. It is left "
            + "out of all later versions."
    }

    private var provenance: String {
        let ledger = description.ledgerHead.isEmpty ? "" : ", ledger head `\(description.ledgerHead)`"
        return "Made with MicroCurator from the recipe `\(description.recipe.name)` \(description.recipe.version) "
            + "(`recipe.json`), manifest state `\(description.state)`\(ledger). `provenance.jsonl` tells where each "
            + "caption comes from, and what experts decided; they are `reviewer-N`, never named."
    }
}
