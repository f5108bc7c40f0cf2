import Foundation
import Yams

/// A recipe as YAML text: parsing, defaults, and errors that name the key and suggest the right one.
public enum RecipeDocument {
    /// Reads a recipe. Absent keys take the defaults of `Recipe`; an unknown key, a wrong type or a value out of
    /// range is a `Fault` that names the key's path.
    public static func parse(_ yaml: String, file: String) throws -> Recipe {
        let given: Any
        do {
            given = try Yams.load(yaml: yaml) ?? [String: Any]()
        } catch {
            throw Fault(.invalid, "not valid YAML: \(error)", at: file, advice: "Mend the line that it names.")
        }
        guard let tree = given as? [String: Any] else {
            throw Fault(
                .invalid, "a recipe is a mapping of keys to values", at: file, advice: "Start with 'name: ...'.")
        }
        let merged = try merge(tree, over: try object(Recipe()), path: [], file: file)
        let recipe: Recipe
        do {
            recipe = try JSON.decode(Recipe.self, from: try JSONSerialization.data(withJSONObject: merged))
        } catch let error as DecodingError {
            throw fault(of: error, file: file)
        }
        try check(recipe, file: file)
        return recipe
    }

    /// `recipe` with one value replaced, `key` being a path such as `filter.min_motion`. Values are YAML.
    public static func setting(_ key: String, to value: String, in yaml: String, file: String) throws -> Recipe {
        var tree = (try Yams.load(yaml: yaml) as? [String: Any]) ?? [:]
        let path = key.split(separator: ".").map(String.init)
        guard !path.isEmpty, let parsed = try Yams.load(yaml: value) else {
            throw Fault(
                .invalid, "'\(key)=\(value)' sets nothing", at: file,
                advice: "Write KEY=VALUE, such as filter.min_motion=0.01.")
        }
        set(parsed, at: path[...], in: &tree)
        return try parse(try Yams.dump(object: tree), file: file)
    }

    private static func set(_ value: Any, at path: ArraySlice<String>, in tree: inout [String: Any]) {
        guard let key = path.first else { return }
        if path.count == 1 {
            tree[key] = value
        } else {
            var child = tree[key] as? [String: Any] ?? [:]
            set(value, at: path.dropFirst(), in: &child)
            tree[key] = child
        }
    }

    /// Keys whose content is free: names chosen by the recipe.
    private static let free: Set<String> = ["targets.levels", "targets.funnel"]

    private static func merge(
        _ given: [String: Any], over defaults: [String: Any], path: [String], file: String
    ) throws -> [String: Any] {
        var merged = defaults
        for (key, value) in given {
            let here = (path + [key]).joined(separator: ".")
            guard let known = defaults[key] else {
                throw Fault(.invalid, "unknown key '\(here)'", at: file, advice: Suggestion.text(for: key, among: defaults.keys.sorted()))
            }
            if let section = known as? [String: Any], !free.contains(here) {
                guard let content = value as? [String: Any] else {
                    throw Fault(
                        .invalid, "'\(here)' is a section of keys, not a single value", at: file,
                        advice: "Write its keys indented below '\(key):'.")
                }
                merged[key] = try merge(content, over: section, path: path + [key], file: file)
            } else if here == "profiles", let list = value as? [[String: Any]] {
                let all = try object(Profile(name: "", width: 0, height: 0, fit: .crop, rate: Rational(1), frames: 1))
                let base = try object(Profile(name: "", fit: .crop))
                merged[key] = try list.enumerated().map { i, profile in
                    let checked = try merge(profile, over: all, path: ["profiles", "\(i)"], file: file)
                    return base.merging(checked.filter { profile[$0.key] != nil }) { $1 }
                }
            } else {
                merged[key] = value
            }
        }
        return merged
    }

    private static func object(_ value: some Encodable) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: try JSON.canonical(value)) as? [String: Any] ?? [:]
    }

    private static func fault(of error: DecodingError, file: String) -> Fault {
        let (context, wanted): (DecodingError.Context, String) =
            switch error {
            case .typeMismatch(let type, let context): (context, "a value of type \(type)")
            case .valueNotFound(let type, let context): (context, "a value of type \(type)")
            case .keyNotFound(let key, let context): (context, "the key '\(key.stringValue)'")
            case .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (.init(codingPath: [], debugDescription: ""), "another value")
            }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue.snakeCased }
        return Fault(
            .invalid, "'\(path.joined(separator: "."))' needs \(wanted)", at: file, advice: "Correct the value.")
    }

    private static func check(_ recipe: Recipe, file: String) throws {
        func need(_ condition: Bool, _ what: String, _ advice: String) throws {
            if !condition { throw Fault(.invalid, what, at: file, advice: advice) }
        }
        let names = recipe.allProfiles.map(\.name)
        try need(
            names.contains(recipe.profile), "profile '\(recipe.profile)' is not defined",
            "Name one of \(names.joined(separator: ", ")), or define it under 'profiles'.")
        for profile in recipe.profiles {
            let sized = (profile.width ?? 0) > 0 && (profile.height ?? 0) > 0
            let even = (profile.width ?? 0) % 2 == 0 && (profile.height ?? 0) % 2 == 0
            try need(
                profile.fit == .keep ? profile.width == nil && profile.height == nil : sized && even,
                "profile '\(profile.name)': \(profile.fit == .keep ? "'fit: keep' takes no width and height" : "needs an even width and height")",
                "Give width and height with 'fit: crop' or 'fit: pad', neither with 'fit: keep'.")
            try need(
                profile.frames == nil || (profile.rate != nil && profile.frames! > 0),
                "profile '\(profile.name)': 'frames' needs a 'rate'", "Give both or neither.")
            try need(
                (0...51).contains(profile.crf), "profile '\(profile.name)': crf is 0 to 51", "x264's default is 23.")
        }
        let shares: [(String, Double)] = [
            ("detect.cut_threshold", recipe.detect.cutThreshold),
            ("detect.gradual_threshold", recipe.detect.gradualThreshold),
            ("filter.max_border", recipe.filter.maxBorder), ("filter.max_blank", recipe.filter.maxBlank),
            ("filter.max_text", recipe.filter.maxText), ("filter.min_motion", recipe.filter.minMotion),
            ("dedup.min_share", recipe.dedup.minShare), ("dedup.min_overlap", recipe.dedup.minOverlap),
            ("export.validation", recipe.export.validation), ("export.test", recipe.export.test),
        ]
        for (key, value) in shares {
            try need((0...1).contains(value), "'\(key)' is \(value), a share lies in 0 to 1", "Correct the value.")
        }
        try need(
            recipe.export.validation + recipe.export.test < 1,
            "export.validation and export.test leave nothing to train on",
            "Let them add up to less than 1.")
        try need(
            recipe.propose.minSeconds > 0 && recipe.propose.maxSeconds >= recipe.propose.minSeconds,
            "propose.max_seconds is below propose.min_seconds", "Swap them.")
        try need(recipe.scan.sampleSeconds > 0, "'scan.sample_seconds' must be above 0", "The default is 0.5.")
        try need(recipe.review.quorum >= 1, "'review.quorum' must be at least 1", "The default is 2.")
        try need(
            recipe.export.shardSamples > 0 && recipe.export.shardBytes > 0, "shard limits must be above 0",
            "The defaults are 10000 samples and 1000000000 bytes.")
    }
}

extension String {
    fileprivate var snakeCased: String {
        reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
    }
}
