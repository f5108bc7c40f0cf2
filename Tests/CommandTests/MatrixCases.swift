import Foundation
import Model
import Footage
import Testing

/// One codec in one container with one kind of timing.
struct MatrixCase: Sendable {
    /// The film that is encoded.
    enum Film: Sendable {
        case plain
        /// Turned by a quarter, for files that tell players to turn it back.
        case turned
        /// Of pixels that players stretch.
        case wide
        /// Of another size.
        case large

        /// What stands for it in `steps`.
        var word: String { self == .large ? "LARGE" : "FILM" }

        /// Scenes with hard cuts, and a frame number in every picture.
        var footage: ClockFootage {
            // Two scenes, more in the long form, and none so long that it would be split.
            let scenes = max(2, MatrixCase.frames / 200)
            let ends = (0...scenes).map { $0 == scenes ? MatrixCase.frames : MatrixCase.frames * $0 / scenes + 3 }
            var footage = ClockFootage(
                scenes: (0..<scenes).map { scene in
                    // Bright after dark; looks of eight times as many textures.
                    let look = 8 * scene + [1, 2, 4, 5][scene % 4]
                    return .init(ends[scene + 1] - (scene == 0 ? 0 : ends[scene]), look: look)
                },
                width: 128, height: 96)
            switch self {
            case .plain: break
            case .turned: footage.rotation = 90
            case .wide: footage.sampleAspect = Rational(16, 11)
            case .large: (footage.width, footage.height) = (160, 120)
            }
            return footage
        }
    }

    /// MATRIX_FRAMES asks for longer films.
    private static let wishedFrames = ProcessInfo.processInfo.environment["MATRIX_FRAMES"].flatMap { Int($0) }
    static let isLong = wishedFrames != nil
    /// Frames of every film.
    static let frames = max(76, wishedFrames ?? 0)

    /// A part of the cases, or all those whose file's name holds MATRIX_ONLY: too few to pass.
    private static let chosen: [MatrixCase] = {
        if let part = ProcessInfo.processInfo.environment["MATRIX_ONLY"] {
            return all.filter { $0.file.contains(part) }
        }
        return Extent.part(24, of: all, "MatrixTests")
    }()

    static let encoders = Result { try Witness.encoders() }

    /// Of those, the ones that this machine's `ffmpeg` can write.
    static let able: [MatrixCase] = {
        // Where they can't be had, `enoughFilesAreRead` says why.
        let encoders = (try? Self.encoders.get()) ?? []
        return chosen.filter { subject in
            let missing = subject.encoders.subtracting(encoders).sorted()
            if !missing.isEmpty {
                print("MatrixTests: skipped, and not counted: \(subject.file): ffmpeg lacks \(missing)")
            }
            return missing.isEmpty
        }
    }()

    /// How many files there must be, whatever an `ffmpeg` lacks.
    static let least = Extent.isFull || ProcessInfo.processInfo.environment["MATRIX_ONLY"] != nil ? 40 : 12

    /// Which of the film's frames a file shows.
    enum Content: Sendable {
        /// All, in order.
        case all
        /// One of three: the next one is the second field of its picture, the third is left out.
        case everyThird
        /// What the `ffmpeg` tool shows of it, at least so many frames.
        case some(atLeast: Int)
    }

    /// Where the times of a source's frames come from.
    enum Clock: Sendable {
        case stamps
        /// There are none: ticks are ordinals.
        case ordinals
    }

    /// The file's name says what it is.
    var file: String
    /// Words for `ffmpeg`, one process a line; FILM, LARGE and OUT stand for the film, its large form and the file.
    var steps: [String]
    /// Makes the file from what the steps wrote as `0.ts`, `1.ts`... of the file's extension.
    var craft: (@Sendable ([[UInt8]]) -> [UInt8])?
    var film = Film.plain
    var content = Content.all
    var clock = Clock.stamps
    /// The stream that shows the film.
    var stream = "v:0"
    /// A filter with which the tool shows what the product must.
    var filter: String?
    /// Mean difference of source and clip in blocks of 8 x 8 pixels up to which they count as the same picture.
    var tolerance = 3.0

    /// Whether `split` is tried on it as well: files in which a cut is easily a frame off.
    var isSplit: Bool { Self.splitFiles.contains(file) }

    private static let splitFiles: Set<String> = [
        "edit-list.mp4", "gap-h264.mkv", "h264-bare.h264", "h264-bframes.avi", "h264-fields.ts",
        "h264-intra-refresh.ts", "h264-open-gop.mkv",
        "headless.ts", "hevc-open-gop.mkv", "joined.ts", "mpeg2.ts", "mpeg4-bframes.avi",
        "sparse-stamps-bframes.ts", "two-sizes.ts", "uneven-gif.gif", "vp9-altref.webm", "xvid-packed.avi",
    ]

    /// A case of one process.
    init(_ file: String, _ encode: String, input: String = "") {
        self.file = file
        steps = ["\(input) -i FILM -fps_mode passthrough \(encode) OUT"]
    }

    init(_ file: String, steps: [String], craft: (@Sendable ([[UInt8]]) -> [UInt8])? = nil) {
        self.file = file
        self.steps = steps
        self.craft = craft
    }

    func with(_ change: (inout MatrixCase) -> Void) -> MatrixCase {
        var copy = self
        change(&copy)
        return copy
    }

    /// The encoders that it needs.
    var encoders: Set<String> {
        Set(
            steps.flatMap { step in
                let words = step.split(separator: " ")
                return zip(words, words.dropFirst()).filter { $0.0.hasPrefix("-c:v") && $0.1 != "copy" }
                    .map { String($0.1) }
            })
    }

    /// The size at which pictures are read: the whole one in square pixels, or the profile's at half its sides.
    func size(in profile: Profile) -> (width: Int, height: Int) {
        if let width = profile.width, let height = profile.height { return (width / 2, height / 2) }
        let footage = film.footage
        let width = Int((Double(footage.width) * footage.sampleAspect.double).rounded())
        return footage.rotation % 180 == 0 ? (width, footage.height) : (footage.height, width)
    }

    /// Writes the file into a folder.
    /// - Returns: its path.
    func write(in folder: String) throws -> String {
        let path = "\(folder)/\(file)"
        let own = try TemporaryFolder()
        var names = ["OUT": path]
        for film in [film, .large] where steps.contains(where: { $0.contains(film.word) }) {
            names[film.word] = own.path("\(film).y4m")
            try film.footage.writeRaw(to: own.path("\(film).y4m"))
        }
        for step in steps {
            try Witness.write(step.split(separator: " ").map { names[String($0)] ?? String($0) }, in: own.path)
        }
        if let craft {
            let parts = try FileManager.default.contentsOfDirectory(atPath: own.path).sorted()
                .filter { $0.first!.isNumber }.map { Array(try Data(contentsOf: URL(fileURLWithPath: own.path($0)))) }
            try Data(craft(parts)).write(to: URL(fileURLWithPath: path))
        }
        return path
    }
}

extension MatrixCase: CustomTestStringConvertible {
    var testDescription: String { file }
}
