internal import Model
internal import Synchronization

/// TransNetV2 (Soucek and Lokoc, arXiv:2008.04838), ready to run. One serves any number of videos, one at a time.
public final class ShotNetwork: Sendable {
    private let network: Mutex<Network>

    /// - Parameter threads: of the processor that it may use, at least 1.
    /// - Throws: a `Fault` where the runtime or the network is missing or damaged.
    public init(in directory: ModelDirectory, threads: Int) throws {
        let path = try directory.shotNetwork()
        let gate = Gate(library: try directory.openRuntime(), path: path, advice: ModelDirectory.advice)
        let network = try Network.open(gate, taking: .byte, threads: threads) { axes throws(Fault) in
            let frame = [FrameGrid.height, FrameGrid.width, 3]
            guard axes.count == 5, axes[0].allows(1), zip(axes[2...], frame).allSatisfy({ $0.allows($1) }) else {
                throw gate.fault(.unsupported, "it takes no frames of 48 x 27")
            }
            // Any number of frames: the last window of a video is shorter.
            return nil
        }
        self.network = Mutex(network)
    }

    /// The probabilities of each of `frames`, which follow each other, 27 x 48 RGB bytes each: that it is the middle of
    /// a transition, and that it belongs to one.
    func scores(_ frames: [UInt8]) throws(Fault) -> [Float] {
        let count = frames.count / ShotStream.frameBytes
        return try network.withLock { network throws(Fault) in
            try network.run([1, count, FrameGrid.height, FrameGrid.width, 3]) { $0.copyBytes(from: frames) }
        }
    }
}

/// The scores of one video's frames, each 0...1.
public struct ShotScores: Hashable, Sendable {
    /// That the frame is the middle of a transition: before a cut, the last frame of the old shot.
    public internal(set) var middles: [Float] = []
    /// That the frame belongs to a transition.
    public internal(set) var mixed: [Float] = []
}
