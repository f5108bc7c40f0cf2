import Model

extension StackFormat {
    static let nd2 = StackFormat(
        "nd2", suffixes: ["nd2"],
        recognizes: { start, path in start.starts(with: ND2Store.signature) || ND2Store.isLegacy(start, path) },
        series: { paths throws(Fault) in try ND2Store.series(of: paths[0]) },
        open: { paths, series throws(Fault) in try ND2Store(paths[0], series: series) })
}
