import Files
import Foundation
import Manifest
import Model
import Pipeline

/// What a dataset of ready clips says about each: out of a metadata file, or of a folder of videos with a text beside
/// each.
struct ClipMetadata {
    struct Entry: Sendable {
        /// Where it stands: a line of the metadata, or the video itself.
        var place: String
        /// What the dataset calls it.
        var item: String
        /// The video, absolute. It may be missing.
        var path: String
        /// nil where there is none.
        var caption: String?
        /// Title, address, licence, attribution and level, as far as the dataset says.
        var provenance = Provenance()
    }

    enum Line: Sendable {
        case clip(Entry)
        case rejected(ImportClips.Rejection)

        var place: String {
            switch self {
            case .clip(let entry): entry.place
            case .rejected(let rejection): rejection.place
            }
        }
    }

    /// In the dataset's order.
    private(set) var lines: [Line] = []
    private(set) var notices: [String] = []
    /// The folder's name, or that of the folder which holds the metadata file.
    let name: String
    /// The folder that videos may lie in, and what `--videos` adds to it.
    private let folder: String
    private let videos: String?

    /// Keys of the formats that are read, the first that is there counts: MicroVerse and DiffSynth, LTX, musubi-tuner,
    /// Hugging Face.
    private static let videoKeys = ["video", "media_path", "video_path", "file_name"]
    private static let captionKeys = ["prompt", "caption", "text"]
    private static let nameKeys = ["id", "clip_id"]

    private static let names = ["metadata", "metadata_train", "metadata_validation", "metadata_test"]
    private static let extensions = ["json", "jsonl", "csv"]
    private static let release = "clips.jsonl"

    /// - Parameters:
    ///   - path: a metadata file; a folder that holds one, itself or in folders below; a folder of videos.
    ///   - videos: the folder that the metadata's paths are relative to, if not the one that holds it.
    ///
    /// Throws a `Fault` where it is none of these, or a metadata file can't be read.
    init(at path: String, videos: String?) throws {
        let path = Self.absolute(path)
        guard let kind = FileNode.kind(at: path) else {
            throw Fault(.unreadable, "there is no such file or folder", at: path, advice: "Check the path.")
        }
        folder = kind == .folder ? path : (path as NSString).deletingLastPathComponent
        name = (folder as NSString).lastPathComponent
        self.videos = videos.map(Self.absolute)
        guard kind == .folder else {
            guard Self.extensions.contains((path as NSString).pathExtension.lowercased()) else {
                throw Fault(
                    .unsupported, "neither a folder nor metadata (.json, .jsonl, .csv)", at: path,
                    advice: "Name the dataset's folder or metadata; 'microcurate ingest' takes single recordings.")
            }
            try read(path)
            return
        }
        let files = try Self.metadata(in: path)
        for file in files { try read(file) }
        if files.isEmpty { readFolder() } else { noticeUnlisted() }
    }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    /// A release's list of clips, else the folder's metadata, else that of the folders below, one form of each.
    private static func metadata(in folder: String) throws -> [String] {
        let files = FileManager.default
        func found(in folder: String) -> [String] {
            names.compactMap { name in
                extensions.map { "\(folder)/\(name).\($0)" }.first { files.fileExists(atPath: $0) }
            }
        }
        let release = "\(folder)/\(release)"
        if files.fileExists(atPath: release) {
            guard files.fileExists(atPath: "\(folder)/videos") else {
                throw Fault(
                    .unsupported, "the release has its clips in shards alone", at: folder,
                    advice: "Export it with '--format microverse' as well, and import that.")
            }
            return [release]
        }
        let top = found(in: folder)
        guard top.isEmpty else { return top }
        let below = try Fault.guarding(folder) { try files.subpathsOfDirectory(atPath: folder) }
        let folders = Set(below.map { ($0 as NSString).deletingLastPathComponent })
        return folders.filter { !$0.isEmpty && !$0.split(separator: "/").contains { $0.hasPrefix(".") } }.sorted()
            .flatMap { found(in: "\(folder)/\($0)") }
    }

    private mutating func read(_ file: String) throws {
        let base = (file as NSString).deletingLastPathComponent
        lines += try ClipMetadataRows(file: file).rows.map { line($0, in: base) }
    }

