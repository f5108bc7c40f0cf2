public import Foundation
public import Model

/// A file of one JSON value a line, read whole. Every line knows its place, so that a bad one can be named.
public struct JSONLines: Sendable {
    public struct Line: Sendable {
        /// From 1.
        public let number: Int
        /// Without the line break; a slice of the file's.
        public let bytes: Data
        /// Whether a line break ends it: a last line without one may be torn.
        public let isComplete: Bool
        private let file: String

        fileprivate init(number: Int, bytes: Data, isComplete: Bool, file: String) {
            self.number = number
            self.bytes = bytes
            self.isComplete = isComplete
            self.file = file
        }

        /// `path:LINE`.
        public var place: String { "\(file):\(number)" }

        /// Whether it holds white space alone.
        public var isBlank: Bool { bytes.allSatisfy { $0 == 32 || (9...13).contains($0) } }

        public func decode<T: Decodable>(_ type: T.Type) throws -> T { try JSON.decode(type, from: Data(bytes)) }

        /// That it is not what it should be.
        /// - Parameter advice: how to write it.
        public func fault(_ what: String, advice: String) -> Fault { Fault(.invalid, what, at: place, advice: advice) }
    }

    /// All of them, empty ones too. What follows the last line break is a line only where it holds something.
    public let lines: [Line]

    /// - Parameter path: what the lines' places name.
    public init(_ data: Data, path: String) {
        lines = Self.spans(of: data).enumerated().map { index, span in
            Line(
                number: index + 1,
                bytes: data[data.startIndex + span.lowerBound..<data.startIndex + span.upperBound],
                isComplete: span.upperBound < data.count, file: path)
        }
    }

    /// Throws `Fault(.unreadable)`.
    public init(path: String, advice: String = "Check the path and its permissions.") throws(Fault) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault(.unreadable, "the file can't be read", at: path, advice: advice)
        }
        self.init(data, path: path)
    }

    private static func spans(of data: Data) -> [Range<Int>] {
        data.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return [] }
            var spans: [Range<Int>] = []
            var from = 0
            while from < bytes.count {
                let found = memchr(start + from, Int32(UInt8(ascii: "\n")), bytes.count - from)
                let end = found.map { UnsafeRawPointer($0) - start } ?? bytes.count
                spans.append(from..<end)
                from = end + 1
            }
            return spans
        }
    }

    /// The values in canonical form, a line each.
    public static func bytes(of values: [some Encodable]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values {
            bytes += try JSON.canonical(value)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
