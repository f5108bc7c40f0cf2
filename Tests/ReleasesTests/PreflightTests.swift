import Foundation
import Model
import Releases
import Testing

/// What trainers take. That the rules are the trainers' own, `Tests/conformance/trainers.py` shows.
@Suite struct PreflightTests {
    @Test(arguments: [
        (Trainer.microverse, 81, 16.0, 81), (.microverse, 30, 16, 29), (.microverse, 80, 16, 77),
        (.microverse, 200, 16, 81), (.microverse, 1, 16, 1), (.microverse, 49, 24, 49),
        (.musubi, 81, 16, 81), (.musubi, 30, 16, 29), (.musubi, 200, 16, 81), (.musubi, 4, 16, 1),
        (.diffusionPipe, 81, 16, 81), (.diffusionPipe, 48, 16, 45), (.diffusionPipe, 81, 24, 53),
        (.diffusionPipe, 4, 16, 0), (.diffusionPipe, 200, 60, 53),
        (.ltx, 81, 16, 81), (.ltx, 80, 16, 73), (.ltx, 8, 16, 0), (.ltx, 200, 30, 81),
    ])
    func takes_what_the_trainer_takes(trainer: Trainer, frames: Int, fps: Double, taken: Int) throws {
        let fate = try fate(trainer, record(frames: frames, fps: fps))
        #expect(fate.to == taken)
        #expect(fate.outcome == (taken == 0 ? .dropped : taken == fate.from ? .whole : .shortened))
        #expect(fate.reason == (taken == 0 ? .tooShort : nil))
    }

    @Test func retiming_comes_before_shortening_and_is_told() throws {
        let fate = try fate(.diffusionPipe, record(frames: 81, fps: 24))
        #expect((fate.from, fate.to) == (54, 53))
        #expect(fate.notes.map(\.kind) == [.retimed])
        #expect(fate.notes[0].text == "24 frames a second to 16: 81 frames become 54")
        #expect(try self.fate(.microverse, record(frames: 81, fps: 24)).notes.map(\.kind) == [.otherSpeed])
        #expect(try self.fate(.ltx, record(frames: 81, fps: 24)).notes == [])
    }

    @Test func wished_buckets_drop_what_is_shorter() throws {
        var input = ModelInput(profile: .wan)
        input.buckets = [81, 33]
        let kept = try [32, 33, 80, 81, 200].map { frames in
            try [Trainer.musubi, .diffusionPipe, .ltx].map { try fate($0, record(frames: frames), input).to }
        }
        #expect(kept == [[0, 0, 0], [33, 33, 33], [33, 33, 33], [81, 81, 81], [81, 81, 81]])
        input.buckets = [50]
        #expect(try fate(.diffusionPipe, record(frames: 60), input).to == 49)
    }

    @Test func tells_of_size_spacing_and_text() throws {
        func kinds(_ trainer: Trainer, _ record: SampleRecord) throws -> [Preflight.Note.Kind] {
            try fate(trainer, record).notes.map(\.kind)
        }
        #expect(try kinds(.microverse, record(width: 416, height: 240)) == [.resized])
        #expect(try kinds(.microverse, record(width: 640, height: 360)) == [.cropped])
        #expect(try kinds(.ltx, record(even: false)) == [.uneven])
        #expect(try kinds(.ltx, record(caption: "")) == [.noCaption])
        #expect(try kinds(.ltx, record(caption: " \n")) == [.noCaption])
        let words = String(repeating: "cells ", count: 171)
        #expect(try kinds(.musubi, record(caption: words)) == [.longCaption])
        #expect(try kinds(.musubi, record(caption: String(words.dropLast(12)))) == [])
        #expect(try kinds(.ltx, record(caption: words)) == [])
        let native = ModelInput(profile: .native)
        let odd = try fate(.ltx, record(width: 500, height: 300), native)
        #expect((odd.width, odd.height) == (480, 288))
    }

