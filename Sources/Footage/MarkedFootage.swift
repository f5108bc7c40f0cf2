import Foundation
import Media
import Model

/// A dataset of tiny clips, each of which shows its number in every frame and names it in its caption, so that a picture
/// can be told to belong to a text.
///
/// The number stands where `ClockFootage` shows the time, in the same code (see `ClockCode`): in the middle of the
/// picture 4 x 4 blocks of 8 pixels, bit 0 at the top left, white for 1; 15 bits of Gray code and their parity.
public enum MarkedFootage {
    /// What 15 bits can tell apart.
    public static let most = 1 << 15

    private static let width = 128
    private static let height = 96

    /// Writes the clips `marked.0000.mp4` and so on (H.264, 16 frames a second) and `metadata.json`, as `microcurate
    /// import` takes it, into `directory`, which is made where it is absent.
    public static func write(clips: Int, to directory: String) throws {
        struct Line: Encodable {
            let id: String
            let video: String
            let prompt: String
            let level: String
            let licence = "CC0-1.0"
            let attribution = "microcurate generate"
        }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var lines: [String] = []
        for number in 0..<clips {
            let digits = String(number)
            let id = "marked." + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            try write(number, to: "\(directory)/\(id).mp4")
            let level = ["organ", "cellular", "subcellular"][number % 3]
            lines.append(
                try JSON.line(Line(id: id, video: "\(id).mp4", prompt: caption(number), level: level)))
        }
        try Data("[\(lines.joined(separator: ",\n"))]\n".utf8).write(
            to: URL(fileURLWithPath: directory + "/metadata.json"))
    }

    /// A full clip of 81 frames at every eighth number, else 17 to 50.
    private static func frames(_ number: Int) -> Int { number % 8 == 0 ? 81 : 17 + number * 7 % 34 }

    /// Ends in `clip number N.`, whatever else there is to trip over in files of text.
    private static func caption(_ number: Int) -> String {
        let start = [
            "Coloured grains drift over a textured ground.",
            "Grains, \"bright\" and dim, drift; a scale bar says 12 µm.",
            "=SUM(A1:A2) is no formula, and {braces}, <tags>, %s, $HOME and \\n are text.",
            "Körner treiben über den Grund, 细胞在移动, клетки движутся 🔬.", "'Single quotes', commas,,, and a\ttab.",
        ][number % 5]
        return "\(start) This is clip number \(number)."
    }

    private static func write(_ number: Int, to path: String) throws {
        let rate = Rational(16)
        var settings = VideoWriter.Settings(
            codec: .h264, width: width, height: height, timeBase: rate.reciprocal, rate: rate)
        settings.gop = 16
        settings.quality = 20
        settings.preset = "veryfast"
        var writer = try VideoWriter.create(path, settings)
        for ordinal in 0..<frames(number) {
            var canvas = ClockCanvas(width: width, height: height)
            canvas.draw(ClockFootage.Scene(1, look: number), time: ordinal, weight: 256)
            for cell in ClockCode.cells(width, height) {
                canvas.draw(cell, level: ClockCode.bit(cell.bit, of: number) ? 215 : 40)
            }
            try writer.write(canvas.picture, at: Int64(ordinal))
        }
        _ = try writer.finish()
    }
}
