import Foundation
import Model
import Releases
import Testing

extension Layout {
    /// A path and its caption a line.
    static let pairs = Layout(
        for: Trainer("pairs", frameStep: 2, sizeStep: 8, captionTokens: 77),
        listings: { place in
            [LineListing(in: place, { "pairs/\($0).tsv" }) { "\($0.videoPath)\t\($0.caption.onOneLine)" }]
        },
        loading: { split in "The pairs trainer: `--pairs pairs/\(split).tsv`." })
}

@Suite struct ToyLayoutTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "layout-\(UUID().uuidString)")
    private var release: String { folder.path + "/release" }
    private let verifier = ReleaseVerifier(among: Layouts.all + [.pairs])

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func clip(_ index: Int, _ split: Split, frames: Int) throws -> ReleaseClip {
        let video = Data("the video of clip \(index)".utf8)
        let file = folder.appending(path: "\(index).mp4")
        try video.write(to: file)
        return ReleaseClip(
            id: ClipID(rawValue: "clip-\(index)"), split: split, caption: "Cell \(index)\ndivides.",
            captionKind: .normalized, acceptedBy: .experts,
            span: ClipSpan(
                ticks: TickSpan(start: 0, end: Int64(frames)), frames: FrameSpan(start: 0, end: frames)),
            timing: .pts, timeBase: Rational(1, 16), source: .init(id: SourceID(rawValue: "src-\(index)")),
            rendition: .init(
                path: file.path, sha256: Digest(of: video), bytes: video.count, profile: "wan", width: 832,
                height: 480, frameRate: Rational(16), sourceFrames: Array(0..<frames)))
    }

    private func write() throws -> ReleaseWriter.Summary {
        var clips = try [clip(0, .train, frames: 81), clip(1, .train, frames: 30), clip(2, .test, frames: 2)][...]
        let description = ReleaseDescription(
            name: "toys", version: "1", about: .init(datePublished: ""), recipe: Recipe(), profile: .wan, funnel: [],
            ledgerHead: "")
        return try ReleaseWriter(description, layouts: [.pairs, .webdataset]).write(to: release) { clips.popFirst() }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(release)/\(path)", encoding: .utf8)
    }

    @Test func aReleaseInItIsWrittenAndVerified() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let written = try write()
        #expect(
            try text("pairs/train.tsv")
                == "videos/train/clip-0.mp4\tCell 0 divides.\nvideos/train/clip-1.mp4\tCell 1 divides.\n")
        #expect(try text("pairs/test.tsv") == "videos/test/clip-2.mp4\tCell 2 divides.\n")
        #expect(try text("videos/test/clip-2.mp4") == "the video of clip 2")
        let card = try text("README.md")
        #expect(card.contains("The pairs trainer: `--pairs pairs/train.tsv`."))
        #expect(card.contains("| pairs | 1 | 1 | 1 |"))
        #expect(try text("release.json").contains("\"formats\": [\n    \"webdataset\",\n    \"pairs\"\n  ]"))
        #expect(try text("croissant.json").contains("\"contentUrl\": \"pairs/train.tsv\""))

        let pairs = try #require(written.preview.preflight.trainers.first)
        #expect(pairs.trainer == "pairs" && pairs.whole == 1 && pairs.dropped == 1)
        #expect(pairs.shortenings.map { [$0.from, $0.to, $0.clips] } == [[30, 29, 1]])
        #expect(try verifier.verify(release).findings == [])
        #expect(try ReleaseVerifier().verify(release).findings.map(\.file) == ["release.json"])
    }

    @Test func verifyReadsItsList() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try write()
        let list = try text("pairs/train.tsv").replacing("Cell 1", with: "Cell 7")
        try list.write(toFile: release + "/pairs/train.tsv", atomically: false, encoding: .utf8)
        let findings = try verifier.verify(release).findings.filter { $0.file == "pairs/train.tsv" }
        #expect(findings.map(\.kind) == [.mismatch, .altered] && findings[0].member == "clip-1", "\(findings)")
    }
}
