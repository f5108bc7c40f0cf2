import Foundation
public import Model

/// A declared view in words, as the command line and a line of `--sources` give it; nil leaves a part to the file.
public struct ViewText: Codable, Hashable, Sendable {
    /// The axes of a stack's planes, slowest first, such as `TZ` or `TZ5`.
    public var axes: String?
    /// Real time between time points with its unit, such as `10s`.
    public var interval: String?
    /// With its unit, such as `0.065um`.
    public var pixelSize: String?
    /// Channels to show, counted from 1, each with a colour where the file's will not do: `1,3` or `1:#00FF00,2`.
    public var channels: String?
    /// `percentiles`, `file` or `LOW..HIGH`.
    public var contrast: String?
    /// Such as `0.7`.
    public var gamma: String?
    /// `maximum`, `focus` or `middle`.
    public var z: String?

    public init() {}

    /// The same, with what `other` says in the place of what is said here.
    package func overridden(by other: ViewText) -> ViewText {
        var text = self
        text.axes = other.axes ?? axes
        text.interval = other.interval ?? interval
        text.pixelSize = other.pixelSize ?? pixelSize
        text.channels = other.channels ?? channels
        text.contrast = other.contrast ?? contrast
        text.gamma = other.gamma ?? gamma
        text.z = other.z ?? z
        return text
    }

    /// Throws a `Fault` that names the option, its value and how to write it.
    public func declaration() throws -> ViewDeclaration {
        var declared = ViewDeclaration()
        declared.axes = axes
        declared.intervalSeconds = try interval.map {
            try Self.quantity($0, Self.times, option: "interval", example: "10s")
        }
        declared.pixelSizeUm = try pixelSize.map {
            try Self.quantity($0, Self.lengths, option: "pixel size", example: "0.065um")
        }
        declared.channels = try channels.map(Self.channels)
        declared.contrast = try contrast.map(Self.contrast)
        declared.gamma = try gamma.map { try Self.quantity($0, ["": Rational(1)], option: "gamma", example: "0.7") }
        declared.zRule = try z.map { text in
            guard let rule = ZRule(rawValue: text) else {
                throw Self.unreadable("z rule", text, ZRule.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return rule
        }
        return declared
    }

    private static let times = ["s": Rational(1), "ms": Rational(1, 1000), "min": Rational(60), "h": Rational(3600)]
    private static let lengths = [
        "um": Rational(1), "\u{B5}m": Rational(1), "\u{3BC}m": Rational(1), "nm": Rational(1, 1000),
        "mm": Rational(1000),
    ]

    private static func quantity(
        _ text: String, _ units: [String: Rational], option: String, example: String
    ) throws -> Rational {
        let number = text.prefix { $0.isNumber || ".+-eE".contains($0) }
        let unit = text.dropFirst(number.count).trimmingCharacters(in: .whitespaces)
        guard let value = Rational(number), value > Rational(0),
            let factor = units[unit]
        else { throw unreadable(option, text, "a number above 0 with its unit, such as \(example)") }
        return value * factor
    }

    private static func channels(_ text: String) throws -> [ViewDeclaration.Channel] {
        let how = "numbers from 1, with a colour after a colon where one is wanted, such as 1:#00FF00,3"
        let channels = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let words = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let color = words.count > 1 ? ChannelColor(String(words[1])) : nil
            guard let number = Int(words[0]), number >= 1, words.count == 1 || color != nil else {
                throw unreadable("channels", text, how)
            }
            return ViewDeclaration.Channel(channel: number - 1, color: color)
        }
        guard Set(channels.map(\.channel)).count == channels.count else { throw unreadable("channels", text, how) }
        return channels
    }

    private static func contrast(_ text: String) throws -> ViewDeclaration.Contrast {
        if text == "percentiles" { return .percentiles }
        if text == "file" { return .file }
        guard let dots = text.range(of: ".."), let low = Double(text[..<dots.lowerBound]),
            let high = Double(text[dots.upperBound...]), low.isFinite, high.isFinite, low < high
        else { throw unreadable("contrast", text, "'percentiles', 'file' or a range such as 100..4000") }
        return .range(low: low, high: high)
    }

    private static func unreadable(_ option: String, _ text: String, _ how: String) -> Fault {
        Fault(.invalid, "the \(option) '\(text)' can't be read", at: option, advice: "Write \(how).")
    }
}
