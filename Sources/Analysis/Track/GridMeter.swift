import Model

/// Sees every frame as a grid, and when it is shown.
public final class GridMeter: Measurer {
    public static let name = "grid"
    public static let parts: [any TrackPart.Type] = [FrameTiming.self, FrameMeasures.self, FrameSignatures.self]

    private var pts: [Int64] = []
    private var checksums: [UInt32] = []
    private var keys: [Bool] = []
    private var rows = GridRows()

    public init(_ rule: ScanRule, threads: Int) {}

    public func begin() {
        pts = []
        checksums = []
        keys = []
        rows = GridRows()
    }

    public func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) {
        precondition(pts.last.map { $0 < frame.pts } ?? true, "presentation times must increase")
        pts.append(frame.pts)
        checksums.append(frame.checksum())
        keys.append(frame.isKeyFrame)
        rows.add(seen.grid)
    }

    public func finish() -> [any TrackPart] {
        [FrameTiming(pts: pts, checksums: checksums, keys: keys), rows.measures, rows.signatures]
    }
}
