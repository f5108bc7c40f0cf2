import Foundation
import Model

/// The release's `README.md`: what is in it, where it comes from, who vouches for it, how to load it.
struct DatasetCard {
    let description: ReleaseDescription
    let formats: [ReleaseFormat]
    let counts: ReleaseCounts
    let sources: Int

    var text: String {
        let sections = [frontMatter, title, contents, levels, funnel, licences, loading, provenance]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// Read by the Hugging Face hub and by `datasets.load_dataset(DIRECTORY)`.
    private var frontMatter: String {
        var lines = [
            "---",
            "pretty_name: \(JSONNode.text(description.name).line)",
            "license: other",
            "license_name: per-source",
            "license_link: LICENSES.tsv",
            "task_categories:",
            "- text-to-video",
        ]
        if formats.contains(.webdataset) {
            lines += ["configs:", "- config_name: default", "  data_files:"]
            for split in presentSplits { lines += ["  - split: \(split)", "    path: \"\(split)-*.tar\""] }
        }
        return (lines + ["---"]).joined(separator: "\n")
    }

    private var title: String {
        var text = "# \(description.name) \(description.version)"
        if !description.recipe.description.isEmpty { text += "\n\n" + description.recipe.description }
        let unreviewed = counts.unreviewed
        if unreviewed == counts.clips {
            text +=
                "\n\n> **Not reviewed.** No expert has accepted these clips; they passed the automatic filters only."
        } else if unreviewed > 0 {
            text += "\n\n> **Partly reviewed.** \(unreviewed) of \(counts.clips) clips were accepted by no expert"
            text += " (`accepted_by` is `unreviewed`); they passed the automatic filters only."
        } else {
            text += "\n\nEvery clip was accepted by experts."
        }
        return text
    }

    private var contents: String {
        let minutes = Self.fixed(counts.seconds / 60, 1)
        var lines = [
            "## Contents", "",
            "\(counts.clips) clips from \(sources) sources, \(counts.frames) frames, \(minutes) minutes, "
                + "\(Self.fixed(Double(counts.bytes) / 1e6, 1)) MB of video. \(profileSentence)",
            "", "| split | clips |", "|---|---:|",
        ]
        lines += presentSplits.map { "| \($0) | \(counts.splits[$0.rawValue] ?? 0) |" }
        lines += ["", "| caption | clips |", "|---|---:|"]
        lines += counts.captions.sorted { $0.key < $1.key }.map { "| \($0.key) | \($0.value) |" }
        return lines.joined(separator: "\n")
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

    private var levels: String {
        let targets = description.recipe.targets.levels
        let names = description.recipe.labels.level.filter { counts.levels[$0] != nil || targets[$0] != nil }
        let others = counts.levels.keys.filter { !names.contains($0) }.sorted()
        var lines = ["## Levels", "", "| level | clips | share | target |", "|---|---:|---:|---:|"]
        for name in names + others {
            let count = counts.levels[name] ?? 0
            let share = Self.fixed(100 * Double(count) / Double(counts.clips), 1) + " %"
            let target = targets[name].map { Self.fixed($0, 1) + " %" } ?? ""
            lines.append("| \(name.isEmpty ? "(unknown)" : Self.cell(name)) | \(count) | \(share) | \(target) |")
        }
        return lines.joined(separator: "\n")
    }

    private var funnel: String {
        guard !description.funnel.isEmpty else { return "" }
        let targets = description.recipe.targets.funnel
        var lines = ["## Funnel", "", "| step | count | target |", "|---|---:|---:|"]
        for step in description.funnel {
            let target = targets[step.step].map(String.init) ?? ""
            lines.append("| \(Self.cell(step.step)) | \(step.count) | \(target) |")
        }
        return lines.joined(separator: "\n")
    }

    private var licences: String {
        var lines = [
            "## Licences", "",
            "Each clip carries the licence and attribution of its source; `LICENSES.tsv` lists the sources.", "",
            "| licence | clips |", "|---|---:|",
        ]
        for (licence, count) in counts.licences.sorted(by: { $0.key < $1.key }) {
            lines.append("| \(licence.isEmpty ? "**unknown**" : Self.cell(licence)) | \(count) |")
        }
        return lines.joined(separator: "\n")
    }

    private var loading: String {
        var lines = ["## Loading", ""]
        lines.append("`clips.jsonl` describes every clip, one JSON object a line, whatever the format.")
        if formats.contains(.webdataset), let split = presentSplits.first {
            lines += [
                "", "Tar shards, with `webdataset` (each sample has `mp4`, `txt` and `json`):", "",
                "```python", "import glob", "import webdataset", "",
                "shards = sorted(glob.glob(\"\(split)-*.tar\"))",
                "dataset = webdataset.WebDataset(shards, shardshuffle=False)",
                "for sample in dataset:", "    video, caption = sample[\"mp4\"], sample[\"txt\"].decode()", "```",
            ]
        }
        if formats.contains(.microverse) {
            lines += [
                "", "The MicroVerse trainer (DiffSynth-Studio) takes this directory as it is; `metadata.json` holds",
                "the training split alone, the other splits have a file of their own:", "",
                "```sh", "--dataset_base_path . --dataset_metadata_path metadata.json", "```",
            ]
        }
        lines += ["", "`sha256sum -c checksums.sha256` checks every file."]
        return lines.joined(separator: "\n")
    }

    private var provenance: String {
        """
        ## Provenance

        Made with MicroCurator from the recipe `\(description.recipe.name)` \(description.recipe.version) \
        (`recipe.json`), manifest state `\(description.state)`\
        \(description.ledgerHead.isEmpty ? "" : ", ledger head `\(description.ledgerHead)`").
        """
    }

    private var presentSplits: [Split] { Split.allCases.filter { counts.splits[$0.rawValue] != nil } }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }

    /// Text that stays within its table cell.
    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
}
