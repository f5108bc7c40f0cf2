import Foundation
public import Model

extension PictureHash {
    /// The PDQ hash of a picture (Facebook, "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing
    /// algorithm", 2019): smoothed by two passes of a box filter, read at 64 x 64 points, the 16 x 16 lowest
    /// frequencies of its cosine transform without the constant, each above or below their median.
    ///
    /// Computed in integers, so that every machine gets the same bits. A picture of up to 512 pixels is expected.
    public init(frame: Int, of picture: GrayPicture) {
        let points = PerceptualHash.points(picture)
        self.init(
            frame: frame, words: PerceptualHash.bits(PerceptualHash.frequencies(points)),
            quality: PerceptualHash.quality(points))
    }
}

enum PerceptualHash {
    static let side = 64, low = 16
    /// Luma is kept in 1/256 levels, cosines in 1/2^14.
    private static let one = 256, cosineOne = 16384

    /// `side` x `side` smoothed luma values times 256.
    static func points(_ picture: GrayPicture) -> [Int] {
        let (width, height) = (picture.width, picture.height)
        guard width > 0, height > 0 else { return [Int](repeating: 0, count: side * side) }
        var plane = picture.pixels.map { UInt32($0) * UInt32(one) }
        var other = plane
        let (across, down) = ((width + 2 * side - 1) / (2 * side), (height + 2 * side - 1) / (2 * side))
        plane.withUnsafeMutableBufferPointer { plane in
            other.withUnsafeMutableBufferPointer { other in
                for _ in 0..<2 {
                    for y in 0..<height {
                        let (row, smooth) = (plane.baseAddress! + y * width, other.baseAddress! + y * width)
                        smoothRow(row, into: smooth, count: width, window: across)
                    }
                    for y in 0..<height {
                        let (first, end) = reach(y, of: height, window: down)
                        mean(
                            of: end - first, other.baseAddress! + first * width, apart: width,
                            into: plane.baseAddress! + y * width, count: width)
                    }
                }
            }
        }
        return (0..<side * side).map { i in
            let (x, y) = ((2 * (i % side) + 1) * width / (2 * side), (2 * (i / side) + 1) * height / (2 * side))
            return Int(plane[y * width + x])
        }
    }

    /// A running mean over `window` values around each one, fewer at the ends.
    private static func smoothRow(
        _ row: UnsafeMutablePointer<UInt32>, into target: UnsafeMutablePointer<UInt32>, count: Int, window: Int
    ) {
        let whole = (window - 1) / 2..<count - window / 2
        mean(of: window, row, apart: 1, into: target + whole.lowerBound, count: whole.count)
        for x in 0..<count where !whole.contains(x) {
            let (first, end) = reach(x, of: count, window: window)
            mean(of: end - first, row + first, apart: 1, into: target + x, count: 1)
        }
    }

    /// The places that a mean over `window` values around `i` reads, those of them that there are.
    private static func reach(_ i: Int, of count: Int, window: Int) -> (first: Int, end: Int) {
        (max(0, i - (window - 1) / 2), min(count, i + window / 2 + 1))
    }

    /// `target[i]` becomes the mean, rounded down, of the `values` values below 2^16 at `source[i]`,
    /// `source[i + apart]` and so on.
    private static func mean(
        of values: Int, _ source: UnsafeMutablePointer<UInt32>, apart: Int, into target: UnsafeMutablePointer<UInt32>,
        count: Int
    ) {
        target.update(from: source, count: count)
        if values == 1 { return }
        for k in 1..<values {
            let next = source + k * apart
            for i in 0..<count { target[i] &+= next[i] }
        }
        if values < 256 {
            // A product in the place of a division: exact, as sums stay below 2^16 * values.
            let reciprocal = (1 << 32 + UInt64(values) - 1) / UInt64(values)
            for i in 0..<count {
                target[i] = UInt32(truncatingIfNeeded: (UInt64(target[i]) &* reciprocal) >> 32)
            }
        } else {
            for i in 0..<count { target[i] /= UInt32(values) }
        }
    }

    /// Rows 1...16 of the cosine transform's matrix. Rounding hides what libraries' cosines differ in.
    private static let cosines: [[Int]] = (1...low).map { i in
        (0..<side).map { j in
            Int((cos(Double.pi * Double(i * (2 * j + 1)) / Double(2 * side)) * Double(cosineOne)).rounded())
        }
    }

    /// `low` x `low` coefficients, vertical frequency slowest.
    static func frequencies(_ points: [Int]) -> [Int] {
        var half = [Int](repeating: 0, count: low * side)
        for i in 0..<low {
            for x in 0..<side {
                var sum = 0
                for y in 0..<side { sum += cosines[i][y] * points[y * side + x] }
                half[i * side + x] = sum >> 8
            }
        }
        return (0..<low * low).map { k in
            var sum = 0
            for x in 0..<side { sum += half[k / low * side + x] * cosines[k % low][x] }
            return sum
        }
    }

    /// Bit k is set where coefficient k lies above the median; bit 255 is the highest of the first word.
    static func bits(_ frequencies: [Int]) -> [UInt64] {
        let sorted = frequencies.sorted()
        let median = sorted[sorted.count / 2 - 1]
        var words = [UInt64](repeating: 0, count: 4)
        for (k, value) in frequencies.enumerated() where value > median { words[3 - k / 64] |= 1 << UInt64(k % 64) }
        return words
    }

    /// PDQ's quality: the sum of the steps between neighbouring points in percent of full scale, over 90; 0...100.
    static func quality(_ points: [Int]) -> Int {
        var sum = 0
        for y in 0..<side {
            for x in 0..<side {
                let here = points[y * side + x]
                if x + 1 < side { sum += abs(here - points[y * side + x + 1]) * 100 / (255 * one) }
                if y + 1 < side { sum += abs(here - points[(y + 1) * side + x]) * 100 / (255 * one) }
            }
        }
        return min(100, sum / 90)
    }
}
