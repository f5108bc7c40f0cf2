import Files
import Foundation
import Manifest
import Model

/// The lines of `ingest --sources FILE.jsonl`, by path.
struct SourceLines {
    struct Line: Decodable, Sendable {
        var path: String
        var title: String?
        var description: String?
        var licence: String?
        var attribution: String?
        var url: String?
        var channel: String?
        var series: String?
        var level: String?
        var uploadDate: String?
        var views: Int?
        var likes: Int?
        var tags: [String]?
        /// How to see the recording, as the options of `ingest` declare it.
        var view: ViewText

        private enum Key: String, CodingKey, CaseIterable {
            case path, title, description, licence, attribution, url, channel, series, level, views, likes, tags
            case axes, interval, channels, contrast, gamma, z
            case uploadDate, pixelSize
        }

        /// The keys as a line writes them.
        static let keys = Key.allCases.map {
            switch $0 {
            case .uploadDate: "upload_date"
            case .pixelSize: "pixel_size"
            default: $0.rawValue
            }
        }

        init(from decoder: any Decoder) throws {
            let line = try decoder.container(keyedBy: Key.self)
            func text(_ key: Key) throws -> String? { try line.decodeIfPresent(String.self, forKey: key) }
            /// A number may stand for its text; it counts in `unit`.
            func quantity(_ key: Key, unit: String) throws -> String? {
                if let number = try? line.decodeIfPresent(Double.self, forKey: key) { return "\(number)\(unit)" }
                return try text(key)
            }
            path = try line.decode(String.self, forKey: .path)
            title = try text(.title)
            description = try text(.description)
            licence = try text(.licence)
            attribution = try text(.attribution)
            url = try text(.url)
            channel = try text(.channel)
            series = try text(.series)
            level = try text(.level)
            uploadDate = try text(.uploadDate)
            views = try line.decodeIfPresent(Int.self, forKey: .views)
            likes = try line.decodeIfPresent(Int.self, forKey: .likes)
            tags = try line.decodeIfPresent([String].self, forKey: .tags)
            view = ViewText()
            view.axes = try text(.axes)
            view.interval = try quantity(.interval, unit: "s")
            view.pixelSize = try quantity(.pixelSize, unit: "um")
            view.channels = try text(.channels)
            view.contrast = try text(.contrast)
            view.gamma = try quantity(.gamma, unit: "")
            view.z = try text(.z)
        }

        /// What it says of the source, but for how to see it.
        var facts: Provenance {
            var p = Provenance()
            (p.title, p.description, p.licence, p.attribution) = (title, description, licence, attribution)
            (p.url, p.channel, p.series, p.level) = (url, channel, series, level)
            (p.uploadDate, p.views, p.likes, p.tags) = (uploadDate, views, likes, tags)
            return p
        }
    }

    private var lines: [String: (number: Int, line: Line)] = [:]
    private var used: Set<String> = []
    private let file: String

    /// Paths in the file are relative to its folder. Throws a `Fault` that names the first bad line.
    init(file: String) throws {
        self.file = file
        let folder = URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent()
        let known = Line.keys
        let texts = try JSONLines(path: file, advice: "Check the path given to --sources.").lines
        for text in texts where !text.isBlank {
            guard let object = try? JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any],
                let line = try? text.decode(Line.self)
            else {
                throw text.fault(
                    "not a JSON object with a text 'path'",
                    advice: "Write one object a line, such as {\"path\": \"cells.tif\", \"licence\": \"CC-BY-4.0\"}.")
            }
            if let odd = object.keys.sorted().first(where: { !known.contains($0) }) {
                throw text.fault(
                    "unknown key '\(odd)'", advice: "Known: \(known.sorted().joined(separator: ", ")).")
            }
            do {
                _ = try line.view.declaration()
            } catch let fault as Fault {
                throw Fault(fault.reason, fault.what, at: text.place, advice: fault.advice)
            }
            let path = URL(fileURLWithPath: line.path, relativeTo: folder).standardizedFileURL.path
            lines[path] = (text.number, line)
        }
    }

    mutating func take(_ path: String) -> Line? {
        guard let found = lines[path] else { return nil }
        used.insert(path)
        return found.line
    }

    /// Lines whose path was not ingested.
    var unused: [Fault] {
        lines.filter { !used.contains($0.key) }.sorted { $0.value.number < $1.value.number }.map { path, value in
            Fault(
                .invalid, "the path was not ingested", at: "\(file):\(value.number) (\(path))",
                advice: "Correct the path, or ingest that file too.")
        }
    }
}
