import Foundation
import Manifest
public import Model
public import Pipeline

/// Takes a dataset of ready clips into a workspace: each becomes a source, and its whole span one clip with the
/// caption, level and licence that the dataset gives it.
public struct ImportClips {
    public struct Options: Sendable {
        /// What the dataset is called; nil for its folder's name.
        public var dataset: String?
        /// Licence of clips of which nothing more exact is known.
        public var licence: String?
        /// The folder that the metadata's paths are relative to, if not its own.
        public var videos: String?
        public init() {}
    }

    /// An entry that did not become a clip, though nothing failed.
    public struct Rejection: Codable, Hashable, Sendable {
        public enum Reason: String, Codable, Sendable {
            /// The entry can't be understood.
            case invalid
            /// Its file lies outside of the dataset.
            case outside
            /// An earlier entry has its id, its file or the same bytes.
            case twice
            /// It was withdrawn from this workspace.
            case withdrawn
            /// The file holds several recordings.
            case several
        }
        public var item: String
        public var place: String
        public var reason: Reason
        public var detail: String
    }

    public struct Failure: Codable, Sendable {
        public var item: String
        public var place: String
        public var fault: Fault
    }

    public struct Summary: Codable, Sendable {
        public var dataset = ""
        public var imported = 0
        /// Clips that were imported before; what is newly known about them was taken over.
        public var known = 0
        /// Clips that came without a caption.
        public var withoutCaption: [String] = []
        public var rejected: [Rejection] = []
        public var failed: [Failure] = []
        public var notices: [String] = []
    }

    private static let atOnce = 64

    let runner: Runner
    let options: Options
    private var manifest: Manifest { runner.manifest }

    /// - Parameter runner: as `Ingest` takes it.
    public init(runner: Runner, options: Options) {
        self.runner = runner
        self.options = options
    }

    /// Imports the dataset at `path`; a bad entry never stops the others.
    ///
    /// Throws a `Fault` where there is no dataset, and one that ends a run, such as a full disk.
    public func run(_ path: String) throws -> Summary {
        let metadata = try ClipMetadata(at: path, videos: options.videos)
        var taking = DatasetImport(
            dataset: options.dataset ?? metadata.name, manifest: manifest, withdrawn: try manifest.withdrawals.targets()
        )
        taking.summary.notices = metadata.notices
        var entries: [ClipMetadata.Entry] = []
        for line in metadata.lines {
            switch line {
            case .rejected(let rejection): taking.summary.rejected.append(rejection)
            case .clip(let entry): if taking.isFirst(entry) { entries.append(entry) }
            }
        }
        var ingesting = Ingest.Options()
        ingesting.licence = options.licence
        let ingest = Ingest(runner: runner, options: ingesting)
        // A part at a time: what is probed is an import before much more is.
        for some in entries.chunks(of: Self.atOnce) {
            let before = try Dictionary(
                uniqueKeysWithValues: some.map { ($0.path, try manifest.sources.seen(at: $0.path)) })
            let outcomes = try ingest.run(each: some.map(\.path))
            for entry in some {
                try taking.take(entry, outcomes[entry.path] ?? .init(), before: before[entry.path] ?? [])
            }
        }
        var summary = taking.finish(levels: runner.workspace.recipe.labels.level)
        let order = Dictionary(metadata.lines.enumerated().map { ($1.place, $0) }) { first, _ in first }
        summary.rejected.sort { order[$0.place, default: 0] < order[$1.place, default: 0] }
        return summary
    }
}

/// One import on its way.
private struct DatasetImport {
    let dataset: String
    let manifest: Manifest
    let withdrawn: Set<String>
    var summary = ImportClips.Summary()
    /// The places of ids, files and sources that entries before had.
    private var places: [String: String] = [:]
    private var recordings: [String] = []
    private var levels: Set<String> = []

    init(dataset: String, manifest: Manifest, withdrawn: Set<String>) {
        self.dataset = dataset
        self.manifest = manifest
        self.withdrawn = withdrawn
        summary.dataset = dataset
    }

    /// Whether no entry before has its id or file; else it is rejected.
    mutating func isFirst(_ entry: ClipMetadata.Entry) -> Bool {
        for (key, what) in [("id " + entry.item, "the id"), ("file " + entry.path, "the file")] {
            if let first = places[key] {
                reject(entry, .twice, "\(what) stands at \(first) already")
                return false
            }
        }
        places["id " + entry.item] = entry.place
        places["file " + entry.path] = entry.place
        return true
    }

    /// - Parameters:
    ///   - ingested: what its file came to.
    ///   - before: the file's sources before it was ingested.
    mutating func take(_ entry: ClipMetadata.Entry, _ ingested: Ingest.Outcome, before: [SourceID]) throws {
        summary.notices += ingested.notices
        if let fault = ingested.fault {
            summary.failed.append(.init(item: entry.item, place: entry.place, fault: fault))
            return
        }
        let sources = try manifest.sources.seen(at: entry.path)
        guard sources.count == 1, let source = sources.first else {
            return reject(entry, .several, "the file holds \(sources.count) recordings; 'ingest' takes them as such")
        }
        if let first = places[source.rawValue] {
            return reject(entry, .twice, "the file has the same bytes as that of \(first)")
        }
        places[source.rawValue] = entry.place
        guard !withdrawn.contains(source.rawValue) else {
            return reject(entry, .withdrawn, "\(source) was withdrawn; it stays out")
        }
        let wasRecording = before.contains(source) || ingested.known > 0
        let known = try manifest.commit {
            try $0.imports.add(
                ImportedClip(source: source, dataset: dataset, item: entry.item, caption: entry.caption),
                provenance: entry.provenance)
        }
        if known == nil { summary.imported += 1 } else { summary.known += 1 }
        if known == nil, wasRecording { recordings.append(entry.item) }
        if (entry.caption ?? known?.caption) == nil { summary.withoutCaption.append(entry.item) }
        if let level = entry.provenance.level { levels.insert(level) }
    }

    private mutating func reject(
        _ entry: ClipMetadata.Entry, _ reason: ImportClips.Rejection.Reason, _ detail: String
    ) {
        summary.rejected.append(.init(item: entry.item, place: entry.place, reason: reason, detail: detail))
    }

    /// - Parameter levels: those of the recipe.
    func finish(levels: [String]) -> ImportClips.Summary {
        var summary = summary
        if let first = recordings.first {
            summary.notices.append(
                "\(recordings.count) were ingested as recordings before (\(first) ...): 'run' makes one clip of each, "
                    + "beside those that experts decided on")
        }
        let odd = self.levels.subtracting(levels).sorted()
        if !odd.isEmpty {
            summary.notices.append("the recipe has no such level: \(odd.joined(separator: ", "))")
        }
        return summary
    }
}
