import Foundation
import Model

/// How much of the long tests is run: all with TEST_FULL (`make full`), else a part that TEST_SEED draws.
enum Extent {
    private static let environment = ProcessInfo.processInfo.environment
    static let isFull = environment["TEST_FULL"] != nil
    static let seed = environment["TEST_SEED"].flatMap { UInt64($0) } ?? 1

    /// `count` of `all`, in their order, and prints which draw that was; all in the full form.
    static func part<Item>(_ count: Int, of all: [Item], _ name: String) -> [Item] {
        guard !isFull, count < all.count else { return all }
        var random = SplitMix(seed: seed)
        print("\(name): \(count) of \(all.count), drawn by TEST_SEED=\(seed)")
        return all.indices.shuffled(using: &random).prefix(count).sorted().map { all[$0] }
    }
}
