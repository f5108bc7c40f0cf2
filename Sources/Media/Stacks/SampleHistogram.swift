/// How often which sample values occur: 65,536 bins, one a value for whole samples of up to 16 bits, else of equal width
/// over a range. NaN and infinities are left out.
struct SampleHistogram {
    private var counts = [Int](repeating: 0, count: 65536)
    /// Samples that lie before the first bin.
    private var below = 0
    /// Samples that lie behind the last bin.
    private var above = 0
    private let range: ClosedRange<Double>
    /// How much a bin holds; 0 where all samples are equal.
    private let width: Double
    private let isWhole: Bool
    /// The greatest sample that can occur, of samples that are not whole.
    private let greatest: Double

    /// - Parameter first: the value of the first bin; the others follow by 1.
    init(wholeFrom first: Int) {
        range = Double(first)...Double(first + 65535)
        width = 1
        isWhole = true
        greatest = range.upperBound
    }

    /// - Parameter range: from the least to the greatest sample.
    init(over range: ClosedRange<Double>) { self.init(range, greatest: range.upperBound) }

    private init(_ range: ClosedRange<Double>, greatest: Double) {
        self.range = range
        width = (range.upperBound - range.lowerBound) / 65536
        isWhole = false
        self.greatest = greatest
    }

    /// Counts every `step`th sample from `first` on.
    mutating func add(_ samples: [Float], from first: Int, step: Int) {
        samples.withUnsafeBufferPointer { samples in
            if isWhole {
                let zero = Int32(range.lowerBound)
                counts.withUnsafeMutableBufferPointer { counts in
                    for i in stride(from: first, to: samples.count, by: step) {
                        counts[Int(UInt16(truncatingIfNeeded: Int32(samples[i]) &- zero))] += 1
                    }
                }
                return
            }
            for i in stride(from: first, to: samples.count, by: step) where samples[i].isFinite {
                let value = Double(samples[i])
                if value < range.lowerBound {
                    below += 1
                } else if value > range.upperBound {
                    above += 1
                } else {
                    counts[width > 0 ? Int(min((value - range.lowerBound) / width, 65535)) : 0] += 1
                }
            }
        }
    }

    /// Counts whole samples.
    mutating func add(_ words: [UInt16]) {
        let zero = Int(range.lowerBound)
        counts.withUnsafeMutableBufferPointer { counts in
            for word in words { counts[Int(UInt16(truncatingIfNeeded: Int(word) - zero))] += 1 }
        }
    }

    /// The window between the 0.35th and the 99.8th percentile (nearest rank): of bins wider than a value the outer
    /// edges. Where both are the same, it ends at the largest value, at least 1 above its start. 0 to 1 where nothing
    /// was counted.
    var window: (low: Double, high: Double) {
        guard let (first, last) = percentiles else { return (0, 1) }
        let low = edge(first)
        let largest = isWhole ? edge(counts.lastIndex { $0 > 0 } ?? last) : greatest
        let high = last > first ? edge(isWhole ? last : last + 1) : largest
        return (low, high > low ? high : max(low + 1, low.nextUp))
    }

    /// An empty histogram of the bins that the window covers, for another count; nil where there are enough of them.
    var finer: SampleHistogram? {
        guard !isWhole, width > 0, let (first, last) = percentiles, last - first < 256 else { return nil }
        return SampleHistogram(edge(first)...edge(last + 1), greatest: greatest)
    }

    private func edge(_ bin: Int) -> Double {
        !isWhole && bin > 65535 ? range.upperBound : range.lowerBound + Double(bin) * width
    }

    private var percentiles: (first: Int, last: Int)? {
        guard let largest = counts.lastIndex(where: { $0 > 0 }) else { return nil }
        let total = below + counts.reduce(0, +) + above
        func bin(perTenThousand share: Int) -> Int {
            var sum = below
            for (bin, count) in counts.enumerated() {
                sum += count
                if count > 0, sum * 10_000 >= total * share { return bin }
            }
            return largest
        }
        return (bin(perTenThousand: 35), bin(perTenThousand: 9980))
    }
}
