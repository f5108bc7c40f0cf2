import Foundation
import Model
import Releases
import Testing

@Suite struct ReleaseClipTests {
    let fixture: ReleaseFixture

    init() throws { fixture = try ReleaseFixture() }

    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func the_json_is_as_recorded() throws {
        let clip = try fixture.clip(0)
        #expect(
            clip.record.line == """
                {"accepted_by":"experts","attribution":"A. Nonyme","bytes":700,\
                "caption":"Clip 0: a cell divides, 5 µm.","caption_kind":"normalized",\
                "clip_id":"\(clip.id)","duplicate_group":"","end_frame":5,"end_pts":5000,"end_seconds":0.3125,\
                "fps":16.0,"frame_rate":"16/1","frames":5,"height":480,"interval_seconds":"","level":"cellular",\
                "licence":"","pixel_size_um":"0.065","profile":"wan2.1-t2v-1.3b",\
                "repeated_frames":0,"sha256":"\(clip.rendition.sha256)","source_frames":[0,1,2,3,4],"source_id":"\(clip.source.id)",\
                "source_title":"Mitose \\"0\\"\\tá","source_url":"https://example.org/0","split":"train",\
                "start_frame":0,"start_pts":0,"start_seconds":0.0,"time_base":"1/16000","time_lapse":"",\
                "timing":"pts","um_per_pixel":"","width":832}
                """)
    }

    @Test func the_schema_knows_exactly_these_keys() throws {
        let schema = try #require(
            JSONSerialization.jsonObject(
                with: Data(contentsOf: Self.repository.appending(path: "schemas/sample.schema.json"))) as? [String: Any]
        )
        let sample = try #require(
            JSONSerialization.jsonObject(with: Data(try fixture.clip(0).record.line.utf8)) as? [String: Any])
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect(Set(properties.keys) == Set(sample.keys))
        #expect(Set(try #require(schema["required"] as? [String])) == Set(sample.keys))
    }

    @Test func scale_and_time_lapse_are_decimals_as_text() throws {
        var clip = try fixture.clip(0)
        clip.rendition.umPerPixel = 0.065
        clip.rendition.timeLapse = 100
        clip.rendition.repeatedFrames = 3
        #expect(clip.record.line.contains("\"repeated_frames\":3,"))
        #expect(clip.record.line.contains("\"time_lapse\":\"100.0\",\"timing\":\"pts\",\"um_per_pixel\":\"0.065\""))
    }

    @Test(arguments: [
        (Rational(16), "16.0"), (Rational(30000, 1001), "29.97002997002997"), (Rational(1, 100_000), "1.0e-05"),
    ])
    func floats_have_a_decimal_point(_ rate: Rational, _ text: String) throws {
        var clip = try fixture.clip(0)
        clip.rendition.frameRate = rate
        #expect(clip.record.line.contains("\"fps\":\(text),"))
    }

    @Test func uneven_frames_have_an_average_rate_and_no_nominal_one() throws {
        var clip = try fixture.clip(0)
        clip.rendition.frameRate = nil
        #expect(clip.record.line.contains("\"fps\":16.0,\"frame_rate\":\"\","))
    }

    @Test func captions_with_any_text_stay_one_line() throws {
        var clip = try fixture.clip(0)
        clip.caption = "a\nb\r\nc\u{2028}d\u{2029}e\u{85}f\u{7f}\"\\/\u{1F52C}"
        let json = clip.record.line
        #expect(!json.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(!json.contains("\u{2028}") && !json.contains("\u{2029}"))
        let decoded = try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(decoded["caption"] as? String == clip.caption)
    }

    @Test(arguments: ["\u{0}", "\u{8}", "\u{1b}", "\u{7f}", "\u{85}"])
    func control_characters_in_a_caption_are_refused(_ control: String) throws {
        var clip = try fixture.clip(0)
        clip.caption = "a cell\(control) divides"
        #expect(fault { try clip.validate() }?.reason == .invalid)
        #expect(fault { try clip.validate() }?.place == clip.id.rawValue)
        clip.caption = "tabs\tand\r\nnewlines are fine"
        try clip.validate()
    }

    @Test(arguments: [
        "", "clip.v1", "00000", "-clip", "__clip", "clip/1", "clip 1", "clípe", String(repeating: "c", count: 65),
    ])
    func ids_that_loaders_misread_are_refused(_ id: String) throws {
        var clip = try fixture.clip(0)
        clip.id = ClipID(rawValue: id)
        #expect(fault { try clip.validate() }?.reason == .invalid)
    }

    @Test func clips_without_frames_size_or_time_are_refused() throws {
        let clip = try fixture.clip(0)
        try clip.validate()
        let breaks: [(inout ReleaseClip) -> Void] = [
            { $0.rendition.sourceFrames = [] }, { $0.rendition.bytes = 0 }, { $0.rendition.width = 0 },
            { $0.rendition.frameRate = Rational(0) }, { $0.span.ticks.end = $0.span.ticks.start },
            { $0.timeBase = Rational(-1, 10) },
        ]
        for breaking in breaks {
            var broken = clip
            breaking(&broken)
            #expect(fault { try broken.validate() }?.reason == .invalid)
        }
    }
}
