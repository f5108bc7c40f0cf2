import ArgumentParser
import Dispatch
import Files
import Foundation
import Manifest
import Model
import Pipeline
import ReviewServer

struct ReviewServeCommand: ParsableCommand {
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

/// The system's limit of open files, which is one connection each.
private enum OpenFiles {
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
