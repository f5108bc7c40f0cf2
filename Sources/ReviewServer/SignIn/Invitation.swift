public import Manifest
import Model
import ReviewDesk

/// A sign-in link that works once.
public enum Invitation {
    /// - Parameters:
    ///   - name: as it stands in decisions: one line, without control characters, at most 80 characters.
    ///   - address: where browsers find the server.
    /// - Returns: the link. The manifest holds its token's hash alone.
    public static func make(
        for name: String, role: Person.Role, hours: Int, in manifest: Manifest, address: String
    ) throws -> String {
        let name = try PersonName.checked(name, at: "invite")
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
