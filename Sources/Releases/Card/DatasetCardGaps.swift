import Model

/// What a release lacks, in words.
extension ReleaseGaps {
    /// A sentence each.
    func sentences(_ description: ReleaseDescription, _ counts: ReleaseCounts) -> [String] {
        typealias Text = DatasetCardText
        var sentences: [String] = []
        let targets = description.recipe.targets
        for (level, target) in targets.levels.sorted(by: { $0.key < $1.key }) {
            let share = 100 * Double(counts.levels[level] ?? 0) / Double(max(1, counts.clips))
            guard target - share > Self.points else { continue }
            sentences.append(
                "The level \(Text.plain(level)) is \(Text.fixed(target - share, 1)) points under its target.")
        }
        if let target = targets.clips, counts.clips < target {
            sentences.append("It is \(Text.count(target - counts.clips, "clip")) short of the \(target) aimed at.")
        }
        func lacking(_ count: Int, _ what: String) {
            guard count > 0 else { return }
            sentences.append("\(Text.count(count, "clip")) (\(Text.percent(count, of: counts.clips))) \(what).")
        }
        lacking(counts.unreviewed, "accepted by no expert")
        lacking(counts.levels[""] ?? 0, "without a level")
        lacking(withoutCaption, "without a caption")
        lacking(counts.unknownLicences, "of unknown licence")
        lacking(withoutPixelSize, "of unknown pixel size")
        lacking(withoutInterval, "of unknown real time between frames")
        let missing = Split.allCases.filter { counts.splits[$0.rawValue] == nil }.map(\.rawValue)
        if !missing.isEmpty { sentences.append("No clip is in \(missing.joined(separator: " or in ")).") }
        let large = sources.filter { sources.count > 1 && $0.value.clips * 100 > counts.clips * Self.share }
            .sorted { ($1.value.clips, $0.key) < ($0.value.clips, $1.key) }
        for (id, source) in large.prefix(Self.named) {
            let name = source.title.isEmpty ? id.rawValue : Text.plain(source.title)
            sentences.append("\(Text.percent(source.clips, of: counts.clips)) of the clips are of one source, \(name).")
        }
        if large.count > Self.named {
            sentences.append(
                "\(large.count - Self.named) more sources hold more than \(Self.share) % of the clips each.")
        }
        return sentences
    }

    /// Points of a level's share under its target that are told.
    private static let points = 5.0
    /// Percent of the clips from which on a single source is told.
    private static let share = 10
    /// Large sources that are named.
    private static let named = 3
}

extension ReleaseCounts {
    /// Clips of which it is unknown whether they may be passed on.
    var unknownLicences: Int { clips(redistributable: .unknown) }

    /// Clips whose licence forbids passing them on.
    var forbiddenLicences: Int { clips(redistributable: .no) }

    private func clips(redistributable answer: Licence.Answer) -> Int {
        licences.reduce(0) { $0 + (Licence($1.key).redistributable == answer ? $1.value : 0) }
    }
}
