import Model

/// The planes of a series of TIFF files, one file open at a time.
final class TiffStore: PlaneStore {
    var series: StackSeries { index.series }
    private let index: TiffIndex
    private var open: (file: Int, tiff: TiffFile)?

    init(_ index: TiffIndex) throws(Fault) { self.index = index }

    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault) {
        let page = index.pages[plane]
        if samples.count != series.format.count { samples = [Float](repeating: 0, count: series.format.count) }
        if open?.file != page.file {
            open = (page.file, try TiffFile.open(series.paths[page.file], fileSize: index.files[page.file].size))
        }
        guard let file = open?.tiff else { return }
        if let tiff = page.tiff {
            try file.decode(tiff, number: page.number, into: &samples)
        } else {
            try file.decodeBare(at: page.bareOffset, format: index.format, number: page.number, into: &samples)
        }
    }
}
