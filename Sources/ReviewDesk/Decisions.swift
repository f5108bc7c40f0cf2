public import Manifest
public import Model
public import Review

/// Decisions into the manifest, with the outcomes that the recipe draws from them.
public enum Decisions {
    /// - Parameter spans: clips that the decisions are on and that an expert trimmed.
    /// - Returns: how many were new.
    @discardableResult
    public static func record(
        _ decisions: [Decision], on spans: [TrimmedSpan] = [], recipe: Recipe.Review, in manifest: Manifest
    ) throws -> Int {
        try manifest.commit {
            try $0.decisions.record(decisions, on: spans) { OutcomeResolver.recorded($0, recipe: recipe) }
        }
    }

    /// Brings all outcomes up to date with the recipe and the ledger; cheap where they are.
    public static func refresh(recipe: Recipe.Review, in manifest: Manifest) throws {
        try manifest.decisions.refreshOutcomes(under: try rule(of: recipe)) {
            OutcomeResolver.recorded($0, recipe: recipe)
        }
    }

    /// The hash of what outcomes follow from beside the decisions.
    static func rule(of recipe: Recipe.Review) throws -> Digest { try Digest(ofJSON: recipe) }
}

/// A clip with what is said of it.
public typealias SaidClip = (clip: ClipRecord, voices: ClipVoices)

extension Manifest {
    /// The clips of these ids, in their order, each with what is said of it.
    func clipsWithVoices(_ ids: [ClipID]) throws -> [SaidClip] {
        let said = try decisions.on(ids)
        return try clips.named(ids).map { ($0, ClipVoices(said[$0.id] ?? [])) }
    }
}

extension Decision {
    /// By the same rules as those of `review import`, in the same form. Throws a `Fault` that names the clip.
    func checked(by recipe: Recipe) throws -> Decision {
        do {
            return try DecisionReader(file: "decision", recipe: recipe).decision(in: try JSON.line(self), lineNumber: 1)
        } catch var fault as Fault {
            fault.place = clipId.rawValue
            throw fault
        }
    }
}

extension Fault {
    /// For a clip, an answer or an action that the manifest doesn't hold.
    /// - Parameter what: such as "the clip".
    static func notHere(_ what: String, at place: String) -> Fault {
        Fault(
            .notFound, "\(what) is not here", at: place,
            advice: "Check the id: the view clip_overview lists all clips.")
    }
}
