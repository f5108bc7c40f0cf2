/// Which licences a release lets in: what `export --licence-allow` says.
public struct LicenceFilter: Hashable, Sendable {
    /// Lets in every licence under which clips may be passed on.
    public static let redistributable = "redistributable"

    /// As given.
    public let patterns: [String]

    /// - Parameter patterns: SPDX identifiers (`CC-BY-4.0`), families in which `*` stands for anything (`CC-BY*`), or
    ///   `redistributable`, without regard to case. None lets in everything.
    /// - Throws: `Fault` for a pattern that no known licence fits.
    public init(_ patterns: [String]) throws {
        self.patterns = patterns
        for pattern in patterns where pattern.lowercased() != Self.redistributable {
            guard !Licence.names.contains(where: { Self.fits($0, pattern) }) else { continue }
            throw Fault(
                .invalid, "no known licence is '\(pattern)'", at: "--licence-allow",
                advice: Self.advice(for: pattern))
        }
    }

    public func allows(_ licence: Licence) -> Bool {
        patterns.isEmpty
            || patterns.contains { pattern in
                pattern.lowercased() == Self.redistributable
                    ? licence.redistributable == .yes : licence.name.map { Self.fits($0, pattern) } ?? false
            }
    }

    private static func advice(for pattern: String) -> String {
        let meant = Licence(pattern).name.map { "'\($0)'" } ?? "an SPDX identifier such as 'CC-BY-4.0'"
        return "Give \(meant), a family such as 'CC-BY*', or '\(redistributable)'."
    }

    /// Whether `name` is `pattern`, in which `*` stands for any text.
    private static func fits(_ name: String, _ pattern: String) -> Bool {
        let parts = pattern.lowercased().split(separator: "*", omittingEmptySubsequences: false)
        var rest = name.lowercased()[...]
        guard rest.hasPrefix(parts[0]) else { return false }
        rest = rest.dropFirst(parts[0].count)
        guard parts.count > 1 else { return rest.isEmpty }
        for part in parts[1..<(parts.count - 1)] where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }
}
