import Model

/// The planes of one image of a Leica LIF file, or of one tile of it.
final class LIFStore: PlaneStore {
    static let signature = LIFFile.signature
    let series: StackSeries

    private let file: LIFFile
    private let layout: LIFLayout
    private let tile: Int
    private let start: UInt64

    static func series(of path: String) throws(Fault) -> [StackSeries] {
        try LIFIndex(try LIFFile(path)).recordings.map(\.series)
    }

    init(_ path: String, series: Int) throws(Fault) {
        let file = try LIFFile(path)
        let recordings = try LIFIndex(file).recordings
        guard recordings.indices.contains(series) else {
            throw Fault(
                .invalid, "there is no series \(series)", at: path,
                advice: "The file has series 0 to \(recordings.count - 1).")
        }
        self.file = file
        self.series = recordings[series].series
        layout = recordings[series].layout
        tile = recordings[series].tile
        start = recordings[series].start
    }

    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault) {
        let (place, channel) = plane.quotientAndRemainder(dividingBy: layout.channels)
        let (time, slice) = place.quotientAndRemainder(dividingBy: layout.slices)
        try layout.decode(
            time: time, slice: slice, channel: channel, tile: tile, from: start, in: file.bytes, into: &samples)
    }
}
