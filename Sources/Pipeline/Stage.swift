public import Manifest
public import Model

/// What a stage says of itself: its name on the command line and in the manifest, and where its work runs.
public struct StageHead: Sendable {
    public let name: String
    /// Raised when the same inputs give another output.
    public let version: Int
    public let place: Place
    /// What the command of that name does, one sentence.
    public let abstract: String

    public enum Place: Sendable, Hashable {
        /// In the run's own process: what holds nothing that could crash or hang.
        case here
        /// Where the run's `Executor` carries it, within these limits for one batch.
        case worker(WorkerLimits)
    }

    public init(_ name: String, version: Int, place: Place, abstract: String) {
        self.name = name
        self.version = version
        self.place = place
        self.abstract = abstract
    }
}

/// One unit of a stage's work, and what its result depends on beside the stage's version and rule.
public struct StageTask: Hashable, Sendable {
    /// The id of a source or clip, the path of a file, or `all` for a whole set.
    public var key: String
    /// Of everything that is read for it.
    public var inputs: [Digest]
    /// Tasks of one group are worked on together: the clips of a source in one decode, say.
    public var group: String
    /// What it is about, for people: a file name, mostly.
    public var label: String
    /// Whether its result was recorded, but is there no more.
    public var isLost: Bool

    public init(_ key: String, inputs: [Digest], group: String? = nil, label: String, isLost: Bool = false) {
        self.key = key
        self.inputs = inputs
        self.group = group ?? key
        self.label = label
        self.isLost = isLost
    }
}

/// What `process` gets of a batch: a value, and the files that it names by their digests.
public struct Work<Item: Codable & Sendable>: Sendable {
    public var item: Item
    public var inputs: [BenchInput]

    public init(_ item: Item, inputs: [BenchInput] = []) {
        self.item = item
        self.inputs = inputs
    }
}

/// How one task of a batch ended.
public enum TaskEnd: Sendable {
    /// The hash of its output: where it is the recorded one, the stages behind have nothing to do.
    ///
    /// `inputs` takes the place of the task's where recording itself changed what it depends on.
    case done(Digest, inputs: [Digest]? = nil)
    case failed(Fault)
    /// There is no such task any more; others may have taken its place.
    case replaced(by: [StageTask])
}

/// A step from one kind of record to the next. A stage sees only what it declares: its rule, its inputs and its place.
///
/// The runner makes a task's fingerprint out of the head, the rule, the key and the inputs; a task is pending when
/// that is not the recorded one. `process` has nothing but its arguments to hold on to, so that it may run in any
/// process on any machine; only `record` touches the manifest, inside the runner's transaction.
public protocol Stage: Sendable {
    /// All of the recipe that the stage can see.
    associatedtype Rule: Codable & Hashable & Sendable
    associatedtype Item: Codable & Sendable
    associatedtype Output: Codable & Sendable

    /// What of the rule makes a recorded result void when it changes: all, unless said otherwise.
    associatedtype Essence: Encodable = Rule

    static var head: StageHead { get }
    static func rule(of recipe: Recipe) throws -> Rule
    /// What else the rule asks for shows in tasks that are lost.
    static func essence(of rule: Rule) -> Essence

    /// - Parameter folder: for questions about files of the workspace.
    init(rule: Rule, in folder: WorkspaceFolder) throws
    var rule: Rule { get }

    /// All tasks that there are, done or not, in a fixed order.
    func tasks(in manifest: Manifest) throws -> [StageTask]
    /// What `process` needs of the tasks of one group.
    func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<Item>
    /// A pure function of its arguments and the files at the bench.
    static func process(_ item: Item, _ rule: Rule, at bench: Bench) throws -> Output
    /// The files of an output, which the runner moves to their places before it is recorded.
    static func artifacts(of output: Output) -> [Artifact]
    /// Whether a task is still what it was when the work began: nothing is recorded of one that is not, as another owns
    /// it now. Always, unless said otherwise.
    func stands(_ task: StageTask, in transaction: Transaction) throws -> Bool
    /// Told of each fault that was recorded.
    func failed(_ task: StageTask, _ fault: Fault)
    /// Records the output, one end a task, in their order. Short: it holds the manifest's write lock.
    func record(_ output: Output, for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd]

