import Foundation
import Model

/// The `ffmpeg` and `ffprobe` tools: they write footage and read clips, and know nothing of the product's readers.
enum Witness {
    /// One frame as the tools show it, upright and brought to the size that was asked for.
    struct Shown: Sendable {
        /// Grey, or the green of a coloured picture.
        var picture: GrayPicture
        /// Means over blocks of 8 x 8 pixels, each colour for itself: 0 to 255.
        var blocks: [Int]
        /// Ticks of the film's time base; nil where the tool knows none.
        var pts: Int64?
    }

    struct Film: Sendable {
        /// In presentation order.
        var frames: [Shown]
        /// Seconds a tick.
        var timeBase: Rational
    }

    /// A file to decode, and the size to which its pictures are brought, whatever shape they have.
    struct Request: Sendable {
        var path: String
        var width: Int
        var height: Int
        var stream = "v:0"
        /// A filter to apply first.
        var filter: String?
        var isColored = true
    }

    /// FFmpeg's names of the encoders that this build has.
    static func encoders() throws -> Set<String> {
        let lines = try run("ffmpeg", ["-v", "error", "-encoders"]).output.split(separator: "\n")
        return Set(lines.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) })
    }

    /// Runs `ffmpeg` with these words in a folder; it must succeed.
    static func write(_ words: [String], in folder: String) throws {
        _ = try run("ffmpeg", ["-v", "error", "-nostdin", "-y"] + words, in: folder)
    }

    /// The frames of a source, and their times.
    static func read(_ request: Request) throws -> Film {
        var film = try decode([request])[0]
        struct Probe: Decodable {
            struct Stream: Decodable { var timeBase: String }
            struct Frame: Decodable { var bestEffortTimestamp: Int64? }
            var streams: [Stream]
            var frames: [Frame]
        }
        let answer = try run(
            "ffprobe",
            [
                "-v", "error", "-select_streams", request.stream, "-of", "json",
                "-show_entries", "stream=time_base:frame=best_effort_timestamp", request.path,
            ])
        let probe = try JSON.decode(Probe.self, from: answer.output)
        guard let base = probe.streams.first.flatMap({ Rational($0.timeBase) }) else {
            throw Failed(description: "ffprobe finds no stream in \(request.path)")
        }
        guard probe.frames.count == film.frames.count else {
            throw Failed(
                description:
                    "ffprobe shows \(probe.frames.count) frames, ffmpeg \(film.frames.count) of \(request.path)")
        }
        for (index, frame) in probe.frames.enumerated() { film.frames[index].pts = frame.bestEffortTimestamp }
        film.timeBase = base
        return film
    }

    /// Decodes all files in one process, every frame of each.
    static func decode(_ requests: [Request]) throws -> [Film] {
        let folder = try TemporaryFolder()
        var words = ["-v", "info", "-hide_banner", "-nostdin", "-nostats", "-copyts"]
        for request in requests { words += ["-threads", "1", "-i", request.path] }
        for (index, request) in requests.enumerated() {
            words += [
                "-map", "\(index):\(request.stream)", "-fps_mode", "passthrough", "-f", "rawvideo",
                "-pix_fmt", request.isColored ? "rgb24" : "gray", "-vf",
                (request.filter.map { $0 + "," } ?? "")
                    + "showinfo@\(index)=checksum=0,scale=\(request.width):\(request.height):flags=area",
                folder.path("\(index).raw"),
            ]
        }
        let lines = try run("ffmpeg", words).errors.split(separator: "\n")
        return try requests.enumerated().map { index, request in
            let own = lines.filter { $0.hasPrefix("[showinfo@\(index) ") }
            let times = own.compactMap { line in line.firstMatch(of: #/n: *\d+ pts: *(\S+) /#).map { Int64($0.1) } }
            let base = own.lazy.compactMap { $0.firstMatch(of: #/config in time_base: (\d+/\d+)/#) }.first
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder.path("\(index).raw"))))
            let size = request.width * request.height * (request.isColored ? 3 : 1)
            guard bytes.count == size * times.count, let base = base.flatMap({ Rational($0.1) }) else {
                throw Failed(
                    description: "ffmpeg reads \(bytes.count) bytes of \(times.count) frames in \(request.path)")
            }
            let frames = times.enumerated().map { frame, pts in
                Shown(bytes[frame * size..<(frame + 1) * size], request, pts: pts)
            }
            return Film(frames: frames, timeBase: base)
        }
    }

    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// - Throws: `Failed` with the tool's words where it ends with an error.
    private static func run(
        _ tool: String, _ words: [String], in folder: String? = nil
    ) throws -> (output: String, errors: String) {
        let own = try TemporaryFolder()
        let files = ["out", "err"].map { own.path($0) }
        for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + words
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
        guard process.terminationStatus == 0 else {
            throw Failed(description: "\(tool) \(words.joined(separator: " ")):\n\(texts[1])")
        }
        return (texts[0], texts[1])
    }
}

extension Witness.Shown {
    fileprivate init(_ bytes: ArraySlice<UInt8>, _ request: Witness.Request, pts: Int64?) {
        let (width, height) = (request.width, request.height)
        let colors = request.isColored ? 3 : 1
        let across = (width + 7) / 8
        var sums = [Int](repeating: 0, count: across * ((height + 7) / 8) * colors)
        var counts = sums
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height)
        var place = bytes.startIndex
        for y in 0..<height {
            for x in 0..<width {
                let block = (y / 8 * across + x / 8) * colors
                for color in 0..<colors {
                    sums[block + color] += Int(bytes[place + color])
                    counts[block + color] += 1
                }
                pixels.append(bytes[place + colors / 2])
                place += colors
            }
        }
        picture = GrayPicture(width: width, height: height, pixels: pixels)
        blocks = zip(sums, counts).map { $0 / $1 }
        self.pts = pts
    }
}
