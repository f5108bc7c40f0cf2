extension MatrixCase {
    /// Codecs, containers and timings.
    static let all = h264 + hevc + mpeg + open + intra + other + timings + streams

    private static let x264 = "-c:v libx264 -preset veryfast -crf 16 -g 12"

    private static let h264: [MatrixCase] = [
        .init("h264-bframes.mp4", "\(x264) -bf 3"),
        .init("h264-open-gop.mkv", "\(x264) -bf 3 -x264-params open-gop=1"),
        .init("h264-open-gop.mov", "\(x264) -bf 3 -x264-params open-gop=1"),
        .init("h264-intra.mov", "\(x264) -g 1"),
        .init("h264-intra-refresh.ts", "\(x264) -bf 0 -x264-params intra-refresh=1"),
        .init("h264-422-10.mkv", "\(x264) -pix_fmt yuv422p10le"),
        .init("h264-full-range.mp4", "\(x264) -vf scale=out_range=full -pix_fmt yuvj420p"),
        .init("h264-interlaced.mp4", "\(x264) -bf 2 -x264-params tff=1"),
        .init("h264-mbaff.ts", "\(x264) -bf 2 -x264-params bff=1"),
        // The clock's parity is another in every frame: with every third left out, no field shows the same one for long,
        // which a deinterlacer would take for fine lines at rest.
        .init(
            "h264-fields.ts", "-vf select=mod(n\\,3)-2,tinterlace=interleave_top \(x264) -bf 2 -x264-params tff=1",
            input: "-r 50"
        ).with {
            $0.content = .everyThird
            $0.filter = "bwdif=mode=send_frame:deint=interlaced"
        },
        .init(
            "h264-bt709.mp4",
            "\(x264) -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 -color_trc bt709"),
        .init(
            "h264-bt2020-10.mkv",
            "\(x264) -vf scale=out_color_matrix=bt2020 -pix_fmt yuv420p10le -colorspace bt2020nc -color_primaries bt2020 "
                + "-color_trc bt2020-10"),
        .init("h264-ntsc.ts", "\(x264) -bf 2", input: "-r 30000/1001"),
        .init("h264.avi", "\(x264) -bf 0"),
        .init("h264-bframes.avi", "\(x264) -bf 2"),
        .init("h264.flv", "\(x264) -bf 2"),
        .init("h264.3gp", "\(x264) -bf 0 -profile:v baseline"),
        .init("h264-bare.h264", "\(x264) -bf 2").with { $0.clock = .ordinals },
        .init("h264-444-odd.mp4", "\(x264) -vf format=yuv444p,crop=127:95:0:0").with { $0.tolerance = 4.5 },
        .init("h264-sar.mp4", "\(x264) -vf setsar=16/11").with { $0.film = .wide },
        .init("h264-rotated.mp4", x264).with {
            $0.film = .turned
            $0.steps = ["-i FILM \(x264) 0.mp4"]
            $0.craft = Craft.turned
        },
    ]

    private static let x265 = "-c:v libx265 -preset ultrafast -crf 16"

    private static let hevc: [MatrixCase] = [
        .init("hevc.mp4", "\(x265) -x265-params log-level=error:keyint=12:bframes=3:open-gop=0 -tag:v hvc1"),
        .init("hevc-open-gop.mkv", "\(x265) -x265-params log-level=error:keyint=12:bframes=3:open-gop=1"),
        .init("hevc-10.ts", "\(x265) -x265-params log-level=error:keyint=12:bframes=2 -pix_fmt yuv420p10le"),
    ]

    private static let mpeg: [MatrixCase] = [
        .init("mpeg1.mpg", "-c:v mpeg1video -q:v 3 -bf 2 -g 12"),
        .init("mpeg2.ts", "-c:v mpeg2video -q:v 3 -bf 2 -g 12"),
        .init("mpeg2-interlaced.vob", "-c:v mpeg2video -q:v 3 -bf 2 -g 12 -flags +ildct+ilme -vf setfield=tff -f vob"),
        .init("mpeg2.mov", "-c:v mpeg2video -q:v 3 -bf 2 -g 12", input: "-r 30000/1001"),
        .init("mpeg2-422.mxf", "-c:v mpeg2video -q:v 3 -bf 2 -g 12 -pix_fmt yuv422p"),
        .init("mpeg4.avi", "-c:v mpeg4 -q:v 3 -bf 0 -g 12"),
        .init("mpeg4-bframes.avi", "-c:v mpeg4 -q:v 3 -bf 2 -g 12"),
        .init("mpeg4-bframes.mp4", "-c:v mpeg4 -q:v 3 -bf 2 -g 12"),
        // libxvid packs B-frames with the picture before them, and forgets its last two pictures.
        .init("xvid-packed.avi", "-c:v libxvid -q:v 3 -bf 2 -g 300").with { $0.content = .some(atLeast: 70) },
        .init("msmpeg4.avi", "-c:v msmpeg4 -q:v 8 -g 12"),
        .init("h263.3gp", "-c:v h263 -q:v 8 -g 12"),
        .init("flv1.flv", "-c:v flv -q:v 8 -g 12"),
        .init("wmv2.wmv", "-c:v wmv2 -q:v 8 -g 12"),
        .init("wmv1.asf", "-c:v wmv1 -q:v 8 -g 12"),
    ]

    private static let vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 20 -b:v 0 -g 30"

    /// Two passes, in which libvpx hides frames for others to refer to.
    private static func twoPasses(_ file: String, _ encode: String) -> MatrixCase {
        let encode = "-fps_mode passthrough \(encode) -auto-alt-ref 1 -lag-in-frames 16 -g 60"
        return .init(file, steps: ["-i FILM \(encode) -pass 1 -f null -", "-i FILM \(encode) -pass 2 OUT"])
    }

    private static let open: [MatrixCase] = [
        twoPasses("vp8-altref.webm", "-c:v libvpx -cpu-used 4 -b:v 1M"),
        .init("vp8.ivf", "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -g 30"),
        twoPasses("vp9-altref.webm", "-c:v libvpx-vp9 -cpu-used 5 -crf 20 -b:v 0"),
        .init("vp9.mp4", vp9),
        .init("vp9-10.mkv", "\(vp9) -pix_fmt yuv420p10le"),
        .init("vp9-odd.ivf", "\(vp9) -vf crop=127:95:0:0"),
        .init("av1-aom.mp4", "-c:v libaom-av1 -cpu-used 8 -usage realtime -crf 20 -b:v 0 -g 30"),
        .init("av1-altref.webm", "-c:v libaom-av1 -cpu-used 8 -lag-in-frames 16 -crf 20 -b:v 0 -g 30"),
        .init("av1-svt.mkv", "-c:v libsvtav1 -preset 10 -crf 20 -g 30"),
        .init("theora.ogv", "-c:v libtheora -q:v 8 -g 12"),
    ]

    private static let intra: [MatrixCase] = [
        .init("ffv1.mkv", "-c:v ffv1"),
        // Deep grey is shown in a contrast window of its own.
        .init("ffv1-grey16.avi", "-c:v ffv1 -pix_fmt gray16le").with { $0.tolerance = 20 },
        .init("huffyuv.avi", "-c:v huffyuv"),
        .init("utvideo.avi", "-c:v utvideo"),
        .init("mjpeg.avi", "-c:v mjpeg -q:v 3"),
        .init("mjpeg-422.mov", "-c:v mjpeg -q:v 3 -pix_fmt yuvj422p", input: "-r 12"),
        .init("png.avi", "-c:v png"),
        .init("png-grey16.mov", "-c:v png -pix_fmt gray16be").with { $0.tolerance = 20 },
        .init("png-alpha.mov", "-c:v png -pix_fmt rgba"),
        .init("prores.mov", "-c:v prores_ks -profile:v 3"),
        .init("dnxhr.mov", "-c:v dnxhd -profile:v dnxhr_sq -vf scale=256:192 -pix_fmt yuv422p"),
        .init("dnxhr.mxf", "-c:v dnxhd -profile:v dnxhr_sq -vf scale=256:192 -pix_fmt yuv422p"),
        .init("raw-bgr.avi", "-c:v rawvideo -pix_fmt bgr24"),
        .init("raw-grey.avi", "-c:v rawvideo -pix_fmt gray"),
        .init("raw-yuv.nut", "-c:v rawvideo"),
        .init("raw.y4m", "-c:v wrapped_avframe -f yuv4mpegpipe"),
        .init("v210.mov", "-c:v v210"),
        .init("jpeg2000.mov", "-c:v jpeg2000 -q:v 2"),
        .init("gif.gif", "-c:v gif", input: "-r 20").with { $0.tolerance = 8 },
        .init("apng.png", "-c:v apng -f apng"),
    ]

    private static let other: [MatrixCase] = [
        .init("animation.mov", "-c:v qtrle"),
        .init("animation-argb.mov", "-c:v qtrle -pix_fmt argb"),
        .init("cinepak.mov", "-c:v cinepak -q:v 2 -g 12"),
        .init("svq1.mov", "-c:v svq1 -q:v 2 -g 12"),
        .init("dirac.mkv", "-c:v vc2"),
        .init("zmbv.avi", "-c:v zmbv -g 12"),
        .init("rv20.rm", "-c:v rv20 -q:v 8 -g 12"),
    ]

    /// Frames 30 to 59 ms apart.
    private static let uneven = "-vf settb=1/1000,setpts=N*44+mod(N*N*7\\,15) -enc_time_base 1:1000"
    /// Half a second is missing after frame 20.
    private static let gap = "-vf settb=1/1000,setpts=N*40+gt(N\\,20)*500 -enc_time_base 1:1000"

    private static let timings: [MatrixCase] = [
        .init("uneven-h264.mp4", "\(uneven) \(x264) -bf 2"),
        .init("uneven-h264.ts", "\(uneven) \(x264) -bf 2"),
        .init("uneven-h264.flv", "\(uneven) \(x264) -bf 2"),
        .init("uneven-ffv1.mkv", "\(uneven) -c:v ffv1"),
        .init("uneven-vp9.webm", "\(uneven) \(vp9)"),
        .init("uneven-gif.gif", "-c:v gif -vf settb=1/100,setpts=N*5+mod(N*N\\,3) -enc_time_base 1:100")
            .with { $0.tolerance = 8 },
        .init("uneven-mjpeg.mov", "\(uneven) -c:v mjpeg -q:v 3"),
        .init("uneven-mpeg4.nut", "\(uneven) -c:v mpeg4 -q:v 3 -bf 2 -g 12"),
        .init("uneven-wmv2.wmv", "\(uneven) -c:v wmv2 -q:v 8 -g 12"),
        .init("gap-h264.mkv", "\(gap) \(x264) -bf 2"),
        .init("gap-hevc.mp4", "\(gap) \(x265) -x265-params log-level=error:keyint=12"),
        .init("fast-h264.mp4", x264, input: "-r 60000/1001"),
        .init("slow-ffv1.mkv", "-c:v ffv1", input: "-r 6"),
        .init("delayed.mp4", "\(x264) -bf 2 -output_ts_offset 3.7"),
        .init("delayed.mkv", "\(x264) -bf 2 -output_ts_offset 3.7"),
        .init("delayed.ts", "\(x264) -bf 2 -output_ts_offset 3.7"),
        .init("negative.mp4", "\(x264) -bf 2 -output_ts_offset -0.5 -avoid_negative_ts disabled")
            .with { $0.content = .some(atLeast: 60) },
        .init("negative.mkv", "-c:v ffv1 -output_ts_offset -1.2 -avoid_negative_ts disabled"),
        .init(
            "edit-list.mp4",
            steps: ["-i FILM \(x264) -bf 3 whole.mp4", "-ss 0.3 -i whole.mp4 -c copy OUT"]
        ).with { $0.content = .some(atLeast: 60) },
        .init(
            "edit-list-open-gop.mov",
            steps: ["-i FILM \(x264) -bf 3 -x264-params open-gop=1 whole.mov", "-ss 0.62 -i whole.mov -c copy OUT"]
        ).with { $0.content = .some(atLeast: 55) },
        .init("fragmented.mp4", "\(x264) -bf 2 -movflags frag_keyframe+empty_moov+default_base_moof"),
        .init("fragmented-every-frame.mp4", "\(x264) -bf 2 -movflags frag_every_frame+empty_moov"),
        .init("fine-time-base.mp4", "\(x264) -bf 2 -video_track_timescale 90000000"),
        .init("coarse-time-base.mp4", "\(x264) -bf 2 -video_track_timescale 25"),
        .init("index-at-end.avi", "-c:v mpeg4 -q:v 3 -g 12 -flags +bitexact", input: "-r 24000/1001"),
        .init(
            "joined.ts", steps: ["-t 1.6 -i FILM \(x264) -bf 2 0.ts", "-ss 1.6 -i FILM \(x264) -bf 2 1.ts"],
            craft: Craft.joined),
        .init(
            "joined-mpeg2.ts",
            steps: [
                "-ss 1.6 -i FILM -c:v mpeg2video -q:v 3 -bf 2 -g 12 1.ts",
                "-t 1.6 -i FILM -c:v mpeg2video -q:v 3 -bf 2 -g 12 -output_ts_offset 100 0.ts",
            ],
            craft: Craft.joined),
        // The 33 bits of a transport stream's clock run over after a second.
        .init("wrapping.ts", "\(x264) -bf 2 -output_ts_offset 95441.3"),
        .init("sparse-stamps.ts", steps: ["-i FILM \(x264) -bf 0 0.ts"], craft: Craft.sparseStamps),
        .init("sparse-stamps-bframes.ts", steps: ["-i FILM \(x264) -bf 2 0.ts"], craft: Craft.sparseStamps),
        .init("headless.ts", steps: ["-i FILM \(x264) -bf 2 -g 24 0.ts"], craft: Craft.headless)
            .with { $0.content = .some(atLeast: 40) },
    ]

    private static let streams: [MatrixCase] = [
        .init(
            "two-sizes.ts",
            steps: ["-t 1.6 -i FILM \(x264) -bf 2 0.ts", "-ss 1.6 -i LARGE \(x264) -bf 2 -output_ts_offset 1.7 1.ts"],
            craft: Craft.joined),
        .init(
            "second-is-default.mkv",
            steps: [
                "-i LARGE -i FILM -map 0 -map 1 \(x264) -filter:v:0 negate -disposition:v:0 0 -disposition:v:1 default OUT"
            ]
        ).with { $0.stream = "v:1" },
        .init(
            "cover.mp4",
            steps: [
                "-i LARGE -frames:v 1 -c:v png cover.png",
                "-i cover.png -i FILM -map 0 -map 1 -c:v:0 copy -c:v:1 libx264 -g 12 -disposition:v:0 attached_pic OUT",
            ]
        ).with { $0.stream = "V:0" },
        .init(
            "sound.mp4",
            steps: ["-f lavfi -i sine=duration=4 -i FILM -map 0 -map 1 \(x264) -bf 2 -c:a aac -shortest OUT"]),
    ]
}

