internal import Files
internal import Foundation
internal import Model

/// Makes one clip on a thread of its own: encodes the pictures that it is handed, decodes the file back and compares
/// it with the plan. The encoder has one thread, so that its bytes don't depend on the machine.
final class ClipLane: Sendable {
    /// What all pictures of a clip have in common.
    struct Shape {
        var width: Int
        var height: Int
        var color: ColorTags
        /// Pixels of the clip for a square pixel of the source.
        var scale: Double
        /// Memory of the encoder: x264's preset `medium` holds about 70 pictures.
        var encoderBytes: Int

        init(_ fit: PictureFit, of first: borrowing Frame, profile: Profile) {
            let size = first.squarePixels()
            let across = Double(fit.width) / Double(size.width)
            let down = Double(fit.height) / Double(size.height)
            encoderBytes = 70 * fit.pictureBytes
            width = fit.width
            height = fit.height
            color = fit.color
            scale =
                switch profile.fit {
                case .crop: max(across, down)
                case .pad: min(across, down)
                case .keep: 1
                }
        }
    }

    private struct Inbox {
        var pictures: [(picture: SharedPicture, times: ArraySlice<Int64>)] = []
        /// What comes after the pictures: the end of the clip, or the fault for which it is given up.
        var end: Result<Void, Fault>?
        var outcome: Result<CutClip, Fault>?
    }

    private let job: CutJob
    private let shape: Shape
    private let profile: Profile
    private let path: String
    private let budget: LaneBudget
    private let inbox = Monitor(Inbox())

    /// Starts the thread; it ends when the clip is finished, given up, or has failed.
    /// - Parameter budget: has been entered with the shape's encoder; the lane leaves it.
    init(_ job: CutJob, shape: Shape, profile: Profile, in directory: String, budget: LaneBudget) {
        self.job = job
        self.shape = shape
        self.profile = profile
        path = "\(directory)/\(job.name).mp4"
        self.budget = budget
        Thread { self.run() }.start()
    }

    /// Hands over the next picture, to be shown at these times of the job.
    func show(_ picture: SharedPicture, at times: ArraySlice<Int64>) {
        inbox.change { inbox in
            if inbox.outcome == nil { inbox.pictures.append((picture, times)) }
        }
    }

    /// All pictures were handed over.
    func finish() { inbox.change { $0.end = .success(()) } }

    /// The clip can't be completed: its file goes.
    func giveUp(_ fault: Fault) {
        inbox.change { inbox in
            inbox.pictures = []
            inbox.end = .failure(fault)
        }
    }

    /// Whether nothing more is made of it: it is finished, given up, or has failed.
    var isOver: Bool { inbox.change { $0.end != nil || $0.outcome != nil } }

    /// What became of the clip, once that is known.
    var outcome: Result<CutClip, Fault>? { inbox.change { $0.outcome } }

    /// Waits for what becomes of the clip.
    func join() -> Result<CutClip, Fault> { inbox.wait { $0.outcome } }

    private func run() {
        let outcome: Result<CutClip, Fault>
        do throws(Fault) {
            outcome = .success(try make())
        } catch {
            outcome = .failure(error)
        }
        budget.leave(encoder: shape.encoderBytes)
        inbox.change { inbox in
            inbox.pictures = []
            inbox.outcome = outcome
        }
    }

    private func make() throws(Fault) -> CutClip {
        let bytes = try encode()
        do throws(Fault) {
            try verify()
        } catch {
            try? Folder.remove(path)
            throw error
        }
        return CutClip(
            name: job.name, path: path, bytes: bytes, width: shape.width, height: shape.height,
            frames: job.times.count, sourceFrames: job.sourceFrames, scale: shape.scale)
    }

    /// - Returns: the file's size in bytes.
    private func encode() throws(Fault) -> Int {
        var settings = VideoWriter.Settings(
            codec: .h264, width: shape.width, height: shape.height, timeBase: job.timeBase, rate: profile.rate)
        settings.quality = profile.crf
        settings.preset = profile.preset
        settings.gop = profile.gop
        settings.color = shape.color
        var writer = try VideoWriter.create(path, settings)
        while let (picture, times) = try next() {
            let frame = try picture.frame(at: path)
            for time in times { try writer.write(frame, at: time) }
        }
        return try writer.finish()
    }

    private func next() throws(Fault) -> (picture: SharedPicture, times: ArraySlice<Int64>)? {
        let next: Result<(SharedPicture, ArraySlice<Int64>)?, Fault> = inbox.wait { inbox in
            if !inbox.pictures.isEmpty { return .success(inbox.pictures.removeFirst()) }
            return inbox.end?.map { nil }
        }
        return try next.get()
    }

    /// Decodes the file back and compares it with the plan.
    private func verify() throws(Fault) {
        func differs(_ what: String) -> Fault {
            Fault(.mismatch, "the clip was written, but \(what)", at: path, advice: "Report this with the source.")
        }
        var reader = try VideoReader.open(path)
        var count = 0
        while let frame = try reader.next() {
            guard frame.width == shape.width, frame.height == shape.height else {
                throw differs("decodes to \(frame.width)x\(frame.height) for \(shape.width)x\(shape.height)")
            }
            if count < job.times.count, let base = reader.timeBase,
                frame.pts != job.timeBase.rescale(job.times[count], to: base)
            {
                throw differs("frame \(count) is shown at tick \(frame.pts) of \(base)")
            }
            count += 1
        }
        if count != job.times.count { throw differs("decodes to \(count) frames for \(job.times.count)") }
    }
}
