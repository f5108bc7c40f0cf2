import Files
import Foundation
import Model

/// What the system refuses while a release is written or read, with what helps there.
extension Fault {
    static func ofRelease(_ failure: Errno, _ what: String, at place: String) -> Fault {
        Fault(failure, what, at: place, advice: advice(on: failure))
    }

    /// What `call` asks of the system, or a fault that says `what` could not be done.
    static func ofRelease<T: ~Copyable>(_ what: String, at place: String, _ call: () throws -> T) throws(Fault) -> T {
        do { return try call() } catch {
            guard let failure = Errno(behind: error) else {
                throw Fault(
                    .unreadable, "\(what) (\(error.localizedDescription))", at: place,
                    advice: "Check the disk and the path.")
            }
            throw ofRelease(failure, what, at: place)
        }
    }

    private static func advice(on failure: Errno) -> String {
        switch failure.reason() {
        case .diskFull: "Free some space, then export again."
        case .readOnly: "Give yourself access to it, or choose another place."
        case .invalid: "Choose another place: a release is never overwritten."
        default:
            failure == .noSuchFile
                ? "Restore the file; renditions are made again by 'microcurate run'." : "Check the disk and the path."
        }
    }
}
