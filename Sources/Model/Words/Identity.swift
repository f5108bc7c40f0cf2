public import Foundation

/// SHA-256 as 64 lower-case hexadecimal digits.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let hex: String
    public var description: String { hex }

    public init(of data: some DataProtocol) {
        var hash = RunningDigest()
        for region in data.regions { region.withUnsafeBytes { hash.update($0) } }
        self = hash.digest
    }

    public init(of text: String) { self.init(of: Data(text.utf8)) }

    /// The digest of a value's canonical JSON (`JSON.canonical`).
    public init(ofJSON value: some Encodable) throws { self.init(of: try JSON.canonical(value)) }

    /// `bytes`: 32 of them.
    init(bytes: [UInt8]) {
        hex = String(unsafeUninitializedCapacity: 64) { text in
            for (index, byte) in bytes.enumerated() {
                text[2 * index] = Self.digits[Int(byte >> 4)]
                text[2 * index + 1] = Self.digits[Int(byte & 15)]
            }
            return 64
        }
    }

    /// nil unless `hex` is 64 lower-case hexadecimal digits.
    public init?(hex: String) {
        let isDigit = { (byte: UInt8) in 0x30...0x39 ~= byte || 0x61...0x66 ~= byte }
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(isDigit) else { return nil }
        self.hex = hex
    }

    private static let digits = Array("0123456789abcdef".utf8)

    public static func < (a: Digest, b: Digest) -> Bool { a.hex < b.hex }
}

extension Digest: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Digest(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-256 in hexadecimal")
        }
        self = digest
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

/// An id derived from content. It starts with a letter and holds no dot: loaders read an all-digit key as a
/// number and cut keys at the first dot.
public struct SourceID: RawRepresentable, Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
    public static func < (a: SourceID, b: SourceID) -> Bool { a.rawValue < b.rawValue }

    /// The id of a recording as it is to be seen: what the files hold and how they are viewed, not where they lie.
    public init(files: [Digest], stream: Int, view: View) throws {
        struct Identity: Encodable {
            let version = 1
            let files: [Digest]
            let stream: Int
            let view: View
        }
        rawValue = "src-" + (try Digest(ofJSON: Identity(files: files, stream: stream, view: view))).hex.prefix(32)
    }
}

/// The id of a clip: a hash of its source and span, so that a re-encode or another machine keeps it.
public struct ClipID: RawRepresentable, Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
    public static func < (a: ClipID, b: ClipID) -> Bool { a.rawValue < b.rawValue }

    public init(source: SourceID, span: TickSpan) {
        let identity = "{\"end\":\(span.end),\"source\":\"\(source)\",\"start\":\(span.start),\"version\":1}"
        rawValue = "clip-" + Digest(of: identity).hex.prefix(32)
    }
}
