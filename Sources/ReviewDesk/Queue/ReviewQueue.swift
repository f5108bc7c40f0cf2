import Manifest
package import Model
package import Review

/// The clips that want an expert, in order, and who looks at which. One value serves all reviewers.
package actor ReviewQueue {
    typealias Entry = QueueSnapshot.Entry

    private let recipe: Recipe.Review
    private var entries: [Entry] = []
    private var places: [ClipID: Int] = [:]
    /// Clips that one reviewer may hold by asking for them.
    private static let mostHeld = 32
    /// Clips that became urgent after the order was made: ties, those sent back, those whose answer was taken back.
    private var urgent: [ClipID] = []
    private var gold: [ClipID: ClipVoices] = [:]
    private var leases: Leases
    private var skipped: [String: Set<ClipID>] = [:]
    /// No entry before it wants the reviewer.
    private var cursors: [String: Int] = [:]
    /// Entries that want somebody, and of these the ones that each reviewer has spoken on.
    private var open = 0
    private var spoken: [String: Int] = [:]
    private var answered: [String: Int] = [:]
    /// Clips given to a reviewer since their last one of known answer.
    private var sinceGold: [String: Int] = [:]
    private var dropped: Double = 0
    /// What was said while the manifest was being read anew.
    private var unread: [ClipID: (SourceID, ClipVoices)]?
    /// The newest decision when each clip was last noted.
    private var noted: [ClipID: Int] = [:]

    package init(recipe: Recipe.Review, leaseSeconds: Double) {
        self.recipe = recipe
        leases = Leases(seconds: leaseSeconds)
    }

    /// Before the manifest is read for `reload`: what is said from now on is remembered beside it.
    package func prepareReload() { unread = [:] }

    /// Takes over what the manifest says; leases and skips stay.
    package func reload(_ snapshot: QueueSnapshot) {
        entries = snapshot.entries
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.clip, $0) })
        gold = snapshot.gold
        (urgent, cursors, open, spoken, answered) = ([], [:], 0, [:], [:])
        for entry in entries { count(entry.wanted, 1) }
        for (clip, (source, voices)) in (unread ?? [:]).sorted(by: { $0.key < $1.key }) {
            note(voices, of: clip, source)
        }
        unread = nil
    }

    private func count(_ wanted: Wanted, _ sign: Int) {
        guard wanted.voices > 0 else { return }
        open += sign
        for reviewer in wanted.spoken { spoken[reviewer, default: 0] += sign }
    }

    /// What a reviewer's page asks for.
    package struct Request: Sendable {
        /// Clips to give, at most.
        var count: Int
        /// Clips that the page has, the one on screen first; their leases are prolonged.
        var have: [ClipID]
        /// This one first.
        var first: ClipID?

        package init(count: Int, have: [ClipID] = [], first: ClipID? = nil) {
            self.count = count
            self.have = have
            self.first = first
        }
    }

    /// What a reviewer gets.
    package struct Leased: Sendable {
        package var clips: [ClipID]
        /// Clips that want this reviewer, also those that others look at now.
        package var left: Int
    }

    /// Gives clips to a reviewer and leases them. Clips that nobody looks at go first, then those that want more voices
    /// than have holders, then those that somebody holds in reserve only.
    package func give(_ request: Request, to reviewer: String, now: Double) -> Leased {
        if now > dropped + 10 {
            leases.dropExpired(now: now)
            dropped = now
        }
        var taken = Set(request.have)
        var clips: [ClipID] = []
        func take(_ clip: ClipID) {
            guard taken.insert(clip).inserted else { return }
            leases.grant(clip, to: reviewer, isCurrent: request.have.isEmpty && clips.isEmpty, now: now)
            clips.append(clip)
        }
        for (index, clip) in request.have.enumerated()
        where mayHold(clip, reviewer) && isFree(clip, for: reviewer, .reserve, now: now) {
            leases.grant(clip, to: reviewer, isCurrent: index == 0, now: now)
        }
        if let first = request.first { take(first) }
        if clips.count < request.count, let clip = dueGold(reviewer, besides: taken) { take(clip) }
        for availability in [Availability.untouched, .wanted, .reserve] where clips.count < request.count {
            for clip in candidates(
                for: reviewer, besides: taken, availability, limit: request.count - clips.count, now: now)
            {
                take(clip)
            }
        }
        sinceGold[reviewer, default: 0] += clips.count
        return Leased(clips: clips, left: open - (spoken[reviewer] ?? 0))
    }

    /// How easily a clip is had.
    private enum Availability {
        /// Nobody looks at it.
        case untouched
        /// It wants more voices than it has holders.
        case wanted
        /// Others hold it in reserve only.
        case reserve
    }

    /// Not what the reviewer has answered: nobody else could have it in the meantime.
    private func mayHold(_ clip: ClipID, _ reviewer: String) -> Bool {
        places[clip].map { !entries[$0].wanted.spoken.contains(reviewer) } ?? true
    }

    private func isFree(_ clip: ClipID, for reviewer: String, _ availability: Availability, now: Double) -> Bool {
        let others = leases.holders(of: clip, now: now).filter { $0.reviewer != reviewer }
        guard let wanted = places[clip].map({ entries[$0].wanted }) else { return others.isEmpty }
        return switch availability {
        case .untouched: others.isEmpty
        case .wanted: others.count < wanted.voices
        case .reserve: others.count { $0.isCurrent } < wanted.voices
        }
    }

    private func candidates(
        for reviewer: String, besides taken: Set<ClipID>, _ availability: Availability, limit: Int, now: Double
    ) -> [ClipID] {
        var found: [ClipID] = []
        var later: [ClipID] = []
        let skips = skipped[reviewer] ?? []
        func consider(_ entry: Entry) {
            guard entry.wanted.wants(reviewer), !taken.contains(entry.clip), !found.contains(entry.clip),
                isFree(entry.clip, for: reviewer, availability, now: now)
            else { return }
            if skips.contains(entry.clip) { later.append(entry.clip) } else { found.append(entry.clip) }
        }
        for clip in urgent where found.count < limit { if let place = places[clip] { consider(entries[place]) } }
        var place = cursors[reviewer] ?? 0
        while place < entries.count, !entries[place].wanted.wants(reviewer) { place += 1 }
        cursors[reviewer] = place
        while place < entries.count, found.count < limit {
            consider(entries[place])
            place += 1
        }
        // What the reviewer skipped comes last, when nothing else is left in any way.
        return found.isEmpty && availability == .reserve ? Array(later.prefix(limit)) : Array(found.prefix(limit))
    }

    private func dueGold(_ reviewer: String, besides taken: Set<ClipID>) -> ClipID? {
        guard recipe.goldEvery > 0, sinceGold[reviewer, default: 0] >= recipe.goldEvery - 1 else { return nil }
        let due = gold.filter { clip, voices in
            !taken.contains(clip) && !voices.voices.contains { $0.reviewer == reviewer }
        }.keys.min()
        if due != nil { sinceGold[reviewer] = -1 }
        return due
    }

    /// Prolongs leases, and takes up again those that a restart forgot.
    /// - Parameter clips: the one on screen first.
    /// - Returns: those that are lost: others look at them, or they want this reviewer no more.
    package func heartbeat(_ clips: [ClipID], of reviewer: String, now: Double) -> [ClipID] {
        var lost: [ClipID] = []
        for (index, clip) in clips.enumerated() {
            let isHeld = leases.isHeld(clip, by: reviewer, now: now)
            let mayTake = places[clip] != nil && leases.count(of: reviewer, now: now) < Self.mostHeld
            if isHeld || mayTake && isFree(clip, for: reviewer, .wanted, now: now) {
                leases.grant(clip, to: reviewer, isCurrent: index == 0, now: now)
            } else {
                lost.append(clip)
            }
        }
        return lost
    }

    package func release(_ clips: [ClipID], by reviewer: String, skip: Bool) {
        for clip in clips { leases.release(clip, by: reviewer) }
        if skip { skipped[reviewer, default: []].formUnion(clips) }
    }

    /// Takes note of what is now said of a clip.
    /// - Parameter number: of the manifest's newest decision when `voices` were read. Two answers may come here in
    ///   another order than they were recorded in: the older news is passed over.
    package func update(_ clip: ClipID, source: SourceID, voices: ClipVoices, at number: Int, by reviewer: String) {
        leases.release(clip, by: reviewer)
        guard number >= noted[clip] ?? 0 else { return }
        noted[clip] = number
        unread?[clip] = (source, voices)
        note(voices, of: clip, source)
    }

    private func note(_ voices: ClipVoices, of clip: ClipID, _ source: SourceID) {
        gold[clip] = voices.gold == nil ? nil : voices
        let wanted = Wanted(voices, recipe: recipe)
        if let place = places[clip] {
            count(entries[place].wanted, -1)
            count(wanted, 1)
            entries[place].wanted = wanted
            for (name, cursor) in cursors where cursor > place && wanted.wants(name) { cursors[name] = place }
        } else if wanted.voices > 0 {
            count(wanted, 1)
            places[clip] = entries.count
            entries.append(Entry(clip: clip, source: source, wanted: wanted))
        }
        urgent.removeAll { $0 == clip }
        if wanted.voices > 0, wanted.cause == .tie || wanted.cause == .sentBack { urgent.append(clip) }
    }

    /// Clips on which a reviewer's answer is in force; nil where nobody has counted since the manifest was read.
    package func answers(of reviewer: String) -> Int? { answered[reviewer] }

    package func remember(answers: Int, of reviewer: String) {
        if answered[reviewer] == nil { answered[reviewer] = answers }
    }

    package func noteAnswers(_ more: Int, of reviewer: String) { answered[reviewer]? += more }

    /// Everyone who looks at something now, by clip.
    package func holders(now: Double) -> [(clip: ClipID, lease: Leases.Lease)] {
        leases.byClip.sorted { $0.key < $1.key }.flatMap { clip, leases in
            leases.filter { $0.expires > now }.map { (clip, $0) }
        }
    }

    /// Clips that want experts, by why.
    package func waiting() -> [Wanted.Cause: Int] {
        entries.reduce(into: [:]) { counts, entry in
            if entry.wanted.voices > 0, let cause = entry.wanted.cause { counts[cause, default: 0] += 1 }
        }
    }
}
