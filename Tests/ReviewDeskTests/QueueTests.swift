import Model
import Review
import ReviewDesk
import Testing

/// The queue by itself: whom it gives what, and what it keeps while it is read anew.
@Suite struct QueueTests {
    private let rule = Recipe.Review()
    private let source = SourceID(rawValue: "src-1")

    private func clip(_ number: Int) -> ClipID { ClipID(rawValue: "clip-\(number + 1_000_000)") }

    private func voices(_ clip: ClipID, _ said: [(String, Decision.Choice)]) -> ClipVoices {
        ClipVoices(
            said.enumerated().map { index, voice in
                Decision(
                    id: "\(clip)-\(index)", clipId: clip, reviewer: voice.0, decision: voice.1,
                    decidedAt: "2026-05-04T12:00:0\(index)Z")
            })
    }

    private func snapshot(_ clips: [ClipID], _ said: [ClipID: [(String, Decision.Choice)]] = [:]) -> QueueSnapshot {
        QueueSnapshot(
            entries: clips.map { clip in
                .init(clip: clip, source: source, wanted: Wanted(voices(clip, said[clip] ?? []), recipe: rule))
            }.filter { $0.wanted.voices > 0 })
    }

    private func queue(_ count: Int, lease: Double = 120) async -> ReviewQueue {
        let queue = ReviewQueue(recipe: rule, leaseSeconds: lease)
        await queue.prepareReload()
        await queue.reload(snapshot((0..<count).map(clip)))
        return queue
    }

    @Test func clipsAreGivenInOrderAndShared() async {
        let queue = await queue(10)
        let ada = await queue.give(.init(count: 3), to: "ada", now: 0)
        #expect(ada.clips == [0, 1, 2].map(clip) && ada.left == 10)
        let bob = await queue.give(.init(count: 3), to: "bob", now: 0)
        #expect(bob.clips == [3, 4, 5].map(clip), "those that nobody looks at first")
        let cyd = await queue.give(.init(count: 8), to: "cyd", now: 0)
        #expect(cyd.clips == [6, 7, 8, 9, 0, 1, 2, 3].map(clip), "then those that want a second voice")
        let dan = await queue.give(.init(count: 8), to: "dan", now: 0)
        #expect(dan.clips.prefix(2) == [clip(4), clip(5)])
        #expect(!dan.clips.contains(clip(10)) && Set(dan.clips).count == dan.clips.count)
        let late = await queue.give(.init(count: 3), to: "eve", now: 121)
        #expect(late.clips == [0, 1, 2].map(clip), "all leases have run out")
        let again = await queue.give(.init(count: 2, have: [0, 1, 2].map(clip)), to: "eve", now: 122)
        #expect(again.clips == [3, 4].map(clip), "none twice")
    }

    @Test func aClipOnTwoScreensIsKeptFromTheThird() async {
        let queue = await queue(1)
        for name in ["ada", "bob"] {
            #expect(await queue.give(.init(count: 1), to: name, now: 0).clips == [clip(0)])
        }
        #expect(await queue.give(.init(count: 1), to: "cyd", now: 1).clips == [])
        #expect(await queue.heartbeat([clip(0)], of: "ada", now: 100) == [])
        #expect(await queue.give(.init(count: 1), to: "cyd", now: 121).clips == [clip(0)], "bob's ran out")
        #expect(await queue.heartbeat([clip(0)], of: "bob", now: 122) == [clip(0)])
        await queue.release([clip(0)], by: "ada", skip: false)
        #expect(await queue.heartbeat([clip(0)], of: "bob", now: 123) == [], "there is room for two")
    }

    @Test func aTieComesFirstAndAFinishedClipNoMore() async {
        let queue = await queue(5)
        let said = voices(clip(3), [("ada", .accept), ("bob", .reject)])
        await queue.update(clip(3), source: source, voices: said, at: 2, by: "bob")
        #expect(await queue.give(.init(count: 2), to: "cyd", now: 0).clips == [clip(3), clip(0)])
        #expect(await queue.give(.init(count: 5), to: "ada", now: 0).left == 4)
        #expect(await queue.waiting() == [.tie: 1, .quorum: 4])
        let end = voices(clip(3), [("ada", .accept), ("bob", .reject), ("cyd", .accept)])
        await queue.update(clip(3), source: source, voices: end, at: 3, by: "cyd")
        for name in ["ada", "cyd", "dan"] {
            let gift = await queue.give(.init(count: 8), to: name, now: 500)
            #expect(gift.left == 4 && !gift.clips.contains(clip(3)), "\(name)")
        }
        await queue.update(clip(3), source: source, voices: said, at: 4, by: "cyd")
        #expect(await queue.give(.init(count: 1), to: "dan", now: 900).clips == [clip(3)], "taken back: a tie again")
    }

