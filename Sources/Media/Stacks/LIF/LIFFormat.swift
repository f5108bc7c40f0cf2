import Model

extension StackFormat {
    static let lif = StackFormat(
        "lif", suffixes: ["lif"],
        recognizes: { start, _ in start.starts(with: LIFStore.signature) },
        series: { paths throws(Fault) in try LIFStore.series(of: paths[0]) },
        open: { paths, series throws(Fault) in try LIFStore(paths[0], series: series) })
}
