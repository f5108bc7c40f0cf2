import Foundation
import Model

/// The OME-XML of one recording, and the files that it speaks of as they lie on disk.
struct OMESet {
    let document: OMEDocument
    /// The files in order: by the first plane of each; at last the one that holds the document, where it names itself
    /// not.
    let paths: [String]
    /// Of `paths`, the one without planes.
    let companion: Int?
    /// Of `paths`, the one that blocks without a name speak of.
    private let owner: Int
    /// Of each file as the document names it, its place in `paths`.
    private let places: [OMEFile: Int]

    /// Whether the recording lies in several files.
    var isSpread: Bool { paths.count > 1 }

    /// Place in `paths` of the file that a block names.
    func place(of file: OMEFile?) -> Int { file.flatMap { places[$0] } ?? owner }

    /// The recording that a file belongs to, its other files looked for in its folder.
    /// - Returns: nil where the file holds no OME-XML.
    /// - Throws: `Fault` with `.unreadable` where a file of the set is missing, `.mismatch` where this is none of them,
    ///   `.corrupt` where the document it points to can't be read.
    static func find(from path: String) throws(Fault) -> OMESet? {
        guard let own = OMEText(path) else { return nil }
        let folder = OMEText.folder(of: path)
        return try OMESet(path, own) { file in
            guard let name = file.relativeName else { return nil }
            if name == OMEText.name(of: path) { return path }
            return FileManager.default.fileExists(atPath: folder + name) ? folder + name : nil
        } others: {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
            return names.sorted().filter(isNamedTIFF).prefix(siblingLimit).map { folder + $0 }
        }
    }

    /// The recording in the given files. A set must be whole; several files that each stand alone are no set, and the
    /// first one's document is returned.
    /// - Returns: nil where the first file holds no OME-XML, and no other's speaks of it.
    /// - Throws: as `find(from:)`, and `.mismatch` where a file is none of the set.
    static func read(_ paths: [String]) throws(Fault) -> OMESet? {
        for path in paths {
            guard let own = OMEText(path) else { continue }
            let set = try read(paths, by: path, own)
            return set.isSpread || path == paths[0] ? set : nil
        }
        return nil
    }

    private static func read(_ paths: [String], by path: String, _ own: OMEText) throws(Fault) -> OMESet {
        let folder = OMEText.folder(of: path)
        let given = Set(paths)
        let byName = Dictionary(paths.map { (OMEText.name(of: $0), $0) }) { first, _ in first }
        let set = try OMESet(path, own) { file in
            guard let name = file.relativeName else { return nil }
            return given.contains(folder + name) ? folder + name : byName[OMEText.name(of: name)]
        } others: {
            paths
        }
        let belong = Set(set.paths)
        if set.isSpread, let odd = paths.first(where: { !belong.contains($0) }) {
            throw Fault(
                .mismatch, "the file is none of the \(belong.count) that belong to \(OMEText.name(of: path))", at: odd,
                advice: "Ingest it apart.")
        }
        return set
    }

    /// The most files of a folder that are searched for a renamed one.
    private static let siblingLimit = 2000

    private static func isNamedTIFF(_ name: String) -> Bool {
        ["tif", "tiff", "tf2", "tf8", "btf"].contains((name as NSString).pathExtension.lowercased())
    }

    /// - Parameters:
    ///   - named: the path of a file by its name; nil where there is none.
    ///   - others: paths that may be files of the set under new names.
    private init(
        _ path: String, _ own: OMEText, named: (OMEFile) -> String?, others: () -> [String]
    ) throws(Fault) {
        var document = OMEParser.read(own.text)
        let uuid = document.uuid
        // The file that holds the document, and the one that blocks without a name speak of.
        var (holder, owner) = (path, path)
        if let master = document.master {
            (document, holder) = try Self.follow(master, from: path, named)
            if TiffFields.read(holder) != nil { owner = holder }
        } else if own.isTIFF, document.files.count <= 1 {
            // A document that names no other file speaks of its own, whatever that was once called.
            self.document = document
            (paths, companion, self.owner) = ([path], nil, 0)
            places = [:]
            return
        }
        let files = document.files
        let found = try Self.resolve(files, of: path, uuid: uuid, named: named, others: others)
        var all: [String] = []
        var known: [String: Int] = [:]
        for path in found where known[path] == nil {
            known[path] = all.count
            all.append(path)
        }
        if known[owner] == nil, document.images.contains(where: { $0.blocks.contains { $0.file == nil } }) {
            known[owner] = all.count
            all.append(owner)
        }
        if known[path] == nil, holder != path || own.isTIFF {
            throw Fault(
                .mismatch,
                "it belongs to \(OMEText.name(of: holder)), which names \(files.count) files, none of them this one",
                at: path, advice: "Give the file its old name, or save it as a recording of its own.")
        }
        companion = known[holder] == nil ? all.count : nil
        if known[holder] == nil { all.append(holder) }
        self.document = document
        self.paths = all
        self.owner = known[owner] ?? 0
        places = Dictionary(uniqueKeysWithValues: zip(files, found).map { ($0, known[$1] ?? 0) })
    }

