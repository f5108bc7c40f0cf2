internal import Model

/// Something to film: each call draws the next frame.
protocol EditScene {
    mutating func draw() -> EditPicture
}

/// What a shot of `EditFootage` can show.
enum EditSubject: String, CaseIterable {
    case colloids, fluorescence, tissue, division, stack, molecule, timelapse

    /// - Parameters:
    ///   - look: fixes colours, sizes and speeds.
    ///   - specimen: fixes what is where.
    func scene(_ width: Int, _ height: Int, look: UInt64, specimen: UInt64) -> any EditScene {
        var (style, place) = (SplitMix(seed: look), SplitMix(seed: specimen))
        let frame = EditFrame(width: width, height: height)
        switch self {
        case .colloids: return Colloids(frame, &style, &place)
        case .fluorescence: return Fluorescence(frame, &style, &place)
        case .tissue: return Tissue(frame, &style, &place)
        case .division: return Division(frame, &style, &place)
        case .stack: return Stack(frame, &style, &place)
        case .molecule: return Molecule(frame, &style, &place)
        case .timelapse:
            let subjects: [EditSubject] = [.colloids, .fluorescence, .division]
            let filmed = subjects[style.index(subjects.count)]
            let hold = style.whole(in: 3...6)
            return Timelapse(
                scene: filmed.scene(width, height, look: style.next(), specimen: place.next()), hold: hold,
                stride: style.whole(in: hold...2 * hold))
        }
    }
}

/// The field of view; sizes below are for one 180 pixels high.
private struct EditFrame {
    let width: Int
    let height: Int
    var unit: Float { Float(height) / 180 }

    func point(_ random: inout SplitMix) -> (Float, Float) {
        (Float(random.unit()) * Float(width), Float(random.unit()) * Float(height))
    }

    func picture(luma: Float, u: Float = 0, v: Float = 0) -> EditPicture {
        EditPicture(width: width, height: height, luma: luma, u: u, v: v)
    }
}

extension SplitMix {
    fileprivate mutating func real(_ range: ClosedRange<Double>) -> Float { Float(value(in: range)) }
    /// About normal, deviation 1.
    fileprivate mutating func normal() -> Float { EditTexture.noise[index(65_536)] }
}

/// Colours of dyes: luma of full strength, u, v.
private let dyes: [(luma: Float, u: Float, v: Float)] = [
    (0.7, -0.25, -0.3), (0.45, -0.12, 0.4), (0.6, 0.25, -0.25), (0.5, 0.2, 0.25), (0.8, 0, 0),
]

/// Particles in bright field, in Brownian motion: bright in the middle, a dark ring around.
private struct Colloids: EditScene {
    private let frame: EditFrame
    private var random: SplitMix
    private var particles: [(x: Float, y: Float, radius: Float)] = []
    private let ground, slope, contrast, step, noise, u, v: Float
    private let drift: (x: Float, y: Float)

    init(_ frame: EditFrame, _ style: inout SplitMix, _ place: inout SplitMix) {
        self.frame = frame
        ground = style.real(0.4...0.75)
        slope = style.real(-0.15...0.15)
        contrast = style.real(0.2...0.5)
        step = style.real(0.2...0.9) * frame.unit
        noise = style.real(0.006...0.025)
        u = style.real(-0.06...0.06)
        v = style.real(-0.06...0.06)
        let size = style.real(2.5...8)
        drift = (style.real(-0.3...0.3) * frame.unit, style.real(-0.3...0.3) * frame.unit)
        for _ in 0..<style.whole(in: 30...140) {
            let (x, y) = frame.point(&place)
            particles.append((x, y, size * place.real(0.8...1.25) * frame.unit))
        }
        random = place
    }

    mutating func draw() -> EditPicture {
        var picture = frame.picture(luma: ground, u: u, v: v)
        for row in 0..<frame.height {
            for column in 0..<frame.width {
                picture.y[row * frame.width + column] += slope * (Float(column) / Float(frame.width) - 0.5)
            }
        }
        let contrast = contrast
        for i in particles.indices {
            let particle = particles[i]
            picture.spot(x: particle.x, y: particle.y, radius: particle.radius) { luma, near in
                luma + contrast * (near * near * near * near - 2.5 * near * (1 - near))
            }
            particles[i].x += drift.x + step * random.normal()
            particles[i].y += drift.y + step * random.normal()
        }
        picture.addNoise(noise, offset: random.index(65_536))
        return picture
    }
}

/// Stained cells that wander on a dark, noisy ground.
private struct Fluorescence: EditScene {
    private struct Cell {
        var x, y, dx, dy, radius, light: Float
        var dye: Int
    }

    private let frame: EditFrame
    private var random: SplitMix
    private var cells: [Cell] = []
    private let ground, noise: Float

