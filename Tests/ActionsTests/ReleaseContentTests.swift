import Actions
import ByHand
import Foundation
import Manifest
import Model
import Pipeline
import Releases
import Testing

/// Which clips a release takes, in which order and split, and why it takes others not.
@Suite struct ReleaseContentTests {
    private final class Fixture {
        private let scratch: ScratchWorkspace
        var workspace: Workspace { scratch.workspace }
        var manifest: Manifest { scratch.manifest }

        init(_ more: String = "") throws {
            scratch = try ScratchWorkspace("name: content\nversion: \"1\"\nprofile: native\n\(more)")
        }

        @discardableResult
        func add(_ number: Int, clips: Int = 2, licence: String? = nil, series: String? = nil) throws -> [ClipID] {
            var provenance = Provenance()
            provenance.licence = licence
            provenance.series = series
            return try manifest.addReadyClips(clips, of: Self.source(number), provenance)
        }

        static func source(_ number: Int) -> SourceID {
            SourceID(rawValue: String(format: "src-%032ld", number))
        }

        func content(unreviewed: Bool = true, licences: [String] = []) throws -> ReleaseContent {
            try ReleaseContent(
                of: workspace, manifest.frozen(), unreviewed: unreviewed, licences: try LicenceFilter(licences))
        }

        func clips(_ content: ReleaseContent) throws -> [ReleaseClip] {
            let next = content.makeIterator(annotated: true)
            var clips: [ReleaseClip] = []
            while let clip = try next() { clips.append(clip) }
            #expect(clips.count == content.count)
            return clips
        }

        /// Enters clips into a release of before.
        func release(_ name: String, _ split: Split, _ clips: [ClipID]) throws {
            let record = ReleaseRecord(
                name: name, version: "1", seed: workspace.recipe.export.seed, recipe: Digest(of: "recipe"), formats: [],
                datePublished: "2026-05-04", state: Digest(of: name), ledgerHead: "", directory: "/\(name)",
                sha256: Digest(of: name))
            try manifest.releases.record(
                record,
                clips: clips.map {
                    ReleasedClip(
                        clip: $0, split: split.rawValue, rendition: Digest(of: $0.rawValue), caption: Digest(of: ""))
                })
        }
    }

    @Test func onlyDecidedClipsUnlessAskedFor() throws {
        let fixture = try Fixture()
        let clips = try fixture.add(1)
        #expect(try fixture.content(unreviewed: false).count == 0)
        let all = try fixture.clips(try fixture.content())
        #expect(Set(all.map(\.id)) == Set(clips) && all.allSatisfy { $0.acceptedBy == .unreviewed })
        #expect(all.allSatisfy { $0.caption == "Cells divide." && $0.rendition.sourceFrames.count == 100 })
    }

    @Test func theOrderIsTheSeedsAndASourceStaysTogether() throws {
        let fixture = try Fixture("export: {seed: 7, validation: 0.3, test: 0.3}")
        for number in 1...40 { try fixture.add(number, clips: 3) }
        let first = try fixture.clips(try fixture.content())
        #expect(first.count == 120 && Set(first.map(\.id)).count == 120)
        #expect(try fixture.clips(try fixture.content()).map(\.id) == first.map(\.id))
        #expect(first.map(\.id) != first.map(\.id).sorted())
        for (_, clips) in Dictionary(grouping: first, by: \.source.id) { #expect(Set(clips.map(\.split)).count == 1) }
        #expect(Set(first.map(\.split)).count == 3)
    }

    @Test func whatIsLetInBringsItsLicence() throws {
        let fixture = try Fixture()
        let free = try fixture.add(1, clips: 1, licence: "CC-BY-4.0")
        let closed = try fixture.add(2, clips: 1, licence: "CC-BY-NC-4.0")
        let unknown = try fixture.add(3, clips: 1)
        let content = try fixture.content(licences: ["CC-BY-4.0"])
        #expect(try fixture.clips(content).map(\.id) == free)
        #expect(
            content.withheld
                == [
                    WithheldClip(clipId: closed[0], reason: .licence, detail: "CC-BY-NC-4.0"),
                    WithheldClip(clipId: unknown[0], reason: .licence, detail: "unknown"),
                ].sorted { $0.clipId < $1.clipId })
    }

    /// Dedup has not run over them: the release looks for itself.
    @Test func footageGoesOutOnce() throws {
        let fixture = try Fixture()
        let clips = try fixture.manifest.addReadyClips([0..<100, 5..<105, 300..<400], of: Fixture.source(1))
        let content = try fixture.content()
        #expect(content.count == 2)
        let copy = try #require(content.withheld.first)
        #expect(content.withheld.count == 1 && copy.reason == .duplicate && clips.prefix(2).contains(copy.clipId))
        let other = try #require(clips.prefix(2).first { $0 != copy.clipId })
        #expect(copy.detail == "duplicate_of \(other)")
    }

    /// What is tied to two splits can go with neither; what a release holds stays where it is.
    @Test func nothingBridgesSplits() throws {
        let fixture = try Fixture()
        let train = try fixture.add(1, series: "course")
        try fixture.release("first", .train, train)
        let joined = try fixture.add(2, series: "course")
        #expect(try fixture.clips(try fixture.content()).allSatisfy { $0.split == .train })
        let test = try fixture.add(3, series: "course")
        try fixture.release("second", .test, test)
        let content = try fixture.content()
        let splits = try Dictionary(uniqueKeysWithValues: fixture.clips(content).map { ($0.id, $0.split) })
        #expect(splits == Dictionary(uniqueKeysWithValues: train.map { ($0, .train) } + test.map { ($0, .test) }))
        #expect(Set(content.withheld.map(\.clipId)) == Set(joined))
        #expect(content.withheld.allSatisfy { $0.reason == .bridgesSplits && $0.detail == "train, test" })
    }
}
