import Foundation
import Model
import Footage
import Testing

/// Every clip of every kind of file shows the source frames that the manifest names, at their times: read from the
/// pixels of files that the `ffmpeg` tool wrote, by the `ffmpeg` tool.
///
/// MATRIX_FRAMES=600 makes films of that length and takes the encoder's own preset; MATRIX_ONLY=open-gop runs the cases
/// with that in their names, and then fails, because they are too few.
struct MatrixTests {
    /// A clip as the product states it.
    private struct Cut {
        let entry: MatrixFootage
        let profile: Profile
        /// Frames of the source.
        let span: Range<Int>
        /// The source frame behind each frame.
        let named: [Int]
        let file: String

        var place: Comment { "\(entry.subject.file), \(profile.name), frames \(span)" }

        var request: Witness.Request {
            let size = entry.subject.size(in: profile)
            return .init(path: file, width: size.width, height: size.height, isColored: profile.rate == nil)
        }
    }

    @Test(arguments: MatrixCase.able) func everyClipShowsTheFramesThatTheManifestNames(subject: MatrixCase) throws {
        let folder = try TemporaryFolder()
        let entry = try MatrixFootage(subject, in: folder)
        Self.checkSource(entry)
        for profile in [Profile.native, .wan] {
            let cuts = try Self.curate(entry, profile, in: folder)
            #expect(!cuts.isEmpty, "\(profile.name)")
            try Self.check(cuts)
        }
        if subject.isSplit { try Self.check(Self.split(entry, in: folder)) }
    }

    @Test func enoughFilesAreRead() throws {
        _ = try MatrixCase.encoders.get()
        #expect(MatrixCase.able.count >= MatrixCase.least)
    }

    /// The file shows what its case promises: otherwise it would prove nothing.
    private static func checkSource(_ entry: MatrixFootage) {
        let name: Comment = "\(entry.subject.file)"
        let shown = entry.ordinals
        switch entry.subject.content {
        case .all: #expect(shown == Array(0..<MatrixCase.frames), name)
        case .everyThird: #expect(shown == Array(stride(from: 0, to: MatrixCase.frames - 1, by: 3)), name)
        case .some(let least):
            #expect(shown.count >= least && zip(shown, shown.dropFirst()).allSatisfy { ($0 ?? -1) < ($1 ?? -1) }, name)
        }
    }
}

// MARK: - What the product states

extension MatrixTests {
    private struct Clip: Decodable {
        var startPts: Int64
        var endPts: Int64
        var timeBase: String?
        var startFrame: Int
        var endFrame: Int
        var state: String
        var reason: String?
        var file: String?
        var frames: Int?
        var sourceFrames: String?

        static let sql = """
            SELECT start_pts, end_pts, time_base, start_frame, end_frame, state, reason, o.file, o.frames,
                source_frames
            FROM clip_overview AS o LEFT JOIN rendition USING (clip_id) ORDER BY start_frame
            """
    }

