package import Model
import Synchronization

/// What became of the candidates that one `ingest` asked for.
package final class ProbeTally: Sendable {
    package struct Sources: Sendable {
        package var added: [SourceID] = []
        /// Those that were there already, under the same or another path.
        package var known: [SourceID] = []
        /// Of those added, what shows the same files in another way.
        package var otherViews: [SourceID] = []
    }

    package enum Fate: Sendable {
        case sources(Sources)
        /// No media, and nobody thought it was.
        case passedOver
        case refused(Fault)
    }

    private struct State {
        var asked: Set<String>
        var fates: [String: Fate] = [:]
        var groups: [String: [String]] = [:]
    }

    private let state: Mutex<State>

    /// - Parameter paths: first files.
    package init(of paths: [String]) { state = Mutex(State(asked: Set(paths))) }

    func isAskedFor(_ path: String) -> Bool { state.withLock { $0.asked.contains(path) } }

    func note(_ fate: Fate, of path: String) { state.withLock { $0.fates[path] = fate } }

    /// - Parameter groups: the first files of the recordings that a candidate's files turned out to be.
    func note(regrouped groups: [String], of path: String) {
        state.withLock { state in
            state.groups[path] = groups
            state.asked.formUnion(groups)
        }
    }

    /// The candidates that took a candidate's place: by default itself.
    package func parts(of path: String) -> [String] { state.withLock { $0.groups[path] ?? [path] } }

    /// nil where it was not looked at, or belongs to another recording.
    package func fate(of path: String) -> Fate? { state.withLock { $0.fates[path] } }
}
