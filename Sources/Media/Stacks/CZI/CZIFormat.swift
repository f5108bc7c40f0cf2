import Model

extension StackFormat {
    static let czi = StackFormat(
        "czi", suffixes: ["czi"],
        recognizes: { start, _ in start.starts(with: CZIStore.signature) },
        series: { paths throws(Fault) in try CZIStore.series(of: paths[0]) },
        open: { paths, series throws(Fault) in try CZIStore(paths[0], series: series) })
}