    /// Runs the pipeline over the file, and checks what the manifest says of spans and times.
    private static func curate(
        _ entry: MatrixFootage, _ profile: Profile, in folder: TemporaryFolder
    ) throws -> [Cut] {
        let curation = try Curation.begin(at: folder.path(profile.name), recipe: recipe(profile))
        for command in [["ingest", "--quiet", entry.path], ["run", "--quiet"]] {
            let answer = try Command.run(curation.words(command))
            #expect(answer.status == 0, "\(command[0]) ended with \(answer.status):\n\(answer.errors)")
        }
        let clips = try curation.rows(Clip.self, Clip.sql)
        checkCoverage(clips, entry, profile)
        return try clips.filter { $0.file != nil }.map { clip in
            let named = try JSON.decode([Int].self, from: try #require(clip.sourceFrames))
            let cut = Cut(
                entry: entry, profile: profile, span: clip.startFrame..<clip.endFrame, named: named,
                file: curation.path(clip.file!))
            #expect(clip.frames == named.count, cut.place)
            checkTicks(clip, cut)
            return cut
        }
    }

    /// Nothing is filtered out. The short form hurries the encoder, which has no say in what is shown when.
    private static func recipe(_ profile: Profile) -> String {
        let hurried = """
            profiles:
              - {name: \(Profile.wan.name), width: 832, height: 480, fit: crop, rate: 16, frames: 81, preset: ultrafast}
            """
        return Curation.recipe(
            """
            profile: \(profile.name)
            filter: none
            dedup: {max_distance: 0}
            \(MatrixCase.isLong ? "" : hurried)
            """
        )
    }

    /// The cuts between the scenes are hard, so each frame is in a clip, and the clips follow each other.
    private static func checkCoverage(_ clips: [Clip], _ entry: MatrixFootage, _ profile: Profile) {
        let name: Comment = "\(entry.subject.file), \(profile.name)"
        let states = clips.map { "\($0.startFrame)..<\($0.endFrame) \($0.state) \($0.reason ?? "")" }
        let isReady = clips.allSatisfy { $0.state == "ready" }
        #expect(clips.count >= 2 && isReady, "\(name): \(states)")
        #expect(clips.flatMap { Array($0.startFrame..<$0.endFrame) } == Array(entry.ordinals.indices), name)
    }

    private static func checkTicks(_ clip: Clip, _ cut: Cut) {
        let clock = SourceClock(cut.entry, cut.profile)
        let hasStamps = cut.entry.subject.clock == .stamps
        #expect(clip.timeBase.flatMap { Rational($0) } == (hasStamps ? clock.playback : nil), cut.place)
        guard cut.span.upperBound <= clock.pts.count else { return }
        #expect(clip.startPts == clock.pts[cut.span.lowerBound], cut.place)
        #expect(clip.endPts > clock.pts[cut.span.upperBound - 1], cut.place)
        if cut.span.upperBound < clock.pts.count { #expect(clip.endPts <= clock.pts[cut.span.upperBound], cut.place) }
        #expect(cut.named == clock.nearest(clip.startPts, clip.endPts, cut.span, cut.profile), cut.place)
    }

    private struct SplitClip: Decodable {
        var file: String
        var startFrame: Int
        var endFrame: Int
        var sourceFrames: [Int]
    }

    /// Single frames, spans that overlap, the last frames.
    private static func split(_ entry: MatrixFootage, in folder: TemporaryFolder) throws -> [Cut] {
        let last = entry.ordinals.count
        let spans = [0..<1, 13..<14, 5..<20, 19..<last - 3, last - 3..<last]
        let answer = try Command.run(
            "split", entry.path, "-o", folder.path("split"), "--json", "--spans",
            spans.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ","))
        #expect(answer.status == 0, "\(entry.subject.file): \(answer.errors)")
        guard answer.status == 0 else { return [] }
        let clips = try answer.json([SplitClip].self)
        #expect(clips.map { $0.startFrame..<$0.endFrame } == spans, "\(entry.subject.file)")
        return clips.map { clip in
            let cut = Cut(
                entry: entry, profile: .native, span: clip.startFrame..<clip.endFrame, named: clip.sourceFrames,
                file: clip.file)
            #expect(cut.named == Array(cut.span), cut.place)
            return cut
        }
    }
}

// MARK: - What the clips show

extension MatrixTests {
    private static func check(_ cuts: [Cut]) throws {
        for (cut, film) in zip(cuts, try Witness.decode(cuts.map(\.request))) { check(cut, film) }
    }

    private static func check(_ cut: Cut, _ film: Witness.Film) {
        let truth = cut.entry.ordinals
        let isKnown = cut.named.allSatisfy { truth.indices.contains($0) && cut.span.contains($0) }
        #expect(isKnown && cut.named == cut.named.sorted(), "\(cut.place): \(cut.named)")
        guard isKnown else { return }
        let footage = cut.entry.subject.film.footage
        #expect(film.frames.map { footage.ordinal(in: $0.picture) } == cut.named.map { truth[$0] }, cut.place)
        checkTimes(cut, film)
        if cut.profile.rate == nil { checkPictures(cut, film) }
    }

    /// Each frame plays when its source frame does, or when its place in the profile's rate says.
    private static func checkTimes(_ cut: Cut, _ film: Witness.Film) {
        let clock = SourceClock(cut.entry, cut.profile)
        let expected = cut.named.enumerated().map { k, frame in
            cut.profile.rate.map { $0.reciprocal.rescale(Int64(k), to: film.timeBase) }
                ?? clock.playback.rescale(clock.pts[frame] - clock.pts[cut.span.lowerBound], to: film.timeBase)
        }
        #expect(film.frames.map(\.pts) == expected, cut.place)
    }

    /// The whole picture is the source's, not the clock alone.
    private static func checkPictures(_ cut: Cut, _ film: Witness.Film) {
        let worst =
            zip(cut.named, film.frames).map { frame, shown in
                let pairs = zip(cut.entry.truth.frames[frame].blocks, shown.blocks)
                return Double(pairs.reduce(0) { $0 + abs($1.0 - $1.1) }) / Double(shown.blocks.count)
            }.max() ?? 0
        #expect(worst <= cut.entry.subject.tolerance, "\(cut.place): pictures differ by \(worst) of 255 in the mean")
    }
}
