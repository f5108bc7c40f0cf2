import Captions
import Files
import Foundation
public import Manifest
public import Model
public import Pipeline

/// Adds footage to a workspace: walks, probes, hashes, reads sidecars, records.
public struct Ingest {
    public struct Options: Sendable {
        public var licence: String?
        public var sourcesFile: String?
        public var view = ViewText()
        public init() {}
    }

    public struct Summary: Codable, Sendable {
        public var added = 0
        /// Sources that were there already, under the same or another path.
        public var known = 0
        /// Files that are no media and weren't expected to be, sidecars among them.
        public var passedOver: [String] = []
        public var problems: [Fault] = []
        /// What the curator may want to act on, though nothing failed.
        public var notices: [String] = []
    }

    let manifest: Manifest
    let options: Options
    let progress: ProgressDisplay
    /// Runs `IngestProbe.process` on an item's JSON, about the path that follows, mostly in a worker process.
    let probe: (String, String) throws -> String

    public init(
        manifest: Manifest, options: Options, progress: ProgressDisplay,
        probe: @escaping (String, String) throws -> String
    ) {
        self.manifest = manifest
        self.options = options
        self.progress = progress
        self.probe = probe
    }

    /// Ingests every path; a fault of one never stops the others.
    public func run(_ paths: [String]) throws -> Summary {
        var given = try options.sourcesFile.map { try SourceLines(file: $0) }
        let walk = FootageWalk(paths)
        try manifest.forgetProblems(under: walk.named)
        var summary = Summary()
        var met: [String] = []
        summary.passedOver = walk.passedOver
        progress.begin(stage: "ingest", total: walk.candidates.count, unit: "file")
        defer { progress.end() }
        for (path, fault) in walk.problems {
            try note(fault, path, &summary)
            met.append(path)
        }
        var queue = walk.candidates[...]
        // Files that went in with the recording that they belong to.
        var taken: Set<String> = []
        while let candidate = queue.popFirst() {
            if !candidate.isSet, candidate.paths.allSatisfy(taken.contains) {
                met += candidate.paths
                progress.advance()
                continue
            }
            do {
                switch try ingest(candidate, &given, &summary) {
                case .regrouped(let groups):
                    queue = groups + queue
                    for group in groups where group.isSet { taken.formUnion(group.paths) }
                case .done:
                    met += candidate.paths
                    progress.advance()
                }
            } catch var fault as Fault where !fault.endsRun {
                if candidate.paths.count > 1 {
                    fault.what += "; the recording of \(candidate.paths.count) files that it belongs to is left out"
                }
                if fault.reason == .notMedia, !candidate.expected {
                    summary.passedOver.append(candidate.paths[0])
                } else {
                    try note(fault, candidate.paths[0], &summary)
                    met.append(candidate.paths[0])
                }
                progress.advance(failed: 1)
            }
        }
        for path in walk.named where !met.contains(where: { $0 == path || $0.hasPrefix(path + "/") }) {
            let fault = Fault(
                .notMedia, "there is no footage in the folder", at: path,
                advice: "Name a folder with films, stacks or numbered pictures.")
            try note(fault, path, &summary)
        }
        for fault in given?.unused ?? [] { summary.problems.append(fault) }
        return summary
    }

    private func note(_ fault: Fault, _ path: String, _ summary: inout Summary) throws {
        summary.problems.append(fault)
        try manifest.add(problem: fault, path: path)
    }

    private enum Step {
        case done
        /// The candidate's files belong together in another way.
        case regrouped([FootageWalk.Candidate])
    }

    private func ingest(
        _ candidate: FootageWalk.Candidate, _ given: inout SourceLines?, _ summary: inout Summary
    ) throws -> Step {
        let stats = try candidate.paths.map(FileStatus.init)
        let line = candidate.paths.compactMap { given?.take($0) }.first
        var declared = try options.view.overridden(by: line?.view ?? ViewText()).declaration()
        declared.axes = declared.axes ?? candidate.axes
        let item = IngestProbe.Item(
            paths: candidate.paths, notes: candidate.notes, isSet: candidate.isSet, declared: declared,
            known: try zip(candidate.paths, stats).map {
                try manifest.digest(path: $0, bytes: $1.bytes, modifiedNanoseconds: $1.modifiedNanoseconds)
            })
        let output = try JSON.decode(IngestProbe.Output.self, from: try probe(try JSON.line(item), candidate.paths[0]))
        if let groups = output.regrouped {
            return .regrouped(
                groups.map { FootageWalk.Candidate(paths: $0.paths, expected: true, isSet: $0.isSet) })
        }
        for (path, status) in zip(candidate.paths, stats) where try FileStatus(path) != status {
            throw Fault(
                .mismatch, "the file is still being written", at: path, advice: "Ingest it again when it is complete.")
        }
        let (provenance, subtitles) = try provenance(of: candidate.paths[0], line)
        for (path, (digest, status)) in zip(candidate.paths, zip(output.digests, stats)) {
            try manifest.add(
                file: digest, bytes: status.bytes, path: path, modifiedNanoseconds: status.modifiedNanoseconds)
        }
        for source in output.sources {
            let record = SourceRecord(
                location: try source.location(of: output.digests, at: candidate.paths), digests: output.digests,
                description: source.description, provenance: provenance, subtitles: subtitles)
            guard try manifest.add(record) else {
                summary.known += 1
                continue
            }
            summary.added += 1
            for other in try manifest.otherViews(of: record.location.id) {
                summary.notices.append(
                    "\(candidate.paths[0]): \(other) is another view of it; 'microcurate withdraw \(other)' if the new "
                        + "one replaces it")
            }
        }
        return .done
    }

    /// A line of the sources file goes before the sidecar, that before `--licence`.
    private func provenance(of path: String, _ line: SourceLines.Line?) throws -> (Provenance, [SubtitleLine]) {
        let sidecar = try SidecarFiles(beside: path)
        var provenance = sidecar.provenance
        line?.apply(to: &provenance)
        provenance.licence = provenance.licence ?? options.licence
        return (provenance, sidecar.subtitles)
    }
}
