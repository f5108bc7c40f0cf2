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
            throw fault(of: error, in: tree, file: file)
        }
        try recipe.checkLimits(file: file)
        return recipe
    }

    /// `recipe` with one value replaced, `key` being a path such as `filter.min_motion`. Values are YAML.
    public static func setting(_ key: String, to value: String, in yaml: String, file: String) throws -> Recipe {
        try setting([(key, value)], in: yaml, file: file)
    }

    /// `recipe` with values replaced, in their order.
    public static func setting(
        _ assignments: [(key: String, value: String)], in yaml: String, file: String
    ) throws -> Recipe {
        guard !assignments.isEmpty else { return try parse(yaml, file: file) }
        var tree = (try Yams.load(yaml: yaml) as? [String: Any]) ?? [:]
        for (key, value) in assignments {
            let path = key.split(separator: ".").map(String.init)
            guard !path.isEmpty, let parsed = try? Yams.load(yaml: value) else {
                throw Fault(
                    .invalid, "'\(key)=\(value)' sets nothing", at: file,
                    advice: "Write KEY=VALUE, such as filter.min_motion=0.01.")
            }
            if path.count > 1, let word = words[path[0]], tree[path[0]] as? String == word {
                throw Fault(
                    .invalid, "'\(key)' has no place, because '\(path[0])' is '\(word)'", at: file,
                    advice: "Give '\(path[0])' its section of keys back first.")
            }
            set(parsed, at: path[...], in: &tree)
        }
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

    /// Sections that a word may stand for.
    private static let words = ["filter": Recipe.FilterLimits.word]

    private static func merge(
        _ given: [String: Any], over defaults: [String: Any], path: [String], file: String
    ) throws -> [String: Any] {
        var merged = defaults
        for (key, value) in given {
            let here = (path + [key]).joined(separator: ".")
            guard let known = defaults[key] else {
                throw Fault(
                    .invalid, "unknown key '\(here)'", at: file,
                    advice: Suggestion.text(for: key, among: defaults.keys.sorted()))
            }
            if let section = known as? [String: Any], !free.contains(here) {
                if let word = words[here], value as? String == word {
                    merged[key] = word
                    continue
                }
                guard let content = value as? [String: Any] else {
                    throw Fault(
                        .invalid, "'\(here)' is a section of keys, not a single value", at: file,
                        advice: "Write its keys indented below '\(key):'"
                            + (words[here].map { ", or '\(key): \($0)'." } ?? "."))
                }
                merged[key] = try merge(content, over: section, path: path + [key], file: file)
            } else if here == "profiles", let list = value as? [[String: Any]] {
                let all = try object(Profile(name: "", width: 0, height: 0, fit: .crop, rate: Rational(1), frames: 1))
                let base = try object(Profile(name: "", fit: .crop))
                merged[key] = try list.enumerated().map { i, profile in
                    let checked = try merge(profile, over: all, path: ["profiles", "\(i)"], file: file)
                    return base.merging(checked.filter { profile[$0.key] != nil }) { $1 }
                }
            } else if JSONSerialization.isValidJSONObject([value]) {
                merged[key] = value
            } else {
                throw Fault(
                    .invalid, "'\(here)' is neither a text nor a finite number (\(value))", at: file,
                    advice: "Put a text that looks like a date into quotation marks.")
            }
        }
        return merged
    }

    private static func object(_ value: some Encodable) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: try JSON.canonical(value)) as? [String: Any] ?? [:]
    }

    private static func fault(of error: DecodingError, in tree: [String: Any], file: String) -> Fault {
        let (context, problem): (DecodingError.Context, String) =
            switch error {
            case .typeMismatch(let type, let context): (context, "needs a value of type \(type)")
            case .valueNotFound(let type, let context): (context, "needs a value of type \(type)")
            case .keyNotFound(let key, let context): (context, "needs the key '\(key.stringValue)'")
            case .dataCorrupted(let context): (context, "is not valid: \(context.debugDescription)")
            @unknown default: (.init(codingPath: [], debugDescription: ""), "is not valid")
            }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue.snakeCased }
        let key = path.isEmpty ? keyOfFraction(in: tree, path: []) : path.joined(separator: ".")
        return Fault(
            .invalid, key.map { "'\($0)' \(path.isEmpty ? "needs a whole number" : problem)" } ?? problem, at: file,
            advice: "Correct the value.")
    }

    /// The decoder names no key for a fraction where a whole number belongs: each is tried alone.
    private static func keyOfFraction(in tree: [String: Any], path: [String]) -> String? {
        for (key, value) in tree.sorted(by: { $0.key < $1.key }) {
            let here = path + [key]
            if let section = value as? [String: Any] {
                if let found = keyOfFraction(in: section, path: here) { return found }
            } else if var alone = try? object(Recipe()) {
                set(value, at: here[...], in: &alone)
                let isSound = (try? JSONSerialization.data(withJSONObject: alone)).map {
                    (try? JSON.decode(Recipe.self, from: $0)) != nil
                }
                if isSound != true { return here.joined(separator: ".") }
            }
        }
        return nil
    }
}

extension String {
    fileprivate var snakeCased: String {
        reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
    }
}
