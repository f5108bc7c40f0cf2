import Foundation
import Media
import Model

/// A small set of synthetic recordings with known truth, as files with their `sources.jsonl`: what `microcurate
/// generate` writes, and what tests and `make conformance` run the whole pipeline on.
public enum SampleFootage {
    /// Films with cuts, a dissolve and a fade; a coarser copy; variable frame rate; still and black scenes
    /// that filters reject; several codecs and containers.
    public static let films: [(name: String, title: String, footage: ClockFootage)] = {
        var edited = ClockFootage(
            scenes: [
                .init(140, look: 1), .init(90, look: 2), .init(70, look: 3, entrance: .dissolve(16)),
                .init(75, look: 4, style: .still), .init(80, look: 5, entrance: .fade(20)),
                .init(60, look: 6, style: .black),
                .init(150, look: 7),
            ], width: 640, height: 360)
        edited.gop = 50
        var copy = ClockFootage(scenes: [.init(140, look: 1), .init(90, look: 2)], width: 640, height: 360)
        copy.quality = 32
        var variable = ClockFootage(
            scenes: [.init(100, look: 8), .init(120, look: 9)], width: 426, height: 240, codec: .ffv1)
        variable.timeBase = Rational(1, 1000)
        variable.pts = (0..<220).map { Int64($0 * 40 + ($0 % 3) * 9) }
        let older = ClockFootage(
            scenes: [.init(130, look: 10), .init(85, look: 11)], width: 320, height: 240, rate: Rational(30000, 1001),
            codec: .mpeg4)
        let short = ClockFootage(
            scenes: [.init(20, look: 12), .init(18, look: 13), .init(110, look: 14)], width: 320, height: 240,
            codec: .vp9)
        return [
            ("edited.mp4", "Edited film of wandering cells", edited), ("copy.mkv", "The same cells, sent again", copy),
            ("variable.mkv", "Cells filmed unevenly", variable), ("older.avi", "Cells from an old camera", older),
            ("short.webm", "Cells in a hurry", short),
        ]
    }()

    /// Writes `media/` and `sources.jsonl` into `directory`, which is made where it is absent.
    /// - Returns: the number of recordings.
    public static func write(to directory: String) throws -> Int {
        let media = directory + "/media"
        try FileManager.default.createDirectory(atPath: media, withIntermediateDirectories: true)
        for film in films { try film.footage.write(to: "\(media)/\(film.name)") }
        struct Line: Encodable {
            let path: String
            let title: String
            let description: String
            let licence = "CC0-1.0"
            let attribution = "microcurate generate"
            let level: String
        }
        let lines = try films.enumerated().map { index, film in
            try JSON.line(
                Line(
                    path: "media/\(film.name)", title: film.title,
                    description:
                        "Synthetic recording \(index + 1): coloured grains move over a textured ground of 12 um.",
                    level: ["organ", "cellular", "subcellular"][index % 3]))
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(
            to: URL(fileURLWithPath: directory + "/sources.jsonl"))
        return films.count
    }
}
