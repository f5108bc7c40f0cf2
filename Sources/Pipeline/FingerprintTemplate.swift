import Foundation
public import Model

/// The fingerprints of inputs that differ by a clip's id alone: `Digest(ofJSON:)` of each, encoded once for all.
public struct FingerprintTemplate: Sendable {
    private let head: Data
    private let tail: Data

    /// - Parameter inputs: of one clip; its JSON holds the id once.
    public init(_ inputs: (ClipID) throws -> some Encodable) throws {
        let placeholder = ClipID(rawValue: "clip-placeholder")
        let json = try JSON.canonical(try inputs(placeholder))
        guard let place = json.range(of: Data(placeholder.rawValue.utf8)) else {
            throw Fault(
                .internal, "the inputs of a fingerprint lack their clip", at: "fingerprint", advice: "Report this.")
        }
        head = json[..<place.lowerBound]
        tail = json[place.upperBound...]
    }

    public func fingerprint(of clip: ClipID) -> Digest { Digest(of: head + Data(clip.rawValue.utf8) + tail) }
}
