import CFFmpeg
import CTIFF

/// A C library that MicroCurator was linked with, as `doctor` tells it.
public struct MediaLibrary {
    public var name: String
    public var present: Bool
    public var detail: String

    /// Every library and encoder that the pipeline needs, in a fixed order.
    public static func all() -> [MediaLibrary] {
        let versions = [
            ("libavformat", avformat_version()), ("libavcodec", avcodec_version()), ("libswscale", swscale_version()),
            ("libavutil", avutil_version()),
        ].map { name, version in
            MediaLibrary(
                name: name, present: true, detail: "\(version >> 16).\(version >> 8 & 255).\(version & 255)")
        }
        let x264 = avcodec_find_encoder_by_name("libx264") != nil
        return versions + [
            MediaLibrary(
                name: "libx264", present: x264,
                detail: x264 ? "H.264 encoder" : "install an FFmpeg built with libx264 (Debian: libavcodec-extra or libavcodec59)"),
            MediaLibrary(
                name: "libtiff", present: true,
                detail: String(cString: TIFFGetVersion()).split(separator: "\n").first.map(String.init) ?? ""),
        ]
    }
}
