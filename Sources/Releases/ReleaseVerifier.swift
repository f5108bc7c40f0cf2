import Files
import Foundation
import Model

/// Reads a release back, every byte of it, and says all that is wrong.
public struct ReleaseVerifier {
    /// Decodes the video at a path and counts its frames.
    public typealias FrameCounter = (_ path: String) throws -> Int

    private let temporary: String
    private let layouts: [Layout]
    private let countFrames: FrameCounter?

    /// - Parameters:
    ///   - temporary: where videos are unpacked, one at a time, to be decoded; nil is the system's place.
    ///   - layouts: all that a release may be in.
    ///   - countFrames: nil decodes nothing.
    public init(
        temporary: String? = nil, among layouts: [Layout] = Layouts.all, countFrames: FrameCounter? = nil
    ) {
        self.temporary = temporary ?? NSTemporaryDirectory()
        self.layouts = layouts
        self.countFrames = countFrames
    }

    /// - Throws: `Fault` where `directory` is no directory or nothing can be unpacked; what is wrong with the release
    ///   is in the report.
    public func verify(_ directory: String) throws -> VerificationReport {
        guard FileNode.kind(at: directory) == .folder else {
            throw Fault(
                .unreadable, "there is no release here", at: directory, advice: "Give the directory of a release.")
        }
        let unpacked = temporary + "/microcurate-verify-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: unpacked, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: unpacked) }
        let examination = ReleaseExamination(directory, unpacking: unpacked, countFrames: countFrames)
        try Verification(examination, among: layouts, listings: Layouts.listings).run()
        return examination.report
    }
}
