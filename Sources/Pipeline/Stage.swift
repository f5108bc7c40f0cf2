public import Manifest
public import Model

extension Fault {
    /// A fault of the machine rather than of an item: the run ends, and what was in flight stays pending.
    public var endsRun: Bool { [.diskFull, .readOnly, .busy].contains(reason) }
}

/// Tasks that one call of `process` serves: one source, or one decode run with all its clips.
public struct Batch: Codable, Hashable, Sendable {
    public var tasks: [TaskReference]
    /// What it is about, for people: a file name, mostly.
    public var label: String

    public init(tasks: [TaskReference], label: String) {
        self.tasks = tasks
        self.label = label
    }
}

/// Where `process` may write, and how much of the machine it may use.
public struct Scratch: Codable, Sendable {
    /// A folder of its own, removed afterwards.
    public var directory: String
    /// Decoder threads, and clips to encode at once; results don't depend on it.
    public var threads: Int

    public init(directory: String, threads: Int) {
        self.directory = directory
        self.threads = threads
    }
}

/// A stage that works item by item.
///
/// What is pending is decided by fingerprints: the hashes of the upstream outputs used, the stage's version and the
/// recipe's keys that it reads. `process` is a pure function of the item and the files it names, so that it can run
/// anywhere; only `record` touches the manifest, in one short transaction.
public protocol Stage: Sendable {
    associatedtype Item: Codable & Sendable
    associatedtype Output: Codable & Sendable

    var name: String { get }
    /// Raised when the same inputs give another output.
    var version: Int { get }
    /// The tasks whose fingerprint is not the recorded one, in batches, in a fixed order.
    func pending(in manifest: Manifest) throws -> [Batch]
    func item(for batch: Batch, in manifest: Manifest) throws -> Item
    func process(_ item: Item, in scratch: Scratch) throws -> Output
    /// Moves files to their place and records the output.
    /// - Returns: tasks of the batch that failed by themselves, already recorded as failed.
    func record(_ output: Output, of batch: Batch, in manifest: Manifest) throws -> [TaskReference]
}

/// A stage whose result depends on all its inputs at once: one atomic result.
public protocol WholeSetStage: Sendable {
    var name: String { get }
    var version: Int { get }
    /// nil when the recorded result still holds.
    func pending(in manifest: Manifest) throws -> TaskReference?
    func run(_ task: TaskReference, in manifest: Manifest) throws
}

public enum AnyStage: Sendable {
    case perItem(any Stage)
    case wholeSet(any WholeSetStage)

    public var name: String {
        switch self {
        case .perItem(let stage): stage.name
        case .wholeSet(let stage): stage.name
        }
    }

    /// Pending tasks.
    public func pendingCount(in manifest: Manifest) throws -> Int {
        switch self {
        case .perItem(let stage): try stage.pending(in: manifest).reduce(0) { $0 + $1.tasks.count }
        case .wholeSet(let stage): try stage.pending(in: manifest) == nil ? 0 : 1
        }
    }
}

extension Stage {
    /// The tasks among `wanted` whose recorded fingerprint differs, or whose result is lost.
    public func stale(
        _ wanted: [TaskReference], in manifest: Manifest, isLost: (String) -> Bool = { _ in false }
    ) throws -> [TaskReference] {
        let known = try manifest.fingerprints(stage: name)
        return wanted.filter { known[$0.key] != $0.fingerprint.hex || isLost($0.key) }
    }

    /// `process` with its item and output as JSON: what a worker process does.
    public func process(json item: String, in scratch: Scratch) throws -> String {
        try JSON.line(try process(try JSON.decode(Item.self, from: item), in: scratch))
    }

    func itemJSON(for batch: Batch, in manifest: Manifest) throws -> String {
        try JSON.line(try item(for: batch, in: manifest))
    }

    func record(json output: String, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        try record(try JSON.decode(Output.self, from: output), of: batch, in: manifest)
    }
}

/// What a worker process is asked to do; the answer is the output's JSON.
public struct WorkRequest: Codable, Sendable {
    public var stage: String
    public var item: String
    public var scratch: Scratch

    public init(stage: String, item: String, scratch: Scratch) {
        self.stage = stage
        self.item = item
        self.scratch = scratch
    }
}
