/// How far two frames of one source lie apart, each part of it blind to something that is no change of scene.
struct PictureDistance {
    /// 1 - correlation of luma, 0...2: blind to brightness and contrast.
    var structure: Float
    /// Mean difference of luma with the brighter frame dimmed to the other's mean, clipped at 40 levels.
    var light: Float
    /// Share of the picture where that difference exceeds 8 levels.
    var area: Float
    /// Mean difference of chroma, dimmed alike, clipped at 30 levels.
    var colour: Float
    /// Half the sum of differences of the luma histograms, 0...1.
    var histogram: Float
    /// Share of the contours of both that are alike, 0...1: a caption, a title or a window leaves most of the picture.
    var kept: Float

    /// One number: about 0.7 and more between different scenes. Structure counts little where hardly any of the
    /// picture changed.
    var strength: Float {
        structure * min(1, max(area / 0.15, histogram / 0.25)) + light / 20 + colour / 15
    }

    /// The less telling of each part: small distances, many kept contours.
    func weaker(_ other: PictureDistance) -> PictureDistance {
        PictureDistance(
            structure: min(structure, other.structure), light: min(light, other.light), area: min(area, other.area),
            colour: min(colour, other.colour), histogram: min(histogram, other.histogram), kept: max(kept, other.kept))
    }
}

extension FrameSignatures {
    /// The distance between two frames.
    func distance(_ i: Int, _ j: Int) -> PictureDistance {
        let (a, b) = (lumaSums(i, j), lumaSums(j, i))
        let count = Float(Self.lumaCount)
        let (meanA, meanB) = (Float(a.sum) / count, Float(b.sum) / count)
        let varianceA = Float(a.squares) / count - meanA * meanA
        let varianceB = Float(b.squares) / count - meanB * meanB
        let covariance = Float(a.product) / count - meanA * meanB
        // Flat frames correlate with everything: 2 levels of deviation are noise.
        let noise: Float = 4
        let correlation = (covariance + noise) / (max(0, varianceA + noise) * max(0, varianceB + noise)).squareRoot()
        let (gainA, gainB) =
            meanA > meanB ? ((meanB + 2) / (meanA + 2), Float(1)) : (Float(1), (meanA + 2) / (meanB + 2))
        let light = clippedDifference(luma, Self.lumaCount, i, j, gainA, gainB, centre: 0, clip: 40)
        let colour = clippedDifference(chroma, Self.chromaCount, i, j, gainA, gainB, centre: 128, clip: 30)
        var bins = 0
        for bin in 0..<Self.bins {
            bins += abs(Int(histogram[i * Self.bins + bin]) - Int(histogram[j * Self.bins + bin]))
        }
        return PictureDistance(
            structure: 1 - correlation, light: light.mean, area: light.area, colour: colour.mean,
            histogram: Float(bins) / 510, kept: keptContours(i, j))
    }

    private func lumaSums(_ i: Int, _ j: Int) -> (sum: Int32, squares: Int32, product: Int32) {
        luma.withUnsafeBufferPointer { p in
            var (sum, squares, product): (Int32, Int32, Int32) = (0, 0, 0)
            for k in 0..<Self.lumaCount {
                let (a, b) = (Int32(p[i &* Self.lumaCount &+ k]), Int32(p[j &* Self.lumaCount &+ k]))
                sum &+= a
                squares &+= a &* a
                product &+= a &* b
            }
            return (sum, squares, product)
        }
    }

    private func clippedDifference(
        _ plane: [UInt8], _ count: Int, _ i: Int, _ j: Int, _ gainI: Float, _ gainJ: Float, centre: Float, clip: Float
    ) -> (mean: Float, area: Float) {
        plane.withUnsafeBufferPointer { p in
            var sum: Float = 0
            var changed = 0
            for k in 0..<count {
                let (a, b) = (Float(p[i &* count &+ k]) - centre, Float(p[j &* count &+ k]) - centre)
                let difference = abs(a * gainI - b * gainJ)
                sum += min(clip, difference)
                if difference > 8 { changed += 1 }
            }
            return (sum / Float(count), Float(changed) / Float(count))
        }
    }

    /// Of the energy of the luma gradients (the larger of both frames), the share that both have in the same place.
    private func keptContours(_ i: Int, _ j: Int) -> Float {
        luma.withUnsafeBufferPointer { p in
            var (total, kept): (Int32, Int32) = (0, 0)
            let (a, b) = (i * Self.lumaCount, j * Self.lumaCount)
            func compare(_ k: Int, _ next: Int) {
                let u = Int32(p[a &+ next]) &- Int32(p[a &+ k])
                let v = Int32(p[b &+ next]) &- Int32(p[b &+ k])
                let most = max(u &* u, v &* v)
                total &+= most
                kept &+= max(0, most &- (u &- v) &* (u &- v))
            }
            for row in 0..<Self.lumaHeight {
                for column in 0..<Self.lumaWidth {
                    let k = row * Self.lumaWidth + column
                    if column + 1 < Self.lumaWidth { compare(k, k + 1) }
                    if row + 1 < Self.lumaHeight { compare(k, k + Self.lumaWidth) }
                }
            }
            // Flat frames: 50 is noise.
            return Float(kept + 50) / Float(total + 50)
        }
    }
}
