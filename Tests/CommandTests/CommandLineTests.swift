import Foundation
import Media
import Model
import Footage
import Testing

/// The command line as scripts rely on it: exit codes, JSON, help, recipes.
struct CommandLineTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    // MARK: Exit codes

    @Test(arguments: [
        ["frobnicate"], ["statsu"], ["status", "--frobnicate"], ["init"], ["run", "--workers", "many"],
        ["run", "--workers=-1"], ["run", "--until", "polish"], ["ingest"], ["shots"], ["similar", "one.mp4"],
        ["split", "film.mp4"], ["split", "film.mp4", "-o", "clips", "--spans", "9-3"],
        ["split", "film.mp4", "-o", "clips", "--profile", "imax"], ["review", "frobnicate"],
        ["run", "--time-limit", "soon"], ["run", "--memory-limit", "lots"], ["export", "--format", "floppy"],
        ["withdraw", "clip-1"], ["-C"],
    ])
    func wrongUsage(_ words: [String]) throws {
        let folder = try TemporaryFolder()
        let place = words.count > 1 && words != ["-C"] ? try Self.workspace(in: folder).root : folder.path
        let takesPlace = ["run", "status", "ingest", "export", "withdraw"].contains(words[0])
        let answer = try Command.run((takesPlace ? ["-C", place] : []) + words)
        #expect(answer.status == 2, "\(answer.errors)")
        #expect(answer.output.isEmpty)
        #expect(!answer.errors.isEmpty)
    }

    @Test func failuresThatAreNoWrongUsage() throws {
        let folder = try TemporaryFolder()
        for words in [
            ["shots", folder.path("none.mp4")], ["probe", folder.path], ["similar", "none.mp4", "none.mp4"],
            ["verify", folder.path("none")], ["init", folder.path("x"), "--recipe", folder.path("none.yaml")],
        ] {
            let answer = try Command.run(words)
            #expect(answer.status == 1, "\(words)")
            #expect(answer.output.isEmpty)
            #expect(answer.errors.hasPrefix("error: ") && answer.errors.split(separator: "\n").count == 1, "\(answer)")
        }
        #expect(try Command.run("--version").status == 0)
        #expect(try Command.run("--help").status == 0)
    }

    @Test func initIsForNewFolders() throws {
        let folder = try TemporaryFolder()
        let workspace = try Self.workspace(in: folder)
        let again = try Command.run("init", workspace.root)
        #expect(again.status == 1 && again.errors.contains("this is a workspace already"))
        let full = try Command.run("init", folder.path)
        #expect(full.status == 1 && full.errors.contains("the directory is not empty"))
    }

    private static func workspace(in folder: TemporaryFolder) throws -> Curation {
        let curation = Curation(root: folder.path("workspace"))
        try #require(try Command.run("init", curation.root).status == 0)
        return curation
    }

    // MARK: JSON

    /// Standard output as one JSON document; fails where there is anything else.
    private static func document(_ words: [String], status: Int32 = 0) throws -> Any {
        let answer = try Command.run(words)
        #expect(answer.status == status, "\(words): \(answer.errors)")
        return try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    }

    private static func keys(_ value: Any?) throws -> Set<String> {
        Set(try #require(value as? [String: Any], "\(value ?? "nothing")").keys)
    }

    @Test func probeHasEveryKeyAlways() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        try StackFootage(width: 32, height: 24, pages: 3).write(to: film.path("stack.tif"))
        for number in 1...2 {
            try Data(SmallFilm.clock.still(number).png).write(to: URL(fileURLWithPath: film.path("p\(number).png")))
        }
        let wanted: Set<String> = [
            "kind", "container", "codec", "stream", "width", "height", "frames", "duration_seconds", "frame_rate",
            "time_base", "rotation", "bit_depth", "significant_bits", "pixel_format", "channels", "slices",
            "timepoints", "pixel_size_um", "interval_seconds", "channel_details", "name", "notes",
        ]
        for (files, kind) in [(["film.mp4"], "video"), (["stack.tif"], "stack"), (["p1.png", "p2.png"], "sequence")] {
            let value = try Self.document(["probe", "--json"] + files.map(film.path))
            #expect(try Self.keys(value) == wanted)
            let probe = try #require(value as? [String: Any])
            #expect(probe["kind"] as? String == kind)
            #expect(try Self.keys(probe["frame_rate"]) == ["nominal", "variable"])
            #expect(try Self.keys(probe["pixel_size_um"]) == ["x", "y", "z"])
            #expect(probe["interval_seconds"] is NSNull, "unknown is null")
            #expect((probe["duration_seconds"] is NSNull) == (kind != "video"))
        }
    }

    @Test func shotsAndSplit() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("film.mp4")
        let clock = ClockFootage(scenes: [.init(30, look: 1), .init(26, look: 2)], width: 160, height: 120)
        try clock.write(to: film)
        let value = try Self.document(["shots", film, "--json"])
        #expect(try Self.keys(value) == ["frames", "time_base", "shots", "transitions", "problems"])
        let shots = try #require(value as? [String: Any])
        #expect(shots["frames"] as? Int == 56)
        let list = try #require(shots["shots"] as? [[String: Any]])
        #expect(list.count == 2)
        for shot in list {
            #expect(try Self.keys(shot) == ["index", "start", "end"])
            for end in ["start", "end"] { #expect(try Self.keys(shot[end]) == ["frame", "pts", "seconds"]) }
        }
        let transitions = try #require(shots["transitions"] as? [[String: Any]])
        #expect(transitions.count == 1)
        let cut = try #require(transitions.first)
        #expect(try Self.keys(cut) == ["kind", "start", "end", "middle", "score"])
        #expect(cut["kind"] as? String == "cut")
        for place in ["start", "end", "middle"] {
            #expect((cut[place] as? [String: Any])?["frame"] as? Int == 30)
            #expect((cut[place] as? [String: Any])?["seconds"] as? Double == 1.2)
        }

        let clipKeys: Set<String> = [
            "file", "start_frame", "end_frame", "frames", "width", "height", "frame_rate", "source_frames",
        ]
        for (spans, frames) in [(nil, [0..<30, 30..<56]), ("3-9,20-41", [3..<9, 20..<41])] {
            let options = spans.map { ["--spans", $0] } ?? []
            let value = try Self.document(
                ["split", film, "-o", folder.path("clips \(spans ?? "")"), "--json"] + options)
            let clips = try #require(value as? [[String: Any]])
            #expect(clips.count == frames.count)
            for (clip, range) in zip(clips, frames) {
                #expect(try Self.keys(clip) == clipKeys)
                #expect(
                    clip["start_frame"] as? Int == range.lowerBound && clip["end_frame"] as? Int == range.upperBound)
                #expect(clip["frames"] as? Int == range.count && clip["source_frames"] as? [Int] == Array(range))
                #expect(clip["width"] as? Int == 160 && clip["height"] as? Int == 120)
                #expect(try clock.ordinals(ofFile: try #require(clip["file"] as? String)) == range.map { $0 })
            }
        }
    }

    @Test func similar() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        try film.write(look: 0, to: film.path("same.mkv"), codec: .ffv1)
        try film.write(look: 5, to: film.path("other.mp4"))
        for (other, match) in [("same.mkv", true), ("other.mp4", false)] {
            let value = try Self.document(["similar", film.path("film.mp4"), film.path(other), "--json"])
            #expect(try Self.keys(value) == ["match", "score", "offset_seconds", "overlap_seconds"])
            let answer = try #require(value as? [String: Any])
            #expect(answer["match"] as? Bool == match, "\(answer)")
            let score = try #require(answer["score"] as? Double)
            #expect((0...1).contains(score))
        }
    }

    @Test func normalize() throws {
        let folder = try TemporaryFolder()
        let lines = """
            {"id": "a", "text": "Cells &amp;  nuclei, 10µm #bio https://example.org", "more": 1}

            {"id": "b", "text": "Plain."}
            """
        try Data(lines.utf8).write(to: URL(fileURLWithPath: folder.path("in.jsonl")))
        let process = Command.process(["normalize"])
        let pipe = Pipe()
        process.standardInput = FileHandle(forReadingAtPath: folder.path("in.jsonl"))
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let answers = try output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(answers.map { $0["id"] as? String } == ["a", "b"])
        for answer in answers { #expect(try Self.keys(answer) == ["id", "text", "edits", "flags"]) }
        let edits = try #require(answers[0]["edits"] as? [[String: Any]])
        #expect(!edits.isEmpty)
        for edit in edits { #expect(try Self.keys(edit) == ["rule", "before", "after"]) }
        #expect((answers[1]["edits"] as? [Any])?.isEmpty == true && answers[1]["text"] as? String == "Plain.")
    }

    /// Everything that has `--json` prints one document, with nothing in the workspace and with something.
    @Test func workspaceCommandsPrintOneDocument() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation("profile: native")
        let commands = [
            ["status"], ["run", "--dry-run"], ["ingest", "--quiet", film.footage], ["scan"], ["propose"], ["filter"],
            ["dedup"], ["cut"], ["caption"], ["run"], ["status"], ["doctor"], ["query", "SELECT * FROM clip_overview"],
            ["review", "stats"],
        ]
        for command in commands {
            var words = command
            words.insert("--json", at: command[0] == "review" ? 2 : 1)
            _ = try Self.document(curation.words(words))
        }
        // Exit code 3 comes with its document as well.
        try Data().write(to: URL(fileURLWithPath: film.path("empty.mp4")))
        _ = try Self.document(curation.words(["ingest", "--json", film.footage]), status: 3)

        let status = try #require(try Self.document(curation.words(["status", "--json"])) as? [String: Any])
        #expect(Set(status.keys).isSuperset(of: ["stages", "funnel", "levels"]))
        let stages = try #require(status["stages"] as? [[String: Any]])
        let documented = ["ingest", "scan", "propose", "filter", "dedup", "cut", "caption"]
        #expect(stages.compactMap { $0["stage"] as? String }.filter(documented.contains) == documented)
        for stage in stages { #expect(try Self.keys(stage) == ["stage", "pending", "done", "failed", "rejected"]) }
        let funnel = try #require(status["funnel"] as? [[String: Any]])
        for step in funnel { #expect(try Self.keys(step) == ["step", "count"]) }
        #expect(
            funnel.map { $0["step"] as? String } == [
                "sources", "shots", "proposed", "passed", "unique", "ready", "accepted",
            ])
        #expect(funnel.map { $0["count"] as? Int } == [1, 1, 1, 1, 1, 1, 0])
    }

    // MARK: Help and documents

    /// Every command that `help` lists, commands of commands included.
    private static func commands(below parent: [String] = []) throws -> [[String]] {
        let help = try Command.run(["help"] + parent)
        #expect(help.status == 0)
        let lines = help.output.split(separator: "\n", omittingEmptySubsequences: false)
        guard let title = lines.firstIndex(of: "SUBCOMMANDS:") else { return [] }
        let names = lines[(title + 1)...].prefix { !$0.isEmpty }.compactMap { line -> String? in
            guard line.hasPrefix("  "), line.dropFirst(2).first != " " else { return nil }
            return line.split(separator: " ").first.map(String.init)
        }
        return try names.flatMap { try [parent + [$0]] + commands(below: parent + [$0]) }
    }

    @Test func everyCommandIsExplained() throws {
        let commands = try Self.commands()
        #expect(commands.count > 25 && commands.contains(["review", "import"]))
        let lines = try String(contentsOfFile: "\(Self.root)/docs/commands.md", encoding: .utf8).split(separator: "\n")
        var unlisted: [String] = []
        for command in commands {
            let name = command.joined(separator: " ")
            let help = try Command.run(["help"] + command)
            #expect(help.status == 0)
            let overview = help.output.split(separator: "\n").first ?? ""
            #expect(overview.hasPrefix("OVERVIEW: ") && overview.count > 20, "\(name) says what it does")
            #expect(help.output.contains("Example: microcurate "), "\(name) shows an example")
            let isGroup = commands.contains { $0.dropLast() == command[...] }
            let isListed = lines.contains { $0.hasPrefix("| `\(name)`") || $0.hasPrefix("| `\(name) ") }
            if !isGroup && !isListed { unlisted.append(name) }
        }
        #expect(unlisted == [], "docs/commands.md has a line for every command")
    }

    // MARK: Recipes

    @Test(arguments: [
        ("propose:\n  min_second: 2", "unknown key 'propose.min_second'", "Did you mean 'min_seconds'?"),
        ("filtre:\n  max_text: 1", "unknown key 'filtre'", "Did you mean 'filter'?"),
        ("profiles:\n  - {name: a, width: 64, height: 64, fit: crop, frame: 3}", "'profiles.0.frame'", "frames"),
        ("propose:\n  min_seconds: two", "'propose.min_seconds'", "Correct"),
        ("propose:\n  rest: maybe", "'propose.rest'", "Correct"),
        ("review:\n  quorum: 1.5", "'review.quorum'", "Correct"),
        ("labels:\n  level: cellular", "'labels.level'", "Correct"),
        ("filter: strict", "'filter'", "indented"),
        ("filter:\n  max_border: 1.5", "'filter.max_border'", "Correct"),
        ("filter:\n  max_text: -0.1", "'filter.max_text'", "Correct"),
        ("dedup:\n  min_share: 2", "'dedup.min_share'", "Correct"),
        ("detect:\n  cut_threshold: 7", "'detect.cut_threshold'", "Correct"),
        ("scan:\n  sample_seconds: 0", "'scan.sample_seconds'", "default"),
        ("review:\n  quorum: 0", "'review.quorum'", "Correct"),
        ("propose:\n  min_seconds: 5\n  max_seconds: 3", "propose.max_seconds", "Swap"),
        ("export:\n  validation: 0.6\n  test: 0.5", "export.validation", "less than 1"),
        ("export:\n  shard_samples: 0", "export.shard_samples", "Correct"),
        ("profile: imax", "profile 'imax' is not defined", "native"),
        ("profiles:\n  - {name: a, width: 63, height: 64, fit: crop}", "profile 'a'", "even"),
        ("profiles:\n  - {name: a, width: 64, height: 64, fit: crop, crf: 99}", "profile 'a'", "crf"),
        ("- a\n- b", "mapping", "name"),
        ("name: [unclosed", "YAML", "line"),
    ])
    func aRecipeErrorNamesItsKey(_ yaml: String, _ what: String, _ advice: String) throws {
        let folder = try TemporaryFolder()
        let recipe = folder.path("recipe.yaml")
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: recipe))
        let answer = try Command.run("init", folder.path("new"), "--recipe", recipe)
        #expect(answer.status == 1)
        #expect(answer.errors.hasPrefix("error: \(recipe): "), "\(answer.errors)")
        #expect(answer.errors.contains(what) && answer.errors.contains(advice), "\(answer.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("new")))

        // The same in a workspace whose recipe was edited.
        let workspace = try Self.workspace(in: folder)
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: workspace.path("recipe.yaml")))
        let status = try workspace.attempt("status")
        #expect(status.status == 1 && status.errors.contains(what), "\(status.errors)")
    }

    @Test func everyRecipeOfTheProjectParses() throws {
        let folder = try TemporaryFolder()
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.root + "/manifests").filter {
            $0.hasSuffix(".yaml")
        }
        #expect(names.count >= 2)
        for name in names {
            let answer = try Command.run("init", folder.path(name), "--recipe", "\(Self.root)/manifests/\(name)")
            #expect(answer.status == 0, "\(answer.errors)")
        }
    }

    @Test func theBuiltInRecipeIsTheFile() throws {
        let folder = try TemporaryFolder()
        let workspace = try Self.workspace(in: folder)
        let written = FileManager.default.contents(atPath: workspace.path("recipe.yaml"))
        #expect(written == FileManager.default.contents(atPath: Self.root + "/manifests/microsim-10k.yaml"))
    }
}
