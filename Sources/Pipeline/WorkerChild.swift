internal import Files
internal import Glibc
internal import Model

/// One spawned child with the parent's ends of its standard input, output and error. Killed and reaped at the latest
/// when the last reference goes.
final class WorkerChild {
    let pid: pid_t
    private var input: Descriptor?
    private let output: Descriptor
    private let errors: Descriptor
    private var errorsEnded = false
    private(set) var outputEnded = false
    /// What came on standard output and was not taken as a line.
    private(set) var lines = LineBuffer()
    private var errorTail: [UInt8] = []
    private var status: Int32?

    private static let tailBytes = 4096
    private static let pageBytes = sysconf(Int32(_SC_PAGESIZE))

    private init(pid: pid_t, input: consuming Descriptor, output: consuming Descriptor, errors: consuming Descriptor) {
        self.pid = pid
        self.input = consume input
        self.output = output
        self.errors = errors
    }

    deinit { kill() }

    /// Starts `command` (its first word found through PATH) in the parent's process group, so that Ctrl-C reaches it,
    /// and without the ends of any other worker's channels. Throws `Fault(.busy)` when it can't be started: the
    /// machine's fault, not the item's.
    static func spawn(_ command: [String], environment: [String: String]) throws(Fault) -> WorkerChild {
        guard let input = Channel.open(), let output = Channel.open(), let errors = Channel.open() else {
            throw cannotStart(command, errno)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.child.raw, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output.child.raw, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.child.raw, STDERR_FILENO)

        // A parent that ignores SIGPIPE or blocks signals in a thread must not hand that on.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var standard = sigset_t()
        sigemptyset(&standard)
        sigaddset(&standard, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &standard)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words = command.map { strdup($0) } + [nil]
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid = pid_t()
        let code = posix_spawnp(&pid, words[0] ?? strdup(""), &actions, &attributes, words, variables)
        guard code == 0 else { throw cannotStart(command, code) }
        preferForOutOfMemoryKiller(pid)
        return WorkerChild(pid: pid, input: input.parent, output: output.parent, errors: errors.parent)
    }

    private static func cannotStart(_ command: [String], _ code: Int32) -> Fault {
        Fault(
            .busy, "a worker can't be started: \(Errno(code))",
            at: command.joined(separator: " "),
            advice: code == EMFILE || code == ENFILE || code == EAGAIN || code == ENOMEM
                ? "Use fewer --workers, or raise the limits that `ulimit -a` shows."
                : "Check that the program is there and may be run.")
    }

    /// When the machine runs out of memory, the kernel should take a worker, not the run.
    private static func preferForOutOfMemoryKiller(_ pid: pid_t) {
        try? Descriptor("/proc/\(pid)/oom_score_adj", .write).write(Array("500".utf8))
    }

    // MARK: - The conversation

    /// Sends what the child takes of `unsent` and reads what it has written, waiting at most so long for either.
    func pump(_ unsent: inout ArraySlice<UInt8>, milliseconds: Int32) {
        var ends = [
            pollfd(fd: unsent.isEmpty ? -1 : rawInput, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: outputEnded ? -1 : output.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errorsEnded ? -1 : errors.raw, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&ends, nfds_t(ends.count), milliseconds) > 0 else { return }
        if ends[0].revents != 0 { send(&unsent) }
        if ends[1].revents != 0 {
            let bytes = output.read()
            lines.append(bytes)
            outputEnded = bytes.isEmpty
        }
        if ends[2].revents != 0 {
            let bytes = errors.read()
            errorTail = (errorTail + bytes).suffix(Self.tailBytes)
            errorsEnded = bytes.isEmpty
        }
    }

    func takeLine() -> [UInt8]? { lines.takeLine() }

    /// Reads all that is there now, without waiting.
    func drain() {
        var nothing: ArraySlice<UInt8> = []
        while !(outputEnded && errorsEnded), isReadable { pump(&nothing, milliseconds: 0) }
    }

    /// The last words on standard error since the last call, at most 4 KiB.
    func takeErrors() -> String {
        defer { errorTail = [] }
        return String(decoding: errorTail, as: UTF8.self)
    }

    private var rawInput: Int32 {
        switch input {
        case .some(let descriptor): descriptor.raw
        case .none: -1
        }
    }

    private var isReadable: Bool {
        var ends = [
            pollfd(fd: outputEnded ? -1 : output.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errorsEnded ? -1 : errors.raw, events: Int16(POLLIN), revents: 0),
        ]
        return poll(&ends, nfds_t(ends.count), 0) > 0
    }

    private func send(_ unsent: inout ArraySlice<UInt8>) {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let sent = unsent.withUnsafeBytes { Glibc.send(rawInput, $0.baseAddress, $0.count, flags) }
        if sent > 0 {
            unsent = unsent.dropFirst(sent)
        } else if errno != EAGAIN && errno != EINTR {
            input = nil
        }
    }

    // MARK: - The process

    /// Bytes of memory that the child holds by itself: resident pages without those of mapped files, which the kernel
    /// can take back. 0 when it is gone.
    var residentBytes: Int {
        guard let file = try? Descriptor("/proc/\(pid)/statm", .read) else { return 0 }
        let text = String(decoding: file.read(), as: UTF8.self)
        let pages = text.split(separator: " ").compactMap { Int($0) }
        return pages.count > 2 ? max(pages[1] - pages[2], 0) * Self.pageBytes : 0
    }

    /// The wait status of a child that has ended, nil while it runs.
    func reap() -> Int32? {
        if status == nil {
            var value: Int32 = 0
            let answer = waitpid(pid, &value, WNOHANG)
            if answer == pid { status = value } else if answer < 0 && errno == ECHILD { status = 0 }
        }
        return status
    }

    /// Ends the child with SIGKILL. A child that the kernel can't end (it waits for a dead disk) is left after 5 s.
    func kill() {
        guard reap() == nil else { return }
        _ = Glibc.kill(pid, SIGKILL)
        for _ in 0..<5000 where reap() == nil { usleep(1000) }
    }

    /// Ends the child's input and gives it `seconds` to go by itself, then kills it.
    func end(within seconds: Double) {
        input = nil
        var nothing: ArraySlice<UInt8> = []
        let start = SuspendingClock.now
        while reap() == nil, SuspendingClock.now - start < .seconds(seconds) {
            pump(&nothing, milliseconds: outputEnded ? 2 : 20)
        }
        kill()
    }
}
