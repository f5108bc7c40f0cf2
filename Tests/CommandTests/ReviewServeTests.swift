import Foundation
import Model
import Synchronization
import Footage
import Testing

/// The server as a process: what it survives, and what it does beside the other commands.
@Suite(ReviewedFilm.Shared())
struct ReviewServeTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var film: ReviewedFilm { get throws { try #require(ReviewedFilm.current) } }

    private func workspace(_ name: String = "workspace") throws -> Curation {
        try film.curation.copy(to: folder.path(name))
    }

    private func ids(_ curation: Curation) throws -> [String] { try curation.decisions().map(\.id) }

    @Test func anInvitationSignsInOnce() throws {
        let service = try ReviewService(try workspace())
        let said = try service.curation.perform("review", "invite", "ada", "--port", "\(service.port)", "--json")
        let document = try JSON.decode([String: String].self, from: said)
        #expect(document.keys.sorted() == ["url"])
        #expect(try #require(document["url"]).wholeMatch(of: /http:\/\/127\.0\.0\.1:\d+\/sign-in\/[\w-]{43}/) != nil)
        let wire = try Wire(port: service.port)
        let link = try service.invite("ada", role: "curator")
        let first = try wire.exchange("GET", link)
        #expect(first.status == 303 && first.headers["location"] == "/curator")
        #expect(first.headers["set-cookie"]?.contains("HttpOnly; SameSite=Lax") == true)
        let second = try wire.exchange("GET", link)
        #expect(second.status == 403 && second.headers["set-cookie"] == nil)
        let plain = try service.curation.perform("review", "invite", "bob", "--url", "https://review.lab.org/")
        #expect(plain.hasPrefix("https://review.lab.org/sign-in/"))
        for wrong in [
            [""], ["a\nb"], [String(repeating: "x", count: 81)], ["ada", "--hours", "0"], ["ada", "--role", "x"],
        ] {
            #expect(try Command.run(service.curation.words(["review", "invite"] + wrong)).status != 0, "\(wrong)")
        }
    }

    @Test func beyondLoopbackItTakesTLS() throws {
        let workspace = try workspace()
        let bare = try workspace.attempt("review", "serve", "--host", "0.0.0.0", "--port", "0")
        #expect(bare.status == 1)
        #expect(bare.errors.contains("--tls-certificate") && bare.errors.contains("--behind-proxy"), "\(bare.errors)")
        let half = try workspace.attempt("review", "serve", "--tls-key", "key.pem")
        #expect(half.status == 2)
        let text = folder.path("text.pem")
        try Data("no key".utf8).write(to: URL(fileURLWithPath: text))
        for path in [text, folder.path("none.pem")] {
            let wrong = try workspace.attempt(
                "review", "serve", "--port", "0", "--tls-certificate", path, "--tls-key", path)
            #expect(wrong.status == 1 && wrong.errors.contains(path), "\(wrong.errors)")
        }
    }

    @Test(.enabled(if: Tool.isThere("openssl") && Tool.isThere("curl")))
    func aSelfSignedCertificateServes() throws {
        let (certificate, key) = (folder.path("certificate.pem"), folder.path("key.pem"))
        try Tool.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-subj", "/CN=localhost", "-keyout", key, "-out", certificate)
        let service = try ReviewService(
            try workspace(), "--host", "0.0.0.0", "--tls-certificate", certificate, "--tls-key", key)
        #expect(service.errors.contains("https://localhost:\(service.port)"))
        let link = try service.invite("ada").replacing("http://", with: "https://")
        let answer = try Tool.run("curl", "-s", "-k", "-i", "https://127.0.0.1:\(service.port)\(link)")
        #expect(answer.contains(" 303"))
        let cookie = try #require(answer.firstMatch(of: /(?i)set-cookie: (mc_session=[^\r\n]+)/)).1
        #expect(cookie.contains("; Secure") && cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"))
        #expect(answer.lowercased().contains("strict-transport-security:"))
        let page = try Tool.run(
            "curl", "-s", "-k", "-i", "-H", "Cookie: \(cookie.prefix { $0 != ";" })",
            "https://127.0.0.1:\(service.port)/api/session")
        #expect(page.contains(#""name":"ada""#))
        // Nothing is said in the clear on that port.
        let plain = try Wire(port: service.port, secondsToWait: 5)
        #expect(throws: Wire.Broken.self) { try plain.exchange("GET", "/") }
    }

