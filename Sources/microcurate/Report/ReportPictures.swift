import Foundation
import Manifest
import Model
import Pipeline
import Stages

/// A thumbnail that travels inside the page.
struct ReportPicture {
    /// A `data:` address.
    let data: String
    /// What and when, for those who don't see it.
    let alt: String
    /// Seconds into the clip.
    let at: String
}

/// The thumbnails of clips, out of the packs that `scan` left. A pack that can't be read becomes a fault of the report.
final class ReportPictures {
    private struct Pack {
        let path: String
        /// Decode ordinals of the sampled frames that have a thumbnail.
        let frames: [Int]
    }

    private let workspace: Workspace
    private let manifest: Manifest
    private var packs: [String: Pack] = [:]
    private var broken: Set<String> = []
    private(set) var faults: [Fault] = []

    init(_ workspace: Workspace, _ manifest: Manifest) {
        self.workspace = workspace
        self.manifest = manifest
    }

    /// Up to `limit` pictures from inside the clip, in order of time; where none was kept there, the nearest one.
    func pictures(of clip: ReportClip, title: String, limit: Int) throws -> [ReportPicture] {
        guard let pack = try pack(of: clip.source) else { return [] }
        let inside = pack.frames.filter { clip.frames.contains($0) }
        guard inside.isEmpty else { return try inside.sampled(limit).compactMap { try picture($0, clip, title) } }
        let middle = (clip.frames.lowerBound + clip.frames.upperBound) / 2
        guard let nearest = pack.frames.min(by: { abs($0 - middle) < abs($1 - middle) }) else { return [] }
        return try picture(nearest, clip, title).map { [$0] } ?? []
    }

    /// The pictures nearest to some seconds from the clip's start, each once.
    func pictures(of clip: ReportClip, title: String, at seconds: [Double]) throws -> [ReportPicture] {
        guard let pack = try pack(of: clip.source), clip.seconds > 0 else { return [] }
        let inside = pack.frames.filter { clip.frames.contains($0) }
        let framesPerSecond = Double(clip.frames.count) / clip.seconds
        let wanted = seconds.compactMap { second -> Int? in
            let frame = Double(clip.frames.lowerBound) + second * framesPerSecond
            return inside.min { abs(Double($0) - frame) < abs(Double($1) - frame) }
        }
        return try Set(wanted).sorted().compactMap { try picture($0, clip, title) }
    }

    private func pack(of source: String) throws -> Pack? {
        if let known = packs[source] { return known }
        guard let part = try manifest.track(of: SourceID(rawValue: source)).first(where: { $0.part == "thumbnails" })
        else { return nil }
        // `scan` keeps a thumbnail of every second picture that it hashes.
        let frames = try manifest.query(
            """
            SELECT frame FROM (
                SELECT frame, row_number() OVER (ORDER BY frame) AS place FROM picture_hash WHERE source_id = ?1)
            WHERE place % 2 = 1 ORDER BY frame
            """, [source]
        ).records.compactMap { $0.integer("frame") }
        let pack = Pack(path: workspace.path(part.file), frames: frames)
        packs[source] = pack
        return pack
    }

    private func picture(_ frame: Int, _ clip: ReportClip, _ title: String) throws -> ReportPicture? {
        guard let path = packs[clip.source]?.path, !broken.contains(path) else { return nil }
        do {
            guard let jpeg = try ThumbnailPack.picture(near: frame, in: path) else {
                throw Fault(
                    .unreadable, "the thumbnails are missing", at: path,
                    advice: "Run 'microcurate run': what is missing is made again.")
            }
            let rate = clip.seconds / Double(max(1, clip.frames.count))
            let at = Figure.seconds(max(0, Double(frame - clip.frames.lowerBound) * rate))
            return ReportPicture(
                data: "data:image/jpeg;base64," + Data(jpeg).base64EncodedString(),
                alt: "\(title), \(at) into the clip",
                at: at)
        } catch let fault as Fault {
            broken.insert(path)
            faults.append(fault)
            return nil
        }
    }
}
