import Foundation
public import Model

/// 256 random bits that a browser shows to be known by: in a sign-in link, then in a cookie. The manifest holds
/// their hash alone.
public struct SessionToken: Sendable, Hashable {
    public let text: String

    /// From the system's source of random numbers.
    public init() {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        text = Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// nil for what no token looks like.
    init?(_ text: some StringProtocol) {
        let isSound =
            text.utf8.count == 43 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
        guard isSound else { return nil }
        self.text = String(text)
    }

    public var digest: Digest { Digest(of: text) }

    /// What the session's own page sends with every change: another site can't know it, as it can't read the page.
    var csrf: String { Digest(of: "csrf \(text)").hex }
}
