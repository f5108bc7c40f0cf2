import Foundation
public import Manifest
import Model

/// The name of a person as it stands in decisions.
public enum PersonName {
    /// The name without white space at its ends, in Unicode NFC.
    /// - Throws: `Fault(.invalid)` unless it is one line of 1 to 80 characters without control characters.
    public static func checked(_ text: String, at place: String) throws -> String {
        let name = text.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping
        let isSound =
            !name.isEmpty && name.count <= 80
            && name.unicodeScalars.allSatisfy { !CharacterSet.controlCharacters.contains($0) && $0 != "\u{2028}" }
        guard isSound else {
            throw Fault(
                .invalid, "'\(name.prefix(80))' is no name for a reviewer", at: place,
                advice: "Give 1 to 80 letters, digits, spaces or signs, such as ada or 'Ada L.'.")
        }
        return name
    }

    /// The same for somebody who speaks as a curator without signing in: a person whom the manifest knows must be one.
    /// - Throws: `Fault(.forbidden)` for a reviewer and for who is barred.
    public static func curator(_ text: String, at place: String, in manifest: Manifest) throws -> String {
        let name = try checked(text, at: place)
        guard let person = try manifest.people.all().first(where: { $0.name == name }) else { return name }
        guard person.role == .curator, person.barredAt == nil else {
            throw Fault(
                .forbidden, "\(name) is \(person.barredAt == nil ? "a reviewer, not a curator" : "barred")", at: place,
                advice: "Name a curator, or make one with 'microcurate review invite \(name) --role curator'.")
        }
        return name
    }
}
