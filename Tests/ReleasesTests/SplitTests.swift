import Model
import Releases
import Testing

@Suite struct SplitTests {
    @Test func adding_groups_moves_nobody_and_shares_come_out() throws {
        let assigner = try SplitAssigner(seed: 1, validation: 0.1, test: 0.2)
        let ids = (0..<5000).map { "src-\($0)" }
        let splits = ids.map(assigner.split(ofGroup:))
        #expect(ids.reversed().map(assigner.split(ofGroup:)) == splits.reversed())
        // Binomial with n = 5000: five standard deviations.
        #expect(abs(splits.filter { $0 == .test }.count - 1000) < 142)
        #expect(abs(splits.filter { $0 == .validation }.count - 500) < 107)
        #expect(try SplitAssigner(seed: 2, validation: 0.1, test: 0.2).split(ofGroup: "src-0") == .train)
    }

    @Test func the_assignment_is_fixed_for_ever() throws {
        // Recorded: a change of the hash would reshuffle every published dataset.
        let assigner = try SplitAssigner(seed: 1, validation: 0.3, test: 0.3)
        let drawn = (0..<16).map { index in
            switch assigner.split(ofGroup: "src-\(index)") {
            case .train: "."
            case .validation: "v"
            case .test: "t"
            }
        }
        #expect(drawn.joined() == "vtv.t.vtv.t..ttv")
        #expect(Shuffle.order(["a", "b", "c", "d", "e"], seed: 7) == ["c", "e", "a", "b", "d"])
    }

    @Test func zero_shares_leave_all_in_training() throws {
        let assigner = try SplitAssigner(seed: 1, validation: 0, test: 0)
        #expect((0..<500).allSatisfy { assigner.split(ofGroup: "\($0)") == .train })
        let all = try SplitAssigner(seed: 1, validation: 0, test: 1)
        #expect((0..<500).allSatisfy { all.split(ofGroup: "\($0)") == .test })
    }

    @Test(arguments: [(-0.1, 0.1), (0.6, 0.5), (.nan, 0.1)])
    func impossible_shares_are_refused(_ shares: (Double, Double)) {
        #expect(fault { _ = try SplitAssigner(seed: 1, validation: shares.0, test: shares.1) }?.reason == .invalid)
    }

    @Test func tied_sets_become_one_group() {
        let groups = SplitAssigner.groups(tying: [["d", "c"], ["a"], ["f", "e"], ["e", "c"], []])
        #expect(groups == ["a": "a", "c": "c", "d": "c", "e": "c", "f": "c"])
    }

    @Test func the_order_depends_on_seed_and_ids_alone() {
        let ids = (0..<200).map { "clip-\($0)" }
        let order = Shuffle.order(ids, seed: 1)
        #expect(Shuffle.order(ids.reversed(), seed: 1) == order)
        #expect(Set(order) == Set(ids) && order != ids)
        #expect(Shuffle.order(ids, seed: 2) != order)
        #expect(Shuffle.order(Array(ids.dropLast()), seed: 1) == order.filter { $0 != "clip-199" })
    }
}
