internal import CFFmpeg
internal import Model

/// A picture that several lanes may encode: nobody writes to its pixels any more. Its room in the budget is free when
/// the last of them has let go of it.
final class SharedPicture: Sendable {
    // The planes are only read, and FFmpeg counts the references to them atomically.
    nonisolated(unsafe) private let buffer: FrameBuffer
    private let bytes: Int
    private let budget: LaneBudget

    /// - Parameter bytes: admitted to the budget before.
    init(_ buffer: consuming FrameBuffer, bytes: Int, of budget: LaneBudget) {
        self.buffer = buffer
        self.bytes = bytes
        self.budget = budget
    }

    deinit { budget.release(picture: bytes) }

    /// A frame of the caller's own that shows the picture: an encoder sets times and types on it.
    func frame(at path: String) throws(Fault) -> FrameBuffer { try buffer.reference(at: path) }
}
