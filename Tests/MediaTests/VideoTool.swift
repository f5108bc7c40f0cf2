import Foundation
import Media
import Model
import Testing

extension VideoFolder {
    /// Makes footage with the `ffmpeg` command.
    /// - Parameter arguments: what stands before the output's name, separated by spaces.
    func make(_ name: String, _ arguments: String) throws -> String {
        try ffmpeg(arguments.split(separator: " ").map(String.init) + [file(name)])
        return file(name)
    }

    /// Every frame's bytes, as the `ffmpeg` command decodes the file into a pixel format; tags are honoured.
    func raw(_ path: String, _ format: String, filter: String = "null") throws -> [UInt8] {
        let scale = "scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"
        try ffmpeg(
            ["-i", path, "-vf", "\(filter),\(scale)", "-pix_fmt", format, "-fps_mode", "passthrough", "-f", "rawvideo"]
                + [file("raw")])
        return try [UInt8](Data(contentsOf: URL(fileURLWithPath: file("raw"))))
    }

    /// What the `ffprobe` command finds in the first video stream, by key.
    func probe(_ path: String, _ keys: String...) throws -> [String: String] {
        let entries = "stream=" + keys.joined(separator: ",")
        let text = try run(
            ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "default=nw=1", path])
        let pairs = text.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    private func ffmpeg(_ arguments: [String]) throws {
        _ = try run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-threads", "1"] + arguments)
    }

    private func run(_ command: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.arguments = command
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(command.joined(separator: " "))")
        return String(decoding: text, as: UTF8.self)
    }
}

extension Reading {
    /// The checksums that come out from `ordinal` on after a seek to it, by ordinal.
    static func sought(_ source: Model.SourceLocation, _ timing: SourceTiming, to ordinal: Int) throws -> [Int: UInt32]
    {
        var reader = try SourceReader.open(source)
        try reader.seek(before: ordinal, by: timing)
        var checksums: [Int: UInt32] = [:]
        while let frame = try reader.next() {
            if frame.ordinal >= ordinal { checksums[frame.ordinal] = frame.checksum() }
            if frame.ordinal >= ordinal + 3 { break }
        }
        return checksums
    }
}

/// Every frame's whole picture in grey, full range.
func grayPictures(_ path: String) throws -> [GrayPicture] {
    var reader = try VideoReader.open(path)
    var pictures: [GrayPicture] = []
    while let frame = try reader.next() { pictures.append(try frame.grayPicture(longSide: 4096)) }
    return pictures
}

extension GrayPicture {
    /// Mean absolute difference of the levels; both must have one size.
    func difference(from other: GrayPicture) -> Double {
        precondition(pixels.count == other.pixels.count)
        let sum = zip(pixels, other.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(pixels.count)
    }
}
