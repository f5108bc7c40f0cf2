package import Model

/// A file format that stacks come in: a value in a folder of its own, and a line in `StackFormat.all`.
package struct StackFormat: Sendable {
    /// As `MediaDescription.container` has it.
    package let name: String
    /// What its files' names end with: lower case, without the dot.
    package let suffixes: [String]
    /// Whether several files may be one recording; else each is one by itself.
    package let joinsFiles: Bool

    /// Whether a file is of this format, by its first 16 bytes (all where it has fewer) and its path.
    let recognizes: @Sendable (_ start: [UInt8], _ path: String) -> Bool
    /// Every series of the files, at least one. Of a format that joins no files there is one path.
    let series: @Sendable (_ paths: [String]) throws(Fault) -> [StackSeries]
    /// The planes of a series, by its `StackSeries.series`.
    let open: @Sendable (_ paths: [String], _ series: Int) throws(Fault) -> any PlaneStore
    /// The files that are one recording with this one by their own words, this one among them.
    let set: @Sendable (_ path: String) throws(Fault) -> [String]

    package init(
        _ name: String, suffixes: [String], joinsFiles: Bool = false,
        recognizes: @escaping @Sendable (_ start: [UInt8], _ path: String) -> Bool,
        series: @escaping @Sendable (_ paths: [String]) throws(Fault) -> [StackSeries],
        open: @escaping @Sendable (_ paths: [String], _ series: Int) throws(Fault) -> any PlaneStore,
        set: @escaping @Sendable (_ path: String) throws(Fault) -> [String] = { path throws(Fault) in [path] }
    ) {
        (self.name, self.suffixes, self.joinsFiles) = (name, suffixes, joinsFiles)
        (self.recognizes, self.series, self.open, self.set) = (recognizes, series, open, set)
    }
}

extension StackFormat {
    /// In the order in which they are asked. What none of them recognizes is for the first one to refuse.
    package static let all: [StackFormat] = [.tiff, .nd2, .czi, .lif]

    /// By the file's first bytes; nil for what is none of them or can't be read.
    package static func recognize(_ path: String, among formats: [StackFormat] = all) -> StackFormat? {
        guard let file = try? ByteFile(path), let start = try? file.read(at: 0, count: Int(min(16, file.size))) else {
            return nil
        }
        return formats.first { $0.recognizes(start, path) }
    }

    /// Every series of the files, at least one; several files are one recording.
    /// - Throws: `Fault` with `.invalid`, `.unreadable`, `.empty`, `.notMedia`, `.truncated`, `.corrupt`,
    ///   `.unsupported` or `.mismatch` (names the odd file).
    package static func series(
        of paths: [String], among formats: [StackFormat] = all
    ) throws(Fault) -> [StackSeries] {
        try format(of: paths, among: formats).series(paths)
    }

    /// The planes of one series.
    /// - Throws: as `series(of:)`; `.unsupported` where the planes can't be shown.
    package static func open(
        _ paths: [String], series: Int, among formats: [StackFormat] = all
    ) throws(Fault) -> any PlaneStore {
        let store = try format(of: paths, among: formats).open(paths, series)
        if let fault = store.series.unsupported { throw fault }
        return store
    }

    /// The files that are one recording with this one by their own words, in their order and this one among them.
    /// - Throws: what the format's `set` throws.
    static func set(of path: String, among formats: [StackFormat] = all) throws(Fault) -> [String] {
        try format(of: [path], among: formats).set(path)
    }

    private static func format(of paths: [String], among formats: [StackFormat]) throws(Fault) -> StackFormat {
        guard let first = paths.first else {
            throw Fault(.invalid, "no files", at: "stack", advice: "Name a TIFF file.")
        }
        let format = recognize(first, among: formats) ?? formats[0]
        if paths.count > 1, !format.joinsFiles {
            throw Fault(
                .unsupported, "\(format.name.uppercased()) files do not form a sequence", at: first,
                advice: "Ingest each of them.")
        }
        return format
    }
}
