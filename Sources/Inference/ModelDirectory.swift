internal import Files
internal import Foundation
public import Model

/// The folder where OpenVINO's runtime and the weights of TransNetV2 are, made by `make models`.
///
/// It holds `models.json`, which lists every file with its SHA-256. Nothing is used that differs from it: the
/// loader maps libraries, and a damaged one would end the process.
public struct ModelDirectory: Hashable, Sendable {
    public let path: String

    static let advice = "Run `make models`, or do without (`detect.detector: embedded`)."

    public init(path: String) { self.path = path }

    /// `$MICROCURATE_MODELS`, else `$XDG_DATA_HOME/microcurate/models`, else `~/.local/share/microcurate/models`.
    public init(environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let data = value("XDG_DATA_HOME") ?? (value("HOME") ?? NSHomeDirectory()) + "/.local/share"
        path = value("MICROCURATE_MODELS") ?? data + "/microcurate/models"
    }

    /// The folder that this process's environment names.
    public static var standard: ModelDirectory { ModelDirectory(environment: ProcessInfo.processInfo.environment) }

    /// What `models.json` says.
    struct Listing: Decodable {
        struct File: Decodable { var sha256: Digest }

        var openvino: String
        var files: [String: File]
    }

    /// What `models.json` promises.
    public struct Contents: Hashable, Sendable {
        /// OpenVINO's version, such as "2026.4.1".
        public let runtime: String
        /// SHA-256 of the network's file.
        public let network: Digest
    }

    /// Whether there is anything: without it the embedded detector does all of the work.
    public var isPresent: Bool { FileManager.default.fileExists(atPath: file("models.json")) }

    /// What is said to be there; nothing else is read.
    public func contents() throws -> Contents {
        let listing = try readListing()
        guard let network = listing.files[Self.network] else { throw damaged("models.json") }
        return Contents(runtime: listing.openvino, network: network.sha256)
    }

    /// Checks every file and opens the runtime.
    /// - Throws: a `Fault` where one is missing, differs from its listing or can't be opened.
    public func verify() throws {
        let listing = try readListing()
        try check(listing.files.keys.sorted(), in: listing)
        _ = try openRuntime()
    }

    /// The path of TransNetV2, whole.
    func shotNetwork() throws -> String {
        try check([Self.network], in: try readListing())
        return file(Self.network)
    }

    /// The runtime, opened; every library was whole.
    func openRuntime() throws -> OpenVINO {
        let listing = try readListing()
        let names = listing.files.keys.filter { $0.hasPrefix("openvino/") }.sorted()
        guard let library = names.first(where: { $0.hasPrefix("openvino/libopenvino_c.so") }) else {
            throw damaged("models.json")
        }
        try check(names, in: listing)
        return try OpenVINO(file(library))
    }

    private static let network = "transnetv2.onnx"

    private func file(_ name: String) -> String { path + "/" + name }

    private func readListing() throws(Fault) -> Listing {
        guard let data = FileManager.default.contents(atPath: file("models.json")) else {
            throw Fault(.unreadable, "the neural models are not there", at: path, advice: Self.advice)
        }
        do { return try JSONDecoder().decode(Listing.self, from: data) } catch { throw damaged("models.json") }
    }

    private func check(_ names: [String], in listing: Listing) throws {
        for name in names {
            guard FileManager.default.fileExists(atPath: file(name)) else {
                throw Fault(.unreadable, "it is not there", at: file(name), advice: Self.advice)
            }
            guard try Digest(ofFile: file(name)) == listing.files[name]?.sha256 else { throw damaged(name) }
        }
    }

    private func damaged(_ name: String) -> Fault {
        Fault(.corrupt, "it is not as `make models` makes it", at: file(name), advice: Self.advice)
    }
}
