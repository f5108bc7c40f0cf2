import Actions
import Footage
import Foundation
import HTTPTypes
import Hummingbird
import Manifest
import Model
import Pipeline
import ReviewServer
import Stages
import Testing

/// A workspace with one film of six scenes, cut and captioned: made once for all tests, each of which gets a copy.
final class ReviewFixture: Sendable {
    static let recipe = """
        name: reviewed
        version: "1"
        profile: native
        filter: none
        """

    private static let original = Result { () -> String in
        let root = NSTemporaryDirectory() + "review-original-\(getpid())"
        try? FileManager.default.removeItem(atPath: root)
        let workspace = try Workspace.create(at: root, recipe: recipe, recipeName: "test")
        let footage = workspace.path("footage")
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        let scenes = [40, 44, 48, 52, 56, 60].enumerated().map { ClockFootage.Scene($1, look: $0 + 1) }
        try ClockFootage(scenes: scenes, width: 160, height: 120).write(to: footage + "/film.mp4")
        let info = """
            {"title": "Cells <script>alert(1)</script> divide", "license": "CC0-1.0",
            "description": "Grains of 12um wander. Listen to the music of GrainLab.", "channel": "GrainLab", "webpage_url": "javascript:alert(1)"}
            """
        try Data(info.utf8).write(to: URL(fileURLWithPath: footage + "/film.info.json"))
        let manifest = try workspace.manifest()
        let quiet = ProgressDisplay.standardError(quiet: true, environment: [:])
        let runner = Runner(
            workspace: workspace, manifest: manifest, workers: 1, executor: InProcess(Stages.all), progress: quiet)
        _ = try Ingest(runner: runner, options: .init()).run([footage])
        _ = try runner.run(Stages.all)
        return root
    }

    let workspace: Workspace
    let manifest: Manifest

    /// - Parameter more: YAML behind the recipe.
    init(_ more: String = "") throws {
        let root = NSTemporaryDirectory() + "review-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: try Self.original.get(), toPath: root)
        try Data((Self.recipe + "\n" + more).utf8).write(to: URL(fileURLWithPath: root + "/recipe.yaml"))
        workspace = try Workspace.open(root)
        manifest = try workspace.manifest()
    }

    deinit { try? FileManager.default.removeItem(atPath: workspace.root) }

    /// The stages again, as `run` does them.
    func run() throws {
        let quiet = ProgressDisplay.standardError(quiet: true, environment: [:])
        _ = try Runner(
            workspace: workspace, manifest: manifest, workers: 1, executor: InProcess(Stages.all), progress: quiet
        ).run(Stages.all)
    }

    /// Clips in order of time.
    func clips() throws -> [ClipID] { try manifest.clips.inUse().sorted { $0.span < $1.span }.map(\.id) }

    func state(_ clip: ClipID) throws -> String {
        try manifest.query("SELECT state FROM clip_state WHERE clip_id = ?", [clip.rawValue]).rows[0][0].description
    }

    /// Serves the workspace to `body`.
    func serve(
        _ way: TestClient.Way = .router, behindProxy: Bool = false, lease: Double = 120,
        _ body: @escaping @Sendable (TestClient) async throws -> Void
    ) async throws {
        let options = try ServerOptions(port: 0, behindProxy: behindProxy, leaseSeconds: lease)
        let server = ReviewServer(workspace, manifest, options: options)
        switch way {
        case .router: try await body(TestClient(server.application()))
        case .live:
            let (ports, running) = AsyncStream.makeStream(of: Int.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run { running.yield($0) } }
                group.addTask {
                    for await port in ports { return try await body(TestClient(port: port)) }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// A signed-in browser.
    func signIn(_ name: String, _ client: TestClient, _ role: Person.Role = .reviewer) async throws -> Browser {
        let link = try Invitation.make(for: name, role: role, hours: 1, in: manifest, address: "")
        return try await Browser(client, link: link)
    }
}

/// What a browser keeps: the cookie, and the CSRF token that its page was told.
struct Browser: Sendable {
    struct Session: Decodable { var csrf: String }

    let client: TestClient
    var cookie: String
    var csrf = ""

    init(_ client: TestClient, link: String) async throws {
        self.client = client
        let response = try await client.execute(uri: link, method: .get)
        let set = try #require(response.headers[.setCookie], "no cookie: \(String(buffer: response.body))")
        cookie = String(set.prefix { $0 != ";" })
        csrf = try await get("/api/session").json(Session.self).csrf
    }

    func get(_ uri: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await client.execute(uri: uri, method: .get, headers: [.cookie: cookie] + headers)
    }

    func post(_ uri: String, _ body: String) async throws -> TestResponse {
        try await client.execute(
            uri: uri, method: .post,
            headers: [.cookie: cookie, .contentType: "application/json", HTTPField.Name("X-CSRF-Token")!: csrf],
            body: ByteBuffer(string: body))
    }

    func post(_ uri: String, _ body: some Encodable) async throws -> TestResponse {
        try await post(uri, try JSON.line(body))
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    func json<T: Decodable>(_ type: T.Type) throws -> T {
        try #require(status == .ok, "\(status): \(text)")
        return try JSON.decode(type, from: text)
    }
}

extension HTTPFields {
    fileprivate static func + (a: HTTPFields, b: HTTPFields) -> HTTPFields {
        var all = a
        all.append(contentsOf: b)
        return all
    }
}

// What the page asks and hears, as far as tests look at it.

struct QueueRequest: Encodable {
    var want = 4
    var have: [String] = []
    var clip: String?
}

struct Given: Decodable {
    struct Clip: Decodable {
        struct Caption: Decodable {
            var text: String
            var sha256: String?
            var raw: String?
            var warnings: [String]
        }
        struct Source: Decodable {
            var title: String?
            var url: String?
        }
        struct Mine: Decodable { var decision: String }
        var clipId: String
        var renditionSha256: String
        var video: String
        var frames: Int
        var times: [Double]
        var caption: Caption
        var source: Source
        var mine: Mine?
    }
    var clips: [Clip]
    var left: Int
    var decided: Int
}

struct Answer: Encodable {
    var id = UUID().uuidString.lowercased()
    var clipId: String
    var decision = "accept"
    var reasons: [String] = []
    var level: String?
    var caption: String?
    var captionSha256: String?
    var renditionSha256: String?
    var seconds = 4.5
    var ageSeconds = 0.0
    var supersedes: String?
    var spans: [[Int]]?
}

struct Receipt: Decodable {
    struct Gold: Decodable {
        var right: Bool
        var decision: String
    }
    var id: String
    var status: String
    var message: String?
    var gold: Gold?
}

extension Browser {
    func clips(_ request: QueueRequest = QueueRequest()) async throws -> Given {
        try await post("/api/queue", request).json(Given.self)
    }

    @discardableResult
    func decide(_ answer: Answer) async throws -> Receipt {
        try await post("/api/decisions", answer).json(Receipt.self)
    }
}
