import Model

/// The YAML at the top of the dataset card: read by the Hugging Face hub and by `datasets.load_dataset(DIRECTORY)`.
struct FrontMatter {
    let description: ReleaseDescription
    let layouts: [Layout]
    let counts: ReleaseCounts

    /// The files that `datasets.load_dataset(DIRECTORY)` takes for a split: those of the first layout that is for it, as
    /// it reads all configurations of a directory with one loader.
    private func dataFiles(of split: Split) -> [String] {
        layouts.lazy.map { $0.dataFiles(split) }.first { !$0.isEmpty } ?? []
    }

    var text: String {
        var lines = ["---", "pretty_name: \(JSONNode.text(description.name).line)"] + license
        lines += ["task_categories:", "- text-to-video", "size_categories:", "- \(sizeCategory)"]
        lines += ["tags:", "- microscopy", "- biology", "- video"]
        let files = counts.presentSplits.map { ($0, dataFiles(of: $0)) }.filter { !$0.1.isEmpty }
        if !files.isEmpty { lines += ["configs:", "- config_name: default", "  data_files:"] }
        for (split, paths) in files {
            let quoted = paths.map { "\"\($0)\"" }.joined(separator: ", ")
            lines += ["  - split: \(split)", "    path: \(paths.count == 1 ? quoted : "[\(quoted)]")"]
        }
        return (lines + ["---"]).joined(separator: "\n")
    }

    /// The hub's own names of licences, where the dataset's or all its clips' have one.
    private var license: [String] {
        let texts = description.about.licence.isEmpty ? counts.licences.keys.sorted() : [description.about.licence]
        let names = texts.map { Licence($0).spdx.flatMap { Self.licences[$0.lowercased()] } }
        let known = Set(names.compactMap(\.self)).sorted()
        if names.allSatisfy({ $0 != nil }), !known.isEmpty {
            return known.count == 1 ? ["license: \(known[0])"] : ["license:"] + known.map { "- \($0)" }
        }
        return ["license: other", "license_name: per-source", "license_link: \(LicenceTable.name)"]
    }

    /// The hub's names by SPDX identifier in lower case.
    private static let licences: [String: String] = {
        let same = [
            "0bsd", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0",
            "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0",
            "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0",
            "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0", "etalab-2.0", "isc", "mit", "unlicense",
        ]
        var names = Dictionary(uniqueKeysWithValues: same.map { ($0, $0) })
        names["odbl-1.0"] = "odbl"
        names["odc-by-1.0"] = "odc-by"
        names["pddl-1.0"] = "pddl"
        return names
    }()

    private var sizeCategory: String {
        let limits = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")]
        return limits.first { counts.clips < $0.0 }?.1 ?? "1M<n<10M"
    }
}

extension ReleaseCounts {
    /// Those that hold clips.
    var presentSplits: [Split] { Split.allCases.filter { splits[$0.rawValue] != nil } }
}
