import Foundation
public import Manifest
public import Model
public import Pipeline
import Synchronization

/// A stage that does to its worker what it is told.
public struct ToyStage: Stage {
    public static let head = StageHead(
        "toy", version: 1, place: .worker(WorkerLimits(seconds: 30, residentBytes: 1 << 30)), abstract: "Play.")

    public enum Order: String, Codable, Sendable {
        /// Gives the number back.
        case echo
        /// The same after a while.
        case nap
        /// Writes the inputs one behind the other, turned around, as two outputs.
        case turn
        case crash, hang
        /// Takes more and more memory.
        case eat
        /// Writes rubbish where answers go.
        case garble
        /// Throws a fault that names no place.
        case refuse
        /// Names an output outside of its bench.
        case escape
        /// Reads a file that it did not declare.
        case steal
    }

    public struct Rule: Codable, Hashable, Sendable {
        public var factor = 1
        public init() {}
    }

    public struct Toy: Codable, Sendable {
        public var order: Order
        public var number: Int
        public var digests: [Digest]

        public init(_ order: Order, number: Int = 0, digests: [Digest] = []) {
            self.order = order
            self.number = number
            self.digests = digests
        }
    }

    public struct Output: Codable, Sendable {
        public var numbers: [Int]
        /// Of the process that did it.
        public var process: Int32
        public var artifacts: [Artifact] = []
    }

    public static func rule(of recipe: Recipe) -> Rule { Rule() }
    public let rule = Rule()
    private let items: [String: [Toy]]
    private let inputs: [BenchInput]
    /// Those that did what was recorded.
    public let processes = Processes()

    public final class Processes: Sendable {
        private let seen = Mutex<Set<Int32>>([])
        public var all: Set<Int32> { seen.withLock { $0 } }
        func note(_ process: Int32) { _ = seen.withLock { $0.insert(process) } }
    }

    public init(rule: Rule, in folder: WorkspaceFolder) { self.init([:], inputs: []) }

    /// - Parameter items: by the group that they are worked on in; each is a task.
    public init(_ items: [String: [Toy]], inputs: [BenchInput]) {
        self.items = items
        self.inputs = inputs
    }

    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        items.sorted { $0.key < $1.key }.flatMap { group, items in
            items.map { StageTask("\(group)-\($0.number)", inputs: [], group: group, label: group) }
        }
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<[Toy]> {
        Work(
            tasks.compactMap { task in items[task.group]?.first { task.key == "\(task.group)-\($0.number)" } },
            inputs: inputs)
    }

    public static func process(_ items: [Toy], _ rule: Rule, at bench: Bench) throws -> Output {
        // A worker says where it is, for those who watch it.
        try? Data("\(getpid())".utf8).write(to: URL(fileURLWithPath: bench.path(ofOutput: "pid")))
        var output = Output(numbers: [], process: getpid())
        for item in items {
            output.numbers.append(item.number * rule.factor)
            switch item.order {
            case .echo: break
            case .nap: usleep(500_000)
            case .turn:
                let bytes = try item.digests.flatMap { try bench.bytes(of: $0) }
                output.artifacts += [
                    try bench.write(bytes.reversed(), as: "turned-\(item.number)", to: .tracks),
                    try bench.write(Array("\(item.number)".utf8), as: "number-\(item.number)", to: .thumbnails),
                ]
            case .crash: raise(SIGSEGV)
            case .hang: while true { sleep(60) }
            case .eat: eat()
            case .garble: garble()
            case .refuse: throw Fault(.corrupt, "it was told to refuse", at: "", advice: "Tell it otherwise.")
            case .escape:
                output.artifacts.append(
                    Artifact(name: "../escaped", sha256: Digest(of: ""), bytes: 0, shelf: .tracks))
            case .steal: _ = try bench.bytes(of: Digest(of: "never declared"))
            }
        }
        return output
    }

    public static func artifacts(of output: Output) -> [Artifact] { output.artifacts }

    public func record(_ output: Output, for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd] {
        processes.note(output.process)
        return output.numbers.map { .done(Digest(of: "\($0)")) }
    }

    private static func eat() {
        var eaten: [[UInt8]] = []
        while true {
            eaten.append([UInt8](repeating: 1, count: 8 << 20))
            usleep(20_000)
        }
    }

    /// Answers go to a descriptor that nobody names: one of these.
    private static func garble() {
        for descriptor in Int32(3)..<64 { _ = write(descriptor, "rubbish\n", 8) }
        sleep(60)
    }
}
