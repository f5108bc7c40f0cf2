import CFFmpeg
import CTIFF
import Synchronization

/// What the media libraries of this machine are and have.
public enum MediaLibraries {
    /// Name and version of each library, such as `("libavcodec", "59.37.100")`.
    public static var versions: [(name: String, version: String)] {
        let tiff = String(cString: TIFFGetVersion()).split(separator: "\n").first?.split(separator: " ").last
        return [
            ("libavformat", avformat_version()), ("libavcodec", avcodec_version()), ("libavutil", avutil_version()),
            ("libswscale", swscale_version()), ("libavfilter", avfilter_version()),
        ].map { ($0.0, "\($0.1 >> 16).\($0.1 >> 8 & 255).\($0.1 & 255)") } + [("libtiff", String(tiff ?? ""))]
    }

    /// Whether an encoder of that name, such as `libx264`, is there.
    public static func hasEncoder(_ name: String) -> Bool { avcodec_find_encoder_by_name(name) != nil }

    /// Limits what the libraries believe the CPU can do, for tests of determinism; nil lets them look again.
    /// It acts on what is opened afterwards, in the whole process; x264, which looks for itself, gets its assembly
    /// switched off where `flags` is 0.
    public static func forceCPUFlags(_ flags: Int32?) {
        av_force_cpu_flags(flags ?? -1)
        masksEverything.withLock { $0 = flags == 0 }
    }

    private static let masksEverything = Mutex(false)

    /// x264's parameters that make its output independent of the CPU.
    static var x264Parameters: String {
        "cpu-independent=1" + (masksEverything.withLock { $0 } ? ":asm=0" : "")
    }
}
