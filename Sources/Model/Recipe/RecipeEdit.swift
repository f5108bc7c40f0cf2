import Yams

/// Values set in a recipe's text with all else left as it stands: comments, order, spelling of other values.
public enum RecipeEdit {
    /// The recipe's text with values replaced in their place, or added to their section, or with the section at the
    /// end. Values are YAML.
    ///
    /// Throws `RecipeDocument`'s faults for keys and values, and a `Fault` for a text in which the place can't be
    /// found without rewriting more: what comes back always parses to just the asked-for recipe.
    public static func setting(
        _ assignments: [(key: String, value: String)], in yaml: String, file: String
    ) throws -> String {
        let wanted = try RecipeDocument.setting(assignments, in: yaml, file: file)
        let edited = assignments.reduce(Optional(yaml)) { text, assignment in
            text.flatMap {
                set(assignment.value, at: assignment.key.split(separator: ".").map(String.init), in: $0)
            }
        }
        guard let edited, assignments.allSatisfy({ holds($0.value, at: $0.key, in: edited) }),
            (try? RecipeDocument.setting(assignments, in: edited, file: file)) == wanted
        else {
            let keys = assignments.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            throw Fault(
                .unsupported, "the recipe's text is laid out so that the change has no clear place", at: file,
                advice: "Write it there yourself: \(keys).")
        }
        return edited
    }

    /// Whether just this value stands at a path of keys.
    private static func holds(_ value: String, at key: String, in yaml: String) -> Bool {
        guard var node = try? Yams.compose(yaml: yaml), let wanted = try? Yams.compose(yaml: value) else {
            return false
        }
        for name in key.split(separator: ".") {
            guard let inner = node.mapping?.first(where: { $0.key.scalar?.string == String(name) })?.value else {
                return false
            }
            node = inner
        }
        return node == wanted
    }

    private static func set(_ value: String, at path: [String], in yaml: String) -> String? {
        var text = RecipeText(yaml)
        guard let root = try? Yams.compose(yaml: yaml) else {
            return text.appending(lines(path[...], value, indent: 0))
        }
        guard case .mapping(var section) = root else { return nil }
        var header: Node?
        for (depth, name) in path.enumerated() {
            let rest = path[depth...]
            guard let (key, content) = section.first(where: { $0.key.scalar?.string == name }) else {
                guard let header else { return text.appending(lines(rest, value, indent: 0)) }
                return add(rest, value, to: section, below: header, in: &text)
            }
            switch content {
            case .mapping(let inner) where depth < path.count - 1:
                header = key
                section = inner
            case .scalar(let scalar) where depth == path.count - 1:
                return text.replace(scalar, of: key, by: value) ? text.whole : nil
            case .scalar(let scalar) where scalar.string.isEmpty:
                return add(path[(depth + 1)...], value, to: nil, below: key, in: &text)
            default: return nil
            }
        }
        return nil
    }

    /// Puts what is missing right behind the section's head.
    private static func add(
        _ path: ArraySlice<String>, _ value: String, to section: Node.Mapping?, below header: Node,
        in text: inout RecipeText
    ) -> String? {
        guard let head = header.mark else { return nil }
        if let section {
            // Written in braces, as its own text tells: Yams says of every section that it has no style.
            let inner = path.dropLast().map { "\($0): {" }.joined()
            let entry = "\(inner)\(path[path.endIndex - 1]): \(value)" + String(repeating: "}", count: path.count - 1)
            if text.insert(entry + (section.isEmpty ? "" : ", "), at: section.mark, after: "{") { return text.whole }
        }
        let indent = section?.first?.key.mark.map { $0.column - 1 } ?? head.column + 1
        return text.inserting(lines(path, value, indent: indent), below: head.line)
    }

    private static func lines(_ path: ArraySlice<String>, _ value: String, indent: Int) -> [String] {
        path.enumerated().map { depth, name in
            String(repeating: " ", count: indent + 2 * depth) + name + ":"
                + (depth == path.count - 1 ? " \(value)" : "")
        }
    }
}

/// A text by its lines, which YAML's marks point into: lines and columns from 1, columns in Unicode scalars.
private struct RecipeText {
    private var lines: [String]

    init(_ text: String) { lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    var whole: String { lines.joined(separator: "\n") }

    func appending(_ more: [String]) -> String {
        var all = lines
        while all.last?.allSatisfy(\.isWhitespace) == true { all.removeLast() }
        if !all.isEmpty, more.count > 1 { all.append("") }
        return (all + more + [""]).joined(separator: "\n")
    }

    func inserting(_ more: [String], below line: Int) -> String? {
        guard lines.indices.contains(line - 1) else { return nil }
        var all = lines
        all.insert(contentsOf: more, at: line)
        return all.joined(separator: "\n")
    }

    /// - Returns: whether `mark` points to `opening`.
    mutating func insert(_ text: String, at mark: Mark?, after opening: String) -> Bool {
        guard let mark, let (start, line) = place(mark), line[start...].hasPrefix(opening) else { return false }
        let after = line.index(start, offsetBy: opening.count)
        lines[mark.line - 1] = line[..<after] + text + line[after...]
        return true
    }

    /// Replaces a value that stands on one line. A missing one is written behind its key.
    mutating func replace(_ scalar: Node.Scalar, of key: Node, by value: String) -> Bool {
        if scalar.string.isEmpty, scalar.style == .plain {
            guard let name = key.scalar?.string else { return false }
            return insert(" \(value)", at: key.mark, after: "\(name):")
        }
        guard let mark = scalar.mark, let (start, line) = place(mark),
            let end = Self.end(of: scalar, in: line, from: start)
        else { return false }
        lines[mark.line - 1] = line[..<start] + value + line[end...]
        return true
    }

    private func place(_ mark: Mark) -> (String.Index, String)? {
        guard lines.indices.contains(mark.line - 1) else { return nil }
        let line = lines[mark.line - 1]
        let scalars = line.unicodeScalars
        return scalars.index(scalars.startIndex, offsetBy: mark.column - 1, limitedBy: scalars.endIndex)
            .map { ($0, line) }
    }

    private static func end(of scalar: Node.Scalar, in line: String, from start: String.Index) -> String.Index? {
        switch scalar.style {
        case .plain where line[start...].hasPrefix(scalar.string):
            return line.index(start, offsetBy: scalar.string.count)
        case .singleQuoted, .doubleQuoted:
            let quote: Character = scalar.style == .singleQuoted ? "'" : "\""
            guard line[start...].first == quote else { return nil }
            return line[line.index(after: start)...].firstIndex(of: quote).map { line.index(after: $0) }
        default: return nil
        }
    }
}
