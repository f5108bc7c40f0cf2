import Foundation
import Media
import Model
import Footage
import Testing

/// A folder with one short film, `film.mp4`, and workspaces for it.
struct SmallFilm {
    static let clock: ClockFootage = {
        var clock = ClockFootage(frames: 60, width: 160, height: 120)
        clock.gop = 10
        return clock
    }()

    let folder: TemporaryFolder
    var footage: String { folder.path("footage") }
    var frames: Int { Self.clock.frames }

    init(in folder: TemporaryFolder) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder.path("footage"), withIntermediateDirectories: true)
        try Self.clock.write(to: path("film.mp4"))
    }

    func path(_ name: String) -> String { "\(footage)/\(name)" }

    /// Another film of equal length and size.
    func write(look: Int, to path: String, codec: VideoWriter.Codec = .h264) throws {
        var clock = Self.clock
        clock.scenes = [.init(frames, look: look)]
        clock.codec = codec
        try clock.write(to: path)
    }

    /// The film's bytes in the container that `name` asks for.
    func bytes(_ name: String) throws -> [UInt8] {
        let path = folder.path("whole-\(name)")
        let codecs: [String: VideoWriter.Codec] = ["mkv": .ffv1, "avi": .mpeg4, "webm": .vp9]
        try write(look: 0, to: path, codec: codecs[(name as NSString).pathExtension] ?? .h264)
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The MP4's top-level atoms of these names, in this order.
    func atoms(_ names: String...) throws -> [UInt8] {
        let bytes = try bytes("film.mp4")
        var found: [String: ArraySlice<UInt8>] = [:]
        var place = 0
        while place + 8 <= bytes.count {
            let size = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            found[String(decoding: bytes[place + 4..<place + 8], as: UTF8.self)] = bytes[place..<place + size]
            place += size
        }
        return try names.flatMap { try #require(found[$0], "no atom \($0)") }
    }

    /// A workspace with a recipe for the film; `more` is YAML.
    func curation(_ more: String = Curation.smallProfile, at root: String? = nil) throws -> Curation {
        try Curation.begin(at: root ?? folder.path("workspace"), recipe: Curation.recipe(more))
    }

    /// One second of silence in a WAV file.
    static let wave: [UInt8] = {
        func word(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(value >> (8 * $0) & 255) } }
        var bytes = Array("RIFF".utf8) + word(36 + 16000, 4) + Array("WAVEfmt ".utf8) + word(16, 4)
        for (value, size) in [(1, 2), (1, 2), (8000, 4), (16000, 4), (2, 2), (16, 2)] { bytes += word(value, size) }
        return bytes + Array("data".utf8) + word(16000, 4) + [UInt8](repeating: 0, count: 16000)
    }()
}

/// A grey picture of 8 bits.
struct Still {
    var width: Int
    var height: Int
    var samples: [UInt8]

    /// PNG (ISO 15948) with stored blocks.
    var png: [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<height { rows += [0] + samples[y * width..<(y + 1) * width] }
        var packed: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: rows.count, by: 65535) {
            let block = rows[start..<min(start + 65535, rows.count)]
            packed.append(block.endIndex == rows.count ? 1 : 0)
            for value in [block.count, ~block.count] {
                packed += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            }
            packed += block
        }
        var (a, b) = (1, 0)
        for byte in rows {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        packed += Self.word(b << 16 | a)
        return [137, 80, 78, 71, 13, 10, 26, 10]
            + Self.chunk("IHDR", Self.word(width) + Self.word(height) + [8, 0, 0, 0, 0]) + Self.chunk("IDAT", packed)
            + Self.chunk("IEND", [])
    }

    private static func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        var crc: UInt32 = ~0
        for byte in body {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return word(content.count) + body + word(Int(~crc))
    }
}

extension ClockFootage {
    /// The brightness of a frame.
    func still(_ ordinal: Int) -> Still {
        let picture = picture(ordinal)
        return Still(width: picture.width, height: picture.height, samples: picture.y)
    }
}

extension [UInt8] {
    /// Where a run of bytes begins for the first time.
    func position(of run: [UInt8]) -> Int? {
        indices.first { starts(with: run, at: $0) }
    }

    private func starts(with run: [UInt8], at place: Int) -> Bool {
        place + run.count <= count && run.indices.allSatisfy { self[place + $0] == run[$0] }
    }
}

extension Curation {
    struct Problem: Decodable {
        var path: String
        var fault: Fault
    }

    /// Inputs that did not become a source.
    func problems() throws -> [Problem] {
        struct Row: Decodable {
            var path: String
            var fault: String
        }
        return try rows(Row.self, "SELECT path, fault FROM ingest_problem ORDER BY path").map {
            Problem(path: $0.path, fault: try JSON.decode(Fault.self, from: $0.fault))
        }
    }

    /// The faults of a stage's failed tasks.
    func failures(_ stage: String) throws -> [Fault] {
        struct Row: Decodable { var fault: String }
        let sql = "SELECT fault FROM task WHERE stage = '\(stage)' AND status = 'failed' ORDER BY key"
        return try rows(Row.self, sql).map { try JSON.decode(Fault.self, from: $0.fault) }
    }

    /// The names of the files behind the sources.
    func sources() throws -> [String] {
        struct Row: Decodable { var path: String }
        let sql = "SELECT path FROM source_file JOIN file_path USING (sha256) ORDER BY source_id, position, path"
        return try rows(Row.self, sql).map { ($0.path as NSString).lastPathComponent }
    }

    /// The number that a query calls `n`.
    func count(_ sql: String) throws -> Int {
        struct Row: Decodable { var n: Int }
        return try #require(try rows(Row.self, sql).first).n
    }

    /// Paths of the clips' files, in order of source and time.
    func renditions() throws -> [String] {
        struct Row: Decodable { var file: String }
        let sql = "SELECT file FROM clip_overview WHERE file IS NOT NULL ORDER BY source_path, start_pts"
        return try rows(Row.self, sql).map { path($0.file) }
    }
}
