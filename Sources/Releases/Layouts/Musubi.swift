import Model

/// musubi-tuner's `musubi/SPLIT.jsonl`: `caption`, `video_path`.
///
/// Paths are relative to the release, where the trainer is to be started: `VideoJsonlDatasource` in
/// kohya-ss/musubi-tuner, src/musubi_tuner/dataset/datasources.py, tries them from there first, older versions only.
final class MusubiListing: Listing {
    private let lines: SplitFiles

    init(in place: any ListingPlace) { lines = SplitFiles(in: place) { "musubi/\($0).jsonl" } }

    func append(_ record: SampleRecord) throws {
        let entry = JSONNode.members([("caption", .text(record.caption)), ("video_path", .text(record.videoPath))])
        try lines.file(record.split).file.write(entry.line + "\n")
    }

    func finish() throws { _ = try lines.file(.train) }

    /// `musubi/dataset.toml`: the training split, each clip up to the profile's frames.
    ///
    /// - Parameter name: of the release. The trainer's cache lies beside the release and is named after it, since the
    ///   trainer takes every clip that it finds in its cache.
    static func documents(profile: Profile, name: String) -> [(path: String, text: String)] {
        let input = ModelInput(profile: profile)
        let size = FrameSize(
            width: input.width ?? Trainer.musubiResolution.width,
            height: input.height ?? Trainer.musubiResolution.height)
        let safe = String(
            name.unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-")
                    ? Character(scalar) : "_"
            })
        let text = """
            # musubi-tuner, started in the directory of the release: paths are relative to it.
            [general]
            resolution = [\(size.width), \(size.height)]
            enable_bucket = true
            batch_size = 1

            [[datasets]]
            video_jsonl_file = "musubi/train.jsonl"
            # Beside the release, so that the release stays as it is. It must hold nothing else.
            cache_directory = "../\(safe)-musubi-cache"
            # Every clip from its first frame, 4k + 1 frames of it. "head" would drop those shorter than target_frames.
            frame_extraction = "full"
            max_frames = \(input.frames)
            # Without source_fps no clip is re-timed: the model should run at the clips' rate.

            """
        return [("musubi/dataset.toml", text)]
    }
}