    @Test(arguments: Layouts.trainers)
    func holds_for_any_clip(trainer: Trainer) throws {
        let seed = UInt64.random(in: 0...(.max))
        var generator = SplitMix(seed: seed)
        let step = trainer == .ltx ? 8 : 4
        var preflight = Preflight(trainers: [trainer], profile: .wan)
        var frames = 0
        for _ in 0..<500 {
            let clip = try record(
                frames: Int(generator.next() % 300) + 1, fps: Double(generator.next() % 59) + 1.5,
                width: Int(generator.next() % 4000) + 1, height: Int(generator.next() % 4000) + 1)
            let fate = try #require(preflight.add(clip).first?.1)
            frames += fate.to
            let whole = fate.outcome == .whole
            #expect(fate.to <= min(fate.from, 81), "seed \(seed)")
            #expect(whole == (fate.to == fate.from && fate.to > 0), "seed \(seed)")
            #expect(fate.to == 0 || (fate.to - 1).isMultiple(of: step), "seed \(seed)")
            #expect(fate.outcome == .dropped || fate.from - fate.to < step || fate.to == 81, "seed \(seed)")
            #expect((fate.outcome == .dropped) == (fate.reason != nil), "seed \(seed)")
            let multiple = trainer == .ltx ? 32 : 16
            #expect(fate.width.isMultiple(of: multiple) && fate.height.isMultiple(of: multiple), "seed \(seed)")
        }
        let summary = try #require(preflight.summary.trainers.first)
        #expect(summary.clips == 500 && summary.whole + summary.shortened + summary.dropped == 500)
        #expect(summary.framesTaken == frames)
        #expect(summary.shortenings.reduce(0) { $0 + $1.clips } == summary.shortened)
        #expect(summary.drops.reduce(0) { $0 + $1.clips } == summary.dropped)
    }

    @Test func numbers_that_no_video_has_drop_the_clip() throws {
        let absurd = try [
            record(frames: 0), record(frames: -3), record(frames: .max), record(fps: 0), record(fps: -1),
            record(width: 0), record(height: .max),
        ]
        var preflight = Preflight(trainers: Layouts.trainers, profile: .wan)
        for clip in absurd { #expect(preflight.add(clip).allSatisfy { $0.1.reason == .invalid }) }
        #expect(preflight.summary.dropped == absurd.count)
        #expect(try fate(.diffusionPipe, record(fps: .leastNormalMagnitude)).to == 81)
    }

    @Test func counts_read_well() throws {
        var preflight = Preflight(trainers: [.microverse, .diffusionPipe], profile: .wan)
        for frames in [81, 30, 30, 80, 3] { preflight.add(try record(frames: frames)) }
        #expect(
            preflight.summary.text == """
                microverse: 1 of 5 clips whole, 4 shortened, 0 dropped
                  shortened: 30 -> 29 frames: 2, 3 -> 1 frames: 1, 80 -> 77 frames: 1
                diffusion-pipe: 1 of 5 clips whole, 3 shortened, 1 dropped
                  shortened: 30 -> 29 frames: 2, 80 -> 77 frames: 1
                  dropped: too_short: 1
                """)
        #expect(preflight.summary.dropped == 1)
    }

    @Test func trainers_belong_to_folder_layouts() {
        #expect(Layouts.trainers == [.microverse, .musubi, .diffusionPipe, .ltx])
        #expect(Layout.mds.trainer == nil && Layout.diffusionPipe.trainer == .diffusionPipe)
    }

