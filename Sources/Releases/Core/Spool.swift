import Foundation
import Model

/// A clip as a chunk needs it: the sample, and the file that its video is copied from.
struct SpooledClip {
    let sample: Sample
    let path: String
    let sha256: Digest

    /// Hands over the rendition's bytes block by block.
    ///
    /// - Throws: `Fault` naming the rendition where it is missing or not the file that was recorded.
    func streamVideo(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        func altered(_ what: String) -> Fault {
            Fault(
                .mismatch, "the rendition of \(sample.key) \(what)", at: path,
                advice: "Delete it and run 'microcurate run': what is missing is made again.")
        }
        let file = try opened()
        guard file.size == sample.videoBytes else {
            throw altered("has \(file.size) bytes, not the \(sample.videoBytes) recorded")
        }
        while true {
            let block = try file.read()
            if block.isEmpty { break }
            try body(block)
        }
        guard try file.drain() == sha256 else { throw altered("changed since it was recorded") }
    }

    private func opened() throws -> InputFile {
        do {
            return try InputFile(path)
        } catch let fault as Fault {
            throw Fault(fault.reason, "the rendition of \(sample.key): \(fault.what)", at: path, advice: fault.advice)
        }
    }
}

/// What the chunks of one split will hold, in a hidden file of the release in the making, so that memory does not grow
/// with the clips. A clip is five texts, each behind its length in 8 bytes, little-endian, and the video's size.
final class SpoolWriter {
    private let file: OutputFile
    /// Where the next clip will stand.
    var offset: Int { file.bytes }

    static func path(_ split: Split) -> String { ".spool-\(split)" }

    init(_ split: Split, in directory: String) throws { file = try OutputFile(Self.path(split), in: directory) }

    func append(_ clip: ReleaseClip, json: [UInt8]) throws -> SampleSize {
        let texts = [
            Array(clip.id.rawValue.utf8), json, Array(clip.caption.utf8), Array(clip.rendition.path.utf8),
            Array(clip.rendition.sha256.hex.utf8),
        ]
        for text in texts {
            try file.write(Self.bytes(text.count))
            try file.write(text[...])
        }
        try file.write(Self.bytes(clip.rendition.bytes))
        return SampleSize(
            key: texts[0].count, json: json.count, caption: texts[2].count, video: clip.rendition.bytes)
    }

    func finish() throws { _ = try file.finish(durable: false) }

    private static func bytes(_ number: Int) -> ArraySlice<UInt8> {
        withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0)[...] }
    }
}

/// Reads a spool from the clip at `offset` on.
final class SpoolReader {
    private let file: InputFile
    private let split: Split
    /// Bytes read and not yet handed over.
    private var block: ArraySlice<UInt8> = []

    init(_ split: Split, in directory: String, from offset: Int) throws {
        self.split = split
        file = try InputFile(directory + "/" + SpoolWriter.path(split), from: offset)
    }

    func next() throws -> SpooledClip {
        let texts = try (0..<5).map { _ in Array(try read(number())) }
        let sample = Sample(
            key: String(decoding: texts[0], as: UTF8.self), split: split, json: texts[1], caption: texts[2],
            videoBytes: try number())
        guard let sha256 = Digest(hex: String(decoding: texts[4], as: UTF8.self)) else { throw damage() }
        return SpooledClip(sample: sample, path: String(decoding: texts[3], as: UTF8.self), sha256: sha256)
    }

    private func number() throws -> Int {
        let value = try read(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: value) else { throw damage() }
        return number
    }

    private func read(_ count: Int) throws -> ArraySlice<UInt8> {
        while block.count < count {
            let more = try file.read()
            guard !more.isEmpty else { throw damage() }
            block = block.isEmpty ? more : block + more
        }
        defer { block = block.dropFirst(count) }
        return block.prefix(count)
    }

    private func damage() -> Fault {
        Fault(
            .corrupt, "it changed while the release was written", at: file.path,
            advice: "Let nothing touch this directory, and export again.")
    }
}

extension [UInt8] {
    /// The number's bytes, the lowest first.
    mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
