import Model

/// Finds all pairs of 256-bit hashes within a Hamming distance (multi-index hashing: Norouzi, Punjani and Fleet 2012).
///
/// A hash is 16 words of 16 bits. Two hashes within distance d have a word that differs in at most d / 16 bits, so
/// that only hashes of equal or neighbouring words are compared, one word's table after another.
struct HashIndex {
    private struct Entry {
        var words: (UInt64, UInt64, UInt64, UInt64)
        var owner: Int32

        func distance(_ other: Entry) -> Int {
            (words.0 ^ other.words.0).nonzeroBitCount + (words.1 ^ other.words.1).nonzeroBitCount
                + (words.2 ^ other.words.2).nonzeroBitCount + (words.3 ^ other.words.3).nonzeroBitCount
        }

        func key(_ table: Int) -> Int {
            let word =
                switch table / 4 {
                case 0: words.0
                case 1: words.1
                case 2: words.2
                default: words.3
                }
            return Int(word >> UInt64(table % 4 * 16) & 0xffff)
        }
    }

    private let maxDistance: Int
    private var entries: [Entry] = []

    init(maxDistance: Int) { self.maxDistance = maxDistance }

    mutating func add(_ hash: PictureHash, owner: Int) {
        let words = hash.words
        entries.append(Entry(words: (words[0], words[1], words[2], words[3]), owner: Int32(owner)))
    }

    /// Calls `body` with the owners of each pair within the distance; a pair may come more than once.
    func forEachNearPair(_ body: (Int, Int) -> Void) {
        let masks = Self.masks(bits: min(16, max(0, maxDistance) / 16))
        for table in 0..<16 {
            // Sorted by the table's word, so that a bucket lies together.
            var starts = [Int](repeating: 0, count: 65537)
            for entry in entries { starts[entry.key(table) + 1] += 1 }
            for key in 0..<65536 { starts[key + 1] += starts[key] }
            var next = starts
            var sorted = entries
            for entry in entries {
                let key = entry.key(table)
                sorted[next[key]] = entry
                next[key] += 1
            }
            for key in 0..<65536 where starts[key] < starts[key + 1] {
                for mask in masks where key ^ mask >= key {
                    pairs(sorted, starts[key]..<starts[key + 1], starts[key ^ mask]..<starts[(key ^ mask) + 1], body)
                }
            }
        }
    }

    private func pairs(_ sorted: [Entry], _ a: Range<Int>, _ b: Range<Int>, _ body: (Int, Int) -> Void) {
        for i in a {
            let entry = sorted[i]
            for j in (a == b ? i + 1..<b.upperBound : b) {
                let other = sorted[j]
                if entry.owner != other.owner, entry.distance(other) <= maxDistance {
                    body(Int(entry.owner), Int(other.owner))
                }
            }
        }
    }

    /// All words with at most `bits` bits set.
    private static func masks(bits: Int) -> [Int] { (0..<65536).filter { $0.nonzeroBitCount <= bits } }
}
