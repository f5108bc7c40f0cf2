import Model

/// What an OME-XML document says (2016-06, and the dialects since 2003): one `OMEImage` for each `Pixels`, or where
/// the document lies that says it.
struct OMEDocument {
    /// The file that holds the document, by its own words.
    var uuid: String?
    /// The file that holds the whole document, where this is but a pointer to it (`BinaryOnly`).
    var master: OMEFile?
    var images: [OMEImage] = []
    /// What was wrong with the document, in words; there are no images then.
    var problem: String?

    /// Whether a description may be OME-XML; its other words are then the parser's to judge.
    static func isLikely(_ text: String) -> Bool { text.contains("<OME") || text.contains(":OME") }

    /// The files that the images' planes lie in, in the order of their first planes.
    var files: [OMEFile] {
        var first: [OMEFile: (image: Int, plane: Int, block: Int)] = [:]
        for (i, image) in images.enumerated() {
            for (j, block) in image.blocks.enumerated() {
                guard let file = block.file else { continue }
                let place = (image: i, plane: image.plane(of: block) ?? Int.max, block: j)
                if let known = first[file], known <= place { continue }
                first[file] = place
            }
        }
        return first.sorted { $0.value < $1.value }.map(\.key)
    }
}

/// A file as OME-XML names it. Two names of one file are two files until they are resolved.
struct OMEFile: Hashable {
    /// Relative to the folder of the file that says it.
    var name: String?
    /// Of lower case, without `urn:uuid:`.
    var uuid: String?

    /// nil where nothing is named.
    init?(name: String?, uuid: String?) {
        self.name = name.flatMap { $0.isEmpty ? nil : $0 }
        self.uuid = uuid.flatMap(Self.plain)
        if self.name == nil, self.uuid == nil { return nil }
    }

    static func plain(_ uuid: String) -> String? {
        let text = uuid.lowercased().filter { !$0.isWhitespace }
        let plain = text.hasPrefix("urn:uuid:") ? String(text.dropFirst(9)) : text
        return plain.isEmpty ? nil : plain
    }

    /// The name within a folder: its last part where the rest leads elsewhere (`/data/x.tif`, `../x.tif`, `C:\x.tif`).
    var relativeName: String? {
        guard let name else { return nil }
        let parts = name.split { $0 == "/" || $0 == "\\" }.map(String.init)
        guard let last = parts.last, last != "..", last != "." else { return nil }
        let leads = name.hasPrefix("/") || name.contains("\\") || parts.contains("..")
        return leads ? last : parts.joined(separator: "/")
    }

    var description: String { name ?? "the file with UUID \(uuid ?? "")" }
}
