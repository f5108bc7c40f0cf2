public import Model

/// A sampled picture's hash and when it is shown.
public struct TimedHash: Codable, Hashable, Sendable {
    /// Seconds of playing time from the start of the clip or file.
    public var seconds: Double
    public var hash: PictureHash

    public init(seconds: Double, hash: PictureHash) {
        self.seconds = seconds
        self.hash = hash
    }
}

/// How well two series of hashes agree when one is shifted in time.
///
/// A picture takes part only with the recipe's quality. Pairs of pictures within `maxDistance` vote for the offset
/// between their times (as vPDQ and TMK do); the offset with most votes wins, and there each picture is paired once.
struct HashAlignment {
    /// Seconds to add to a time in `a` to find the same picture in `b`.
    var offset: Double
    /// Pairs of pictures that agree.
    var matches: Int
    /// Mean Hamming distance of these pairs.
    var distance: Double
    /// Pictures of quality in the series that has fewer.
    var compared: Int
    /// Different pictures among the pairs, on the side that has fewer.
    var distinctMatches: Int
    /// Different pictures in the time both series share at this offset, on the side that has more.
    var distinctShared: Int
    /// Seconds from the first paired picture to the last, and one sampling interval.
    var overlap: Double

    /// Pictures that agree, as a share of the compared ones, 0...1.
    var share: Double { compared == 0 ? 0 : Double(matches) / Double(compared) }

    /// Whether the series show the same footage.
    ///
    /// At least `minMatches` pairs (all pictures, where the shorter series has fewer) and `minShare` of the shorter
    /// series. Pictures that look alike prove nothing about time: a still matches a moving clip at any moment that
    /// resembles it. So the pairs must hold as many different pictures as the shared time does, up to `minMatches`;
    /// two stills match, a still and a moving clip don't. With `moving`, `minMatches` different pictures are a must.
    func isMatch(_ rule: Recipe.Dedup, moving: Bool = false) -> Bool {
        let needed = min(max(1, rule.minMatches), compared)
        guard compared > 0, matches >= needed, share >= rule.minShare else { return false }
        if compared == 1, distance * 2 > Double(rule.maxDistance) { return false }
        let distinct = moving ? max(1, rule.minMatches) : min(needed, distinctShared)
        return distinctMatches >= distinct
    }

    /// nil where no two pictures agree.
    static func best(_ a: [TimedHash], _ b: [TimedHash], _ rule: Recipe.Dedup) -> HashAlignment? {
        let a = a.filter { $0.hash.quality >= rule.minQuality }
        let b = b.filter { $0.hash.quality >= rule.minQuality }
        guard let offset = vote(a, b, rule) else { return nil }
        let window = 0.75 * max(interval(a), interval(b))
        let pairs = pair(a, b, rule, offset, window)
        guard let first = pairs.first, let last = pairs.last else { return nil }
        let offsets = pairs.map { b[$0.b].seconds - a[$0.a].seconds }.sorted()
        let middle = offsets[offsets.count / 2]
        let sharedA = a.filter { inside($0.seconds + middle, b, window) }
        let sharedB = b.filter { inside($0.seconds - middle, a, window) }
        return HashAlignment(
            offset: middle, matches: pairs.count,
            distance: Double(pairs.reduce(0) { $0 + $1.distance }) / Double(pairs.count),
            compared: min(a.count, b.count),
            distinctMatches: min(
                distinct(pairs.map { a[$0.a] }, rule.maxDistance), distinct(pairs.map { b[$0.b] }, rule.maxDistance)),
            distinctShared: max(distinct(sharedA, rule.maxDistance), distinct(sharedB, rule.maxDistance)),
            overlap: a[last.a].seconds - a[first.a].seconds + max(interval(a), interval(b)))
    }

    private static func inside(_ seconds: Double, _ series: [TimedHash], _ slack: Double) -> Bool {
        guard let first = series.first, let last = series.last else { return false }
        return seconds >= first.seconds - slack && seconds <= last.seconds + slack
    }

    /// The middle time between neighbouring pictures; half a second where there is only one.
    private static func interval(_ series: [TimedHash]) -> Double {
        guard series.count > 1 else { return 0.5 }
        let gaps = zip(series, series.dropFirst()).map { $1.seconds - $0.seconds }.sorted()
        return max(1e-3, gaps[gaps.count / 2])
    }

