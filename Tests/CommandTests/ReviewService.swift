import Foundation
import Model
import Footage
import Testing

/// A running `review serve` of one workspace.
final class ReviewService {
    let curation: Curation
    let process: Process
    let port: Int
    private let log: String

    /// Starts it on a free port and waits until it answers.
    /// - Parameter files: how many it may have open; nil for the system's limit.
    init(_ curation: Curation, _ options: String..., files: Int? = nil) throws {
        self.curation = curation
        log = curation.root + ".serve-\(UUID().uuidString).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process = Command.process(curation.words(["review", "serve", "--port", "0"] + options))
        if let files {
            let command = [Command.path] + (process.arguments ?? [])
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "ulimit -n \(files); exec \"$0\" \"$@\""] + command
        }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        let start = ContinuousClock.now
        while true {
            let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let match = said.firstMatch(of: /reviewing at https?:\/\/[^ ]+:([0-9]+)/), let port = Int(match.1) {
                self.port = port
                return
            }
            guard process.isRunning, ContinuousClock.now - start < .seconds(60) else {
                process.terminate()
                throw Curation.Failed(description: "review serve doesn't come up: \(said)")
            }
            usleep(10_000)
        }
    }

    /// What it wrote to standard error so far.
    var errors: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    deinit { kill() }

    /// `kill -9`.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The largest memory that it ever held, in MiB.
    func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        return Int(try #require(status.firstMatch(of: /VmHWM:\s+([0-9]+) kB/)).1).map { $0 / 1024 } ?? 0
    }

    /// The path of a sign-in link.
    func invite(_ name: String, role: String = "reviewer") throws -> String {
        struct Link: Decodable { var url: String }
        let link = try JSON.decode(
            Link.self,
            from: try curation.perform("review", "invite", name, "--role", role, "--port", "\(port)", "--json"))
        try #require(link.url.hasPrefix("http://127.0.0.1:\(port)/sign-in/"))
        return String(link.url.dropFirst("http://127.0.0.1:\(port)".count))
    }

    func signIn(_ name: String, role: String = "reviewer") throws -> ServedReviewer {
        struct Session: Decodable { var csrf: String }
        let wire = try Wire(port: port)
        let cookie = try #require(try wire.exchange("GET", try invite(name, role: role)).headers["set-cookie"])
        var reviewer = ServedReviewer(name: name, cookie: String(cookie.prefix { $0 != ";" }), csrf: "")
        let session = try wire.exchange("GET", "/api/session", ["Cookie": reviewer.cookie])
        reviewer.csrf = try JSON.decode(Session.self, from: session.body).csrf
        return reviewer
    }
}

/// Someone who has signed in; good for every server of the workspace.
struct ServedReviewer: Sendable {
    var name: String
    var cookie: String
    var csrf: String

    func post(_ path: String, _ body: String, over wire: Wire) throws -> Wire.Answer {
        try wire.exchange(
            "POST", path, ["Cookie": cookie, "X-CSRF-Token": csrf, "Content-Type": "application/json"],
            body: Array(body.utf8))
    }

    struct Queue: Decodable {
        struct Clip: Decodable { var clipId: String }
        var clips: [Clip]
        var left: Int
    }

    func queue(over wire: Wire, want: Int = 8) throws -> Queue {
        let answer = try post("/api/queue", #"{"want": \#(want)}"#, over: wire)
        try #require(answer.status == 200, "\(answer.text)")
        return try JSON.decode(Queue.self, from: answer.body)
    }
}

/// One decision as a page sends it.
struct SentDecision: Sendable, Hashable {
    var id: String
    var clip: String
    var choice: String
    var reviewer: String

    var body: String { #"{"id": "\#(id)", "clip_id": "\#(clip)", "decision": "\#(choice)", "seconds": 4.5}"# }

    /// An id that a seed determines.
    init(_ clip: String, by reviewer: String, _ random: inout SplitMix) {
        let digits = Array(Digest(of: "\(random.next()) \(random.next())").hex)
        id = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
        self.clip = clip
        self.reviewer = reviewer
        choice = ["accept", "reject", "unsure"][random.index(3)]
    }
}

/// One connection, spoken to in bytes, so that nothing tidies up what a test sends.
final class Wire: @unchecked Sendable {
    struct Broken: Error, CustomStringConvertible {
        var description: String
    }

