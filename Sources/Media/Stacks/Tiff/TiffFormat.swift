import Model

extension StackFormat {
    static let tiff = StackFormat(
        "tiff", suffixes: ["tif", "tiff"], joinsFiles: true,
        recognizes: { start, _ in TiffDirectory.signatures.contains(Array(start.prefix(4))) },
        series: { paths throws(Fault) in try TiffIndex.all(paths).map(\.series) },
        open: { paths, series throws(Fault) in try TiffStore(try TiffIndex.read(paths, series: series)) },
        set: { path throws(Fault) in try OMESet.find(from: path)?.paths ?? [path] })
}
