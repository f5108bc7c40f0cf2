import Manifest
import Model
import Pages

/// Near-duplicates, as `GET /api/curator/duplicates` gives them.
struct DuplicateList: Encodable, Sendable {
    let total: Int
    let page: Int
    let pages: Int
    let groups: [[DuplicateRecord]]
    let apart: [SeparatedPair]
}

extension ReviewServer {
    static let groupsPerPage = 12

    func duplicates(_ query: Query) async throws -> DuplicateList {
        let manifest = manifest
        return try await BlockingWork.read {
            let total = try manifest.duplicates.groupCount()
            return DuplicateList(
                total: total, page: query.page, pages: max(1, (total + Self.groupsPerPage - 1) / Self.groupsPerPage),
                groups: try manifest.duplicates.groups(
                    offset: (query.page - 1) * Self.groupsPerPage, limit: Self.groupsPerPage),
                apart: try manifest.duplicates.separatedPairs())
        }
    }
}

/// The page of duplicate groups.
struct DuplicatesView {
    struct Member {
        let card: CardView
        let isRepresentative: Bool
        let likeness: String
        let compare: String
        let first: String
        let second: String
        let isApart: Bool
    }

    struct Group {
        let name: String
        let members: [Member]
    }

    struct Pair {
        let first: CardView
        let second: CardView
        let saidBy: String
        let saidAt: String
        let compare: String
    }

    let total: String
    let isEmpty: Bool
    let groups: [Group]
    let pairs: [Pair]
    let hasPairs: Bool
    let turns: Pagination?

    /// Pairs kept apart that are shown.
    static let mostPairs = 100

    init(_ list: DuplicateList, cards: [ClipCard], _ query: Query) {
        let byID = Dictionary(cards.map { ($0.clipId, CardView($0)) }) { first, _ in first }
        let apart = Set(list.apart.map { [$0.clipId, $0.otherId] })
        total = Figure.plural(list.total, "group")
        isEmpty = list.groups.isEmpty
        groups = list.groups.map { group in
            Group(
                name: group[0].group,
                members: group.compactMap { member in
                    byID[member.clip].map { Self.member(member, $0, apart) }
                })
        }
        pairs = list.apart.prefix(Self.mostPairs).compactMap { pair in
            guard let first = byID[pair.clipId], let second = byID[pair.otherId] else { return nil }
            return Pair(
                first: first, second: second, saidBy: pair.saidBy, saidAt: pair.saidAt,
                compare: "/curator/compare?a=\(pair.clipId)&b=\(pair.otherId)")
        }
        hasPairs = !pairs.isEmpty
        turns = Pagination(list.page, of: list.pages, query, "/curator/duplicates")
    }

    private static func member(_ member: DuplicateRecord, _ card: CardView, _ apart: Set<[ClipID]>) -> Member {
        Member(
            card: card, isRepresentative: member.clip == member.representative, likeness: likeness(member.distance),
            compare: "/curator/compare?a=\(member.representative)&b=\(member.clip)",
            first: member.representative.rawValue, second: member.clip.rawValue,
            isApart: apart.contains([member.clip, member.representative].sorted()))
    }

    /// A distance in words.
    static func likeness(_ distance: Double?) -> String {
        distance.map { "pictures differ in \(Figure.decimal($0, 1)) of 256 bits" }
            ?? "joined by overlap, or by way of another clip"
    }
}

/// Two clips side by side.
struct CompareView {
    let films: [CardView]
    let a: String
    let b: String
    let isApart: Bool
    let isGroup: Bool
    let likeness: String?
    let other: String

    /// - Parameter group: of the first clip.
    init(_ cards: [ClipCard], group: [DuplicateRecord], isApart: Bool) {
        let members = Dictionary(group.map { ($0.clip, $0) }) { first, _ in first }
        films = cards.map { card in
            var view = CardView(card)
            view.offset = Figure.coordinate(members[card.clipId]?.offsetSeconds ?? 0)
            return view
        }
        (a, b) = (cards[0].clipId.rawValue, cards[1].clipId.rawValue)
        self.isApart = isApart
        isGroup = members[cards[1].clipId] != nil && !isApart
        let distances = cards.compactMap { members[$0.clipId]?.distance }
        likeness = distances.isEmpty ? nil : DuplicatesView.likeness(distances.max())
        other = "/curator/compare?a=\(b)&b=\(a)"
    }
}
