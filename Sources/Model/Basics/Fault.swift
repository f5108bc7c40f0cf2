/// An error as a user must see it: what went wrong, where, and what to do about it.
///
/// Every failed item is stored and shown in these three parts. Modules with richer errors convert to a
/// `Fault` at their public boundary.
public struct Fault: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// A closed set of causes, so that reports can count failures.
    public enum Reason: String, Codable, Sendable, CaseIterable {
        case unreadable, empty, notMedia = "not_media", truncated, unsupported, noFrames = "no_frames"
        case corrupt, mismatch, crashed, timedOut = "timed_out", outOfMemory = "out_of_memory"
        case diskFull = "disk_full", readOnly = "read_only", busy, invalid, `internal`
        /// What is named is not there; clashes with what is recorded; is not for the one who asks.
        case notFound = "not_found", conflict, forbidden
    }

    public var reason: Reason
    /// What went wrong, one sentence without a full stop, with the cause's own words.
    public var what: String
    /// The file, clip or key that it happened to.
    public var place: String
    /// What the user can do next, an imperative sentence.
    public var advice: String

    public init(_ reason: Reason, _ what: String, at place: String, advice: String) {
        self.reason = reason
        self.what = what
        self.place = place
        self.advice = advice
    }

    public var description: String { "\(place): \(what). \(advice)" }
}
