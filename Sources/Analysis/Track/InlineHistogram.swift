/// Counts of the values 0...255, larger ones counted as 255, without a heap allocation.
struct InlineHistogram {
    private var counts = InlineArray<256, UInt32>(repeating: 0)
    private(set) var total = 0

    mutating func add(_ value: Int) {
        counts[min(255, value)] += 1
        total += 1
    }

    func sum(_ range: Range<Int>) -> Int {
        var sum = 0
        for i in range { sum += Int(counts[i]) }
        return sum
    }

    func above(_ value: Int) -> Int { value < 255 ? sum(value + 1..<256) : 0 }

    var median: Int {
        var below = 0
        for value in 0..<256 {
            below += Int(counts[value])
            if below * 2 >= total { return value }
        }
        return 0
    }
}
