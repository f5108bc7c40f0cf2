import Model

/// The MicroVerse trainer's `metadata.json`, `.jsonl` and `.csv`: `id`, `prompt`, `video`; those of other splits are
/// `metadata_validation.*` and `metadata_test.*`. Videos are relative to the release.
///
/// `UnifiedDataset` in DiffSynth-Studio, diffsynth/core/data/unified_dataset.py, joins `video` to `--dataset_base_path`.
final class MicroVerseListing: TableListing {
    init(in place: any ListingPlace) {
        super.init(
            in: place, columns: ["id", "prompt", "video"], stem: { $0 == .train ? "metadata" : "metadata_\($0)" },
            fields: { [$0.clipId.rawValue, $0.caption, $0.videoPath] })
    }
}