/// Bytes that no writer makes.
private enum Craft {
    @Sendable static func joined(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.joined()) }

    /// An MP4 whose matrix (ISO 14496-12, 8.3.2) turns the picture by a quarter clockwise.
    @Sendable static func turned(_ parts: [[UInt8]]) -> [UInt8] {
        var bytes = parts[0]
        let header = bytes.indices.first { bytes[$0...].starts(with: Array("tkhd".utf8)) }!
        // Version 0: 40 bytes after the box's type.
        let quarter: [Int32] = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x4000_0000]
        for (index, value) in quarter.enumerated() {
            for byte in 0..<4 {
                bytes[header + 4 + 40 + 4 * index + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * byte))
            }
        }
        return bytes
    }

    /// A transport stream in which two of three pictures have no timestamps: their PES headers (ISO 13818-1, 2.4.3.6)
    /// say so, and hold stuffing instead.
    @Sendable static func sparseStamps(_ parts: [[UInt8]]) -> [UInt8] {
        var bytes = parts[0]
        var pictures = 0
        for packet in stride(from: 0, to: bytes.count, by: 188) where bytes[packet + 1] & 0x40 != 0 {
            let hasAdaptation = bytes[packet + 3] & 0x20 != 0
            let start = packet + 4 + (hasAdaptation ? Int(bytes[packet + 4]) + 1 : 0)
            guard start + 9 < packet + 188, bytes[start...].starts(with: [0, 0, 1, 0xE0]) else { continue }
            pictures += 1
            if pictures % 3 == 1 { continue }
            bytes[start + 7] &= 0x3F
            for index in 0..<Int(bytes[start + 8]) { bytes[start + 9 + index] = 0xFF }
        }
        return bytes
    }

    /// A transport stream that begins in the middle of a group of pictures, as a recording does; the tables that name
    /// its streams come again later.
    @Sendable static func headless(_ parts: [[UInt8]]) -> [UInt8] {
        Array(parts[0].dropFirst(188 * 12))
    }
}
