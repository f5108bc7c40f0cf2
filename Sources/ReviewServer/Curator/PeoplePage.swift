import Manifest
import Model
import Pages
import Review
import ReviewDesk

/// People and what they did, as `GET /api/curator/people` gives them.
struct PeopleList: Encodable, Sendable {
    struct Row: Encodable, Sendable {
        let name: String
        /// nil for who decided, by import perhaps, and was never invited.
        @Nullable var role: Person.Role?
        @Nullable var barredAt: String?
        @Nullable var lastSeen: String?
        /// A clip of theirs is on a screen just now.
        let isHere: Bool
        @Nullable var record: ReviewStatistics.Reviewer?
    }

    let people: [Row]
    let madeAt: String
}

extension ReviewServer {
    func people() async throws -> PeopleList {
        let said = try await figures.said.current()
        let here = Set(await queue.holders(now: Moment.now()).map(\.lease.reviewer))
        let manifest = manifest
        let (people, seen) = try await BlockingWork.read { (try manifest.people.all(), try manifest.people.lastSeen()) }
        let records = Dictionary(said.value.statistics.reviewers.map { ($0.reviewer, $0) }) { first, _ in first }
        let known = Dictionary(people.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(known.keys).union(records.keys).sorted()
        return PeopleList(
            people: names.map { name in
                .init(
                    name: name, role: known[name]?.role, barredAt: known[name]?.barredAt, lastSeen: seen[name],
                    isHere: here.contains(name), record: records[name])
            }, madeAt: Moment.text(said.madeAt))
    }
}

/// The page of people.
struct PeopleView {
    struct Row {
        let name: String
        let role: String
        let isSelf: Bool
        let isKnown: Bool
        let isCurator: Bool
        let isBarred: Bool
        let isHere: Bool
        let lastSeen: String?
        let clips: String
        let address: String
        let pace: String?
        let median: String?
        let acceptRate: String?
        let agreement: String?
        let gold: String?
        let goldClips: String?
        let drift: DriftView?
    }

    let people: [Row]
    let madeAt: String

    init(_ list: PeopleList, viewer: String) {
        madeAt = list.madeAt
        people = list.people.map { person in
            let record = person.record
            return Row(
                name: person.name, role: person.role?.rawValue ?? "never invited", isSelf: person.name == viewer,
                isKnown: person.role != nil, isCurator: person.role == .curator, isBarred: person.barredAt != nil,
                isHere: person.isHere, lastSeen: person.lastSeen, clips: Figure.count(record?.clips ?? 0),
                address: "/curator/clips?reviewer=\(Query.escape(person.name))&sort=newest",
                pace: record?.clipsPerHour.map { Figure.count(Int($0.rounded())) },
                median: record?.medianSeconds.map { Figure.seconds($0) },
                acceptRate: record?.acceptRate.map { Figure.percent($0) },
                agreement: record?.agreement.map { Figure.percent($0) },
                gold: record?.gold.accuracy.map { Figure.percent($0) },
                goldClips: record.flatMap { $0.gold.clips > 0 ? "of \($0.gold.clips)" : nil },
                drift: record.flatMap { $0.drift.isEmpty ? nil : DriftView($0) })
        }
    }
}