    /// Reads the document that a file points to.
    private static func follow(
        _ master: OMEFile, from path: String, _ named: (OMEFile) -> String?
    ) throws(Fault) -> (OMEDocument, String) {
        guard let place = named(master), let text = OMEText(place) else {
            throw Fault(
                .unreadable, "its metadata lies in \(master.description), which is missing or can't be read", at: path,
                advice: "Copy that file to the folder of this one.")
        }
        let document = OMEParser.read(text.text)
        if document.master != nil || document.problem != nil {
            throw Fault(
                .corrupt, document.problem ?? "the OME-XML points to yet another file", at: place,
                advice: "Copy the file again from where it was recorded.")
        }
        return (document, place)
    }

    /// The path of each file: the own one by its UUID, the others by name, else by UUID.
    private static func resolve(
        _ files: [OMEFile], of path: String, uuid: String?, named: (OMEFile) -> String?, others: () -> [String]
    ) throws(Fault) -> [String] {
        var found = [String?](repeating: nil, count: files.count)
        let own = files.indices.filter { uuid != nil && files[$0].uuid == uuid }
        if own.count == 1 { found[own[0]] = path }
        var taken = Set(found.compactMap(\.self))
        for i in files.indices where found[i] == nil {
            guard let place = named(files[i]), !(own.count == 1 && place == path) else { continue }
            found[i] = place
            taken.insert(place)
        }
        if zip(files, found).contains(where: { $0.uuid != nil && $1 == nil }) {
            var byUUID: [String: String] = [:]
            for other in others() where !taken.contains(other) {
                guard let uuid = OMEText(other)?.uuid, byUUID[uuid] == nil else { continue }
                byUUID[uuid] = other
            }
            for i in files.indices where found[i] == nil { found[i] = files[i].uuid.flatMap { byUUID[$0] } }
        }
        let missing = zip(files, found).filter { $1 == nil }.map(\.0)
        if let first = missing.first {
            let more = missing.count > 1 ? " and \(missing.count - 1) more are" : " is"
            throw Fault(
                .unreadable, "\(first.description)\(more) missing of the \(files.count) files of this recording",
                at: path, advice: "Copy all of its files to one folder, under the names they were recorded with.")
        }
        return found.compactMap(\.self)
    }
}

/// The OME-XML in a file: the description of a TIFF file's first page, or a companion that holds nothing else.
struct OMEText {
    let text: String
    let isTIFF: Bool

    /// The most bytes of a companion.
    private static let limit: UInt64 = 1 << 28

    /// nil where the file holds none.
    init?(_ path: String) {
        if let fields = TiffFields.read(path) {
            guard let text = fields.text(TiffFields.description), Self.isLikely(text) else { return nil }
            self.text = text
            isTIFF = true
            return
        }
        guard ["ome", "xml"].contains((path as NSString).pathExtension.lowercased()), let file = try? ByteFile(path),
            file.size <= Self.limit, let bytes = try? file.read(at: 0, count: Int(file.size))
        else { return nil }
        let isWide = bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
        text = isWide ? String(data: Data(bytes), encoding: .utf16) ?? "" : String(decodingText: bytes)
        isTIFF = false
        if !Self.isLikely(text) { return nil }
    }

    private static func isLikely(_ text: String) -> Bool {
        let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        return start.hasPrefix("<") && (start.contains("<OME") || start.contains(":OME"))
    }

    /// The UUID of the file, in the first tag of the document; nil where there is none.
    var uuid: String? {
        guard let start = text.firstRange(of: "<OME") ?? text.firstRange(of: ":OME") else { return nil }
        let tag = text[start.upperBound...].prefix { $0 != ">" }
        guard let name = tag.firstRange(of: "UUID=") else { return nil }
        let value = tag[name.upperBound...]
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return OMEFile.plain(String(value.dropFirst().prefix { $0 != quote }))
    }

    /// The folder of a path with its separator, "" for a name alone: what a name is put behind.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
