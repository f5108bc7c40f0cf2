import Captions
import Foundation
import Model
import Testing

@Suite struct SidecarTests {
    @Test func readsWhatYtDlpWrites() throws {
        let json = """
            {"id": "abc", "title": " Mitosis \\u00b5 ", "description": "Line\\nTwo", "uploader": "Lab", "channel": null,
             "webpage_url": "https://example.org/v", "upload_date": "20240503", "view_count": 12.0, "like_count": null,
             "license": "Creative Commons Attribution license (reuse allowed)", "tags": ["cell", 5, null, "mitosis"],
             "playlist_title": "Cells", "formats": [{"a": {"b": [1]}}], "is_live": false}
            """
        let info = try Sidecar.parse(infoJSON: Data(json.utf8), file: "a.info.json")
        #expect(
            info
                == SidecarInfo(
                    id: "abc", title: "Mitosis µ", description: "Line\nTwo", channel: "Lab",
                    url: "https://example.org/v",
                    uploadDate: "2024-05-03", views: 12, likes: nil,
                    licence: "Creative Commons Attribution license (reuse allowed)", tags: ["cell", "mitosis"],
                    series: "Cells"))
        #expect(try JSON.decode(SidecarInfo.self, from: try JSON.canonical(info)) == info)
    }

    @Test(arguments: [
        #"{}"#, #"{"title": "", "upload_date": "2024-05-03", "view_count": -1, "tags": "x", "license": 5}"#,
        #"{"upload_date": "20241301", "view_count": "12", "like_count": 1e300, "tags": null, "title": null}"#,
    ])
    func unknownStaysUnknown(_ json: String) throws {
        #expect(try Sidecar.parse(infoJSON: Data(json.utf8), file: "x") == SidecarInfo())
    }

    @Test(arguments: ["", "{", "[]", "null", "\"text\"", "{\"title\": \"a\""])
    func brokenJSONNamesTheFile(_ json: String) throws {
        let fault = try #require(throws: Fault.self) {
            try Sidecar.parse(infoJSON: Data(json.utf8), file: "dir/a b.info.json")
        }
        #expect(fault.place == "dir/a b.info.json" && fault.reason == .corrupt && !fault.advice.isEmpty)
    }

    @Test func composesTheRawCaption() {
        func compose(
            _ parts: [Recipe.Caption.Part], _ title: String?, _ description: String?, _ subtitles: String? = nil
        )
            -> String?
        {
            RawCaption.compose(parts: parts, title: title, description: description, subtitles: subtitles)
        }
        #expect(compose([.title, .description], "Mitosis", "A cell.") == "Mitosis.\nA cell.")
        #expect(compose([.description, .title], "Mitosis", "A cell.") == "A cell.\nMitosis")
        #expect(compose([.title, .description], "Mitosis! ", " ") == "Mitosis!")
        #expect(compose([.title, .description], "Mitosis #a #b", "A cell.") == "Mitosis. #a #b\nA cell.")
        #expect(compose([.title, .description], "Mitosis", "mitosis in yeast") == "mitosis in yeast")
        #expect(compose([.title, .description], "Cell", "Cellular life") == "Cell.\nCellular life")
        #expect(compose([.title, .description, .subtitles], "A", nil, "said") == "A.\nsaid")
        #expect(compose([.title, .subtitles], nil, "A cell.", "") == nil)
        #expect(compose([], "A", "B", "C") == nil)
    }

    @Test(
        arguments: [
            ("Blood flow through the beating heart", "organ"),
            ("Mitosis of HeLa cells", "cellular"),
            ("Kinesin walks along a microtubule", "subcellular"),
            ("Nuclei in the heart", nil),
            ("A nice video", nil), ("", nil),
        ] as [(String, String?)])
    func hintsAtALevel(_ text: String, _ level: String?) {
        #expect(LevelHint.suggest(text) == level)
    }
}
