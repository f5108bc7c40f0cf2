import Manifest
import Model

/// All clips in memory, for the gallery's filters. What was decided since it was made is read anew with each question.
actor ClipIndex {
    struct Filter: Sendable, Hashable {
        var state: ClipState?
        var source: SourceID?
        var level: String?
        /// What a reason begins with, as `duplicate_of` goes on with a clip.
        var reason: String?
        var reviewer: String?
    }

    enum Order: String, Sendable, CaseIterable {
        /// By source, then place.
        case source
        /// Those decided on last come first.
        case newest
        /// By id, which mixes sources.
        case mixed
    }

    struct Page: Sendable {
        var clips: [ClipID]
        var total: Int
    }

    /// What there is to filter by.
    struct Choices: Sendable {
        var states: [ClipState: Int]
        var sources: [SourceID]
        var reasons: [String]
        var levels: [String]
        var reviewers: [String]
    }

    private struct Content: Sendable {
        var entries: [ClipEntry]
        var places: [ClipID: Int]
        var spoken: [ClipID: [String]] = [:]
        /// The number of each clip's newest decision.
        var newest: [ClipID: Int] = [:]
        var sequence = 0
        /// As the entries were when they were read whole.
        let choices: Choices

        init(_ entries: [ClipEntry], _ marks: [DecisionMark]) {
            self.entries = entries
            places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.id, $0) })
            choices = Choices(
                states: entries.reduce(into: [:]) { $0[$1.state, default: 0] += 1 },
                sources: Set(entries.map(\.source)).sorted(),
                reasons: Set(entries.compactMap { $0.reason.map(ClipIndex.heading) }).sorted(),
                levels: Set(entries.compactMap(\.level)).sorted(), reviewers: Set(marks.map(\.reviewer)).sorted())
            add(marks)
        }

        mutating func add(_ marks: [DecisionMark]) {
            for mark in marks {
                if spoken[mark.clip]?.contains(mark.reviewer) != true {
                    spoken[mark.clip, default: []].append(mark.reviewer)
                }
                newest[mark.clip] = mark.sequence
                sequence = mark.sequence
            }
        }
    }

    private let manifest: Manifest
    private let cached: CachedFigure<Content>
    private var content: Content?
    private var madeAt: Double?

    init(_ manifest: Manifest) {
        self.manifest = manifest
        cached = CachedFigure(version: { try manifest.decisions.last() }) {
            // Marks first: a decision between the two reads is read once more.
            let marks = try manifest.decisions.marks(after: 0)
            return Content(try manifest.clips.entries(), marks)
        }
    }

    /// - Parameter among: clips found by their captions; nil for all.
    func page(_ filter: Filter, among: Set<ClipID>?, order: Order, offset: Int, limit: Int) async throws -> Page {
        let content = try await upToDate()
        var found = content.entries.filter { entry in
            (filter.state == nil || entry.state == filter.state)
                && (filter.source == nil || entry.source == filter.source)
                && (filter.level == nil || entry.level == filter.level)
                && (filter.reason == nil || entry.reason.map(Self.heading) == filter.reason)
                && (filter.reviewer == nil || content.spoken[entry.id]?.contains(filter.reviewer ?? "") == true)
                && (among == nil || among?.contains(entry.id) == true)
        }.map(\.id)
        switch order {
        case .source: break
        case .newest:
            found = found.map { (content.newest[$0] ?? 0, $0) }.sorted { ($1.0, $0.1) < ($0.0, $1.1) }.map(\.1)
        case .mixed: found.sort()
        }
        return Page(clips: Array(found.dropFirst(offset).prefix(limit)), total: found.count)
    }

    func choices() async throws -> Choices { try await upToDate().choices }

    /// A reason without the clip that it names.
    private static func heading(_ reason: String) -> String {
        reason.hasPrefix("duplicate_of ") ? "duplicate_of" : reason
    }

    private func upToDate() async throws -> Content {
        let snapshot = try await cached.current()
        if snapshot.madeAt != madeAt { (content, madeAt) = (snapshot.value, snapshot.madeAt) }
        let known = content?.sequence ?? 0
        let manifest = manifest
        let (marks, changed) = try await BlockingWork.read {
            let marks = try manifest.decisions.last() > known ? manifest.decisions.marks(after: known) : []
            return (marks, marks.isEmpty ? [] : try manifest.clips.entries(Array(Set(marks.map(\.clip)))))
        }
        // Another question may have taken some of them in meanwhile.
        let newest = content?.sequence ?? 0
        content?.add(marks.filter { $0.sequence > newest })
        for entry in changed { if let place = content?.places[entry.id] { content?.entries[place] = entry } }
        return content ?? snapshot.value
    }
}
