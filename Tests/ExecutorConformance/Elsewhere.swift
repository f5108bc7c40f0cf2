import Foundation
import Model
public import Pipeline
import Synchronization

/// Another machine, as far as paths go: every input is copied to another root, the work is done there by an inner
/// executor, and outputs are brought back. A path of the first root that got into a request shows itself.
public struct Elsewhere: Executor {
    private let inner: any Executor
    private let root: String
    /// No request may name a path below this one but as an input or its folder.
    private let forbidden: String

    public init(_ inner: any Executor, root: String, instead forbidden: String) {
        self.inner = inner
        self.root = root
        self.forbidden = forbidden
    }

    public func seat() -> any Seat { ElsewhereSeat(inner.seat(), root: root, forbidden: forbidden) }
    public func cancel() { inner.cancel() }
}

private final class ElsewhereSeat: Seat {
    private let inner: any Seat
    private let root: String
    private let forbidden: String

    init(_ inner: any Seat, root: String, forbidden: String) {
        self.inner = inner
        self.root = root
        self.forbidden = forbidden
    }

    func close() { inner.close() }

    func perform(_ request: WorkRequest, within limits: WorkerLimits, label: String) throws(Fault) -> String {
        do {
            return try carry(request, limits, label)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(.internal, "\(error)", at: label, advice: "Mend the test.")
        }
    }

    private func carry(_ request: WorkRequest, _ limits: WorkerLimits, _ label: String) throws -> String {
        let files = FileManager.default
        var moved = request
        for index in moved.inputs.indices {
            let place = root + request.inputs[index].path
            moved.inputs[index].path = place
            try files.createDirectory(
                atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            guard !files.fileExists(atPath: place) else { continue }
            try files.copyItem(atPath: request.inputs[index].path, toPath: place)
            if let modified = request.inputs[index].modifiedNanoseconds { try Self.stamp(place, modified) }
        }
        moved.folder = root + request.folder
        try files.createDirectory(atPath: moved.folder, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: moved.folder) }
        let told = moved.rule + moved.item
        if told.contains(forbidden) {
            throw Fault(.invalid, "a path leaks into the request: \(told)", at: label, advice: "Mend the stage.")
        }
        let answer = try inner.perform(moved, within: limits, label: label)
        for name in try files.contentsOfDirectory(atPath: moved.folder) {
            try files.moveItem(atPath: "\(moved.folder)/\(name)", toPath: "\(request.folder)/\(name)")
        }
        if answer.contains(root) {
            throw Fault(.invalid, "a path of the other machine leaks: \(answer)", at: label, advice: "Mend the stage.")
        }
        return answer
    }

    private static func stamp(_ path: String, _ nanoseconds: Int) throws {
        var times = [timespec(), timespec()]
        for index in 0..<2 {
            times[index].tv_sec = nanoseconds / 1_000_000_000
            times[index].tv_nsec = nanoseconds % 1_000_000_000
        }
        guard utimensat(AT_FDCWD, path, times, 0) == 0 else { throw POSIXError(.EIO) }
    }
}
