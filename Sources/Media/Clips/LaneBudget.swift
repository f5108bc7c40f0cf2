/// What the lanes of a run may take at once: how many there are, and the memory of their encoders and of the pictures
/// that wait for them. The reader of the source asks and waits; the lanes give back.
final class LaneBudget: Sendable {
    private struct Use {
        var clips = 0
        var pictures = 0
        var bytes = 0
    }

    /// Clips to encode at once.
    private let clips: Int
    /// Bytes of memory.
    private let bytes: Int
    private let use = Monitor(Use())

    /// - Parameter bytes: by default half a GiB a clip, which is enough for the next 5 s of 1080p to wait while a clip
    ///   is encoded; 2 GiB at most.
    init(clips: Int, bytes: Int?) {
        self.clips = max(1, clips)
        self.bytes = bytes ?? min(4, max(1, clips)) << 29
    }

    /// Whether the encoders of clips that need frames at the same time fit in, all of them.
    func fits(encoders: Int) -> Bool { encoders <= bytes }

    /// Takes the place of a clip with an encoder of so many bytes.
    /// - Parameter mayWait: waits until there is room, or nobody else in it. No other clip may need a frame from the
    ///   caller in the meantime.
    func enter(encoder: Int, mayWait: Bool) {
        use.wait { use -> Void? in
            if mayWait, use.clips > 0, use.clips >= clips || use.bytes + encoder > bytes { return nil }
            use.clips += 1
            use.bytes += encoder
            return ()
        }
    }

    func leave(encoder: Int) {
        use.change { use in
            use.clips -= 1
            use.bytes -= encoder
        }
    }

    /// Takes the room of a picture; waits until there is some, or no other picture waits for its encoding.
    func admit(picture: Int) {
        use.wait { use -> Void? in
            if use.pictures > 0, use.bytes + picture > bytes { return nil }
            use.pictures += 1
            use.bytes += picture
            return ()
        }
    }

    func release(picture: Int) {
        use.change { use in
            use.pictures -= 1
            use.bytes -= picture
        }
    }
}
