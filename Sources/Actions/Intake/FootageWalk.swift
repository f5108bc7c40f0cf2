import Files
import Foundation
import Media
import Model

/// What lies under the paths that a curator names: files, and numbered pictures as sequences.
struct FootageWalk {
    struct Find: Sendable {
        /// One file, or the pictures of a sequence in order.
        var paths: [String]
        /// Whether a fault about it is worth the curator's attention: named by the curator, or named like media.
        var expected: Bool
        /// Whether the files name each other as one recording.
        var isSet = false
        /// The axes that the files' names tell.
        var axes: String?
        var notes: [String] = []
    }

    /// The paths that the curator names, absolute.
    let named: [String]
    private(set) var candidates: [Find] = []
    private(set) var problems: [(path: String, fault: Fault)] = []
    /// Files that belong to others (sidecars) or are hidden.
    private(set) var passedOver: [String] = []
    private var visited: Set<FileNode.Identity> = []

    /// Several of these may be one recording.
    private static let pictures = Set(
        ["png", "jpg", "jpeg", "bmp"] + StackFormat.all.filter(\.joinsFiles).flatMap(\.suffixes))
    private static let media = pictures.union(StackFormat.all.flatMap(\.suffixes)).union([
        "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "m2ts", "wmv", "flv", "ogv", "gif", "mxf",
        "3gp", "h264", "264", "hevc", "ivf", "y4m", "nut", "dv",
    ])
    private static let sidecars = [".info.json", ".vtt", ".srt", ".jsonl", ".tsv", ".csv"]

    /// Walks every path, folders with all that is in them, links followed once.
    init(_ paths: [String]) {
        named = paths.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        for path in named { visit(path, named: true) }
    }

    private mutating func visit(_ path: String, named: Bool) {
        let node: FileNode
        do { node = try FileNode(path) } catch {
            let loops = error == .isLoop
            problems.append(
                (
                    path,
                    Fault(
                        .unreadable,
                        loops ? "the symbolic link leads in a circle" : "it can't be opened (\(error.text))", at: path,
                        advice: loops ? "Remove the link." : "Check the path and its permissions.")
                ))
            return
        }
        switch node.kind {
        case .folder:
            guard visited.insert(node.identity).inserted else {
                problems.append(
                    (
                        path,
                        Fault(
                            .invalid, "the folder was visited already: a symbolic link leads back to it", at: path,
                            advice: "Nothing is lost; remove the link to be rid of this line.")
                    ))
                return
            }
            visit(folder: path)
        case .file:
            candidates.append(Find(paths: [path], expected: named || Self.isNamedLikeMedia(path)))
        case .link, .other:
            problems.append((path, Fault(.notMedia, "neither a file nor a folder", at: path, advice: "Leave it out.")))
        }
    }

    private mutating func visit(folder: String) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            problems.append(
                (
                    folder,
                    Fault(
                        .unreadable, "the folder can't be read", at: folder, advice: "Check its permissions.")
                ))
            return
        }
        let before = candidates.count
        var pictures: [String] = []
        let films = Set(
            names.filter {
                Self.isNamedLikeMedia($0) && !Self.pictures.contains(($0 as NSString).pathExtension.lowercased())
            }
            .map { ($0 as NSString).deletingPathExtension })
        for name in names.sorted() {
            let path = "\(folder)/\(name)"
            if name.hasPrefix(".") || Self.sidecars.contains(where: { name.lowercased().hasSuffix($0) }) {
                passedOver.append(path)
            } else if Self.pictures.contains((name as NSString).pathExtension.lowercased()),
                FileNode.kind(at: path) == .file
            {
                // A picture named like a film is the film's poster.
                let stem = (name as NSString).deletingPathExtension
                if films.contains(stem) { passedOver.append(path) } else { pictures.append(path) }
            } else {
                visit(path, named: false)
            }
        }
        candidates += NumberedPictures(pictures).sequences.map {
            Find(paths: $0.paths, expected: true, axes: $0.axes, notes: $0.notes)
        }
        if candidates.count == before, names.isEmpty {
            problems.append(
                (folder, Fault(.empty, "the folder is empty", at: folder, advice: "Name a folder with footage.")))
        }
    }

    private static func isNamedLikeMedia(_ path: String) -> Bool {
        media.contains((path as NSString).pathExtension.lowercased())
    }
}
