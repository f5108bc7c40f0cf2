/// What someone may have meant.
public enum Suggestion {
    /// `Did you mean 'x'?` where a known word is near, otherwise all of them.
    public static func text(for word: String, among known: [String]) -> String {
        guard let near = known.min(by: { (distance($0, word), $0) < (distance($1, word), $1) }) else {
            return "None are known here."
        }
        return distance(near, word) <= max(2, word.count / 3)
            ? "Did you mean '\(near)'?" : "Known here: \(known.joined(separator: ", "))."
    }

    /// Levenshtein distance.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let substituted = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
