import Foundation
import HTTPTypes
public import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
public import Manifest
import Model
import NIOCore
public import Pipeline
import ReviewDesk

/// The review of one workspace, served to browsers.
///
/// One server serves a workspace at a time: it holds `review.lock`, as the queue's order and leases live in its memory.
public struct ReviewServer: Sendable {
    let workspace: Workspace
    let manifest: Manifest
    let options: ServerOptions
    let sessions: Sessions
    let attempts = Attempts()
    let queue: ReviewQueue
    let answers: AnswerIntake
    let actions: ActionIntake
    let figures: CuratorFigures

    public init(_ workspace: Workspace, _ manifest: Manifest, options: ServerOptions) {
        self.workspace = workspace
        self.manifest = manifest
        self.options = options
        sessions = Sessions(manifest)
        queue = ReviewQueue(recipe: workspace.recipe.review, leaseSeconds: options.leaseSeconds)
        answers = AnswerIntake(workspace, manifest)
        actions = ActionIntake(workspace.recipe, manifest)
        figures = CuratorFigures(manifest, recipe: workspace.recipe)
    }

    /// Seconds after which a connection on which nothing happens is closed.
    static let idleSeconds: Int64 = 20

    /// The application, its queue read. `onRunning` is told the port.
    public func application(
        onRunning: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> some ApplicationProtocol {
        try await reloadQueue()
        var logger = Logger(label: "review") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let http1 = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(Self.idleSeconds)))
        return Application(
            router: router(),
            server: try options.tls.map { try .tls(http1, tlsConfiguration: Self.configuration($0)) } ?? http1,
            configuration: .init(
                address: .hostname(options.host, port: options.port), serverName: "microcurate", backlog: 1024),
            onServerRunning: { onRunning($0.localAddress?.port ?? 0) }, logger: logger)
    }

    private static func configuration(_ tls: ServerOptions.TLS) throws -> TLSConfiguration {
        func reading<T>(_ path: String, _ body: () throws -> T) throws -> T {
            do { return try body() } catch {
                throw Fault(
                    .unreadable, "it is no PEM file that can be read (\(error))", at: path,
                    advice: "Give a certificate chain and its private key as PEM files.")
            }
        }
        let chain = try reading(tls.certificate) { try NIOSSLCertificate.fromPEMFile(tls.certificate) }
        let key = try reading(tls.key) { try NIOSSLPrivateKey(file: tls.key, format: .pem) }
        return TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    }

    private func router() -> Router<ReviewContext> {
        let router = Router(context: ReviewContext.self)
        router.add(middleware: SecurityHeaders(isSecure: options.isSecure))
        router.add(middleware: FaultGate())
        router.add(middleware: HostGate(isLoopback: options.isLoopback && !options.behindProxy))
        router.add(middleware: SessionGate(sessions: sessions))
        addSignIn(to: router)
        addReview(to: router)
        addMedia(to: router)
        addPages(to: router)
        addCurator(to: router)
        return router
    }
}

extension ReviewServer {
    /// Serves until SIGINT or SIGTERM. `onRunning` is told the port.
    public func run(onRunning: @escaping @Sendable (Int) -> Void) async throws {
        // Before the queue is read for the first time, so that nothing written in between is missed.
        let version = try manifest.dataVersion()
        let application = try await application(onRunning: onRunning)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService() }
            group.addTask { try await refreshQueue(since: version) }
            // The first curator need not wait for them.
            Task(priority: .utility) { _ = try await (figures.said.current(), figures.dataset.current()) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Seconds between two looks, and the least rest after reading, as a multiple of what reading took.
    private static let pause = 2.0, rest = 10.0

    /// Reads the queue again whenever another process has written to the manifest: a `run` that cut clips, an import.
    private func refreshQueue(since version: Int) async throws {
        var version = version
        while true {
            let begin = Moment.now()
            do {
                let manifest = manifest
                let now = try await BlockingWork.write { try manifest.dataVersion() }
                if now != version { try await reloadQueue() }
                version = now
            } catch {
                // The queue stays as it is, and the next look may succeed.
                FileHandle.standardError.write(Data("review: \(error)\n".utf8))
            }
            try await Task.sleep(for: .seconds(max(Self.pause, Self.rest * (Moment.now() - begin))))
        }
    }

    func reloadQueue() async throws {
        let (manifest, recipe) = (manifest, workspace.recipe)
        await queue.prepareReload()
        await queue.reload(try await BlockingWork.read { try QueueSnapshot(of: manifest, recipe: recipe) })
    }
}
