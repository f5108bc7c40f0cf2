public import Media
public import Model

extension SourceLocation {
    /// A video file as a source, without a manifest.
    public static func video(_ path: String) throws(Fault) -> SourceLocation {
        let reader = try VideoReader.open(path)
        return SourceLocation(
            id: SourceID(rawValue: "src-test"), kind: .video, paths: [path], stream: reader.stream, view: View(),
            timing: reader.timing, timeBase: reader.timeBase)
    }

    /// Picture files as a source.
    public static func sequence(_ paths: [String]) -> SourceLocation {
        SourceLocation(
            id: SourceID(rawValue: "src-test"), kind: .sequence, paths: paths, stream: 0, view: View(),
            timing: .ordinal, timeBase: nil)
    }
}

extension SourceTiming {
    /// Decodes a source and records what scan would.
    public static func scanned(_ source: SourceLocation, threads: Int = 1) throws(Fault) -> SourceTiming {
        var timing = SourceTiming(pts: [], checksums: [], timeBase: source.playbackTimeBase(.wan))
        var reader = try SourceReader.open(source, threads: threads)
        while let frame = try reader.next() {
            timing.pts.append(frame.pts)
            timing.checksums.append(frame.checksum())
        }
        return timing
    }
}