    private func line(_ row: ClipMetadataRows.Row, in base: String) -> Line {
        func text(_ keys: [String]) -> String? {
            keys.lazy.compactMap { row.values[$0] }.first { !$0.allSatisfy(\.isWhitespace) }
        }
        let named = text(Self.nameKeys)
        let video = text(Self.videoKeys)
        func rejected(_ reason: ImportClips.Rejection.Reason, _ detail: String) -> Line {
            .rejected(.init(item: named ?? video ?? "", place: row.place, reason: reason, detail: detail))
        }
        if let problem = row.problem { return rejected(.invalid, problem) }
        let parts = [video, row.values["clip_id"], row.values["split"]]
        guard !parts.contains(where: { $0?.utf8.contains(0) == true }) else {
            return rejected(.invalid, "the path holds a zero byte")
        }
        let candidates: [String]
        if let video {
            let bases = videos.map { [$0] } ?? [base, "\(base)/videos"]
            candidates = bases.map { Self.absolute(video.hasPrefix("/") ? video : "\($0)/\(video)") }
        } else if let id = row.values["clip_id"], let split = row.values["split"] {
            candidates = ["\(base)/videos/\(split)/\(id).mp4", "\(base)/videos/\(id).mp4"].map(Self.absolute)
        } else {
            return rejected(.invalid, "it names no video: there is none of \(Self.videoKeys.joined(separator: ", "))")
        }
        let roots = [folder, videos].compactMap(\.self)
        let allowed = candidates.filter { path in roots.contains { path.hasPrefix($0 + "/") } }
        guard allowed.first == candidates[0] else {
            return rejected(.outside, "\(candidates[0]) lies outside; --videos DIR names the folder of the videos")
        }
        let path = allowed.first(where: FileManager.default.fileExists) ?? candidates[0]
        if FileNode.kind(at: path) == .folder {
            return rejected(.invalid, "\(path) is a folder")
        }
        var entry = Entry(
            place: row.place, item: named ?? Self.item(of: path, in: videos ?? folder), path: path,
            caption: text(Self.captionKeys))
        entry.provenance.title = text(["title", "source_title"])
        entry.provenance.url = text(["url", "source_url"])
        entry.provenance.licence = text(["licence", "license"])
        entry.provenance.attribution = text(["attribution"])
        entry.provenance.level = text(["level"])
        // Clips of one recording stay in one split.
        entry.provenance.series = text(["series", "source_id"])
        return .clip(entry)
    }

    /// The path in the dataset without its extension.
    private static func item(of path: String, in folder: String) -> String {
        let inside = path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
        return (inside as NSString).deletingPathExtension
    }

    private mutating func readFolder() {
        let walk = FootageWalk([folder])
        lines += walk.problems.map {
            .rejected(.init(item: "", place: $0.path, reason: .invalid, detail: "\($0.fault.what). \($0.fault.advice)"))
        }
        lines += walk.candidates.filter { $0.expected && $0.paths.count == 1 }.map { candidate in
            let path = candidate.paths[0]
            let item = Self.item(of: path, in: folder)
            let file = (path as NSString).deletingPathExtension + ".txt"
            let bytes = FileManager.default.contents(atPath: file).map(ClipMetadataRows.withoutByteOrderMark) ?? Data()
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .rejected(
                    .init(item: item, place: file, reason: .invalid, detail: "its caption is not UTF-8"))
            }
            let caption = text.trimmingCharacters(in: .whitespacesAndNewlines)
            return .clip(Entry(place: path, item: item, path: path, caption: caption.isEmpty ? nil : caption))
        }
        for pictures in walk.candidates where pictures.paths.count > 1 {
            notices.append("\(pictures.paths[0]): numbered pictures are left out; 'microcurate ingest' takes them")
        }
    }

    /// Videos of the folder that no line names.
    private mutating func noticeUnlisted() {
        let listed = Set(
            lines.compactMap { line -> String? in
                if case .clip(let entry) = line { entry.path } else { nil }
            })
        let others = FootageWalk([folder]).candidates.filter { $0.expected && !listed.contains($0.paths[0]) }
        guard let first = others.first else { return }
        notices.append(
            "the metadata doesn't name \(others.count) of the folder's files; they are left out (\(first.paths[0]) ...)"
        )
    }
}
