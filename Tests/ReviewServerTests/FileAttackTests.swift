import Foundation
import HTTPTypes
import Hummingbird
import Manifest
import Model
import NIOCore
import Pipeline
import Testing

/// What can be had by asking for files, and what texts can do on a page.
@Suite struct FileAttackTests {
    /// They would read the manifest with everybody's sessions, the ledger, or any file of the machine.
    @Test(arguments: [TestClient.Way.router, .live]) func noPathLeadsOut(way: TestClient.Way) async throws {
        let fixture = try ReviewFixture()
        let source = try fixture.manifest.clips.clip(try fixture.clips()[0]).source.rawValue
        try await fixture.serve(way) { client in
            let ada = try await fixture.signIn("ada", client)
            let video = try await ada.clips().clips[0].video
            let name = String(video.split(separator: "/").last ?? "")
            let bare = name.replacing(".mp4", with: "")
            #expect(try await ada.get(video).status == .ok)
            #expect(try await ada.get("/media/thumbnails/\(source)/0.jpg").status == .ok)
            #expect(try await ada.get("/assets/review.js").status == .ok)
            let files = [
                "../../manifest.sqlite", "..%2f..%2fmanifest.sqlite", "%2e%2e/%2e%2e/manifest.sqlite",
                "%2e%2e%2f%2e%2e%2fmanifest.sqlite", "..%252f..%252fmanifest.sqlite", "..%5c..%5cmanifest.sqlite",
                "....//....//manifest.sqlite", "//etc/passwd", "%2fetc%2fpasswd", "..%2f..%2f..%2f..%2fetc%2fpasswd",
                "file:%2f%2f%2fetc%2fpasswd", "..%c0%af..%c0%afmanifest.sqlite", "%00", "..", "%2e%2e", ".", "",
            ]
            let others = [
                "/media/renditions/\(bare)", "/media/renditions/\(bare).sqlite", "/media/renditions/\(bare).mp4.sqlite",
                "/media/renditions/\(name)%00", "/media/renditions/\(bare)%00.mp4", "/media/renditions/%00\(name)",
                "/media/renditions/..%2frenditions%2f\(name)", "/media/renditions/\(bare.dropLast()).mp4",
                "/media/renditions/\(bare.dropLast())%2f.mp4", "/media/renditions/\(bare.dropLast())*.mp4",
                "/media/renditions/%25\(bare.dropLast()).mp4", "/media/renditions/..%2f..%2fmanifest.sqlite.mp4",
                "/media/thumbnails/\(source)/..%2f..%2f..%2fmanifest.sqlite", "/media/thumbnails/\(source)/0.png",
                "/media/thumbnails/\(source)/0%00.jpg", "/media/thumbnails/..%2f\(source)/0.jpg",
                "/media/thumbnails/\(source)/-9223372036854775808.jpg", "/media/thumbnails/\(source)/-1.jpg",
                "/media/thumbnails/\(source)/99999999999999999999.jpg", "/media/thumbnails/src-none/0.jpg",
                "/media/thumbnails/' OR 1=1 --/0.jpg".replacing(" ", with: "%20"), "/manifest.sqlite",
                "/media/manifest.sqlite", "/ledger/decisions.jsonl", "/recipe.yaml", "/assets/guide.mustache",
            ]
            let folders = ["/media/renditions/", "/media/thumbnails/\(source)/", "/assets/", "/curator/clips/", "/"]
            for uri in folders.flatMap({ folder in files.map { folder + $0 } }) + others
            where !["/", "//"].contains(uri) {
                // A client may refuse to send what no browser sends.
                guard let response = try? await ada.get(uri) else { continue }
                let isRefused = [.notFound, .badRequest, .forbidden].contains(response.status)
                #expect(isRefused || response.status == .ok && uri == "/.", "\(uri): \(response.status)")
                #expect(!response.text.contains("SQLite format") && !response.text.contains("root:"), "\(uri)")
            }
            #expect(try await ada.get("/api/session").status == .ok, "and it still stands")
        }
    }

