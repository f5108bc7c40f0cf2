internal import Dispatch
internal import Files
internal import Foundation
internal import Glibc
internal import Model
internal import Synchronization

/// The worker's side of a `WorkerProcess`.
public enum WorkerLoop {
    /// Answers each request line on standard input with what `handle` makes of it, on the calling thread, until the
    /// input ends.
    ///
    /// The end of the input means that the parent is gone: the process ends at once, even in the middle of an item,
    /// so that a killed run leaves no worker behind. `handle` returns JSON text; a `Fault` that it throws goes to the
    /// parent as it is, any other error as `Fault(.internal)`. From this call on, file descriptor 1 is standard error
    /// and 0 is empty: what `handle` prints or reads can't disturb the conversation.
    public static func run(handle: (String) throws -> String) -> Never {
        let requests = move(STDIN_FILENO, instead: open("/dev/null", O_RDONLY | O_CLOEXEC))
        let answers = Descriptor(adopting: move(STDOUT_FILENO, instead: STDERR_FILENO))
        let inbox = Inbox()
        let reader = Thread { read(from: requests, into: inbox) }
        reader.name = "requests"
        reader.start()
        while true {
            do { try answers.write(answer(to: inbox.take(), handle).line) } catch { _exit(0) }
        }
    }

    private static func answer(to request: String, _ handle: (String) throws -> String) -> WorkerAnswer {
        do {
            return .ok(try handle(request))
        } catch let fault as Fault {
            return .fault(fault)
        } catch {
            return .fault(.unforeseen(error, at: ""))
        }
    }

    private static func read(from descriptor: Int32, into inbox: Inbox) -> Never {
        let input = Descriptor(adopting: descriptor)
        var lines = LineBuffer()
        while case let bytes = input.read(), !bytes.isEmpty {
            lines.append(bytes)
            while let line = lines.takeLine() { inbox.put(String(decoding: line, as: UTF8.self)) }
        }
        _exit(0)
    }

    /// Gives the file behind `descriptor` a new number, which no child inherits, and puts another in its place.
    private static func move(_ descriptor: Int32, instead other: Int32) -> Int32 {
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard moved >= 0, other >= 0, dup2(other, descriptor) >= 0 else {
            perror("worker")
            _exit(1)
        }
        return moved
    }
}

private final class Inbox: Sendable {
    private let lines = Mutex<[String]>([])
    private let arrived = DispatchSemaphore(value: 0)

    func put(_ line: String) {
        lines.withLock { $0.append(line) }
        arrived.signal()
    }

    func take() -> String {
        arrived.wait()
        return lines.withLock { $0.removeFirst() }
    }
}
