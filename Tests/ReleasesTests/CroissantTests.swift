import Foundation
import Model
import Releases
import Testing

/// What `croissant.json` says; `make conformance` loads it.
@Suite struct CroissantTests {
    let fixture: ReleaseFixture
    init() throws { fixture = try ReleaseFixture() }

    private func document(_ clips: [ReleaseClip], _ description: ReleaseDescription) throws -> [String: Any] {
        try fixture.release(clips, description)
        let data = try #require(try fixture.contents()["croissant.json"])
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func nodes(_ document: [String: Any], _ key: String) throws -> [[String: Any]] {
        try #require(document[key] as? [[String: Any]])
    }

    private func annotated(_ count: Int) throws -> [ReleaseClip] {
        try fixture.clips(count).map { clip in
            var clip = clip
            clip.annotations = [
                Annotation(
                    id: "caption-\(clip.id)", clipId: clip.id, kind: .caption, value: clip.caption,
                    wasAttributedTo: "microcurate", wasGeneratedBy: "normalizer 1", wasDerivedFrom: "", at: "")
            ]
            return clip
        }
    }

    @Test func theRequiredKeysAreTrueWhateverIsKnown() throws {
        var description = ReleaseFixture.description()
        description.about = .init(datePublished: "")
        let bare = try document(annotated(6), description)
        #expect(bare["conformsTo"] as? String == "http://mlcommons.org/croissant/1.1")
        #expect(bare["license"] as? [String] == ["https://creativecommons.org/licenses/by/4.0/", "unknown"])
        #expect(bare["url"] as? String == "./")
        #expect(bare["datePublished"] == nil)
        #expect((bare["creator"] as? [String: String])?["name"] == "The curators of \(description.name)")
        #expect((bare["citeAs"] as? String)?.hasPrefix("@misc{") == true)

        let other = try ReleaseFixture()
        description.about = .init(
            creator: "A. Abbe", url: "https://example.org", citation: "Abbe 1873", licence: "CC0",
            datePublished: "2026-05-04")
        try other.release(try other.clips(3), description)
        let data = try #require(try other.contents()["croissant.json"])
        let given = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(given["license"] as? [String] == ["https://creativecommons.org/publicdomain/zero/1.0/"])
        #expect(given["url"] as? String == "https://example.org" && given["citeAs"] as? String == "Abbe 1873")
        #expect(given["datePublished"] as? String == "2026-05-04")
        #expect((given["creator"] as? [String: String])?["name"] == "A. Abbe")
    }

    /// Every file of the release is told of once, single ones by size and hash.
    @Test func everyFileIsToldOf() throws {
        let document = try document(annotated(6), ReleaseFixture.description())
        let contents = try fixture.contents()
        let distribution = try nodes(document, "distribution")
        var told: Set<String> = ["croissant.json", "checksums.sha256"]
        for node in distribution where node["@type"] as? String == "cr:FileObject" {
            let path = try #require(node["contentUrl"] as? String)
            let data = try #require(contents[path])
            #expect(node["sha256"] as? String == Digest(of: data).hex)
            #expect(node["contentSize"] as? String == "\(data.count) B")
            #expect(told.insert(path).inserted)
            if path.hasSuffix(".tar") { #expect(node["encodingFormat"] as? String == "application/x-tar") }
        }
        let sets = distribution.filter { $0["@type"] as? String == "cr:FileSet" }.compactMap {
            $0["includes"] as? String
        }
        #expect(sets.contains("videos/*/*.mp4"))
        for path in contents.keys where !told.contains(path) {
            #expect(path.hasSuffix(".mp4") || path.hasSuffix(".txt") || path.hasSuffix(".mds"), "\(path)")
        }
    }

    /// The fields of a record set are the keys of its file's lines.
    @Test(arguments: [("clips", "clips.jsonl"), ("provenance", "provenance.jsonl")])
    func fieldsAreTheFilesKeys(set: String, file: String) throws {
        let document = try document(annotated(6), ReleaseFixture.description())
        let line = try #require(try fixture.contents()[file]?.split(separator: UInt8(ascii: "\n")).first)
        let sample = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
        let records = try #require(try nodes(document, "recordSet").first { $0["@id"] as? String == set })
        var types: [String: String] = [:]
        for field in try nodes(records, "field") {
            let name = try #require(field["name"] as? String)
            #expect(field["@id"] as? String == "\(set)/\(name)")
            types[name] = field["dataType"] as? String ?? (field["dataType"] as? [String])?.first
            #expect((field["isArray"] as? Bool ?? false) == (sample[name] is [Any]))
        }
        #expect(types.keys.sorted() == sample.keys.sorted())
        for (name, value) in sample {
            let element = (value as? [Any])?.first ?? value
            switch types[name] {
            case "sc:Text", "sc:DateTime": #expect(element is String || (element as? [Any])?.isEmpty == true, "\(name)")
            case "sc:Integer", "sc:Float": #expect(element is NSNumber, "\(name)")
            default: Issue.record("\(name) is of the type \(types[name] ?? "none")")
            }
        }
    }

    @Test func splitsAndProvenanceReferToWhatIsThere() throws {
        let document = try document(annotated(6), ReleaseFixture.description())
        let sets = try nodes(document, "recordSet")
        #expect(sets.compactMap { $0["@id"] as? String } == ["splits", "clips", "provenance"])
        let names = try nodes(sets[0], "data").compactMap { $0["splits/name"] as? String }
        #expect(names == ["train", "test"])
        let properties = try nodes(sets[2], "field").compactMap { $0["equivalentProperty"] as? String }
        #expect(
            Set(properties).isSuperset(of: ["prov:wasDerivedFrom", "prov:wasGeneratedBy", "prov:wasAttributedTo"]))
        #expect((document["@context"] as? [String: Any])?["prov"] as? String == "http://www.w3.org/ns/prov#")
    }

    @Test func withoutAnnotationsThereIsNoRecordSetOfThem() throws {
        let document = try document(fixture.clips(3), ReleaseFixture.description())
        #expect(try nodes(document, "recordSet").compactMap { $0["@id"] as? String } == ["splits", "clips"])
    }
}
