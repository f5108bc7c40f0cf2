import Model

/// How `review serve` listens.
public struct ServerOptions: Sendable {
    public struct TLS: Sendable {
        /// PEM files.
        public var certificate: String
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    public var host: String
    public var port: Int
    public var tls: TLS?
    /// A proxy in front speaks TLS with the browsers.
    public var behindProxy: Bool
    /// Seconds after which a clip whose holder has gone silent is free again.
    public var leaseSeconds: Double

    public static let loopback = "127.0.0.1"
    public static let port = 8470

    /// Throws a `Fault` for a host beyond loopback without TLS.
    public init(
        host: String = Self.loopback, port: Int = Self.port, tls: TLS? = nil, behindProxy: Bool = false,
        leaseSeconds: Double = 120
    ) throws {
        self.host = host
        self.port = port
        self.tls = tls
        self.behindProxy = behindProxy
        self.leaseSeconds = leaseSeconds
        guard isLoopback || tls != nil || behindProxy else {
            throw Fault(
                .invalid,
                "without TLS, passwords of sorts (sign-in links, cookies) would cross the network in the clear",
                at: "--host \(host)",
                advice: "Add --tls-certificate FILE --tls-key FILE, or --behind-proxy where a proxy speaks TLS.")
        }
    }

    var isLoopback: Bool { ["127.0.0.1", "localhost", "::1"].contains(host) }
    /// Whether browsers reach the server by HTTPS, so that cookies may insist on it.
    var isSecure: Bool { tls != nil || behindProxy }

    /// Where a browser on this machine finds the server, without a slash at the end.
    public static func address(host: String, port: Int, secure: Bool) -> String {
        let name = host.contains(":") ? "[\(host)]" : ["0.0.0.0", "::"].contains(host) ? "localhost" : host
        return "\(secure ? "https" : "http")://\(name):\(port)"
    }

    public var address: String { Self.address(host: host, port: port, secure: tls != nil) }
}
