internal import Media

/// A picture of `EditFootage` in the making. Luma 0...1 and chroma around 0, at half size both ways; arithmetic alone,
/// no library's sine, so that footage is alike on every machine.
struct EditPicture {
    let width: Int
    let height: Int
    var y: [Float]
    var u: [Float]
    var v: [Float]

    init(width: Int, height: Int, luma: Float = 0, u: Float = 0, v: Float = 0) {
        self.width = width
        self.height = height
        y = [Float](repeating: luma, count: width * height)
        self.u = [Float](repeating: u, count: width * height / 4)
        self.v = [Float](repeating: v, count: width * height / 4)
    }

    /// Limited range.
    var encoded: YUVPicture {
        var picture = YUVPicture(width: width, height: height)
        for i in y.indices { picture.y[i] = UInt8(16 + 219 * max(0, min(1, y[i])) + 0.5) }
        for i in u.indices {
            picture.cb[i] = UInt8(128.5 + 224 * max(-0.5, min(0.5, u[i])))
            picture.cr[i] = UInt8(128.5 + 224 * max(-0.5, min(0.5, v[i])))
        }
        return picture
    }

    // MARK: Drawing

    /// A soft round spot: `draw` gets luma, u or v of a pixel and 1 - (distance / radius)^2, and answers the new value.
    mutating func spot(
        x: Float, y centre: Float, radius: Float, luma: (Float, Float) -> Float,
        chroma: ((u: (Float, Float) -> Float, v: (Float, Float) -> Float))? = nil
    ) {
        Self.spot(&y, width, height, x, centre, radius, luma)
        guard let chroma else { return }
        Self.spot(&u, width / 2, height / 2, x / 2, centre / 2, radius / 2, chroma.u)
        Self.spot(&v, width / 2, height / 2, x / 2, centre / 2, radius / 2, chroma.v)
    }

    private static func spot(
        _ plane: inout [Float], _ width: Int, _ height: Int, _ x: Float, _ y: Float, _ radius: Float,
        _ draw: (Float, Float) -> Float
    ) {
        func reach(_ centre: Float, _ count: Int) -> Range<Int> {
            let (first, last) = (centre - radius, centre + radius)
            guard last >= 0, first < Float(count) else { return 0..<0 }
            return max(0, Int(first))..<min(count, Int(last) + 1)
        }
        let (rows, columns) = (reach(y, height), reach(x, width))
        let scale = 1 / (radius * radius)
        for row in rows {
            let dy = (Float(row) - y) * (Float(row) - y)
            for column in columns {
                let dx = Float(column) - x
                let near = 1 - (dx * dx + dy) * scale
                guard near > 0 else { continue }
                plane[row * width + column] = draw(plane[row * width + column], near)
            }
        }
    }

    /// Sensor noise of that deviation, other for each `offset`.
    mutating func addNoise(_ deviation: Float, offset: Int) {
        let noise = EditTexture.noise
        for i in y.indices { y[i] += deviation * noise[(i + offset) & 0xFFFF] }
    }

    // MARK: What happens to whole pictures

    /// 0 leaves black.
    mutating func scale(by gain: Float) {
        for i in y.indices { y[i] *= gain }
        for i in u.indices {
            u[i] *= gain
            v[i] *= gain
        }
    }

    mutating func flash() {
        scale(by: 0.3)
        for i in y.indices { y[i] += 0.7 }
    }

    /// `share` of `other`, the rest of this one.
    func mixed(with other: EditPicture, _ share: Float) -> EditPicture {
        var mix = self
        for i in y.indices { mix.y[i] += share * (other.y[i] - y[i]) }
        for i in u.indices {
            mix.u[i] += share * (other.u[i] - u[i])
            mix.v[i] += share * (other.v[i] - v[i])
        }
        return mix
    }

    enum Side: CaseIterable { case left, right, top, bottom }

    /// `other` has come in from `side` over `share` of the picture.
    func wiped(by other: EditPicture, from side: Side, _ share: Float) -> EditPicture {
        var mix = self
        func wipe(_ plane: inout [Float], _ source: [Float], _ width: Int, _ height: Int) {
            for row in 0..<height {
                for column in 0..<width {
                    let way: Float =
                        switch side {
                        case .left: Float(column) / Float(width)
                        case .right: Float(width - 1 - column) / Float(width)
                        case .top: Float(row) / Float(height)
                        case .bottom: Float(height - 1 - row) / Float(height)
                        }
                    if way < share { plane[row * width + column] = source[row * width + column] }
                }
            }
        }
        wipe(&mix.y, other.y, width, height)
        wipe(&mix.u, other.u, width / 2, height / 2)
        wipe(&mix.v, other.v, width / 2, height / 2)
        return mix
    }

    /// Mean over squares of `2 radius + 1` pixels.
    mutating func blur(_ radius: Int) {
        Self.blur(&y, width, height, radius)
        Self.blur(&u, width / 2, height / 2, (radius + 1) / 2)
        Self.blur(&v, width / 2, height / 2, (radius + 1) / 2)
    }

    private static func blur(_ plane: inout [Float], _ width: Int, _ height: Int, _ radius: Int) {
        func pass(_ from: [Float], _ lines: Int, _ length: Int, _ line: Int, _ step: Int) -> [Float] {
            var blurred = from
            let scale = 1 / Float(2 * radius + 1)
            for index in 0..<lines {
                let start = index * line
                func value(_ place: Int) -> Float { from[start + max(0, min(length - 1, place)) * step] }
                var sum: Float = 0
                for place in -radius...radius { sum += value(place) }
                for place in 0..<length {
                    blurred[start + place * step] = sum * scale
                    sum += value(place + radius + 1) - value(place - radius)
                }
            }
            return blurred
        }
        plane = pass(pass(plane, height, width, width, 1), width, height, 1, width)
    }

    /// The middle of the picture, `factor` times as large.
    func zoomed(_ factor: Float) -> EditPicture {
        var zoomed = self
        func zoom(_ plane: inout [Float], _ source: [Float], _ width: Int, _ height: Int) {
            func place(_ i: Int, _ count: Int) -> Int {
                let middle = Float(count) / 2
                return max(0, min(count - 1, Int((Float(i) - middle) / factor + middle)))
            }
            let columns = (0..<width).map { place($0, width) }
            for row in 0..<height {
                let from = place(row, height) * width
                for column in 0..<width { plane[row * width + column] = source[from + columns[column]] }
            }
        }
        zoom(&zoomed.y, y, width, height)
        zoom(&zoomed.u, u, width / 2, height / 2)
        zoom(&zoomed.v, v, width / 2, height / 2)
        return zoomed
    }

    /// A plain rectangle, clipped to the picture.
    mutating func fill(x: Int, y top: Int, width w: Int, height h: Int, luma: Float) {
        for row in (top..<top + h).clamped(to: 0..<height) {
            for column in (x..<x + w).clamped(to: 0..<width) {
                y[row * width + column] = luma
                u[row / 2 * (width / 2) + column / 2] = 0
                v[row / 2 * (width / 2) + column / 2] = 0
            }
        }
    }
}
