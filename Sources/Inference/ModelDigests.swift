internal import Files
internal import Foundation
public import Model
internal import Synchronization

/// The SHA-256 of models' files, each read once as long as its size and time of change stay: one value serves a run
/// over any number of sources.
public final class ModelDigests: Sendable {
    private struct State: Hashable {
        let path: String
        let bytes: Int
        let modified: Date
    }

    private let known = Mutex<[State: Digest]>([:])

    public init() {}

    /// - Throws: a `Fault` where the file can't be read.
    public func digest(of path: String) throws -> Digest {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let about = try? FileManager.default.attributesOfItem(atPath: file),
            let bytes = about[.size] as? Int, let modified = about[.modificationDate] as? Date
        else { return try Digest(ofFile: path) }
        let state = State(path: path, bytes: bytes, modified: modified)
        return try known.withLock { known in
            if let digest = known[state] { return digest }
            let digest = try Digest(ofFile: path)
            known[state] = digest
            return digest
        }
    }
}