    /// The fingerprint that schema 4 and before recorded for a task of this version: work done then is not done again.
    static func formerFingerprint(of task: StageTask, _ rule: Rule) throws -> Digest?
    /// How many clips the stage turned away, by reason.
    static func rejected(in manifest: Manifest) throws -> [String: Int]
}

extension Stage where Essence == Rule {
    public static func essence(of rule: Rule) -> Rule { rule }
}

extension Stage {
    public static func artifacts(of output: Output) -> [Artifact] { [] }
    public func stands(_ task: StageTask, in transaction: Transaction) -> Bool { true }
    public func failed(_ task: StageTask, _ fault: Fault) {}
    public static func formerFingerprint(of task: StageTask, _ rule: Rule) throws -> Digest? { nil }
    public static func rejected(in manifest: Manifest) throws -> [String: Int] { [:] }

    /// The stage as a workspace's recipe rules it.
    public init(of workspace: Workspace) throws {
        try self.init(rule: try Self.rule(of: workspace.recipe), in: workspace.folder)
    }

    /// The tasks whose fingerprint is not the recorded one, or whose result is lost.
    public func pending(in manifest: Manifest) throws -> [StageTask] { try sorted(in: manifest).pending }

    /// The pending tasks, and those that are done under the former fingerprint.
    func sorted(in manifest: Manifest) throws -> (pending: [StageTask], former: [StageTask]) {
        let fingerprints = try Fingerprints<Self>(rule)
        let known = try manifest.tasks.fingerprints(stage: Self.head.name)
        var (pending, former): ([StageTask], [StageTask]) = ([], [])
        for task in try tasks(in: manifest) {
            switch task.isLost ? nil : try form(of: known[task.key], task, fingerprints) {
            case .current: break
            case .former: former.append(task)
            case nil: pending.append(task)
            }
        }
        return (pending, former)
    }

    /// Whether a task ended, done or failed, with the fingerprint that it has now.
    public func isRecorded(_ task: StageTask, in manifest: Manifest) throws -> Bool {
        let recorded = try manifest.tasks.fingerprint(of: task.key, stage: Self.head.name)
        return try form(of: recorded, task, Fingerprints(rule)) != nil
    }

    /// Which of a task's fingerprints is the recorded one; nil where neither is.
    private func form(
        of recorded: String?, _ task: StageTask, _ fingerprints: Fingerprints<Self>
    ) throws -> FingerprintForm? {
        guard let recorded else { return nil }
        if recorded == fingerprints.fingerprint(of: task).hex { return .current }
        return try recorded == Self.formerFingerprint(of: task, rule)?.hex ? .former : nil
    }
}

/// The form in which a fingerprint was recorded: today's, or that of schema 4 and before.
private enum FingerprintForm { case current, former }

/// Makes the fingerprints of a stage's tasks: a hash of all that a result depends on.
struct Fingerprints<S: Stage>: Sendable {
    private let head: String

    init(_ rule: S.Rule) throws {
        head = "\(S.head.name) \(S.head.version)\n\(try Digest(ofJSON: S.essence(of: rule)))\n"
    }

    func fingerprint(of task: StageTask, inputs: [Digest]? = nil) -> Digest {
        var text = head + task.key
        for input in inputs ?? task.inputs { text += "\n" + input.hex }
        return Digest(of: text)
    }

    func reference(to task: StageTask, inputs: [Digest]? = nil) -> TaskReference {
        TaskReference(key: task.key, fingerprint: fingerprint(of: task, inputs: inputs))
    }
}
