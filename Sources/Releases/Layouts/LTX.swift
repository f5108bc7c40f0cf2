import Model

/// The LTX trainer's `ltx.json`, `.jsonl` and `.csv`: `caption`, `media_path`; those of other splits are
/// `ltx_validation.*` and `ltx_test.*`.
///
/// They lie at the top of the release, beside `videos/`: packages/ltx-trainer/scripts/process_videos.py and
/// process_captions.py of Lightricks/LTX-2 resolve `media_path` from the file's own folder, and give their results the
/// same relative path below `latents/` and `conditions/`. With a `..` in it the two would be one file.
final class LTXListing: TableListing {
    init(in place: any ListingPlace) {
        super.init(
            in: place, columns: ["caption", "media_path"], stem: { $0 == .train ? "ltx" : "ltx_\($0)" },
            fields: { [$0.caption, $0.videoPath] })
    }
}
