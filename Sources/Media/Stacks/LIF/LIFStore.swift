import Model

/// Leica LIF.
final class LIFStore: PlaneStore {
    static let signature: [UInt8] = [0x70, 0, 0, 0]
    let series: StackSeries

    static func series(of path: String) throws(Fault) -> [StackSeries] { throw refusal(path) }

    init(_ path: String, series: Int) throws(Fault) { throw Self.refusal(path) }

    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault) { throw Self.refusal(series.paths[0]) }

    private static func refusal(_ path: String) -> Fault {
        Fault(
            .unsupported, "Leica LIF files are not read yet", at: path,
            advice: "Convert it: bfconvert IN.lif OUT.ome.tif")
    }
}
