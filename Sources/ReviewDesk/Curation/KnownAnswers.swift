import Manifest
public import Model

extension ActionIntake {
    /// Takes back the known answers that a curator gave to clips, as one action.
    ///
    /// One that another curator gave before comes into force again.
    ///
    /// - Throws: `Fault(.conflict)` for a clip without a known answer and for one whose newest is somebody else's,
    ///   `Fault(.notFound)` for an unknown one; then nothing was recorded.
    public func takeBackKnownAnswers(to named: [ClipID], by curator: String, now: Double) throws -> Result {
        let clips = try clips(named)
        let known = try manifest.decisions.on(clips).mapValues { $0.filter { $0.standing == .gold } }
        let undone = try manifest.decisions.undone(among: known.values.joined().map(\.id))
        let ids = try clips.flatMap { clip -> [String] in
            let standing = (known[clip] ?? []).filter { !undone.contains($0.id) }
            guard let newest = standing.last else {
                throw Fault(
                    .conflict, "it has no known answer", at: clip.rawValue,
                    advice: "Leave it out, or give it one with --decision.")
            }
            guard newest.reviewer == curator else {
                throw Fault(
                    .conflict, "its known answer is \(newest.reviewer)'s", at: clip.rawValue,
                    advice: "Give another one, which then counts, or have \(newest.reviewer) take theirs back.")
            }
            return standing.filter { $0.reviewer == curator }.map(\.id)
        }
        return try take(CuratorAction(.undo, ids: ids), by: curator, now: now)
    }
}
