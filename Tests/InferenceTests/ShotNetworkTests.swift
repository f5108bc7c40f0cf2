import Inference
import Model
import Testing

@Suite(.enabled(if: Models.arePresent, Models.notice), .serialized) struct ShotNetworkTests {
    /// Frames of drifting blocks, another set of them from each cut on.
    private func frame(_ t: Int, cuts: [Int]) -> FrameGrid {
        let shot = cuts.count { $0 <= t }
        var grid = FrameGrid()
        for y in 0..<FrameGrid.height {
            for x in 0..<FrameGrid.width {
                let cell = UInt64((x + t / 4) / 7 + 40 * (y / 6) + 1000 * shot)
                var mixed = (cell &+ 1) &* 0x9E37_79B9_7F4A_7C15
                mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
                let i = y * FrameGrid.width + x
                grid.y[i] = UInt8(40 + mixed >> 8 & 127)
                grid.cb[i] = UInt8(96 + mixed >> 20 & 63)
                grid.cr[i] = UInt8(96 + mixed >> 32 & 63)
            }
        }
        return grid
    }

    private func scores(_ network: ShotNetwork, frames: Int, cuts: [Int]) throws -> ShotScores {
        var stream = ShotStream(network)
        for t in 0..<frames { try stream.append(frame(t, cuts: cuts)) }
        return try stream.finish()
    }

    @Test func cutsAreWhereTheyAre() throws {
        let network = try Models.network()
        // Around the seams of the windows, and close to both ends.
        let cuts = [30, 400, 426, 450]
        let found = try scores(network, frames: 470, cuts: cuts)
        #expect(found.middles.count == 470 && found.mixed.count == 470)
        let peaks = found.middles.indices.filter { found.middles[$0] > 0.5 }
        #expect(peaks == cuts.map { $0 - 1 })
        #expect(peaks.allSatisfy { found.mixed[$0] > 0.25 })
    }

    @Test func threadsChangeNothingThatIsStored() throws {
        let one = try scores(ShotNetwork(in: Models.found(), threads: 1), frames: 120, cuts: [50, 90])
        let two = try scores(Models.network(), frames: 120, cuts: [50, 90])
        for (a, b) in zip(one.middles + one.mixed, two.middles + two.mixed) { #expect(abs(a - b) < 1 / 64) }
        #expect(one.middles.contains { $0 > 0.5 })
    }

    @Test func oneNetworkServesManyVideos() throws {
        let network = try Models.network()
        let first = try scores(network, frames: 60, cuts: [20])
        _ = try scores(network, frames: 3, cuts: [1])
        #expect(try scores(network, frames: 60, cuts: [20]) == first)
    }

    @Test func shortVideos() throws {
        let network = try Models.network()
        for count in [0, 1, 2, 51] {
            let found = try scores(network, frames: count, cuts: [])
            #expect(found.middles.count == count && found.mixed.count == count)
            #expect(found.middles.allSatisfy { $0 >= 0 && $0 < 0.5 })
        }
    }
}
