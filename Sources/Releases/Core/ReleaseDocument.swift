import Foundation
import Model

/// `release.json`: `schemas/release.schema.json`.
struct ReleaseDocument {
    /// Of the release's layout; raised when a reader of the old one would be misled.
    static let layout = 2

    let description: ReleaseDescription
    let layouts: [Layout]
    let counts: ReleaseCounts
    let preflight: PreflightSummary
    /// Each layout's own, in the layouts' order.
    let shards: [[Shard]]

    func json() throws -> String {
        let recipe = description.recipe
        let profile = description.profile
        let members: [String: JSONNode] = [
            "layout": .integer(Self.layout),
            "name": .text(description.name),
            "version": .text(description.version),
            "description": .text(recipe.description),
            "formats": .list(layouts.map { .text($0.name) }),
            "recipe": .object([
                "name": .text(recipe.name),
                "version": .text(recipe.version),
                "sha256": .text(try description.recipeSHA256().hex),
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
            "date_published": .text(description.about.datePublished),
            "withheld": .counts(
                Dictionary(grouping: description.withheld, by: \.reason.rawValue).mapValues(\.count)),
            "preflight": .list(
                preflight.trainers.map {
                    .object([
                        "trainer": .text($0.trainer), "whole": .integer($0.whole),
                        "shortened": .integer($0.shortened), "dropped": .integer($0.dropped),
                    ])
                }),
            "shards": .list(
                zip(layouts, shards).flatMap { layout, shards in
                    shards.map { shard in
                        .object([
                            "format": .text(layout.name), "path": .text(shard.file.path),
                            "split": .text(shard.split.rawValue), "samples": .integer(shard.samples),
                            "bytes": .integer(shard.file.bytes), "sha256": .text(shard.file.sha256.hex),
                        ])
                    }
                }),
        ]
        return JSONNode.object(members.merging(counts.members) { own, _ in own }).page
    }
}

/// What `release.json` says that can be held against the files.
struct ReleaseFacts: Decodable {
    struct Shard: Decodable {
        let format: String
        let path: String
        let samples: Int
        let sha256: Digest
    }

    let formats: [String]
    let shards: [Shard]
    let counts: ReleaseCounts

    private enum CodingKeys: CodingKey { case formats, shards }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        formats = try container.decode([String].self, forKey: .formats)
        shards = try container.decode([Shard].self, forKey: .shards)
        counts = try ReleaseCounts(from: decoder)
    }
}

/// What `release.json` says about where the release comes from.
struct ReleaseOrigin: Decodable {
    struct Recipe: Decodable { let sha256: Digest }

    struct Step: Decodable {
        let step: String
        let count: Int
    }

    let layout: Int
    let name: String
    let version: String
    let formats: [String]
    let recipe: Recipe
    let funnel: [Step]
    let datePublished: String
    let state: Digest
    let ledgerHead: String

    private enum CodingKeys: String, CodingKey {
        case layout, name, version, formats, recipe, funnel
        case datePublished = "date_published"
        case state = "state_sha256"
        case ledgerHead = "ledger_head"
    }

    /// Whether a release of `description` in `layouts` would be this one.
    func isThat(of description: ReleaseDescription, in layouts: [Layout]) throws -> Bool {
        let wanted = try description.recipeSHA256()
        return layout == ReleaseDocument.layout && name == description.name && version == description.version
            && formats == layouts.map(\.name) && recipe.sha256 == wanted
            && datePublished == description.about.datePublished
            && funnel.map { ReleaseDescription.Step($0.step, $0.count) } == description.funnel
            && state == description.state && ledgerHead == description.ledgerHead
    }
}
