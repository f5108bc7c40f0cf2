import Foundation
import Manifest
public import Model
public import Pipeline

/// Adds footage to a workspace: walks, lists what may be a recording, and has `probe` look at it.
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

    /// What one file, as it was named or found, came to.
    struct Outcome {
        /// Sources that were there before.
        var known = 0
        var notices: [String] = []
        var fault: Fault?
    }

    private var runner: Runner
    let options: Options
    private var manifest: Manifest { runner.manifest }

    /// - Parameter runner: does the probing, with all its workers.
    public init(runner: Runner, options: Options) {
        self.runner = runner
        self.runner.notesFaults = false
        self.options = options
    }

    /// Ingests every path; a fault of one never stops the others.
    public func run(_ paths: [String]) throws -> Summary {
        var given = try options.sourcesFile.map { try SourceLines(file: $0) }
        let walk = FootageWalk(paths)
        try manifest.forgetProblems(under: walk.named)
        var summary = Summary()
        summary.passedOver = walk.passedOver
        for (path, fault) in walk.problems { try note(fault, path, &summary) }
        var met = Set(walk.problems.map(\.path))
        let candidates = try candidates(walk, &given, &summary)
        met.formUnion(summary.problems.map(\.place))
        let tally = ProbeTally(of: candidates)
        try runner.run(ProbeStage(for: tally))
        for path in candidates.flatMap(tally.parts) { try add(path, tally, &summary, &met) }
        for path in walk.named where !met.contains(where: { $0 == path || $0.hasPrefix(path + "/") }) {
            let fault = Fault(
                .notMedia, "there is no footage in the folder", at: path,
                advice: "Name a folder with films, stacks or numbered pictures.")
            try note(fault, path, &summary)
        }
        for fault in given?.unused ?? [] { summary.problems.append(fault) }
        return summary
    }

    /// Ingests files one by one and tells what came of each, by its path as it is given.
    func run(each paths: [String]) throws -> [String: Outcome] {
        let walks = paths.map { ($0, FootageWalk([$0])) }
        try manifest.forgetProblems(under: walks.flatMap(\.1.named))
        var given: SourceLines?
        var outcomes: [String: (Summary, [String])] = [:]
        for (path, walk) in walks {
            var summary = Summary()
            for (place, fault) in walk.problems { try note(fault, place, &summary) }
            outcomes[path] = (summary, try candidates(walk, &given, &summary))
            outcomes[path]?.0 = summary
        }
        let tally = ProbeTally(of: outcomes.values.flatMap(\.1))
        try runner.run(ProbeStage(for: tally))
        return try outcomes.mapValues { summary, candidates in
            var (summary, met) = (summary, Set<String>())
            for path in candidates.flatMap(tally.parts) { try add(path, tally, &summary, &met) }
            return Outcome(known: summary.known, notices: summary.notices, fault: summary.problems.first)
        }
    }

    private func note(_ fault: Fault, _ path: String, _ summary: inout Summary) throws {
        summary.problems.append(fault)
        try manifest.add(problem: fault, path: path)
    }

    /// Records what is to be looked at.
    /// - Returns: the first file of each candidate, in order.
    private func candidates(
        _ walk: FootageWalk, _ given: inout SourceLines?, _ summary: inout Summary
    ) throws -> [String] {
        var listing = FolderListing()
        var found: [Candidate] = []
        for entry in walk.candidates {
            do {
                let line = entry.paths.compactMap { given?.take($0) }.first
                found.append(
                    Candidate(
                        files: try entry.paths.map(Candidate.File.init),
                        sidecars: try SidecarFiles.names(beside: entry.paths[0], &listing).map(Candidate.File.init),
                        isExpected: entry.expected, notes: entry.notes,
                        declared: try options.view.overridden(by: line?.view ?? ViewText()).declaration(),
                        namedAxes: entry.axes, facts: line?.facts ?? Provenance(), licence: options.licence))
            } catch let fault as Fault where !fault.endsRun {
                try note(fault, entry.paths[0], &summary)
            }
        }
        for batch in stride(from: 0, to: found.count, by: Self.atOnce) {
            try manifest.commit { transaction in
                for candidate in found[batch..<min(batch + Self.atOnce, found.count)] {
                    try transaction.add(candidate)
                }
            }
        }
        return found.map(\.path)
    }

    /// Candidates in one transaction, which stays short.
    private static let atOnce = 500

    /// What came of one candidate, unless that was said already.
    private func add(_ path: String, _ tally: ProbeTally, _ summary: inout Summary, _ met: inout Set<String>) throws {
        guard !met.contains(path) else { return }
        if let fault = try manifest.probeFault(of: path) {
            met.insert(path)
            summary.problems.append(fault)
            return
        }
        switch tally.fate(of: path) {
        case .passedOver: summary.passedOver.append(path)
        case .sources(let sources):
            met.insert(path)
            summary.added += sources.added.count
            summary.known += sources.known.count
            for other in sources.otherViews {
                summary.notices.append(
                    "\(path): \(other) is another view of it; 'microcurate withdraw \(other)' if the new one replaces it"
                )
            }
        case nil:
            // Looked at before, or part of another candidate's recording.
            let sources = try manifest.sources(ofCandidateAt: path)
            summary.known += sources?.count ?? 0
            met.insert(path)
        }
    }
}
