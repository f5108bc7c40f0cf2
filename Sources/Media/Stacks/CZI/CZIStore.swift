import Model

/// Zeiss CZI.
final class CZIStore: PlaneStore {
    static let signature: [UInt8] = [0x5A, 0x49, 0x53, 0x52, 0x41, 0x57, 0x46, 0x49, 0x4C, 0x45]
    let series: StackSeries

    static func series(of path: String) throws(Fault) -> [StackSeries] { throw refusal(path) }

    init(_ path: String, series: Int) throws(Fault) { throw Self.refusal(path) }

    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault) { throw Self.refusal(series.paths[0]) }

    private static func refusal(_ path: String) -> Fault {
        Fault(
            .unsupported, "Zeiss CZI files are not read yet", at: path,
            advice: "Convert it: bfconvert IN.czi OUT.ome.tif")
    }
}
