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
        var plane = picture.pixels.map { Int($0) * one }
        let (across, down) = ((width + 2 * side - 1) / (2 * side), (height + 2 * side - 1) / (2 * side))
        for _ in 0..<2 {
            for y in 0..<height { smooth(&plane, start: y * width, stride: 1, count: width, window: across) }
            for x in 0..<width { smooth(&plane, start: x, stride: width, count: height, window: down) }
        }
        return (0..<side * side).map { i in
            let (x, y) = ((2 * (i % side) + 1) * width / (2 * side), (2 * (i / side) + 1) * height / (2 * side))
            return plane[y * width + x]
        }
    }

    /// A running mean over `window` values around each one, fewer at the ends.
    private static func smooth(_ plane: inout [Int], start: Int, stride: Int, count: Int, window: Int) {
        guard window > 1 else { return }
        let line = (0..<count).map { plane[start + $0 * stride] }
        let (before, after) = ((window - 1) / 2, window / 2)
        var (sum, first, last) = (0, 0, 0)
        for i in 0..<count {
            while last < min(count, i + after + 1) {
                sum += line[last]
                last += 1
            }
            while first < i - before {
                sum -= line[first]
                first += 1
            }
            plane[start + i * stride] = sum / (last - first)
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
