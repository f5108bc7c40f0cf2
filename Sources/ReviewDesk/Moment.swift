import Foundation

/// Moments, in seconds since 1970 and as the manifest writes them.
public enum Moment {
    public static func now() -> Double { Date().timeIntervalSince1970 }

    /// RFC 3339 in UTC, whole seconds.
    public static func text(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
    }

    /// RFC 3339 in UTC with milliseconds, final zeros left out as `Instant.utc` does.
    public static func precise(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded(.down))
        let whole = text(Double(milliseconds / 1000))
        guard milliseconds % 1000 != 0 else { return whole }
        var fraction = String(1000 + milliseconds % 1000).dropFirst()
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return whole.dropLast() + "." + fraction + "Z"
    }
}