    init(_ frame: EditFrame, _ style: inout SplitMix, _ place: inout SplitMix) {
        self.frame = frame
        ground = style.real(0.01...0.07)
        noise = style.real(0.008...0.03)
        let speed = style.value(in: 0.05...0.6)
        let (size, light) = (style.value(in: 7...20), style.real(0.35...1))
        let stains = [style.index(dyes.count), style.index(dyes.count)]
        for _ in 0..<style.whole(in: 8...40) {
            let (x, y) = frame.point(&place)
            cells.append(
                Cell(
                    x: x, y: y, dx: place.real(-speed...speed) * frame.unit,
                    dy: place.real(-speed...speed) * frame.unit,
                    radius: Float(size) * place.real(0.7...1.4) * frame.unit, light: light * place.real(0.6...1),
                    dye: stains[place.index(2)]))
        }
        random = place
    }

    mutating func draw() -> EditPicture {
        var picture = frame.picture(luma: ground)
        for i in cells.indices {
            let cell = cells[i]
            let dye = dyes[cell.dye]
            let (luma, u, v) = (cell.light * dye.luma, cell.light * dye.u, cell.light * dye.v)
            picture.spot(
                x: cell.x, y: cell.y, radius: cell.radius, luma: { $0 + luma * $1 * $1 },
                chroma: ({ $0 + u * $1 * $1 }, { $0 + v * $1 * $1 }))
            picture.spot(x: cell.x, y: cell.y, radius: cell.radius * 0.4) { $0 + 0.3 * luma * $1 }
            cells[i].x += cell.dx + 0.1 * frame.unit * random.normal()
            cells[i].y += cell.dy + 0.1 * frame.unit * random.normal()
        }
        picture.addNoise(noise, offset: random.index(65_536))
        return picture
    }
}

/// Stained tissue that moves under the lens.
private struct Tissue: EditScene {
    private let frame: EditFrame
    private let fibres: EditTexture
    private let nuclei: EditTexture
    private var x, y: Float
    private let dx, dy, bright, contrast, u, v: Float
    private let noise: Int

    init(_ frame: EditFrame, _ style: inout SplitMix, _ place: inout SplitMix) {
        self.frame = frame
        let speed = style.value(in: 0...2.5)
        dx = style.real(-speed...speed)
        dy = style.real(-speed...speed)
        bright = style.real(0.5...0.8)
        contrast = style.real(0.15...0.3)
        u = style.real(-0.03...0.12)
        v = style.real(-0.04...0.14)
        fibres = EditTexture(coarsest: 1 << style.whole(in: 4...7), random: &place)
        nuclei = EditTexture(coarsest: 16, random: &place)
        x = place.real(0...255)
        y = place.real(0...255)
        noise = place.index(65_536)
    }

    mutating func draw() -> EditPicture {
        var picture = frame.picture(luma: bright, u: u, v: v)
        let scale = 1 / frame.unit
        for row in 0..<frame.height {
            for column in 0..<frame.width {
                let (px, py) = (x + Float(column) * scale, y + Float(row) * scale)
                let fibre = fibres[px, py]
                let nucleus = max(0, nuclei[px, py] - 0.35)
                picture.y[row * frame.width + column] += contrast * fibre - 0.8 * nucleus
                if row % 2 == 0, column % 2 == 0 {
                    let i = row / 2 * (frame.width / 2) + column / 2
                    picture.u[i] += 0.3 * nucleus
                    picture.v[i] -= 0.06 * fibre
                }
            }
        }
        x += dx
        y += dy
        picture.addNoise(0.008, offset: noise + Int(x * 512))
        return picture
    }
}

/// Rod-shaped cells in phase contrast that grow and divide.
private struct Division: EditScene {
    private struct Rod {
        var x, y, turns, length: Float
    }

    private static let most = 70
    private let frame: EditFrame
    private var random: SplitMix
    private var rods: [Rod] = []
    private let ground, light, growth, thickness, noise: Float

    init(_ frame: EditFrame, _ style: inout SplitMix, _ place: inout SplitMix) {
        self.frame = frame
        ground = style.real(0.35...0.6)
        light = style.real(0.2...0.35)
        growth = style.real(0.004...0.02)
        thickness = style.real(4...8) * frame.unit
        noise = style.real(0.006...0.02)
        for _ in 0..<style.whole(in: 6...30) {
            let (x, y) = frame.point(&place)
            rods.append(Rod(x: x, y: y, turns: place.real(0...1), length: place.real(1...2)))
        }
        random = place
    }

    mutating func draw() -> EditPicture {
        var picture = frame.picture(luma: ground, u: -0.01, v: -0.01)
        let light = light
        for rod in rods {
            let (dx, dy) = (EditTexture.sine(turns: rod.turns + 0.25), EditTexture.sine(turns: rod.turns))
            for step in -2...2 {
                let way = Float(step) / 2 * rod.length * thickness
                picture.spot(x: rod.x + way * dx, y: rod.y + way * dy, radius: thickness * 1.5) { luma, near in
                    luma + light * (near * (1 - near) - 1.2 * near * near * near)
                }
            }
        }
        for i in rods.indices {
            rods[i].length *= 1 + growth
            rods[i].x += 0.1 * frame.unit * random.normal()
            rods[i].y += 0.1 * frame.unit * random.normal()
            rods[i].turns += 0.002 * random.normal()
            guard rods[i].length > 2.2, rods.count < Self.most else { continue }
            var daughter = rods[i]
            let way = rods[i].length * thickness / 2
            let (dx, dy) = (
                way * EditTexture.sine(turns: daughter.turns + 0.25), way * EditTexture.sine(turns: daughter.turns)
            )
            rods[i].length /= 2.2
            daughter.length /= 2.2
            (rods[i].x, rods[i].y) = (rods[i].x - dx, rods[i].y - dy)
            (daughter.x, daughter.y) = (daughter.x + dx, daughter.y + dy)
            rods.append(daughter)
        }
        picture.addNoise(noise, offset: random.index(65_536))
        return picture
    }
}