    @Test func a_release_says_what_it_was_cut_for() throws {
        let folder = NSTemporaryDirectory() + "/preflight-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func input(_ profile: String) throws -> ModelInput {
            try Data("{\"profile\": \(profile)}".utf8).write(to: URL(fileURLWithPath: folder + "/release.json"))
            return try ModelInput(release: folder)
        }
        let sized = #"{"name":"p","width":1024,"height":576,"frame_rate":"24/1","frames":97}"#
        #expect(
            try input(sized)
                == ModelInput(
                    profile: Profile(
                        name: "p", width: 1024, height: 576, fit: .pad, rate: Rational(24), frames: 97)))
        let open = #"{"name":"p","width":null,"height":null,"frame_rate":null,"frames":null}"#
        #expect(try input(open) == ModelInput(profile: .native))
        for wrong in ["1", #"{"name":"p","width":-2,"height":9}"#, #"{"name":"p","frames":0}"#] {
            #expect(throws: Fault.self) { try input(wrong) }
        }
        #expect(throws: Fault.self) { try ModelInput(release: folder + "/none") }
    }

    /// `schemas/preflight.schema.json` has every key and value that is written.
    @Test func the_schema_names_all_there_is() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let data = try Data(contentsOf: root.appending(path: "schemas/preflight.schema.json"))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        func at(_ path: String...) -> Any? { path.reduce(schema as Any?) { ($0 as? [String: Any])?[$1] } }
        func keys(_ value: Any?) -> [String] { ((value as? [String: Any]) ?? [:]).keys.sorted() }
        var preflight = Preflight(trainers: [.ltx], profile: .wan)
        let fate = try #require(preflight.add(try record(frames: 30, caption: "")).first?.1)
        func written(_ value: some Encodable) throws -> Any {
            try JSONSerialization.jsonObject(with: JSON.canonical(value))
        }
        let summary = try #require(try written(preflight.summary) as? [String: Any])
        let trainer = (summary["trainers"] as? [Any])?.first
        #expect(
            keys(at("properties", "clips", "items", "properties"))
                == (keys(try written(fate)) + ["clip_id", "trainer"]).sorted())
        #expect(keys(at("properties", "summary", "properties")) == keys(summary))
        #expect(keys(at("properties", "summary", "properties", "model", "properties")) == keys(summary["model"]))
        #expect(
            keys(at("properties", "summary", "properties", "trainers", "items", "properties")) == keys(trainer))
        #expect(at("$defs", "trainer", "enum") as? [String] == Layouts.trainers.map(\.name))
        #expect(at("$defs", "reason", "enum") as? [String] == Preflight.Fate.Reason.allCases.map(\.rawValue))
        #expect(at("$defs", "note", "enum") as? [String] == Preflight.Note.Kind.allCases.map(\.rawValue))
    }

    private func fate(
        _ trainer: Trainer, _ record: SampleRecord, _ input: ModelInput = ModelInput(profile: .wan)
    ) throws -> Preflight.Fate {
        var preflight = Preflight(trainers: [trainer], input: input)
        return try #require(preflight.add(record).first?.1)
    }

    /// A line of `clips.jsonl`, read.
    private func record(
        frames: Int = 81, fps: Double = 16, even: Bool = true, width: Int = 832, height: Int = 480,
        caption: String = "A cell."
    ) throws -> SampleRecord {
        let text = try #require(String(data: try JSONEncoder().encode(caption), encoding: .utf8))
        let json = """
            {"accepted_by":"experts","attribution":"","bytes":1,"caption":\(text),"caption_kind":"expert",
            "clip_id":"clip-1","duplicate_group":"","end_frame":1,"end_pts":1,"end_seconds":1.0,"fps":\(fps),
            "frame_rate":"\(even ? "16/1" : "")","frames":\(frames),"height":\(height),"interval_seconds":"",
            "level":"","licence":"","pixel_size_um":"","profile":"p","repeated_frames":0,
            "sha256":"\(Digest(of: "").hex)","source_frames":[],"source_id":"src-1","source_title":"","source_url":"",
            "split":"train","start_frame":0,"start_pts":0,"start_seconds":0.0,"time_base":"1/16","time_lapse":"",
            "timing":"pts","um_per_pixel":"","width":\(width)}
            """
        return try JSON.decode(SampleRecord.self, from: json)
    }
}
