/// The layouts that there are.
public enum Layouts {
    /// In the order in which a release names them.
    public static let all: [Layout] = [.webdataset, .mds, .microverse, .hf, .musubi, .diffusionPipe, .ltx]

    /// Those that layouts are for, in their order.
    public static var trainers: [Trainer] { all.compactMap(\.trainer) }

    /// Each once, in the order of `all`; others behind them, as they come.
    static func inOrder(_ layouts: [Layout]) -> [Layout] {
        all.filter(layouts.contains) + layouts.filter { !all.contains($0) }
    }

    /// The listings that every release has, and those of its layouts.
    static func listings(of layouts: [Layout], in place: any ListingPlace) -> [any Listing] {
        [LicenceTable(in: place), ParquetListing(in: place)] + layouts.flatMap { $0.listings(place) }
    }
}
