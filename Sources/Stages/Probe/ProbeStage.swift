import Files
import Foundation
public import Manifest
import Media
public import Model
public import Pipeline
import Shots

/// Looks at each candidate of `ingest`: hashes its files, finds the sources in them, and reads what lies beside.
public struct ProbeStage: Stage {
    public static let head = StageHead(
        "probe", version: 1, place: .worker(WorkerLimits(seconds: 2 * 3600, residentBytes: 4 << 30)),
        abstract: "Look at the files that were ingested: which recordings they hold.")

    /// A recording is what it is, whatever the recipe.
    public struct Rule: Codable, Hashable, Sendable {}

    public static func rule(of recipe: Recipe) -> Rule { Rule() }
    public var rule: Rule { Rule() }
    /// Told of what becomes of each candidate.
    private let tally: ProbeTally?

    public init(rule: Rule, in folder: WorkspaceFolder) { tally = nil }

    /// - Parameter tally: only its candidates are looked at.
    package init(for tally: ProbeTally) { self.tally = tally }

    public struct Item: Codable, Sendable {
        /// With paths relative to its folder: `process` finds the files at its bench.
        var candidate: Candidate
        /// Hashes known from before, in the order of its files.
        var known: [Digest?]
    }

    public struct Output: Codable, Sendable {
        var digests: [Digest] = []
        var sources: [FootageProbe.Source] = []
        var provenance = Provenance()
        var subtitles: [SubtitleLine] = []
        /// The files belong together in another way than they were given: to be looked at instead. Paths are relative to
        /// the candidate's folder.
        var regrouped: [Candidate]?
        /// No media, and nobody thought it was.
        var isPassedOver = false
    }

    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        try manifest.candidates.digests().filter { tally?.isAskedFor($0.path) ?? true }.map(Self.task)
    }

    private static func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent }

    private static func task(_ path: String, _ digest: Digest) -> StageTask {
        StageTask(path, inputs: [digest], label: path)
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<Item> {
        let candidate = try manifest.candidates.ingested(at: tasks[0].key)
        let known = try candidate.files.map {
            try manifest.files.digest(path: $0.path, bytes: $0.bytes, modifiedNanoseconds: $0.modifiedNanoseconds)
        }
        return Work(
            Item(candidate: candidate.relative(to: Self.folder(of: candidate.path)), known: known),
            inputs: zip(candidate.files, known).map(BenchInput.init)
                + candidate.sidecars.map { BenchInput($0, sha256: nil) })
    }

    public static func process(_ item: Item, _ rule: Rule, at bench: Bench) throws -> Output {
        do {
            return try look(at: item, on: bench)
        } catch var fault as Fault {
            let candidate = item.candidate
            if fault.reason == .notMedia, !candidate.isExpected { return Output(isPassedOver: true) }
            if candidate.files.count > 1 {
                fault.what += "; the recording of \(candidate.files.count) files that it belongs to is left out"
            }
            throw fault
        }
    }

    private static func look(at item: Item, on bench: Bench) throws -> Output {
        let candidate = item.candidate
        let files = Array(bench.inputs.prefix(candidate.files.count))
        var declared = candidate.word.declared
        declared.axes = declared.axes ?? candidate.namedAxes
        let found = try FootageProbe.look(
            at: .init(
                paths: files.map(\.path), notes: candidate.notes, isSet: candidate.isSet, declared: declared,
                known: item.known))
        if let groups = found.regrouped {
            let folder = folder(of: files[0].path)
            return Output(regrouped: try groups.map { try regrouped($0, of: candidate).relative(to: folder) })
        }
        for file in files {
            let status = try FileStatus(file.path)
            guard status.bytes == file.bytes, status.modifiedNanoseconds == file.modifiedNanoseconds else {
                throw Fault(
                    .mismatch, "the file is still being written", at: file.path,
                    advice: "Ingest it again when it is complete.")
            }
        }
        let known = try candidate.knowledge(from: bench.inputs.dropFirst(candidate.files.count).map(\.path))
        return Output(
            digests: found.digests, sources: found.sources, provenance: known.provenance, subtitles: known.subtitles)
    }

    private static func regrouped(_ group: FootageProbe.Group, of candidate: Candidate) throws -> Candidate {
        var listing = FolderListing()
        return Candidate(
            files: try group.paths.map(Candidate.File.init),
            sidecars: SidecarFiles.beside(group.paths[0], &listing), isExpected: true, isSet: group.isSet,
            declared: candidate.declared, told: [:], licence: candidate.licence)
    }

    /// Another ingest may say something else of it by now, or a recording have claimed its files as its own.
    public func stands(_ task: StageTask, in transaction: Transaction) throws -> Bool {
        try transaction.candidates.digest(at: task.key) == task.inputs[0]
    }

    public func failed(_ task: StageTask, _ fault: Fault) { tally?.note(.refused(fault), of: task.key) }

    public func record(_ output: Output, for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd] {
        guard let candidate = try transaction.candidates.candidate(at: tasks[0].key) else { return [.replaced(by: [])] }
        return [try record(output, of: candidate, in: transaction)]
    }

    private func record(_ output: Output, of candidate: Candidate, in transaction: Transaction) throws -> TaskEnd {
        if output.isPassedOver {
            try transaction.candidates.remove(at: candidate.path)
            tally?.note(.passedOver, of: candidate.path)
            return .replaced(by: [])
        }
        if let groups = output.regrouped {
            let folder = Self.folder(of: candidate.path)
            return try regroup(candidate, as: groups.map { $0.absolute(in: folder) }, in: transaction)
        }
        for (file, digest) in zip(candidate.files, output.digests) {
            try transaction.files.add(
                digest, bytes: file.bytes, path: file.path, modifiedNanoseconds: file.modifiedNanoseconds)
        }
        var sources = ProbeTally.Sources()
        for source in output.sources {
            let location = try source.location(of: output.digests, at: candidate.paths)
            let isNew = try transaction.sources.add(
                SourceRecord(
                    location: location, digests: output.digests, description: source.description,
                    provenance: output.provenance, subtitles: output.subtitles))
            if isNew { sources.added.append(location.id) } else { sources.known.append(location.id) }
            if isNew { sources.otherViews += try transaction.sources.otherViews(of: location.id) }
        }
        try transaction.candidates.note(sources: sources.added + sources.known, of: candidate)
        tally?.note(.sources(sources), of: candidate.path)
        return .done(try Digest(ofJSON: (sources.added + sources.known).map(\.rawValue).sorted()))
    }

    /// Each file of a set is in it, not a candidate of its own. What the curator said of its files holds for it.
    private func regroup(
        _ candidate: Candidate, as groups: [Candidate], in transaction: Transaction
    ) throws -> TaskEnd {
        try transaction.candidates.remove(at: candidate.path)
        tally?.note(regrouped: groups.map(\.path), of: candidate.path)
        return .replaced(
            by: try groups.map { group in
                var group = group
                for path in group.paths {
                    let other = path == candidate.path ? candidate : try transaction.candidates.candidate(at: path)
                    group.told[path] = candidate.told[path] ?? other?.told[path]
                    if group.isSet, path != candidate.path, other?.files.count == 1 {
                        try transaction.candidates.remove(at: path)
                        try transaction.tasks.forget(task: path, stage: Self.head.name)
                    }
                }
                return Self.task(group.path, try transaction.candidates.add(group))
            })
    }
}

extension Candidate {
    /// What is known of it beside its pictures: what the curator says of it, else its sidecars, else the licence of all.
    /// - Parameter paths: of its sidecars, on this machine.
    package func knowledge(from paths: [String]) throws -> SidecarFiles {
        var known = try SidecarFiles(paths)
        known.provenance.override(by: word.facts)
        known.provenance.licence = known.provenance.licence ?? licence
        return known
    }
}

extension BenchInput {
    fileprivate init(_ file: Candidate.File, sha256: Digest?) {
        self.init(
            sha256: sha256, path: file.path, bytes: file.bytes, modifiedNanoseconds: file.modifiedNanoseconds)
    }
}