    /// The offset with most pairs within half an interval to each side; of equals the closer, then the one nearest 0.
    private static func vote(_ a: [TimedHash], _ b: [TimedHash], _ rule: Recipe.Dedup) -> Double? {
        guard let firstA = a.first, let lastA = a.last, let firstB = b.first, let lastB = b.last else { return nil }
        let width = max(interval(a), interval(b)) / 2
        let lowest = firstB.seconds - lastA.seconds - width
        let bins = Int((lastB.seconds - firstA.seconds - lowest) / width) + 3
        var votes = [Int](repeating: 0, count: bins)
        var distances = [Int](repeating: 0, count: bins)
        for x in a {
            for y in b {
                let distance = x.hash.distance(y.hash)
                guard distance <= rule.maxDistance else { continue }
                let bin = Int((y.seconds - x.seconds - lowest) / width)
                votes[bin] += 1
                distances[bin] += distance
            }
        }
        func rank(_ bin: Int) -> (Int, Int, Double) {
            let near = max(0, bin - 1)...min(bins - 1, bin + 1)
            let count = near.reduce(0) { $0 + votes[$1] }
            let sum = near.reduce(0) { $0 + distances[$1] }
            return (-count, count == 0 ? 0 : sum * 1000 / count, abs(lowest + (Double(bin) + 0.5) * width))
        }
        guard let winner = (0..<bins).min(by: { rank($0) < rank($1) }), rank(winner).0 < 0 else { return nil }
        return lowest + (Double(winner) + 0.5) * width
    }

    /// Pairs each picture of `a` with the closest free one of `b` near `offset`, in order of time.
    private static func pair(
        _ a: [TimedHash], _ b: [TimedHash], _ rule: Recipe.Dedup, _ offset: Double, _ window: Double
    ) -> [(a: Int, b: Int, distance: Int)] {
        var pairs: [(a: Int, b: Int, distance: Int)] = []
        var low = 0
        for i in a.indices {
            let wanted = a[i].seconds + offset
            while low < b.count, b[low].seconds < wanted - window { low += 1 }
            var j = max(low, pairs.last.map { $0.b + 1 } ?? 0)
            var best: (a: Int, b: Int, distance: Int)?
            while j < b.count, b[j].seconds <= wanted + window {
                let distance = a[i].hash.distance(b[j].hash)
                if distance <= rule.maxDistance, distance < best?.distance ?? .max { best = (i, j, distance) }
                j += 1
            }
            if let best { pairs.append(best) }
        }
        return pairs
    }

    /// Pictures that differ by more than `maxDistance` from the last one that counted.
    private static func distinct(_ series: [TimedHash], _ maxDistance: Int) -> Int {
        var kept: TimedHash?
        var count = 0
        for picture in series where kept.map({ $0.hash.distance(picture.hash) > maxDistance }) ?? true {
            kept = picture
            count += 1
        }
        return count
    }
}

/// Whether two recordings show the same footage: what `similar` prints.
public struct Similarity: Codable, Hashable, Sendable {
    public var match: Bool
    /// Share of the shorter recording's pictures that agree on one time offset, 0...1.
    public var score: Double
    /// Seconds to add to a time in the first to find the same picture in the second; null where no picture agrees.
    @Nullable public var offsetSeconds: Double?
    /// Seconds that both show, as far as their pictures agree.
    public var overlapSeconds: Double

    public init(match: Bool, score: Double, offsetSeconds: Double?, overlapSeconds: Double) {
        self.match = match
        self.score = score
        self.offsetSeconds = offsetSeconds
        self.overlapSeconds = overlapSeconds
    }

    /// Compares two series of hashes, each in order of time.
    public static func compare(_ a: [TimedHash], _ b: [TimedHash], rule: Recipe.Dedup = .init()) -> Similarity {
        guard let alignment = HashAlignment.best(a, b, rule) else {
            return Similarity(match: false, score: 0, offsetSeconds: nil, overlapSeconds: 0)
        }
        return Similarity(
            match: alignment.isMatch(rule), score: min(1, alignment.share), offsetSeconds: alignment.offset,
            overlapSeconds: alignment.overlap)
    }
}