    struct Answer {
        var status: Int
        /// By name in lower case; of several with one name the last.
        var headers: [String: String]
        var body: Data
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let descriptor: Int32
    private let port: Int
    private var received: [UInt8] = []

    init(port: Int, secondsToWait: Int = 30) throws {
        self.port = port
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.broken("socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var patience = timeval(tv_sec: secondsToWait, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else {
            let error = Self.broken("connect")
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    private static func broken(_ call: String) -> Broken {
        Broken(description: "\(call): \(String(cString: strerror(errno)))")
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.broken("send") }
            sent += count
        }
    }

    /// Whether something can be read, or the other side has closed, without waiting longer than so.
    func isReadable(milliseconds: Int32 = 0) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) > 0
    }

    /// False at the end.
    private func receive() throws -> Bool {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &block, block.count, 0)
        guard count >= 0 else { throw Self.broken("recv") }
        received += block.prefix(count)
        return count > 0
    }

    /// Whether the other side has closed; waits for it.
    func isClosed() -> Bool { (try? receive()) != true }

    /// Reads one answer, which must say its length.
    func answer() throws -> Answer {
        let gap = Array("\r\n\r\n".utf8)
        while true {
            if let end = received.position(of: gap) {
                let head = String(decoding: received[..<end], as: UTF8.self).components(separatedBy: "\r\n")
                let headers = head.dropFirst().reduce(into: [String: String]()) { headers, line in
                    let colon = line.firstIndex(of: ":") ?? line.endIndex
                    headers[line[..<colon].lowercased()] = line[colon...].dropFirst().trimmingCharacters(
                        in: .whitespaces)
                }
                let words = head[0].split(separator: " ")
                guard words.count > 1, let status = Int(words[1]) else {
                    throw Broken(description: "no HTTP: \(head[0])")
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                let start = end + gap.count
                while received.count < start + length {
                    guard try receive() else { throw Broken(description: "half an answer") }
                }
                let body = Data(received[start..<start + length])
                received.removeFirst(start + length)
                return Answer(status: status, headers: headers, body: body)
            }
            guard try receive() else { throw Broken(description: "closed") }
        }
    }

    func exchange(
        _ method: String, _ path: String, _ headers: [String: String] = [:], body: [UInt8] = []
    ) throws -> Answer {
        let all = ["Host": "127.0.0.1:\(port)"].merging(headers) { $1 }
        let lines = all.sorted { $0.key < $1.key }.map { "\($0): \($1)\r\n" }.joined()
        let length = body.isEmpty && method == "GET" ? "" : "Content-Length: \(body.count)\r\n"
        try send(Array("\(method) \(path) HTTP/1.1\r\n\(lines)\(length)\r\n".utf8) + body)
        return try answer()
    }
}

/// A workspace with one film of six scenes, cut and captioned: made once for a whole suite.
final class ReviewedFilm: Sendable {
    @TaskLocal static var current: ReviewedFilm?

    struct Shared: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
        ) async throws {
            try await ReviewedFilm.$current.withValue(try ReviewedFilm()) { try await body() }
        }
    }

    let folder: TemporaryFolder
    let curation: Curation
    let clips: [String]

    init() throws {
        folder = try TemporaryFolder()
        curation = try Curation.begin(
            at: folder.path("reviewed"), recipe: Decided.recipe(Decided.native(), quorum: 2))
        try FileManager.default.createDirectory(atPath: folder.path("footage"), withIntermediateDirectories: true)
        try Self.write(folder.path("footage/film.mp4"), looks: 1...6)
        try curation.perform("ingest", "--quiet", folder.path("footage"))
        try curation.perform("run", "--quiet")
        clips = try curation.clips().filter { $0.state == "ready" }.map(\.id)
        try #require(clips.count == 6)
    }

    static func write(_ path: String, looks: ClosedRange<Int>) throws {
        try ClockFootage(scenes: looks.map { .init(36 + 2 * $0, look: $0) }, width: 160, height: 120).write(to: path)
        try Curation.describe(path)
    }
}
