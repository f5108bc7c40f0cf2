import Foundation
public import Model

/// What the model to be trained takes in.
public struct ModelInput: Codable, Hashable, Sendable {
    /// Of a full clip.
    public var frames: Int
    /// Frames a second.
    public var rate: Rational
    /// Pixels; nil leaves the size to the trainer's own rule.
    @Nullable public var width: Int?
    @Nullable public var height: Int?
    /// Lengths in frames that trainers sort clips into; nil is each that they can take, and `frame_extraction = "full"`
    /// of musubi.
    @Nullable public var buckets: [Int]?

    /// nil where a side is.
    var size: FrameSize? {
        guard let width, let height else { return nil }
        return FrameSize(width: width, height: height)
    }

    /// Frames, rate and size of `profile`; 81 frames at 16 a second, Wan's, where it leaves them open.
    public init(profile: Profile) {
        frames = profile.frames ?? Profile.wan.frames ?? 81
        rate = profile.rate ?? Profile.wan.rate ?? Rational(16)
        width = profile.width
        height = profile.height
        buckets = nil
    }

    /// Of the profile that the release in `directory` was cut in, as its `release.json` says.
    ///
    /// - Throws: `Fault` where that cannot be read.
    public init(release directory: String) throws {
        let path = directory + "/\(ReleasePath.document)"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault(
                .unreadable, "the file cannot be read", at: path,
                advice: "Give the directory of a release, the one that holds clips.jsonl.")
        }
        do {
            let cut = try JSON.decode(ReleaseProfile.self, from: data).profile
            self.init(
                profile: Profile(
                    name: cut.name, width: cut.width, height: cut.height, fit: .keep, rate: cut.frameRate,
                    frames: cut.frames))
        } catch {
            throw Self.unreadable("it does not say its profile: \(error)", at: path)
        }
        let sides = [width, height].compactMap { $0 }
        guard sides.count != 1, sides.allSatisfy(Self.sides.contains), Self.lengths.contains(frames), rate.numerator > 0
        else { throw Self.unreadable("its profile is none that clips can be cut in", at: path) }
    }

    /// Pixels of a side, and frames of a clip, that can be asked for.
    public static let sides = 16...16384
    public static let lengths = 1...100_000

    private static func unreadable(_ what: String, at path: String) -> Fault {
        Fault(.corrupt, what, at: path, advice: "Copy the release again from where it came from, or export again.")
    }

    private struct ReleaseProfile: Decodable {
        struct Cut: Decodable {
            var name: String
            var width: Int?
            var height: Int?
            var frameRate: Rational?
            var frames: Int?
        }
        var profile: Cut
    }
}
