import Model

/// Nikon's ND2.
final class ND2Store: PlaneStore {
    static let signature: [UInt8] = [0xDA, 0xCE, 0xBE, 0x0A]
    let series: StackSeries

    static func series(of path: String) throws(Fault) -> [StackSeries] { throw refusal(path) }

    init(_ path: String, series: Int) throws(Fault) { throw Self.refusal(path) }

    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault) { throw Self.refusal(series.paths[0]) }

    private static func refusal(_ path: String) -> Fault {
        Fault(
            .unsupported, "Nikon ND2 files are not read yet", at: path,
            advice: "Convert it: bfconvert IN.nd2 OUT.ome.tif")
    }
}