    @Test func asecondServerIsRefusedAndTheFirstNamed() throws {
        let service = try ReviewService(try workspace())
        let second = try service.curation.attempt("review", "serve", "--port", "0")
        #expect(second.status == 1)
        #expect(second.errors.contains("process \(service.process.processIdentifier)"), "\(second.errors)")
        let elsewhere = try workspace("elsewhere").attempt("review", "serve", "--port", "\(service.port)")
        #expect(elsewhere.status == 1 && elsewhere.errors.contains("--port"), "\(elsewhere.errors)")
        service.kill()
        let third = try ReviewService(service.curation)
        #expect(try Wire(port: third.port).exchange("GET", "/").status == 401, "a dead one holds nothing")
    }

    /// A name that resolves to loopback (DNS rebinding) would let any web page read the answers.
    @Test func anotherNameGetsNothing() throws {
        let service = try ReviewService(try workspace())
        let wire = try Wire(port: service.port)
        for host in [
            "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "", "<script>alert(1)</script>",
        ] {
            let answer = try Wire(port: service.port).exchange("GET", "/guide", ["Host": host, "Accept": "text/html"])
            #expect([421, 400].contains(answer.status), "\(host): \(answer.status)")
            #expect(!answer.text.contains("<script>alert"))
        }
        for host in ["localhost", "localhost:1", "127.0.0.1", "[::1]:8470"] {
            #expect(try wire.exchange("GET", "/guide", ["Host": host]).status == 200, "\(host)")
        }
        // No path that a browser would have tidied up leads out either.
        let ada = try service.signIn("ada")
        for path in [
            "/media/renditions/../../manifest.sqlite", "/assets/../../../../etc/passwd", "/../manifest.sqlite",
            "/media/thumbnails/../manifest.sqlite", "//etc/passwd",
            "/media/renditions/%2e%2e%2f%2e%2e%2fmanifest.sqlite",
            "http://127.0.0.1/../manifest.sqlite", "/media/renditions/\u{1}..",
            "/media/renditions/..\\..\\manifest.sqlite",
        ] {
            let answer = try Wire(port: service.port).exchange("GET", path, ["Cookie": ada.cookie])
            #expect([400, 404, 421].contains(answer.status), "\(path): \(answer.status)")
            #expect(!answer.text.contains("SQLite") && !answer.text.contains("root:"))
        }
        #expect(try service.signIn("bob").csrf.count == 64)
    }

    /// Several pages send without pause when the server dies; what was acknowledged is there once, the rest can be sent
    /// again.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func akilledServerLosesNothingAcknowledged(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var service = try ReviewService(try workspace("killed-\(seed)"))
        let people = try ["ada", "bob", "cyd", "dan"].map { try service.signIn($0) }
        let clips = try film.clips
        let streams = people.map { person in
            (person, (0..<4000).map { _ in SentDecision(clips[random.index(clips.count)], by: person.name, &random) })
        }
        let acknowledged = Mutex<Set<SentDecision>>([])
        let sent = Mutex<Set<SentDecision>>([])
        let delay = UInt32(100_000 + random.index(500_000))
        let port = service.port
        let group = DispatchGroup()
        for (person, decisions) in streams {
            Thread.detach(in: group) {
                guard let wire = try? Wire(port: port) else { return }
                for decision in decisions {
                    sent.withLock { _ = $0.insert(decision) }
                    guard let answer = try? person.post("/api/decisions", decision.body, over: wire) else { return }
                    if answer.status == 200 { acknowledged.withLock { _ = $0.insert(decision) } }
                }
            }
        }
        usleep(delay)
        service.kill()
        group.wait()
        let known = acknowledged.withLock { $0 }
        let all = sent.withLock { $0 }
        try #require(!known.isEmpty, "seed \(seed): nothing was acknowledged in \(delay) us")
        try #require(all.count < 16_000, "seed \(seed): it died too late")

