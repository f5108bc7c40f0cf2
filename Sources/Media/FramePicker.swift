public import Model

/// Reads single frames of a source that was scanned, by their ordinals.
public struct FramePicker {
    private let source: SourceLocation
    private let timing: SourceTiming
    private let threads: Int

    public init(source: SourceLocation, timing: SourceTiming, threads: Int = 1) {
        self.source = source
        self.timing = timing
        self.threads = threads
    }

    /// Shows each of `ordinals`, ascending, once. Every frame is the one that was scanned, by time and checksum: where
    /// seeking finds another one, the rest is read from the start.
    ///
    /// - Parameter seeks: false for damaged footage, of which a decoder that begins elsewhere makes other pictures.
    /// - Throws: `mismatch` for a frame that the source does not give; what reading and `show` throw.
    public func read(_ ordinals: [Int], seeks: Bool, show: (borrowing Frame) throws(Fault) -> Void) throws(Fault) {
        var rest = ordinals[...]
        guard seeks else { return try read(&rest, seeks: false, show: show) }
        do throws(Fault) {
            try read(&rest, seeks: true, show: show)
        } catch  where error.reason == .mismatch {
            try read(&rest, seeks: false, show: show)
        }
    }

    private func read(
        _ rest: inout ArraySlice<Int>, seeks: Bool, show: (borrowing Frame) throws(Fault) -> Void
    ) throws(Fault) {
        guard !rest.isEmpty else { return }
        var reader = try SourceReader.open(source, threads: threads)
        var position = 0
        while let wanted = rest.first {
            if seeks, reader.isSeekWorthwhile(to: wanted, from: position, by: timing) {
                try reader.seek(before: wanted, by: timing)
            }
            var isFound = false
            while !isFound, let frame = try reader.next() {
                position = frame.ordinal + 1
                if frame.ordinal < wanted { continue }
                guard frame.ordinal == wanted, frame.checksum() == timing.checksums[wanted] else { break }
                try show(frame)
                isFound = true
            }
            guard isFound else {
                throw Fault(
                    .mismatch, "frame \(wanted) is not what it was when the source was scanned", at: source.paths[0],
                    advice: "Leave the file alone while it is read, and try again.")
            }
            rest.removeFirst()
        }
    }
}
