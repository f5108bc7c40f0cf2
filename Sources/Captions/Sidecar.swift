public import Foundation
public import Model

/// What a downloader wrote down about a recording. Unknown is nil.
public struct SidecarInfo: Codable, Hashable, Sendable {
    /// The platform's id of the video.
    @Nullable public var id: String?
    @Nullable public var title: String?
    @Nullable public var description: String?
    @Nullable public var channel: String?
    /// The page that the recording came from.
    @Nullable public var url: String?
    /// `2024-05-03`.
    @Nullable public var uploadDate: String?
    @Nullable public var views: Int?
    @Nullable public var likes: Int?
    /// In the platform's words, not an SPDX id.
    @Nullable public var licence: String?
    public var tags: [String]
    /// The series, or else the playlist, that the recording belongs to.
    @Nullable public var series: String?

    public init(
        id: String? = nil, title: String? = nil, description: String? = nil, channel: String? = nil, url: String? = nil,
        uploadDate: String? = nil, views: Int? = nil, likes: Int? = nil, licence: String? = nil, tags: [String] = [],
        series: String? = nil
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.channel = channel
        self.url = url
        self.uploadDate = uploadDate
        self.views = views
        self.likes = likes
        self.licence = licence
        self.tags = tags
        self.series = series
    }
}

public enum Sidecar {
    /// Reads yt-dlp's `.info.json`. A value that is missing, null or of another type is unknown; what is no JSON object
    /// is a `Fault` at `file`.
    public static func parse(infoJSON data: Data, file: String) throws -> SidecarInfo {
        let fields: [String: Field]
        do {
            fields = try JSONDecoder().decode([String: Field].self, from: data)
        } catch {
            throw Fault(
                .corrupt, data.isEmpty ? "the sidecar is empty" : "the sidecar is not a JSON object", at: file,
                advice: "Download it again with yt-dlp --write-info-json, or move it away to go on without it.")
        }
        func text(_ keys: String...) -> String? { keys.lazy.compactMap { fields[$0]?.text }.first }
        return SidecarInfo(
            id: text("id"), title: text("title", "fulltitle"), description: text("description"),
            channel: text("channel", "uploader", "creator"), url: text("webpage_url", "original_url"),
            uploadDate: text("upload_date", "release_date").flatMap(date), views: fields["view_count"]?.count,
            likes: fields["like_count"]?.count, licence: text("license"), tags: fields["tags"]?.list ?? [],
            series: text("series", "playlist_title", "playlist"))
    }

    /// `20240503` as `2024-05-03`; nil for anything else.
    private static func date(_ text: String) -> String? {
        let digits = Array(text.utf8)
        guard digits.count == 8, digits.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else {
            return nil
        }
        let (month, day) = (number / 100 % 100, number % 100)
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        return "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))"
    }
}

/// A JSON value of which only the kinds that matter here are told apart.
private enum Field: Decodable {
    case string(String), number(Double), strings([String]), other

    init(from decoder: any Decoder) throws {
        if let strings = try? [Field](from: decoder) {
            self = .strings(strings.compactMap(\.text))
            return
        }
        let value = try decoder.singleValueContainer()
        if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .other
        }
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : trimmed
    }

    var count: Int? {
        guard case .number(let number) = self, number >= 0 else { return nil }
        return Int(exactly: number.rounded())
    }

    var list: [String]? {
        guard case .strings(let list) = self else { return nil }
        return list
    }
}
