public import ArgumentParser
public import Manifest
import Model
import ReviewServer

struct ReviewInviteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Print a sign-in link for someone; it works once.",
        discussion: """
            Example: microcurate -C cells review invite ada --role reviewer

            The server may run or not. Invite again for another browser, or to change the role.
            """)
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var address: AddressOptions
    @OptionGroup var output: JSONOption

    @Argument(help: "Name of the reviewer, as it stands in their decisions.")
    var name: String

    @Option(help: "reviewer: the queue and their own record. curator: everything.")
    var role = Person.Role.reviewer

    @Option(
        help: ArgumentHelp("Where the browsers find the server, such as https://review.lab.org.", valueName: "url"))
    var url: String?

    @Option(help: "Hours for which the link is good.")
    var hours = 72

    func validate() throws {
        if hours < 1 { throw ValidationError("--hours is 1 or more") }
        if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            throw ValidationError("--url begins with http:// or https://")
        }
    }

    func run() throws {
        let (_, manifest) = try place.open(.write)
        let link = try Invitation.make(
            for: name, role: role, hours: hours, in: manifest,
            address: url ?? ServerOptions.address(host: address.host, port: address.port, secure: false))
        if output.json { return Terminal.print(try JSON.pretty(["url": link])) }
        Terminal.print(link)
    }
}

extension Person.Role: ExpressibleByArgument {}
