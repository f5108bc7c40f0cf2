import Model

/// The planes of one position of a Nikon ND2 file (the chunks of versions 2 and 3, uncompressed or zlib).
final class ND2Store: PlaneStore {
    static let signature = ND2File.signature
    let series: StackSeries

    private let file: ND2File
    private let picture: ND2Picture
    private let frames: [Int]
    private var last: (frame: Int, rows: [UInt8])?

    /// Whether it is an ND2 file of version 1, a JPEG 2000 file by another name, which is refused.
    static func isLegacy(_ start: [UInt8], _ path: String) -> Bool {
        start.starts(with: ND2File.legacySignature) && path.lowercased().hasSuffix(".nd2")
    }

    static func series(of path: String) throws(Fault) -> [StackSeries] {
        try ND2Index(try ND2File(path)).positions.map(\.series)
    }

    init(_ path: String, series: Int) throws(Fault) {
        let file = try ND2File(path)
        let index = try ND2Index(file)
        guard let position = index.positions.first(where: { $0.series.series == series }) else {
            throw Fault(
                .invalid, "there is no series \(series)", at: path,
                advice: "The file has \(index.positions.map(\.series.series)).")
        }
        self.file = file
        self.series = position.series
        picture = index.picture
        frames = position.frames
    }

    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault) {
        let (place, channel) = plane.quotientAndRemainder(dividingBy: picture.planes)
        let frame = frames[place]
        if last?.frame != frame {
            last = nil
            last = (frame, try picture.rows(of: frame, in: file))
        }
        if let last { picture.unpack(last.rows, channel: channel, into: &samples) }
    }
}
