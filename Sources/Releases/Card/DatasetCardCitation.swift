import Model

extension ReleaseDescription {
    /// How to cite the release: as its makers ask, else in BibTeX, by what is known.
    var citation: String {
        guard about.citation.isEmpty else { return about.citation }
        let key = "\(name)-\(version)".map {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) ? $0 : "-"
        }
        var fields = [("title", name), ("version", version)]
        if !about.creator.isEmpty { fields.insert(("author", about.creator), at: 0) }
        if let year = about.datePublished.split(separator: "-").first { fields.append(("year", String(year))) }
        if !about.url.isEmpty { fields.append(("url", about.url)) }
        fields.append(("note", "Made with MicroCurator, manifest state \(state.hex.prefix(16))"))
        let lines = fields.map { "  \($0.0) = {\($0.1.filter { !"{}\\\n".contains($0) })}" }
        return "@misc{\(String(key)),\n" + lines.joined(separator: ",\n") + "\n}"
    }
}
