import Foundation
import Manifest
public import Model
public import Pipeline
import Stages

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
        var intake = Intake()
        intake.summary.passedOver = walk.passedOver
        try list([walk], &given, &intake)
        let tally = try probe(intake.candidates)
        for candidate in intake.candidates { try add(candidate, tally, &intake) }
        for path in walk.named where !intake.met.contains(where: { $0 == path || $0.hasPrefix(path + "/") }) {
            let fault = Fault(
                .notMedia, "there is no footage in the folder", at: path,
                advice: "Name a folder with films, stacks or numbered pictures.")
            try intake.note(fault, path, in: manifest)
        }
        for fault in given?.unused ?? [] { intake.summary.problems.append(fault) }
        return intake.summary
    }

    /// Ingests files one by one and tells what came of each, by its path as it is given.
    func run(each paths: [String]) throws -> [String: Outcome] {
        var given: SourceLines?
        var all = Intake()
        let walks = paths.map { FootageWalk([$0]) }
        try list(walks, &given, &all)
        let tally = try probe(all.candidates)
        return try zip(paths, walks).reduce(into: [:]) { outcomes, next in
            let (path, walk) = next
            var own = Intake()
            for candidate in walk.candidates { try add(candidate.paths[0], tally, &own) }
            let fault = walk.problems.first?.fault ?? all.faults[path] ?? own.summary.problems.first
            outcomes[path] = Outcome(known: own.summary.known, notices: own.summary.notices, fault: fault)
        }
    }

    /// What one ingest has come to so far.
    private struct Intake {
        var summary = Summary()
        /// The first file of each candidate, in order.
        var candidates: [String] = []
        /// Candidates of which it was said what they came to.
        var told: Set<String> = []
        /// Paths where there was something, if only a problem.
        var met: Set<String> = []
        /// Why a path could not even be listed.
        var faults: [String: Fault] = [:]

        mutating func note(_ fault: Fault, _ path: String, in manifest: Manifest) throws {
            summary.problems.append(fault)
            met.insert(path)
            faults[path] = fault
            try manifest.commit { try $0.candidates.add(problem: fault, path: path) }
        }
    }

    /// Records what is to be looked at, in place of what was known of these paths' problems.
    private func list(_ walks: [FootageWalk], _ given: inout SourceLines?, _ intake: inout Intake) throws {
        try manifest.commit { try $0.candidates.forgetProblems(under: walks.flatMap(\.named)) }
        for (path, fault) in walks.flatMap(\.problems) { try intake.note(fault, path, in: manifest) }
        var listing = FolderListing()
        var found: [String: Candidate] = [:]
        for entry in walks.flatMap(\.candidates) {
            do {
                let candidate = try candidate(entry, &given, &listing)
                if var known = found[candidate.path] {
                    // Named, and met in a folder that was named too.
                    known.isExpected = known.isExpected || candidate.isExpected
                    found[candidate.path] = candidate.files.count > known.files.count ? candidate : known
                } else {
                    found[candidate.path] = candidate
                    intake.candidates.append(candidate.path)
                }
            } catch let fault as Fault where !fault.endsRun {
                try intake.note(fault, entry.paths[0], in: manifest)
            }
        }
        for paths in intake.candidates.chunks(of: Self.atOnce) {
            try manifest.commit { transaction in
                for path in paths {
                    if let candidate = found[path] { try transaction.candidates.add(candidate) }
                }
            }
        }
    }

    private func candidate(
        _ entry: FootageWalk.Find, _ given: inout SourceLines?, _ listing: inout FolderListing
    ) throws -> Candidate {
        var told: [String: Candidate.FileDeclaration] = [:]
        for path in entry.paths {
            guard let line = given?.take(path) else { continue }
            told[path] = .init(
                facts: line.facts, declared: try options.view.overridden(by: line.view).declaration())
        }
        return Candidate(
            files: try entry.paths.map(Candidate.File.init), sidecars: SidecarFiles.beside(entry.paths[0], &listing),
            isExpected: entry.expected, notes: entry.notes, declared: try options.view.declaration(), told: told,
            namedAxes: entry.axes, licence: options.licence)
    }

    /// Candidates in one transaction, which stays short.
    private static let atOnce = 500

    private func probe(_ candidates: [String]) throws -> ProbeTally {
        let tally = ProbeTally(of: candidates)
        try runner.run(ProbeStage(for: tally))
        try tellAgain(candidates.flatMap(tally.parts), tally)
        return tally
    }

    /// Says again, in order, what is known of sources that several candidates hold, and of those that were not looked at
    /// again: the last word counts, whatever the order in which they were probed.
    private func tellAgain(_ candidates: [String], _ tally: ProbeTally) throws {
        let twice = try manifest.sources.seenTwice()
        var words: [(sources: [SourceID], known: SidecarFiles)] = []
        for paths in candidates.chunks(of: Self.atOnce) {
            let held = try manifest.candidates.sources(of: Array(paths)).filter { path, sources in
                !sources.isEmpty && (tally.fate(of: path) == nil || sources.contains(where: twice.contains))
            }
            let told = try manifest.candidates.ingested(at: Array(held.keys))
            for path in paths {
                guard let sources = held[path], let candidate = told[path],
                    let known = try? candidate.knowledge(from: candidate.sidecars.map(\.path))
                else { continue }
                words.append((sources, known))
            }
        }
        for words in words.chunks(of: Self.atOnce) {
            try manifest.commit { transaction in
                for (sources, known) in words {
                    for source in sources {
                        try transaction.sources.learn(known.provenance, known.subtitles, of: source)
                    }
                }
            }
        }
    }

    /// What came of one candidate.
    private func add(_ candidate: String, _ tally: ProbeTally, _ intake: inout Intake) throws {
        for path in tally.parts(of: candidate) {
            guard intake.told.insert(path).inserted else {
                intake.met.insert(candidate)
                continue
            }
            switch tally.fate(of: path) {
            case .passedOver:
                intake.summary.passedOver.append(path)
                continue
            case .refused(let fault): intake.summary.problems.append(fault)
            case .sources(let sources):
                intake.summary.added += sources.added.count
                intake.summary.known += sources.known.count
                for other in sources.otherViews {
                    intake.summary.notices.append(
                        "\(path): \(other) is another view of it; 'microcurate withdraw \(other)' if the new one "
                            + "replaces it")
                }
            case nil:
                // Looked at before, or part of another candidate's recording.
                intake.summary.known += try manifest.candidates.sources(of: [path])[path]?.count ?? 0
            }
            intake.met.formUnion([path, candidate])
        }
    }
}