    /// Two answers to one clip reach the queue in another order than they were recorded in.
    @Test func olderNewsIsPassedOver() async {
        let queue = await queue(2)
        let both = voices(clip(0), [("ada", .accept), ("bob", .accept)])
        await queue.update(clip(0), source: source, voices: both, at: 2, by: "bob")
        await queue.update(clip(0), source: source, voices: voices(clip(0), [("ada", .accept)]), at: 1, by: "ada")
        for (index, name) in ["ada", "bob", "cyd"].enumerated() {
            let gift = await queue.give(.init(count: 4), to: name, now: Double(200 * index))
            #expect(gift.clips == [clip(1)] && gift.left == 1, "\(name)")
        }
    }

    /// What is said between the reading of the manifest and its taking over is in neither.
    @Test func reloadKeepsWhatIsSaidMeanwhile() async {
        let queue = await queue(6)
        let ada = await queue.give(.init(count: 1), to: "ada", now: 0).clips
        await queue.release([clip(1)], by: "bob", skip: true)
        await queue.prepareReload()
        let old = snapshot((0..<6).map(clip))
        let done = voices(clip(2), [("ada", .accept), ("bob", .accept)])
        await queue.update(clip(2), source: source, voices: done, at: 2, by: "bob")
        await queue.update(clip(4), source: source, voices: voices(clip(4), [("bob", .reject)]), at: 3, by: "bob")
        await queue.update(clip(9), source: source, voices: voices(clip(9), [("ada", .accept)]), at: 4, by: "ada")
        await queue.reload(old)
        let bob = await queue.give(.init(count: 8), to: "bob", now: 1)
        #expect(bob.clips == [3, 5, 9, 0, 1].map(clip), "4 has his voice, 2 both; ada looks at 0, and 1 he skipped")
        #expect(bob.left == 5)
        #expect(ada == [clip(0)])
        #expect(await queue.heartbeat(ada, of: "ada", now: 2) == [], "her lease outlives the reading")
        #expect(await queue.give(.init(count: 8), to: "cyd", now: 200).left == 6)
        // The next reading knows it all; nothing is remembered twice.
        await queue.prepareReload()
        await queue.reload(snapshot((0..<4).map(clip), [clip(2): [("ada", .accept), ("bob", .accept)]]))
        #expect(await queue.give(.init(count: 8), to: "cyd", now: 400).clips == [0, 1, 3].map(clip))
        #expect(await queue.give(.init(count: 8), to: "bob", now: 800).clips.contains(clip(2)) == false)
    }

    /// A large queue against a plain model of it: who has spoken on which clip.
    @Test func ahundredThousandClipsStayInOrder() async {
        let count = 100_000
        let queue = await queue(count, lease: 1e9)
        let people = (0..<5).map { "reviewer \($0)" }
        var random = SplitMix(seed: 11)
        var said: [Int: [(String, Decision.Choice)]] = [:]
        var spoken: [String: Set<Int>] = [:]
        var number = 0
        for round in 0..<1500 {
            let name = people[random.index(people.count)]
            let gift = await queue.give(.init(count: 1), to: name, now: Double(round))
            let closed = said.count { $0.value.count >= 2 && $0.value[0].1 == $0.value[1].1 || $0.value.count > 2 }
            let mine = spoken[name, default: []].count { clip in
                let voices = said[clip] ?? []
                return voices.count < 2 || voices.count == 2 && voices[0].1 != voices[1].1
            }
            #expect(gift.left == count - closed - mine, "round \(round)")
            guard let given = gift.clips.first, let place = Int(given.rawValue.dropFirst(5)) else {
                Issue.record("nothing given in round \(round)")
                return
            }
            // Every third answer goes to a clip that somebody has spoken on, so that ties and outcomes come about.
            let earlier = said.keys.sorted().first { said[$0]?.count == 1 && said[$0]?[0].0 != name }
            let chosen = round % 3 == 0 ? earlier ?? place - 1_000_000 : place - 1_000_000
            #expect(!spoken[name, default: []].contains(chosen), "round \(round): given twice")
            said[chosen, default: []].append((name, random.index(4) == 0 ? .reject : .accept))
            spoken[name, default: []].insert(chosen)
            number += 1
            await queue.update(
                clip(chosen), source: source, voices: voices(clip(chosen), said[chosen] ?? []), at: number, by: name)
        }
        #expect(said.values.contains { $0.count > 2 }, "ties were broken")
        // With all leases given up, each is offered the first clip that wants them.
        for name in people {
            let gift = await queue.give(.init(count: 8), to: name, now: 3e9)
            let ties = said.filter { $0.value.count == 2 && $0.value[0].1 != $0.value[1].1 }.keys
            let wanted = (0..<count).lazy.filter { place in
                guard !ties.contains(place), !(spoken[name]?.contains(place) ?? false) else { return false }
                return (said[place]?.count ?? 0) < 2
            }
            let free = ties.filter { !(spoken[name]?.contains($0) ?? false) }
            #expect(Set(gift.clips.prefix(min(8, free.count))).isSubset(of: free.map(clip)), "\(name): ties first")
            if free.count < 8 {
                #expect(
                    Array(gift.clips.dropFirst(free.count)) == Array(wanted.prefix(8 - free.count)).map(clip), "\(name)"
                )
            }
            await queue.release(gift.clips, by: name, skip: false)
        }
    }
}
