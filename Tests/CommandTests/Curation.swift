import Files
import Foundation
import Model

/// A workspace in the making, driven through the command as a script drives it.
struct Curation: Sendable {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// The workspace's directory.
    let root: String

    /// Makes a workspace with this recipe, which is written beside it.
    static func begin(at root: String, recipe: String) throws -> Curation {
        try Data(recipe.utf8).write(to: URL(fileURLWithPath: root + ".yaml"))
        try succeed(["init", root, "--recipe", root + ".yaml"])
        return Curation(root: root)
    }

    /// A copy of this workspace, times of modification and all.
    func copy(to path: String) throws -> Curation {
        let copying = Process()
        copying.executableURL = URL(fileURLWithPath: "/bin/cp")
        copying.arguments = ["-a", root, path]
        try copying.run()
        copying.waitUntilExit()
        guard copying.terminationStatus == 0 else { throw Failed(description: "cp -a \(root) \(path)") }
        return Curation(root: path)
    }

    func path(_ relative: String) -> String { "\(root)/\(relative)" }

    /// The words of a command in this workspace.
    func words(_ command: [String]) -> [String] { ["-C", root] + command }

    /// Runs a command that must succeed.
    /// - Returns: its standard output.
    @discardableResult
    func perform(_ command: String...) throws -> String { try Self.succeed(words(command)) }

    @discardableResult
    func perform(_ command: [String]) throws -> String { try Self.succeed(words(command)) }

    /// Runs a command, however it ends.
    func attempt(_ command: String...) throws -> Command.Answer { try Command.run(words(command)) }

    /// The rows that a query prints as JSON.
    func rows<Row: Decodable>(_ type: Row.Type, _ sql: String) throws -> [Row] {
        try JSON.decode([Row].self, from: try perform("query", "--json", sql))
    }

    /// Ingests, runs and exports.
    /// - Parameter options: for `ingest` and `run`.
    /// - Returns: the release.
    func finish(_ paths: [String], _ options: [String] = []) throws -> FileTree {
        try perform(["ingest", "--quiet"] + options + paths)
        try perform(["run", "--quiet"] + options)
        return try release()
    }

    /// Exports to the default place.
    func release() throws -> FileTree {
        try perform(Self.export)
        return try FileTree(path("exports/\(Self.name)-1"))
    }

    static let name = "tested"
    static let export = ["export", "--accept-unreviewed", "--quiet"]

    /// A recipe for footage of a second or two; `more` is YAML.
    static func recipe(_ more: String) -> String {
        """
        name: \(name)
        version: "1"
        propose:
          min_seconds: 1
        export:
          validation: 0.3
          test: 0.3
        \(more)
        """
    }

    /// Writes what yt-dlp would have known about a recording, so that its clips have captions.
    static func describe(_ file: String) throws {
        let stem = (file as NSString).deletingPathExtension
        let info = """
            {"title": "Cells in \((stem as NSString).lastPathComponent)", "license": "CC0-1.0",
            "description": "Grains of 12um  wander. https://example.org #cells"}
            """
        try Data(info.utf8).write(to: URL(fileURLWithPath: stem + ".info.json"))
    }

    /// A small profile that scales, crops, and changes the rate.
    static let smallProfile = """
        profile: small
        profiles:
          - {name: small, width: 160, height: 96, fit: crop, rate: 16, frames: 24}
        """

    @discardableResult
    private static func succeed(_ words: [String]) throws -> String {
        let answer = try Command.run(words)
        guard answer.status == 0 else {
            throw Failed(description: "\(words.joined(separator: " ")) ended with \(answer.status):\n\(answer.errors)")
        }
        return answer.output
    }
}

extension Curation {
    /// Rows of all tables with what the stages made, without clocks, paths and row numbers; numbers in full.
    private static let content: [(table: String, columns: String)] = [
        (
            "clip_overview",
            """
            clip_id, source_id, start_pts, end_pts, time_base, start_frame, end_frame, format('%!.17g', start_seconds),
            format('%!.17g', end_seconds), state, reason, level, caption, duplicate_group, profile, file, sha256, width,
            height, frames, frame_rate
            """
        ),
        ("file", "sha256, bytes"),
        ("source", "id, kind, stream, view, probe, timing, time_base_num, time_base_den"),
        ("source_file", "source_id, position, sha256"),
        ("provenance", "source_id, title, licence, level"),
        ("task", "stage, key, fingerprint, status, output_sha256, fault"),
        ("track", "source_id, part, version, file, sha256, bytes"),
        ("scan", "source_id, frames, width, height, problems"),
        ("transition", "source_id, position, kind, start_frame, end_frame, format('%!.17g', score)"),
        ("shot", "source_id, position, start_frame, end_frame"),
        ("clip", "id, source_id, start_pts, end_pts, start_frame, end_frame, proposed"),
        ("signal", "clip_id, name, format('%!.17g', value)"),
        ("verdict", "clip_id, position, filter, answer, format('%!.17g', value), format('%!.17g', threshold)"),
        (
            "duplicate",
            "clip_id, group_id, representative, format('%!.17g', distance), format('%!.17g', offset_seconds)"
        ),
        ("rendition", "clip_id, profile, sha256, file, bytes, width, height, frames, frame_rate, source_frames"),
        ("caption", "clip_id, kind, text, sha256, origin, edits, flags"),
    ]

    /// The manifest's content apart from clocks, one text a row: `table [values]`, sorted.
    func content() throws -> Set<String> {
        struct Row: Decodable { var line: String }
        // A task of `probe` is about a path.
        let selects = Self.content.map { table, columns in
            "SELECT '\(table) ' || json_array(\(columns)) AS line FROM \(table)"
                + (table == "task" ? " WHERE stage <> 'probe'" : "")
        }
        let lines = try rows(Row.self, selects.joined(separator: " UNION ALL ")).map(\.line)
        let set = Set(lines)
        guard set.count == lines.count else { throw Failed(description: "a row of the manifest stands twice") }
        return set
    }

    /// What is wrong with the manifest and the files that it names; empty when all is well.
    func damage() throws -> [String] {
        struct Finding: Decodable {
            var problem: String?
            var file: String?
            var sha256: String?
        }
        let findings = try rows(
            Finding.self,
            """
            SELECT integrity_check AS problem, NULL AS file, NULL AS sha256 FROM pragma_integrity_check
            UNION ALL SELECT 'foreign key of ' || "table", NULL, NULL FROM pragma_foreign_key_check
            UNION ALL SELECT NULL, file, sha256 FROM rendition UNION ALL SELECT NULL, file, sha256 FROM track
            """)
        guard findings.first?.problem == "ok" else { return findings.compactMap(\.problem) }
        return try findings.dropFirst().compactMap { finding in
            guard let file = finding.file else { return finding.problem }
            guard FileManager.default.fileExists(atPath: path(file)) else { return "\(file) is missing" }
            return try Digest(ofFile: path(file)).hex == finding.sha256 ? nil : "\(file) is altered"
        }
    }
}

/// Every file below a folder, by its path there.
struct FileTree: Equatable {
    private(set) var files: [String: Data] = [:]

    init(_ folder: String) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            files[path] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))
        }
    }

    /// The paths at which two trees differ.
    func differences(from other: FileTree) -> [String] {
        Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }.sorted()
    }
}
