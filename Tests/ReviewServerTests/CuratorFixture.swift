import Foundation
import HTTPTypes
import Manifest
import Model
import Pipeline
import Testing

// What the curator's page asks and hears, as far as tests look at it.

struct Curated: Encodable {
    var action: String
    var id = UUID().uuidString.lowercased()
    var clips: [String]?
    var decision: String?
    var level: String?
    var caption: String?
    var reason: String?
    var ids: [String]?
    var of: String?
}

struct Done: Decodable {
    var action: String
    var done: Int
    var ids: [String]
}

struct Listed: Decodable {
    struct Clip: Decodable {
        var clipId: String
        var state: String
        var caption: String?
    }
    var total: Int
    var pages: Int
    var clips: [Clip]
}

struct Overview: Decodable {
    struct Action: Decodable {
        var action: String
        var clips: Int
        var isUndone: Bool
    }
    struct Step: Decodable {
        var step: String
        var count: Int
    }
    struct Holder: Decodable {
        var reviewer: String
        var clipId: String?
        var reserved: Int
    }
    struct Today: Decodable {
        var reviewer: String
        var answers: Int
    }
    var actions: [Action]
    var funnel: [Step]
    var states: [String: Int]
    var waiting: [String: Int]
    var holders: [Holder]
    var today: [Today]
    var needsCurator: Int
}

extension Browser {
    @discardableResult
    func curate(_ action: Curated) async throws -> Done {
        // What comes after is said later, also by a clock that counts milliseconds.
        defer { usleep(2000) }
        return try await post("/api/curator/actions", action).json(Done.self)
    }

    func list(_ query: String = "") async throws -> Listed {
        try await get("/api/curator/clips?\(query)").json(Listed.self)
    }

    func overview() async throws -> Overview { try await get("/api/curator/overview").json(Overview.self) }

    /// A page, which must be there.
    func page(_ uri: String) async throws -> String {
        let response = try await get(uri, [.accept: "text/html"])
        try #require(response.status == .ok, "\(uri): \(response.text)")
        return response.text
    }
}

extension ReviewFixture {
    /// A source of so many proposed clips beside the film, filled in by hand.
    func addClips(_ count: Int) throws -> [ClipID] {
        let source = SourceID(rawValue: "src-00000000000000000000000000000001")
        let digest = Digest(of: source.rawValue)
        let location = Model.SourceLocation(
            id: source, kind: .video, paths: ["/footage/long.mp4"], stream: 0, view: View(), timing: .pts,
            timeBase: Rational(1, 25))
        let description = MediaDescription(
            kind: .video, container: "mov", codec: "h264", stream: 0, width: 64, height: 48, frames: 100 * count)
        let record = SourceRecord(
            location: location, digests: [digest], description: description, provenance: Provenance(), subtitles: [])
        let spans = (0..<count).map { index in
            ClipSpan(
                ticks: TickSpan(start: Int64(100 * index), end: Int64(100 * index + 100)),
                frames: FrameSpan(start: 100 * index, end: 100 * index + 100))
        }
        let proposal = ProposalRecord(
            source: source, transitions: [], shots: [], clips: spans.map { .init(span: $0, signals: [:]) }, frozen: [])
        try manifest.commit { transaction in
            try transaction.files.add(digest, bytes: 9, path: "/footage/long.mp4", modifiedNanoseconds: 7)
            try transaction.sources.add(record)
            try transaction.clips.record(proposal)
            try transaction.tasks.finish(
                TaskReference(key: source.rawValue, fingerprint: digest), stage: "propose", output: digest)
        }
        return spans.map { ClipID(source: source, span: $0.ticks) }
    }

    func caption(_ clip: ClipID, _ text: String) throws {
        try manifest.commit {
            try $0.captions.add([CaptionRecord(clip: clip, kind: .normalized, text: text, origin: "test")])
        }
    }
}
