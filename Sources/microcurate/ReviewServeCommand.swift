public import ArgumentParser
import Dispatch
import Files
import Foundation
public import Manifest
import Model
import Pipeline
import ReviewServer

extension ReviewCommand {
    struct ServeReview: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Serve the review page to browsers until Ctrl-C.",
            discussion: """
                Example: microcurate -C cells review serve
                         microcurate -C cells review invite ada

                Beyond this machine: --host 0.0.0.0 with --tls-certificate and --tls-key, or behind a proxy that speaks
                TLS with --behind-proxy.
                """)
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var address: AddressOptions

        @Option(help: ArgumentHelp("PEM file of the certificate chain.", valueName: "file"))
        var tlsCertificate: String?

        @Option(help: ArgumentHelp("PEM file of its private key.", valueName: "file"))
        var tlsKey: String?

        @Flag(help: "A proxy in front speaks TLS with the browsers.")
        var behindProxy = false

        @Option(help: "Seconds after which a clip whose holder has gone silent is free again.")
        var lease = 120.0

        func validate() throws {
            if (tlsCertificate == nil) != (tlsKey == nil) {
                throw ValidationError("--tls-certificate and --tls-key go together")
            }
            if !(1...86_400).contains(lease) { throw ValidationError("--lease is a number from 1 to 86400") }
        }

        func run() throws {
            let tls = tlsCertificate.flatMap { certificate in
                tlsKey.map { ServerOptions.TLS(certificate: certificate, key: $0) }
            }
            let options = try ServerOptions(
                host: address.host, port: address.port, tls: tls, behindProxy: behindProxy,
                leaseSeconds: lease)
            let (workspace, manifest) = try place.open(.write)
            let lock = try workspace.reviewLock()
            defer { withExtendedLifetime(lock) {} }
            OpenFiles.raiseLimit()
            let server = ReviewServer(workspace, manifest, options: options)
            try waiting {
                try await server.run { port in
                    let address = ServerOptions.address(
                        host: options.host, port: port, secure: options.tls != nil)
                    Terminal.say("reviewing at \(address) - invite people with 'microcurate review invite NAME'")
                }
            }
        }

        /// Runs what is asynchronous to its end on this thread.
        private func waiting(_ body: @escaping @Sendable () async throws -> Void) throws {
            let done = DispatchSemaphore(value: 0)
            nonisolated(unsafe) var failure: (any Error)?
            Task {
                do { try await body() } catch { failure = error }
                done.signal()
            }
            done.wait()
            if let failure { throw failure as? Fault ?? listening(failure) }
        }

        private func listening(_ error: any Error) -> Fault {
            Fault(
                .busy, "the server can't listen (\(error))", at: "\(address.host):\(address.port)",
                advice: "Choose another --port, or end what listens there.")
        }
    }

    struct InviteReviewer: ParsableCommand {
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

    /// Where the server listens.
    struct AddressOptions: ParsableArguments {
        @Option(help: "Address to listen on.")
        var host = ServerOptions.loopback

        @Option(help: "Port to listen on; 0 for any that is free.")
        var port = ServerOptions.port

        func validate() throws {
            if !(0...65_535).contains(port) { throw ValidationError("--port is a number from 0 to 65535") }
        }
    }
}

extension Person.Role: ExpressibleByArgument {}

/// The system's limit of open files, which is one connection each.
private enum OpenFiles {
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
