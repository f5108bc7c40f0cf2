import Media
import Model

extension ShotEvaluation.Video {
    /// JPEGs of single frames, by their ordinals; each is the frame that was scanned.
    /// - Throws: what reading throws; `mismatch` where the video is no longer what was scanned.
    public func pictures(of frames: Set<Int>, longSide: Int) throws -> [Int: [UInt8]] {
        var pictures: [Int: [UInt8]] = [:]
        try FramePicker(source: source, timing: timing).read(frames.sorted(), seeks: !isDamaged) {
            (frame: borrowing Frame) throws(Fault) in
            pictures[frame.ordinal] = try frame.jpegThumbnail(longSide: longSide)
        }
        return pictures
    }
}
