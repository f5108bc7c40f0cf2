import Files
import Foundation
import Media
public import Model

/// What files turn out to be: their hashes and the sources in them. A damaged file may kill a demuxer.
public enum FootageProbe {
    package struct Item: Sendable {
        package var paths: [String]
        package var notes: [String]
        /// Whether the paths are the files of one recording by its own words, to be taken as they are.
        package var isSet: Bool
        package var declared: ViewDeclaration
        /// Hashes known from before, where the file didn't change; nil where it must be read.
        package var known: [Digest?]

        package init(
            paths: [String], notes: [String] = [], isSet: Bool = false, declared: ViewDeclaration = ViewDeclaration(),
            known: [Digest?]
        ) {
            self.paths = paths
            self.notes = notes
            self.isSet = isSet
            self.declared = declared
            self.known = known
        }
    }

    package struct Source: Codable, Sendable {
        package var stream: Int
        package var view: View
        package var description: MediaDescription
        package var timing: Timing
        package var timeBase: Rational?

        package func location(of digests: [Digest], at paths: [String]) throws -> SourceLocation {
            SourceLocation(
                id: try SourceID(files: digests, stream: stream, view: view), kind: description.kind, paths: paths,
                stream: stream, view: view, timing: timing, timeBase: timeBase)
        }
    }

    package struct Output: Sendable {
        package var digests: [Digest]
        package var sources: [Source]
        /// The files belong together in another way than they were given: groups, each to be looked at instead.
        package var regrouped: [Group]?
    }

    /// Files of one recording.
    package struct Group: Sendable {
        package var paths: [String]
        package var isSet: Bool
    }

    package static func look(at item: Item) throws -> Output {
        for path in item.paths { try checkReadable(path) }
        if let groups = try regrouped(item) { return Output(digests: [], sources: [], regrouped: groups) }
        let sources = StackProbe.isStack(path: item.paths[0]) ? try stacks(item) : try video(item)
        let digests = try zip(item.paths, item.known).map { path, known in
            try known ?? Digest(ofFile: path)
        }
        return Output(digests: digests, sources: sources)
    }

    /// How the files belong together, where that is not how they were given: a recording that is spread over several
    /// files, or numbered files that are stacks of their own. nil where nothing changes.
    private static func regrouped(_ item: Item) throws -> [Group]? {
        guard !item.isSet, StackProbe.isStack(path: item.paths[0]) else { return nil }
        let set = try StackSet.files(of: item.paths[0])
        if set.count > 1 {
            let others = item.paths.filter { !set.contains($0) }
            return [Group(paths: set, isSet: true)] + others.map { Group(paths: [$0], isSet: false) }
        }
        guard item.paths.count > 1, try StackProbe.describe(paths: set).first?.frames ?? 0 > 1 else { return nil }
        return item.paths.map { Group(paths: [$0], isSet: false) }
    }

    private static func checkReadable(_ path: String) throws {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
            FileManager.default.isReadableFile(atPath: path)
        else {
            throw Fault(.unreadable, "the file can't be read", at: path, advice: "Check its permissions.")
        }
        if size == 0 { throw Fault(.empty, "the file is empty", at: path, advice: "Copy or download it again.") }
    }

    private static func stacks(_ item: Item) throws -> [Source] {
        let descriptions = try StackProbe.describe(paths: item.paths)
        guard item.paths.count > 1 || (descriptions.first?.frames ?? 0) > 1 else { throw single(item.paths[0]) }
        return try descriptions.map { description in
            var description = description
            let (view, notes) = try StackProbe.resolve(
                paths: item.paths, series: description.stream, declared: item.declared)
            description.notes += notes + item.notes
            return Source(
                stream: description.stream, view: view, description: description, timing: .ordinal, timeBase: nil)
        }
    }

    private static func video(_ item: Item) throws -> [Source] {
        guard var description = try ContainerProbe.describe(path: item.paths[0]).first else {
            throw Fault(.notMedia, "there is no video in it", at: item.paths[0], advice: "Leave it out.")
        }
        let (view, notes) = try VideoWindow.resolve(
            paths: item.paths, description: description, declared: item.declared)
        description.notes += notes
        guard description.kind == .sequence else {
            return [
                Source(
                    stream: description.stream, view: view, description: description,
                    timing: description.timeBase == nil ? .ordinal : .pts, timeBase: description.timeBase)
            ]
        }
        guard item.paths.count > 1 else { throw single(item.paths[0]) }
        description.frames = item.paths.count
        description.notes += item.notes
        return [
            Source(
                stream: description.stream, view: view, description: description, timing: .ordinal, timeBase: nil)
        ]
    }

    /// What loose files hold, single pictures among them; nothing is measured and no view is made.
    public static func descriptions(of paths: [String]) throws -> [MediaDescription] {
        for path in paths { try checkReadable(path) }
        guard StackProbe.isStack(path: paths[0]) else {
            var descriptions = try ContainerProbe.describe(path: paths[0])
            if descriptions.count == 1, descriptions[0].kind == .sequence { descriptions[0].frames = paths.count }
            return descriptions
        }
        return try StackProbe.describe(paths: paths.count == 1 ? try StackSet.files(of: paths[0]) : paths)
    }

    /// The sources in loose files: one file, the files of one recording, or the pictures of a sequence in order.
    public static func sources(
        in paths: [String], declared: ViewDeclaration = ViewDeclaration()
    ) throws -> [(location: SourceLocation, description: MediaDescription)] {
        var item = Item(paths: paths, declared: declared, known: paths.map { _ in nil })
        var output = try look(at: item)
        if let groups = output.regrouped {
            guard groups.count == 1 else {
                throw Fault(
                    .unsupported, "the files are recordings of their own", at: paths[0], advice: "Give one of them.")
            }
            item.paths = groups[0].paths
            item.isSet = groups[0].isSet
            item.known = item.paths.map { _ in nil }
            output = try look(at: item)
        }
        return try output.sources.map { (try $0.location(of: output.digests, at: item.paths), $0.description) }
    }

    private static func single(_ path: String) -> Fault {
        Fault(
            .unsupported, "a single picture is no recording", at: path,
            advice: "Give a folder with numbered pictures, a stack or a video.")
    }
}
