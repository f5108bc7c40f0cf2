import Analysis
import Media
import Model

/// A picture of all shots of a recording: the first, middle and last frame of each, below its number, its time, its
/// frames and how it begins.
struct ContactSheet {
    /// So many fill at most 25 million pixels: 75 MB while they are drawn.
    static let mostShots = 240

    private static let ground = PictureSheet.Color(red: 22, green: 24, blue: 26)
    private static let ink = PictureSheet.Color(red: 240, green: 238, blue: 232)
    private static let soft = PictureSheet.Color(red: 150, green: 155, blue: 160)
    private static let (long, space, margin, caption, heading) = (192, 4, 28, 24, 66)
    private static let between = (x: 32, y: 22)

    private let list: ShotList
    private let title: String
    /// Pixels of one picture's place, and strips of pictures beside and below each other.
    private let cell: (width: Int, height: Int)
    private let columns: Int
    private let rows: Int

    /// - Parameters:
    ///   - title: stands above the pictures.
    ///   - width: of the recording's pictures, as is `height`: their shape.
    init(_ list: ShotList, title: String, width: Int, height: Int) {
        self.list = list
        self.title = title
        func share(_ side: Int) -> Int { max(72, Self.long * side / max(1, width, height)) }
        cell = (share(width), share(height))
        let shots = min(list.shots.count, Self.mostShots)
        let strip = 3 * cell.width + 2 * Self.space + Self.between.x
        // About as wide as a screen, a little taller where there are many; short lists stand in one column.
        let widest = max(1, (2400 - 2 * Self.margin) / strip)
        columns = max(1, min(widest, (shots + 3) / 4))
        rows = (shots + columns - 1) / columns
    }

    /// How many shots are shown: the first ones.
    var shots: Int { min(list.shots.count, Self.mostShots) }

    /// Decodes the frames that it shows; one at a time is held beside the sheet.
    ///
    /// - Parameter seeks: as of `FramePicker.read`.
    /// - Returns: a JPEG.
    func draw(_ picker: FramePicker, seeks: Bool, at path: String) throws -> [UInt8] {
        let foot = shots < list.shots.count ? Self.between.y : 0
        let sheet = try PictureSheet(
            width: 2 * Self.margin + columns * stripSize.width + (columns - 1) * Self.between.x,
            height: 2 * Self.margin + Self.heading + rows * (stripSize.height + Self.between.y) + foot,
            ground: Self.ground, at: path)
        let end = list.clock.text(list.shots.last?.end.pts ?? 0)
        let count = "\(list.shots.count) SHOT\(list.shots.count == 1 ? "" : "S")"
        write(title, on: sheet, x: Self.margin, y: Self.margin, width: sheet.width - 2 * Self.margin, scale: 3)
        write(
            "\(count), \(list.frames) FRAMES, \(end)", on: sheet, x: Self.margin, y: Self.margin + 29,
            width: sheet.width - 2 * Self.margin, color: Self.soft)
        if foot > 0 {
            write(
                "THE FIRST \(shots) OF \(list.shots.count) SHOTS", on: sheet, x: Self.margin,
                y: sheet.height - Self.margin - 14, width: sheet.width - 2 * Self.margin, color: Self.soft)
        }
        for shot in list.shots.prefix(shots) { write(shot, on: sheet) }
        try show(picker, seeks: seeks, on: sheet)
        return try sheet.jpeg()
    }

    private func show(_ picker: FramePicker, seeks: Bool, on sheet: borrowing PictureSheet) throws {
        var places: [(frame: Int, box: PictureSheet.Box)] = []
        for shot in list.shots.prefix(shots) {
            let (first, last) = (shot.start.frame, shot.end.frame - 1)
            let (x, y) = corner(of: shot)
            for (place, frame) in Set([first, (first + last) / 2, last]).sorted().enumerated() {
                let box = PictureSheet.Box(
                    x: x + place * (cell.width + Self.space), y: y + Self.caption, width: cell.width,
                    height: cell.height)
                places.append((frame, box))
            }
        }
        var next = 0
        try picker.read(places.map(\.frame), seeks: seeks) { (frame: borrowing Frame) throws(Fault) in
            try sheet.put(frame, in: places[next].box)
            next += 1
        }
    }

    // MARK: Captions

    /// A bar in the colour of how the shot begins, and what there is to say.
    private func write(_ shot: ShotList.Shot, on sheet: borrowing PictureSheet) {
        let (x, y) = corner(of: shot)
        let opening = list.opening(of: shot)
        sheet.fill(.init(x: x, y: y, width: 4, height: 16), opening.map { Self.color(of: $0.kind) } ?? Self.soft)
        let number = String(shot.index + 1)
        write(number, on: sheet, x: x + 10, y: y + 1, width: stripSize.width)
        let frames = shot.end.frame - shot.start.frame
        let about = [
            list.clock.text(shot.start.pts), "\(frames) FRAME\(frames == 1 ? "" : "S")",
            opening?.kind.rawValue ?? "",
        ]
        let left = 10 + (number.count + 1) * 2 * PictureSheet.signAdvance
        write(
            about.joined(separator: "  "), on: sheet, x: x + left, y: y + 1, width: stripSize.width - left,
            color: Self.soft)
    }

    /// Writes as much of the text as fits.
    private func write(
        _ text: String, on sheet: borrowing PictureSheet, x: Int, y: Int, width: Int, scale: Int = 2,
        color: PictureSheet.Color = ink
    ) {
        let room = max(0, width / (scale * PictureSheet.signAdvance))
        sheet.write(String(text.prefix(room)), x: x, y: y, scale: scale, color)
    }

    /// The colours of `ScorePlot` on dark ground.
    private static func color(of kind: Transition.Kind) -> PictureSheet.Color {
        switch kind {
        case .cut: .init(red: 0x56, green: 0xb4, blue: 0xe9)
        case .dissolve: .init(red: 0xf0, green: 0xa9, blue: 0x3b)
        case .fade: .init(red: 0x2f, green: 0xc7, blue: 0x9b)
        case .wipe: .init(red: 0xdc, green: 0x8c, blue: 0xbb)
        }
    }

    // MARK: Places

    private var stripSize: (width: Int, height: Int) {
        (3 * cell.width + 2 * Self.space, Self.caption + cell.height)
    }

    /// The upper left of a shot's strip; shots go down the first column, then the next.
    private func corner(of shot: ShotList.Shot) -> (x: Int, y: Int) {
        let (column, row) = shot.index.quotientAndRemainder(dividingBy: rows)
        return (
            Self.margin + column * (stripSize.width + Self.between.x),
            Self.margin + Self.heading + row * (stripSize.height + Self.between.y)
        )
    }
}
