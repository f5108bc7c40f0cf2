/// How the samples of a page are cut in blocks: tiles, or strips as wide as the page.
struct TiffLayout {
    /// One block's place.
    struct Block {
        /// As libtiff counts the page's blocks.
        var index: Int
        /// Of its pixels, within the page.
        var x: Int
        var y: Int
        /// Its pixels that lie in the page; a tile may reach beyond it.
        var width: Int
        var height: Int
        /// Rows that are stored.
        var rows: Int
        /// The sample that it holds, of pages whose samples lie apart; else nil.
        var sample: Int?
    }

    let isTiled: Bool
    let isPlanar: Bool
    /// Pixels of a block; the last strip may have fewer rows.
    let width: Int
    let rows: Int
    /// Samples of each pixel in a block.
    let samples: Int
    let rowBytes: Int
    private let page: TiffFormat
    private let across: Int
    private let down: Int

    /// nil where a block is empty, has more than `TiffFormat.pixelLimit` pixels or samples that can't be read.
    /// - Parameters:
    ///   - tile: pixels of a tile; nil for strips.
    ///   - rowsPerStrip: serves without tiles.
    init?(_ page: TiffFormat, isPlanar: Bool, tile: (width: Int, height: Int)?, rowsPerStrip: Int) {
        let width = tile?.width ?? page.width
        let rows = tile?.height ?? min(rowsPerStrip, page.height)
        guard let packing = page.packing, width > 0, rows > 0, width <= TiffFormat.pixelLimit / rows else { return nil }
        isTiled = tile != nil
        self.isPlanar = isPlanar
        self.width = width
        self.rows = rows
        self.page = page
        samples = isPlanar ? 1 : page.samples
        rowBytes = packing.rowBytes(width * samples)
        across = (page.width + width - 1) / width
        down = (page.height + rows - 1) / rows
    }

    /// Blocks of the page.
    var count: Int { across * down * (isPlanar ? page.samples : 1) }
    /// Unpacked bytes of a whole block.
    var blockBytes: Int { rows * rowBytes }

    /// - Parameter index: in `0..<count`.
    func block(_ index: Int) -> Block {
        let place = index % (across * down)
        let x = place % across * width
        let y = place / across * rows
        let height = min(rows, page.height - y)
        return Block(
            index: index, x: x, y: y, width: min(width, page.width - x), height: height, rows: isTiled ? rows : height,
            sample: isPlanar ? index / (across * down) : nil)
    }
}
