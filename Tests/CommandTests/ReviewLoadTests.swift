import Foundation
import Model
import Testing

/// What takes the server's memory, files or time while others want to work.
@Suite(ReviewedFilm.Shared())
struct ReviewLoadTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var film: ReviewedFilm { get throws { try #require(ReviewedFilm.current) } }

    private func service() throws -> ReviewService {
        try ReviewService(try film.curation.copy(to: folder.path("workspace")))
    }

    /// With its length said, and in chunks that say nothing; by a reviewer, and by a stranger.
    @Test(arguments: [true, false], [true, false])
    func abodyOf100MBIsRefused(saysItsLength: Bool, signedIn: Bool) throws {
        let service = try service()
        let ada = try service.signIn("ada")
        let before = try service.peakMemory()
        let wire = try Wire(port: service.port)
        let size = 100 << 20
        let session = signedIn ? "Cookie: \(ada.cookie)\r\nX-CSRF-Token: \(ada.csrf)\r\n" : ""
        let length = saysItsLength ? "Content-Length: \(size)" : "Transfer-Encoding: chunked"
        try wire.send("POST /api/decisions HTTP/1.1\r\nHost: 127.0.0.1\r\n\(session)\(length)\r\n\r\n")
        let block = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 16)
        let chunk = saysItsLength ? block : Array("10000\r\n".utf8) + block + Array("\r\n".utf8)
        let start = ContinuousClock.now
        var sent = 0
        // It may answer and close in the middle.
        while sent < size, (try? wire.send(chunk)) != nil {
            sent += block.count
            if sent == 1 << 20 { #expect(wire.isReadable(milliseconds: 5000), "it answers before it has read all") }
        }
        let answer = try wire.answer()
        #expect(answer.status == (signedIn ? 413 : 401))
        let grown = try service.peakMemory() - before
        print(
            "body of 100 MB, length \(saysItsLength ? "said" : "unsaid"): \(sent >> 20) MiB taken in",
            "\(ContinuousClock.now - start), memory +\(grown) MiB")
        #expect(grown < 50)
        let other = try Wire(port: service.port)
        #expect(try ada.queue(over: other).left == 6)
        #expect(try service.curation.decisions().isEmpty)
    }

    /// A head that never ends is cut off.
    @Test func endlessHeadsAreRefused() throws {
        let service = try service()
        let before = try service.peakMemory()
        for line in [
            "X-\(String(repeating: "a", count: 1 << 20)): b", "Cookie: \(String(repeating: "a=b; ", count: 1 << 18))",
        ] {
            let wire = try Wire(port: service.port)
            _ = try? wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\(line)\r\n\r\n")
            #expect((try? wire.answer().status) ?? 400 != 200)
        }
        let wire = try Wire(port: service.port)
        try? wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n")
        for number in 0..<200_000 { guard (try? wire.send("X-\(number): b\r\n")) != nil else { break } }
        #expect((try? wire.answer().status) ?? 400 != 200)
        #expect(try service.peakMemory() - before < 50)
        #expect(try Wire(port: service.port).exchange("GET", "/guide").status == 200)
    }

    /// Connections that send nothing, half a head, or half a body; people review meanwhile, and in the end they are gone.
    @Test func thousandsOfSilentConnectionsAreInNobodysWay() throws {
        let service = try service()
        let ada = try service.signIn("ada")
        let before = try service.peakMemory()
        let room = Descriptors.raise()
        let count = min(10_000, room - 500)
        var silent: [Wire] = []
        let start = ContinuousClock.now
        for number in 0..<count {
            let wire = try Wire(port: service.port, secondsToWait: 60)
            if number % 10 == 1 { try wire.send("GET / HTTP/1.1\r\nHost: loc") }
            if number % 10 == 2 {
                try wire.send("POST /api/queue HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{")
            }
            silent.append(wire)
        }
        let opened = ContinuousClock.now - start
        let wire = try Wire(port: service.port)
        var random = SplitMix(seed: 1)
        var slowest = Duration.zero
        for _ in 0..<20 {
            let asked = ContinuousClock.now
            let clip = try #require(try ada.queue(over: wire, want: 1).clips.first).clipId
            let answer = try ada.post("/api/decisions", SentDecision(clip, by: "ada", &random).body, over: wire)
            #expect(answer.status == 200)
            slowest = max(slowest, ContinuousClock.now - asked)
            if try ada.queue(over: wire, want: 0).left == 0 { break }
        }
        let late = try service.signIn("bob")
        #expect(try late.queue(over: try Wire(port: service.port)).left > 0)
        for wire in silent { while !wire.isClosed() {} }
        print(
            "\(count) silent connections (limit \(room)) opened in \(opened), slowest clip and decision \(slowest),",
            "all closed after \(ContinuousClock.now - start), memory +\(try service.peakMemory() - before) MiB")
        #expect(try ada.queue(over: try Wire(port: service.port)).left >= 0)
    }

    /// More connections than the server may have files: it waits for room, and does not end.
    @Test func itOutlivesMoreConnectionsThanFiles() throws {
        let curation = try film.curation.copy(to: folder.path("few"))
        let service = try ReviewService(curation, files: 128)
        let ada = try service.signIn("ada")
        let kept = try Wire(port: service.port)
        #expect(try ada.queue(over: kept).left == 6)
        do {
            let many = (0..<300).compactMap { _ in try? Wire(port: service.port) }
            #expect(many.count > 128)
            let clip = try film.clips[0]
            var random = SplitMix(seed: 2)
            for _ in 0..<5 {
                // Done, or refused for now: never "unknown", for then the page would give the decision up.
                let answer = try ada.post("/api/decisions", SentDecision(clip, by: "ada", &random).body, over: kept)
                #expect(answer.status == 200 || answer.status >= 500, "\(answer.status) \(answer.text)")
            }
        }
        let start = ContinuousClock.now
        var answer: Wire.Answer?
        while answer == nil, ContinuousClock.now - start < .seconds(60) {
            answer = try? Wire(port: service.port, secondsToWait: 5).exchange("GET", "/guide")
        }
        #expect(answer?.status == 200)
        print("answered again \(ContinuousClock.now - start) after 300 connections with room for 128 files")
        #expect(service.process.isRunning)
        let verified = try curation.perform("review", "verify")
        #expect(verified.contains("decisions"))
    }
}

/// The test's own limit of open files.
enum Descriptors {
    /// Raises it as far as it may go.
    static func raise() -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
