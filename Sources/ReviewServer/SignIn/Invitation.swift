import Foundation
public import Manifest
import Model

/// A sign-in link that works once.
public enum Invitation {
    /// - Parameters:
    ///   - name: as it stands in decisions: one line, without control characters, at most 80 characters.
    ///   - address: where browsers find the server.
    /// - Returns: the link. The manifest holds its token's hash alone.
    public static func make(
        for name: String, role: Person.Role, hours: Int, in manifest: Manifest, address: String
    ) throws -> String {
        let name = name.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping
        let isSound =
            !name.isEmpty && name.count <= 80
            && name.unicodeScalars.allSatisfy { !CharacterSet.controlCharacters.contains($0) && $0 != "\u{2028}" }
        guard isSound else {
            throw Fault(
                .invalid, "'\(name.prefix(80))' is no name for a reviewer", at: "invite",
                advice: "Give 1 to 80 letters, digits, spaces or signs, such as ada or 'Ada L.'.")
        }
        let token = SessionToken()
        let now = Moment.now()
        try manifest.commit {
            try $0.people.invite(
                name, role: role, token: token.digest, at: Moment.text(now),
                until: Moment.text(now + Double(hours) * 3600))
        }
        return (address.hasSuffix("/") ? String(address.dropLast()) : address) + "/sign-in/\(token.text)"
    }
}
