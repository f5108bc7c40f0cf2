import Captions
import Foundation
package import Manifest
package import Model

/// What lies beside a file: yt-dlp's `STEM.info.json`, and `STEM.vtt` or `STEM.LANGUAGE.vtt` (also `.srt`).
package struct SidecarFiles {
    package var provenance = Provenance()
    package var subtitles: [SubtitleLine] = []

    private static let info = ".info.json"

    /// The sidecars of a file that are there.
    package static func names(beside path: String, _ listing: inout FolderListing) -> [String] {
        let stem = (path as NSString).deletingPathExtension
        let (folder, name) = ((stem as NSString).deletingLastPathComponent, (stem as NSString).lastPathComponent)
        let beside = listing.names(in: folder, behind: name)
        let subtitles = beside.filter { $0.hasSuffix(".vtt") || $0.hasSuffix(".srt") }
        // The first in order of name, English before the others.
        func rank(_ file: String) -> Int { file.dropFirst(name.count + 1).hasPrefix("en") ? 0 : 1 }
        let chosen = subtitles.min { (rank($0), $0) < (rank($1), $1) }
        return (beside.filter { $0 == name + info } + [chosen].compactMap(\.self)).map { "\(folder)/\($0)" }
    }

    /// The same, for a candidate; one that can't be asked about is none.
    package static func beside(_ path: String, _ listing: inout FolderListing) -> [Candidate.File] {
        names(beside: path, &listing).compactMap { try? Candidate.File($0) }
    }

    /// Reads sidecars, as `names` finds them. Throws a `Fault` for an `.info.json` that is none.
    package init(_ paths: [String]) throws {
        for path in paths {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            if path.hasSuffix(Self.info) {
                provenance = Self.provenance(try Sidecar.parse(infoJSON: data, file: path))
            } else {
                let text = String(decoding: data, as: UTF8.self)
                subtitles = (path.hasSuffix(".srt") ? Subtitles.parse(srt: text) : Subtitles.parse(vtt: text)).cues
            }
        }
    }

    private static func provenance(_ info: SidecarInfo) -> Provenance {
        var p = Provenance()
        p.title = info.title
        p.description = info.description
        p.channel = info.channel
        p.series = info.series
        p.url = info.url
        p.uploadDate = info.uploadDate
        p.views = info.views
        p.likes = info.likes
        p.tags = info.tags.isEmpty ? nil : info.tags
        p.licence = info.licence
        return p
    }
}