/// The planes of a stack, one after the other: what is in focus comes and goes.
private struct Stack: EditScene {
    private let frame: EditFrame
    private var random: SplitMix
    private var grains: [(x: Float, y: Float, z: Float, radius: Float)] = []
    private var z: Float = 0
    private let speed, depth, ground, light: Float
    private let dye: Int

    init(_ frame: EditFrame, _ style: inout SplitMix, _ place: inout SplitMix) {
        self.frame = frame
        speed = style.real(0.2...0.8)
        depth = style.real(6...14)
        ground = style.real(0.02...0.12)
        light = style.real(0.3...0.8)
        dye = style.index(dyes.count)
        let size = style.real(4...14)
        for _ in 0..<style.whole(in: 80...220) {
            let (x, y) = frame.point(&place)
            grains.append((x, y, place.real(-10...90), size * place.real(0.6...1.5) * frame.unit))
        }
        random = place
    }

    mutating func draw() -> EditPicture {
        var picture = frame.picture(luma: ground)
        for grain in grains {
            let off = abs(grain.z - z) / depth
            guard off < 1 else { continue }
            let strength = light * (1 - off * off) * (1 - off)
            let dye = dyes[dye]
            picture.spot(
                x: grain.x, y: grain.y, radius: grain.radius * (1 + off), luma: { $0 + strength * dye.luma * $1 * $1 },
                chroma: ({ $0 + strength * dye.u * $1 * $1 }, { $0 + strength * dye.v * $1 * $1 }))
        }
        z += speed
        picture.addNoise(0.012, offset: random.index(65_536))
        return picture
    }
}

/// A rendering: coloured balls that turn about an upright axis before a plain ground.
private struct Molecule: EditScene {
    private let frame: EditFrame
    private var balls: [(x: Float, y: Float, z: Float, radius: Float, dye: Int)] = []
    private var turns: Float
    private let speed, ground, slope, u, v: Float

    init(_ frame: EditFrame, _ style: inout SplitMix, _ place: inout SplitMix) {
        self.frame = frame
        speed = style.real(-0.008...0.008)
        ground = style.real(0.05...0.85)
        slope = style.real(-0.25...0.25)
        u = style.real(-0.15...0.15)
        v = style.real(-0.15...0.15)
        let spread = style.value(in: 25...60)
        let stains = [style.index(dyes.count), style.index(dyes.count), style.index(dyes.count)]
        for _ in 0..<style.whole(in: 5...24) {
            balls.append(
                (
                    place.real(-spread...spread), place.real(-60...60), place.real(-spread...spread),
                    place.real(8...26),
                    stains[place.index(3)]
                ))
        }
        turns = place.real(0...1)
    }

    mutating func draw() -> EditPicture {
        var picture = frame.picture(luma: ground, u: u, v: v)
        for row in 0..<frame.height {
            let shade = slope * (Float(row) / Float(frame.height) - 0.5)
            for column in 0..<frame.width { picture.y[row * frame.width + column] += shade }
        }
        let (sine, cosine) = (EditTexture.sine(turns: turns), EditTexture.sine(turns: turns + 0.25))
        let turned = balls.map { ball in
            (x: ball.x * cosine + ball.z * sine, y: ball.y, z: ball.z * cosine - ball.x * sine, ball.radius, ball.dye)
        }.sorted { ($0.z, $0.x) < ($1.z, $1.x) }
        for (x, y, _, radius, dye) in turned {
            let dye = dyes[dye]
            picture.spot(
                x: Float(frame.width) / 2 + x * frame.unit, y: Float(frame.height) / 2 + y * frame.unit,
                radius: radius * frame.unit, luma: { _, near in dye.luma * (0.25 + 0.75 * near.squareRoot()) },
                chroma: ({ _, _ in dye.u }, { _, _ in dye.v }))
        }
        turns += speed
        return picture
    }
}

/// A scene filmed slowly: the picture stands for some frames and then jumps.
private struct Timelapse: EditScene {
    private var scene: any EditScene
    private let hold: Int
    private let stride: Int
    private var shown: EditPicture
    private var frames = 0

    init(scene: any EditScene, hold: Int, stride: Int) {
        self.scene = scene
        self.hold = hold
        self.stride = stride
        shown = self.scene.draw()
    }

    mutating func draw() -> EditPicture {
        if frames > 0, frames % hold == 0 {
            for _ in 0..<stride { shown = scene.draw() }
        }
        frames += 1
        return shown
    }
}
