import Foundation
import Manifest
import Model
import Releases

/// What a release says of sources, each read from the manifest once.
final class ReleaseSources {
    private let manifest: Manifest
    private let names: [SourceID: String]
    private var allowed: [SourceID: Bool] = [:]
    private var known: [SourceID: (source: ReleaseClip.Source, location: SourceLocation)] = [:]

    init(_ manifest: Manifest) throws {
        self.manifest = manifest
        names = try manifest.sources.names()
    }

    subscript(_ id: SourceID) -> ReleaseClip.Source {
        get throws { try facts(id).source }
    }

    /// Whether its licence is among those that are let in.
    func isAllowed(_ id: SourceID, by licences: LicenceFilter) throws -> Bool {
        if let known = allowed[id] { return known }
        let isAllowed = licences.allows(Licence(try facts(id).source.licence))
        allowed[id] = isAllowed
        return isAllowed
    }

    func location(of id: SourceID) throws -> SourceLocation { try facts(id).location }

    private func facts(_ id: SourceID) throws -> (source: ReleaseClip.Source, location: SourceLocation) {
        if let facts = known[id] { return facts }
        let location = try manifest.sources.location(of: id)
        let provenance = try manifest.sources.provenance(of: id)
        let probe = try manifest.sources.mediaDescription(of: id)
        let name = ((names[id] ?? "") as NSString).deletingPathExtension
        let source = ReleaseClip.Source(
            id: id, title: provenance.title ?? name, url: provenance.url ?? "", licence: provenance.licence ?? "",
            attribution: provenance.attribution ?? provenance.channel ?? "",
            pixelSizeUm: location.view.pixelSizeUm ?? probe?.pixelSizeUm.x.flatMap { Rational(decimal: $0) },
            intervalSeconds: location.view.intervalSeconds ?? probe?.intervalSeconds.flatMap { Rational(decimal: $0) })
        known[id] = (source, location)
        return (source, location)
    }
}

extension Rational {
    /// The decimal as written, to nine places.
    fileprivate init?(decimal: Double) {
        guard decimal.magnitude < 1e9 else { return nil }
        self.init(Int64((decimal * 1e9).rounded()), 1_000_000_000)
    }
}
