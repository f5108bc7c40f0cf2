import Files
public import Manifest
public import Model
public import Pipeline

/// A takedown: takes a source or clip out of all later releases and, where asked to, its files off the workspace's disk.
public struct Takedown {
    public struct Release: Codable, Hashable, Sendable {
        public var release: String
        public var directory: String
        /// How many of the clips it holds.
        public var clips: Int
    }

    public struct Summary: Codable, Sendable {
        public var target: String
        public var reason: String
        /// The releases that hold it; they are immutable.
        public var releases: [Release]
        /// Clips in use that show the same footage: copies, and spans that share frames.
        public var sameFootage: [ClipID]
        /// Sources of the same files, seen in another way.
        public var otherViews: [SourceID]
        /// The user's own files, which stay.
        public var footage: [String]
        /// Without --purge nil.
        public var purge: Purged?
    }

    public struct Purged: Codable, Sendable {
        /// Files of the workspace that are gone, by this call or an earlier one.
        public var deleted: [String]
        /// Files that stay, as what is not withdrawn has the same bytes.
        public var shared: [String]
        /// Files that show a withdrawn clip and its whole source; they go with the source.
        public var ofSource: [String]
    }

    let workspace: Workspace
    let manifest: Manifest

    public init(workspace: Workspace, manifest: Manifest) {
        self.workspace = workspace
        self.manifest = manifest
    }

    /// Idempotent. The record comes before the files: whatever ends it in the middle, nothing comes back, and another
    /// call finishes it.
    ///
    /// Throws `Fault(.busy)` after the withdrawal where a run is at work that may still write such files.
    public func run(_ target: String, reason: String, purging: Bool) throws -> Summary {
        try manifest.commit { try $0.withdrawals.add(target, reason: reason) }
        let source = try manifest.sources.source(of: target)
        var summary = Summary(
            target: target, reason: reason,
            releases: try manifest.releases.holding(target).map {
                Release(release: $0.name, directory: $0.directory, clips: $0.clips)
            }, sameFootage: try manifest.clips.showing(target),
            otherViews: target == source.rawValue ? try manifest.sources.otherViews(of: source) : [],
            footage: try manifest.files.paths(of: source))
        if purging { summary.purge = try purge(target, of: source) }
        return summary
    }

    private func purge(_ target: String, of source: SourceID) throws -> Purged {
        let lock = try workspace.lock()
        defer { withExtendedLifetime(lock) {} }
        let purge = try manifest.commit { try $0.withdrawals.beginPurge(of: target) }
        for file in purge.files { try workspace.remove(file) }
        try workspace.clearStaging()
        try manifest.commit { try $0.withdrawals.finishPurge(of: target) }
        let isClip = target != source.rawValue
        return Purged(
            deleted: purge.files, shared: purge.shared,
            ofSource: isClip ? try manifest.tracks.parts(of: source).map(\.file).sorted() : [])
    }
}

extension Workspace {
    /// Deletes a file of the workspace for good; one that is gone is fine.
    fileprivate func remove(_ relative: String) throws {
        let path = path(relative)
        try Fault.guarding(path) { try Folder.remove(path) }
    }
}
