import Files
import Foundation
import Model

/// A release under verification, and what is found. Every file is read once, its hash taken on the way.
final class ReleaseExamination {
    /// What `clips.jsonl` says of a clip.
    struct Expected {
        let split: Split
        let sha256: Digest
        let frames: Int
        let caption: Digest
        let line: Digest
    }

    let root: String
    let unpacking: String
    /// Decodes the video at a path and counts its frames; nil decodes nothing.
    let countFrames: ((_ path: String) throws -> Int)?
    var report = VerificationReport()
    var expected: [String: Expected] = [:]
    /// Hashes of the files read so far, by path.
    var digests: [String: Digest] = [:]
    /// Samples of the shards that could be read to their end, by path.
    var shardSamples: [String: Int] = [:]
    /// Videos decoded already, by hash: two formats hold the same ones.
    var decoded: Set<Digest> = []

    init(_ root: String, unpacking: String, countFrames: ((_ path: String) throws -> Int)?) {
        self.root = root
        self.unpacking = unpacking
        self.countFrames = countFrames
    }

    func note(_ kind: VerificationReport.Kind, _ file: String, _ what: String) { note(kind, file, "", what) }

    func note(_ kind: VerificationReport.Kind, _ file: String, _ member: String, _ what: String) {
        report.findings.append(.init(kind: kind, file: file, member: member, what: what))
    }

    /// A small file's bytes; a finding and nil where they cannot be read.
    func read(_ path: String) -> [UInt8]? {
        examine(path) { file in
            var bytes: [UInt8] = []
            while true {
                let block = try file.read()
                if block.isEmpty { return bytes }
                bytes += block
            }
        }
    }

    func hash(_ path: String) { _ = examine(path) { _ in } }

    /// Opens a file, keeps its hash, and turns a fault into a finding.
    @discardableResult
    func examine<Result>(_ path: String, _ body: (InputFile) throws -> Result) -> Result? {
        do {
            let file = try InputFile(root + "/" + path)
            let result = Swift.Result { try body(file) }
            digests[path] = try file.drain()
            return try result.get()
        } catch let fault as Fault {
            note(.damaged, path, fault.place.hasPrefix(path) ? fault.place : "", fault.what)
        } catch {
            note(.damaged, path, error.localizedDescription)
        }
        return nil
    }

    /// Opens a file; a finding and nil where that fails. `close` keeps its hash.
    func open(_ path: String) -> InputFile? {
        do {
            return try InputFile(root + "/" + path)
        } catch {
            note(.damaged, path, (error as? Fault)?.what ?? error.localizedDescription)
            return nil
        }
    }

    func close(_ path: String, _ digest: Digest?) { if let digest { digests[path] = digest } }

    /// Frames of the video at `file`; nil where it does not decode (a finding) or did before.
    func decode(_ file: String, _ digest: Digest, _ path: String, _ member: String) -> Int? {
        guard let countFrames, decoded.insert(digest).inserted else { return nil }
        report.decoded += 1
        do {
            return try countFrames(file)
        } catch {
            note(.undecodable, path, member, "it does not decode: \((error as? Fault)?.what ?? "\(error)")")
            return nil
        }
    }
}
