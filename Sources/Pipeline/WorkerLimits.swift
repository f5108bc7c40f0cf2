internal import Foundation
public import Model

/// What one request may cost its worker.
public struct WorkerLimits: Hashable, Sendable {
    /// Wall time for one item, in seconds, above 0.
    public var seconds: Double
    /// Memory of one worker, in bytes, above 0: resident pages, without those of mapped files.
    public var residentBytes: Int

    public init(seconds: Double, residentBytes: Int) {
        self.seconds = seconds
        self.residentBytes = residentBytes
    }

    /// An hour, and 4 GiB.
    public static let ample = WorkerLimits(seconds: 3600, residentBytes: 4 << 30)

    /// Seconds from a number with `s`, `m`, `h` or `d` (`90s`, `1.5h`); a bare number is seconds.
    /// Throws `Fault(.invalid)` on anything else, and on 0.
    public static func seconds(from text: String) throws(Fault) -> Double {
        let units = ["": 1.0, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400]
        guard let seconds = amount(text, in: units), seconds <= 86400 * 365 else {
            throw Fault(
                .invalid, "\"\(text)\" is not a length of time", at: "--time-limit",
                advice: "Write a number above 0 and a unit, such as 90s, 30m or 2h.")
        }
        return seconds
    }

    /// Bytes from a number with `K`, `M`, `G` or `T` (powers of 1024; `GB` and `GiB` mean the same); a bare number
    /// is bytes. Throws `Fault(.invalid)` on anything else, and on less than one byte.
    public static func bytes(from text: String) throws(Fault) -> Int {
        var units = ["": 1.0, "b": 1]
        for (power, letter) in ["k", "m", "g", "t"].enumerated() {
            for suffix in ["", "b", "ib"] { units[letter + suffix] = Double(1 << (10 * (power + 1))) }
        }
        guard let bytes = amount(text, in: units), bytes >= 1, bytes < 0x1p62 else {
            throw Fault(
                .invalid, "\"\(text)\" is not an amount of memory", at: "--memory-limit",
                advice: "Write a number above 0 and a unit, such as 512M or 4G.")
        }
        return Int(bytes)
    }

    /// A positive decimal number and one of the units, without regard to case; nil for anything else.
    private static func amount(_ text: String, in units: [String: Double]) -> Double? {
        let text = text.lowercased().filter { $0 != " " }
        let number = text.prefix { $0 == "." || ($0.isASCII && $0.isNumber) }
        guard let value = Double(number), value > 0, let unit = units[String(text.dropFirst(number.count))] else {
            return nil
        }
        return value * unit
    }
}

/// Limits that take the place of a stage's own, as the command line gives them; nil leaves the stage's.
public struct LimitOverride: Hashable, Sendable {
    public var seconds: Double?
    public var residentBytes: Int?

    public static let none = LimitOverride()

    private init() {}

    /// - Parameters:
    ///   - time: `--time-limit`, as `WorkerLimits.seconds(from:)` reads it.
    ///   - memory: `--memory-limit`, as `WorkerLimits.bytes(from:)` reads it.
    public init(time: String?, memory: String?) throws(Fault) {
        if let time { seconds = try WorkerLimits.seconds(from: time) }
        if let memory { residentBytes = try WorkerLimits.bytes(from: memory) }
    }

    public func applied(to limits: WorkerLimits) -> WorkerLimits {
        WorkerLimits(seconds: seconds ?? limits.seconds, residentBytes: residentBytes ?? limits.residentBytes)
    }
}