    /// More bytes than were asked for, the wrong ones, or a server that falls over them.
    @Test func rangesGiveTheirBytesAndNoMore() async throws {
        let fixture = try ReviewFixture()
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let clip = try await ada.clips().clips[0]
            let digest = try #require(Digest(hex: clip.renditionSha256))
            let file = try #require(try fixture.manifest.renditions.file(digest))
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.workspace.path(file.file))))
            let count = bytes.count
            try #require(count > 1000 && count == file.bytes)
            func get(_ range: String, _ more: HTTPFields = [:]) async throws -> TestResponse {
                var headers = more
                headers[.range] = range
                return try await ada.get(clip.video, headers)
            }
            var good: [(String, ClosedRange<Int>)] = [
                ("bytes=0-0", 0...0), ("bytes=5-9", 5...9), ("bytes=-1", count - 1...count - 1),
                ("bytes=-\(count)", 0...count - 1), ("bytes=-99999999999", 0...count - 1), ("bytes=0-", 0...count - 1),
                ("bytes=\(count - 1)-", count - 1...count - 1), ("bytes=0-\(count)", 0...count - 1),
                ("bytes=7-9223372036854775807", 7...count - 1), ("bytes=0007-0009", 7...9),
            ]
            var random = SplitMix(seed: 5)
            for _ in 0..<40 {
                let ends = [Int(random.next() % UInt64(count)), Int(random.next() % UInt64(count))].sorted()
                good.append(("bytes=\(ends[0])-\(ends[1])", ends[0]...ends[1]))
            }
            for (range, wanted) in good {
                let response = try await get(range)
                #expect(response.status == .partialContent, "\(range)")
                #expect(
                    response.headers[.contentRange] == "bytes \(wanted.lowerBound)-\(wanted.upperBound)/\(count)",
                    "\(range)")
                #expect(Array(response.body.readableBytesView) == Array(bytes[wanted]), "\(range)")
            }
            let many = "bytes=" + (0..<20_000).map { "\($0)-" }.joined(separator: ",")
            for range in [
                "bytes=\(count)-", "bytes=\(count)-\(count + 5)", "bytes=9-5", "bytes=-0", "bytes=--5", "bytes=-5-",
                "bytes=0-1,3-4", "bytes=0-,0-,0-,0-", many, "bytes=99999999999999999999-", "bytes=-1-1", "bytes=a-b",
                "bytes=", "bytes=-", "bytes=0", "bytes", "", "items=0-1", "bytes=0-1;", "bytes=+1-2", "bytes= 0-1",
                "bytes=0x0-0x9", "bytes=1e1-2e1", "bytes=1.0-2", "bytes=-9223372036854775809",
            ] {
                let response = try await get(range)
                #expect(response.status == .rangeNotSatisfiable, "\(range.prefix(40))")
                #expect(response.headers[.contentRange] == "bytes */\(count)")
                #expect(response.body.readableBytes < 1000, "\(range.prefix(40))")
            }
            let whole = try await get("bytes=0-9", [.ifRange: "\"another\""])
            #expect(whole.status == .ok && Array(whole.body.readableBytesView) == bytes)
            #expect(try await get("bytes=0-9", [.ifRange: "\"\(digest.hex)\""]).body.readableBytes == 10)

            try Data(bytes.dropLast()).write(to: URL(fileURLWithPath: fixture.workspace.path(file.file)))
            #expect(try await get("bytes=0-9").status == .notFound, "a file that is not what the manifest says")
        }
    }

    /// Whoever writes a caption, a title or a name would run their script as the curator.
    @Test func textsStayTexts() async throws {
        let fixture = try ReviewFixture("review: {quorum: 1}")
        let script = "<script>alert(2)</script><img src=x onerror=alert(3)>\"'><svg onload=alert(4)> cells"
        let clip = try fixture.clips()[0]
        try fixture.manifest.commit {
            try $0.captions.add(
                [CaptionRecord(clip: clip, kind: .normalized, text: script, origin: "test")])
        }
        try await fixture.serve { client in
            let eve = try await fixture.signIn("<b onclick=alert(5)>eve", client)
            let cora = try await fixture.signIn("cora", client, .curator)
            let given = try await eve.post("/api/queue", QueueRequest(clip: clip.rawValue))
            #expect(given.headers[.contentType] == "application/json; charset=utf-8")
            #expect(given.headers[.xContentTypeOptions] == "nosniff")
            #expect(
                try given.json(Given.self).clips[0].caption.text == script, "as it is, for the page to show as text")
            try await eve.decide(Answer(clipId: clip.rawValue, caption: script + " twice"))
            try await cora.decide(Answer(clipId: clip.rawValue, decision: "reject"))
            let second = try fixture.clips()[1].rawValue
            let marked = "%3Cscript%3Ealert(6)%3C/script%3E"
            var escaped = 0
            for uri in AttackTests.pages(clip.rawValue) + [
                "/curator/clips?q=\(marked)", "/curator/clips?q=cells", "/curator/clips?state=\(marked)",
                "/curator/clips?reason=%22%3E\(marked)", "/curator/clips?source=\(marked)",
                "/curator/clips?page=\(marked)",
                "/curator/disagreements?reviewer=\(marked)", "/curator/compare?a=\(clip)&b=\(second)",
                "/curator/compare?a=\(marked)&b=x", "/curator/clips/\(marked)", "/sign-in/\(marked)", "/\(marked)",
                "/media/renditions/\(marked)", "/assets/\(marked)",
            ] {
                let page = try await cora.get(uri, [.accept: "text/html"])
                #expect(page.headers[.contentType] == "text/html; charset=utf-8", "\(uri)")
                for tag in ["<script>alert", "<img src=x", "<svg onload", "<b onclick"] {
                    #expect(!page.text.contains(tag), "\(uri) runs \(tag)")
                }
                for word in ["javascript:", "\"'>", "onerror=alert(3)>"] {
                    #expect(!page.text.contains(word), "\(uri) holds \(word)")
                }
                escaped += page.text.contains("&lt;script&gt;alert") ? 1 : 0
            }
            #expect(escaped >= 3, "the pages show the texts at all")
        }
    }

    /// Memory and time for nothing.
    @Test func largeAndStrangeBodiesAreRefused() async throws {
        let fixture = try ReviewFixture()
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            for uri in ["/api/decisions", "/api/queue", "/api/captions", "/api/leases"] {
                let large = try await ada.post(uri, "{\"text\": \"\(String(repeating: "a", count: 70_000))\"}")
                #expect(large.status == .contentTooLarge, "\(uri)")
                let deep = String(repeating: "[", count: 60_000)
                for body in ["", "{", "null", "[]", "\"\"", "\u{0}", deep, "{\"want\": 1e400}", "{\"clips\": {}}"] {
                    #expect(try await ada.post(uri, body).status == .badRequest, "\(uri) \(body.prefix(20))")
                }
            }
            for want in [-9_223_372_036_854_775_808, -1, 9_223_372_036_854_775_807] {
                #expect(try await ada.clips(QueueRequest(want: want)).clips.count <= 8)
            }
            let many = QueueRequest(want: 1, have: (0..<1000).map { "clip-\($0)" })
            #expect(try await ada.clips(many).clips.count == 1)
            for limit in ["-1", "0", "99999999999999999999", "x"] {
                #expect(try await ada.get("/api/record?limit=\(limit)").status == .ok)
            }
        }
    }
}
