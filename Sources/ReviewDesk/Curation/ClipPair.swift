import Manifest
public import Model

/// Two clips that `dedup` takes for the same footage, or might, and what a curator says of it.
extension ActionIntake {
    /// - Parameter apart: whether they show different footage; false takes that back.
    /// - Throws: `Fault(.invalid)` for one clip named twice, `Fault(.notFound)` for an unknown one.
    public func pair(_ a: ClipID, _ b: ClipID, apart: Bool, by curator: String) throws {
        guard a != b else {
            throw Fault(.invalid, "both are the same clip", at: a.rawValue, advice: "Name two clips.")
        }
        _ = try clips([a, b])
        if apart {
            try manifest.commit { try $0.duplicates.separate(a, b, by: curator) }
        } else {
            try manifest.commit { try $0.duplicates.unite(a, b) }
        }
    }
}
