import Model

/// `LICENSES.tsv`: licence and attribution of every source of a release, one line a source, by id.
///
/// Memory grows with the number of sources alone.
final class LicenceTable: Listing {
    static let name = "LICENSES.tsv"

    /// What the clips of one source say of it.
    private struct Source: Hashable {
        let licence: String
        let attribution: String
        let title: String
        let url: String
    }

    private let place: any ListingPlace
    private var sources: [SourceID: (source: Source, clips: Int)] = [:]

    init(in place: any ListingPlace) { self.place = place }

    /// - Throws: `Fault` where two clips say different things about one source.
    func append(_ record: SampleRecord) throws {
        let source = Source(
            licence: record.licence, attribution: record.attribution, title: record.sourceTitle, url: record.sourceUrl)
        let known = sources[record.sourceId] ?? (source, 0)
        guard known.source == source else {
            throw Fault(
                .corrupt, "\(record.clipId) disagrees with another clip about its source", at: record.sourceId.rawValue,
                advice: "A source has one title, licence and attribution: export again, and report it if that fails.")
        }
        sources[record.sourceId] = (source, known.clips + 1)
    }

    func finish() throws { try place.begin(Self.name).write(text) }

    /// Control characters become spaces, so that every line has its columns.
    private var text: String {
        let head = ["source_id", "licence", "spdx", "redistributable", "attribution", "title", "url", "clips"]
        let lines = sources.sorted { $0.key < $1.key }.map { id, entry in
            let (source, licence) = (entry.source, Licence(entry.source.licence))
            return [
                id.rawValue, source.licence, licence.spdx ?? "", licence.redistributable.rawValue, source.attribution,
                source.title, source.url, "\(entry.clips)",
            ]
        }
        return ([head] + lines).map { $0.map(\.onOneLine).joined(separator: "\t") + "\n" }.joined()
    }
}
