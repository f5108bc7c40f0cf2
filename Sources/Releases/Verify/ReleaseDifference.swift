import Foundation
public import Model

/// What came, went and changed from one release to another, and why as far as the two say so:
/// `schemas/difference.schema.json`. Lists are in order of clip ids.
public struct ReleaseDifference: Encodable, Sendable {
    public struct Release: Encodable, Sendable {
        public var name: String
        public var version: String
        public var clips: Int
        public var stateSha256: Digest
    }

    /// A clip that one of the two alone holds.
    public struct OneSidedClip: Encodable, Sendable {
        public var clipId: ClipID
        public var split: Split
        public var sourceId: SourceID
        public var why: String
    }

    public struct ChangedClip: Encodable, Sendable {
        public var clipId: ClipID
        /// In order of their keys.
        public var changes: [Change]
    }

    /// A key of the sample's JSON that has another value.
    public struct Change: Encodable, Hashable, Sendable {
        public var key: String
        public var before: String
        public var after: String
    }

    public var from: Release
    public var to: Release
    public var came: [OneSidedClip]
    public var went: [OneSidedClip]
    public var changed: [ChangedClip]
    /// Clips that say the same in both.
    public var unchanged: Int
    /// Keys of the recipe that have another value.
    public var recipe: [Change]
}

extension ReleaseDifference {
    /// What is compared of a clip; equal hashes need no look at the texts.
    private struct ComparedClip {
        let split: Split
        let source: SourceID
        let line: Digest
    }

    /// Reads both releases; memory grows with their clips by ids and hashes, and with what changed.
    ///
    /// - Throws: `Fault` where one is no release or can't be read.
    public init(from first: String, to second: String) throws {
        from = try Self.release(first)
        to = try Self.release(second)
        let before = try Self.clips(first)
        let after = try Self.clips(second)
        let left = try Self.withheld(second)
        let waited = try Self.withheld(first)
        came = after.filter { before[$0.key] == nil }.sorted { $0.key < $1.key }.map { id, clip in
            OneSidedClip(
                clipId: id, split: clip.split, sourceId: clip.source,
                why: waited[id].map { "no longer withheld: \($0.why)" } ?? "new")
        }
        went = before.filter { after[$0.key] == nil }.sorted { $0.key < $1.key }.map { id, clip in
            OneSidedClip(
                clipId: id, split: clip.split, sourceId: clip.source,
                why: left[id]?.why ?? "the later release was not made after this one, and does not know the clip")
        }
        let common = before.filter { after[$0.key] != nil }
        let differing = Set(common.filter { after[$0.key]?.line != $0.value.line }.keys)
        unchanged = common.count - differing.count
        let old = try Self.members(first, of: differing)
        let new = try Self.members(second, of: differing)
        changed = differing.sorted().map { id in
            ChangedClip(clipId: id, changes: Self.changes(old[id] ?? [:], new[id] ?? [:]))
        }
        recipe = Self.changes(try Self.recipe(first), try Self.recipe(second))
    }

    private static func changes(_ before: [String: String], _ after: [String: String]) -> [Change] {
        Set(before.keys).union(after.keys).sorted().compactMap { key in
            let (old, new) = (before[key] ?? "", after[key] ?? "")
            return old == new ? nil : Change(key: key, before: old, after: new)
        }
    }

    private static func release(_ directory: String) throws -> Release {
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(ReleasePath.document)"),
            let origin = try? JSONDecoder().decode(ReleaseOrigin.self, from: data),
            let facts = try? JSONDecoder().decode(ReleaseFacts.self, from: data)
        else {
            throw Fault(
                .unreadable, "there is no release here", at: directory,
                advice: "Give the directory of a release, or its name in the workspace's exports/.")
        }
        return Release(
            name: origin.name, version: origin.version, clips: facts.counts.clips, stateSha256: origin.state)
    }

    private static func clips(_ directory: String) throws -> [ClipID: ComparedClip] {
        var clips: [ClipID: ComparedClip] = [:]
        try SampleRecord.forEach(inRelease: directory) { record, line in
            clips[record.clipId] = ComparedClip(
                split: record.split, source: record.sourceId, line: Digest(of: Data(line)))
        }
        return clips
    }

    private static func members(_ directory: String, of wanted: Set<ClipID>) throws -> [ClipID: [String: String]] {
        guard !wanted.isEmpty else { return [:] }
        var members: [ClipID: [String: String]] = [:]
        try SampleRecord.forEach(inRelease: directory) { record, _ in
            guard wanted.contains(record.clipId) else { return }
            members[record.clipId] = Dictionary(
                uniqueKeysWithValues: record.members.map { ($0.key, $0.value.plain) })
        }
        return members
    }

    private static func withheld(_ directory: String) throws -> [ClipID: WithheldClip] {
        let path = "\(directory)/\(ReleasePath.withheld)"
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        var withheld: [ClipID: WithheldClip] = [:]
        try InputFile(path).forEachLine { line in
            guard let clip = try? JSON.decode(WithheldClip.self, from: Data(line)) else { return }
            withheld[clip.clipId] = clip
        }
        return withheld
    }

    /// `recipe.json` with a dotted key for each value.
    private static func recipe(_ directory: String) throws -> [String: String] {
        guard let data = FileManager.default.contents(atPath: directory + "/recipe.json"),
            let document = try? JSONSerialization.jsonObject(with: data)
        else { return [:] }
        var values: [String: String] = [:]
        func flatten(_ value: Any, _ key: String) {
            if let object = value as? [String: Any] {
                for (name, value) in object { flatten(value, key.isEmpty ? name : "\(key).\(name)") }
            } else if let text = value as? String {
                values[key] = text
            } else if let text = try? JSONSerialization.data(
                withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
            {
                values[key] = String(decoding: text, as: UTF8.self)
            }
        }
        flatten(document, "")
        return values
    }
}

extension JSONNode {
    /// A text as it is, anything else as JSON.
    fileprivate var plain: String {
        if case .text(let text) = self { text } else { line }
    }
}

extension WithheldClip {
    fileprivate var why: String { detail.isEmpty ? reason.rawValue : "\(reason.rawValue): \(detail)" }
}
