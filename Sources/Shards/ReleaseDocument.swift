import Foundation
import Model

/// `release.json`: `schemas/release.schema.json`.
struct ReleaseDocument {
    /// Of the release's layout; raised when a reader of the old one would be misled.
    static let layout = 1

    let description: ReleaseDescription
    let formats: [ReleaseFormat]
    let counts: ReleaseCounts
    let sources: Int
    let shards: [WebDatasetWriter.Shard]

    func json() throws -> String {
        let recipe = description.recipe
        let profile = description.profile
        let members: [String: JSONNode] = [
            "layout": .integer(Self.layout),
            "name": .text(description.name),
            "version": .text(description.version),
            "description": .text(recipe.description),
            "formats": .list(formats.map { .text($0.rawValue) }),
            "recipe": .object([
                "name": .text(recipe.name),
                "version": .text(recipe.version),
                "sha256": .text(Digest(of: try description.recipeJSON()).hex),
            ]),
            "profile": .object([
                "name": .text(profile.name),
                "width": profile.width.map { .integer($0) } ?? .null,
                "height": profile.height.map { .integer($0) } ?? .null,
                "fit": .text(profile.fit.rawValue),
                "frame_rate": profile.rate.map { .text($0.description) } ?? .null,
                "frames": profile.frames.map { .integer($0) } ?? .null,
            ]),
            "state_sha256": .text(description.state.hex),
            "ledger_head": .text(description.ledgerHead),
            "funnel": .list(
                description.funnel.map { .object(["step": .text($0.step), "count": .integer($0.count)]) }),
            "sources": .integer(sources),
            "shards": .list(
                shards.map {
                    .object([
                        "path": .text($0.file.path), "split": .text($0.split.rawValue), "samples": .integer($0.samples),
                        "bytes": .integer($0.file.bytes), "sha256": .text($0.file.sha256.hex),
                    ])
                }),
        ]
        return JSONNode.object(members.merging(counts.members) { own, _ in own }).page
    }
}

/// What `release.json` says that can be held against the files.
struct ReleaseFacts: Decodable {
    struct Shard: Decodable {
        let path: String
        let samples: Int
        let sha256: Digest
    }

    let formats: [ReleaseFormat]
    let shards: [Shard]
    let counts: ReleaseCounts

    private enum CodingKeys: CodingKey { case formats, shards }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        formats = try container.decode([ReleaseFormat].self, forKey: .formats)
        shards = try container.decode([Shard].self, forKey: .shards)
        counts = try ReleaseCounts(from: decoder)
    }
}