        let recorded = try ids(service.curation)
        #expect(Set(recorded).count == recorded.count, "seed \(seed): twice")
        #expect(known.allSatisfy { Set(recorded).contains($0.id) }, "seed \(seed): lost")
        #expect(Set(recorded).isSubset(of: all.map(\.id)), "seed \(seed)")
        #expect(try service.curation.perform("review", "verify").hasPrefix("\(recorded.count) decisions"))
        print("seed \(seed): \(known.count) acknowledged, \(recorded.count) recorded, \(all.count) sent")

        service = try ReviewService(service.curation)
        for person in people {
            let wire = try Wire(port: service.port)
            for decision in all where decision.reviewer == person.name {
                let answer = try person.post("/api/decisions", decision.body, over: wire)
                #expect(answer.status == 200, "seed \(seed): \(answer.text)")
                let isKnown = answer.text.contains(#""status":"known""#)
                #expect(isKnown == recorded.contains(decision.id), "seed \(seed)")
            }
        }
        let final = try service.curation.decisions()
        #expect(Set(final.map(\.id)) == Set(all.map(\.id)) && final.count == all.count, "seed \(seed)")
        let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        #expect(
            final.allSatisfy { row in
                byID[row.id].map {
                    $0.clip == row.clipId.rawValue && $0.choice == row.decision.rawValue && $0.reviewer == row.reviewer
                } ?? false
            }, "seed \(seed)")
        #expect(try service.curation.perform("review", "verify").hasPrefix("\(all.count) decisions"))
        #expect(try service.curation.damage() == [], "seed \(seed)")
    }

    /// Another film is ingested and run while somebody reviews; its clips come into the queue by themselves.
    @Test func arunGoesOnBesideTheServer() throws {
        let service = try ReviewService(try workspace())
        let ada = try service.signIn("ada")
        let wire = try Wire(port: service.port)
        #expect(try ada.queue(over: wire).left == 6)
        let clips = try film.clips
        let footage = folder.path("more")
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        try ReviewedFilm.write(footage + "/more.mp4", looks: 11...15)
        var random = SplitMix(seed: 3)
        var sent = 0
        for command in [["ingest", "--quiet", footage], ["run", "--quiet"]] {
            let process = Command.process(service.curation.words(command))
            process.standardError = FileHandle.nullDevice
            try process.run()
            while process.isRunning {
                let decision = SentDecision(clips[random.index(3)], by: "ada", &random)
                let answer = try ada.post("/api/decisions", decision.body, over: wire)
                #expect(answer.status == 200, "\(answer.text)")
                sent += 1
                usleep(2000)
            }
            #expect(process.terminationStatus == 0)
        }
        print("\(sent) decisions beside a run")
        #expect(try ids(service.curation).count == sent)
        let new = Set(try service.curation.clips().filter { $0.state == "ready" }.map(\.id)).subtracting(clips)
        #expect(new.count == 5)
        let start = ContinuousClock.now
        var left = 0
        while left != 3 + 5, ContinuousClock.now - start < .seconds(60) {
            left = try ada.queue(over: wire, want: 0).left
            usleep(50_000)
        }
        print("the new clips were in the queue after \(ContinuousClock.now - start)")
        let given = Set(try ada.queue(over: wire).clips.map(\.clipId))
        #expect(given == new.union(clips[3...]))
        #expect(try service.curation.perform("review", "verify").hasPrefix("\(sent) decisions"))
        #expect(try service.curation.damage() == [])
    }
}

extension Thread {
    /// Runs on a thread of its own, which `group` counts.
    static func detach(in group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        Thread.detachNewThread {
            body()
            group.leave()
        }
    }
}

/// Programs of the machine that a test may use where they are there.
enum Tool {
    static func isThere(_ name: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// Runs it to a good end.
    /// - Returns: its standard output.
    @discardableResult
    static func run(_ words: String...) throws -> String {
        let folder = try TemporaryFolder()
        _ = FileManager.default.createFile(atPath: folder.path("out"), contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: folder.path("out"))
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Curation.Failed(
                description: "\(words.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
        return try String(contentsOfFile: folder.path("out"), encoding: .utf8)
    }
}
