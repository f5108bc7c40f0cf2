internal import Glibc
internal import Model

/// Why a worker gave no answer.
enum WorkerFailure: Error {
    /// It ended by itself, with the status that `waitpid` gave.
    case exited(status: Int32)
    case timedOut
    case outgrew(bytes: Int)
    /// It closed its output, but went on.
    case closedOutput
    /// It wrote something that is no answer.
    case garbled([UInt8])
    /// The run ended before.
    case cancelled

    /// The fault that the user sees. `errors` is the end of the worker's standard error.
    func fault(at label: String, limits: WorkerLimits, errors: String) -> Fault {
        let words = Self.lastWords(errors)
        let retry = "then `microcurate retry`."
        switch self {
        case .exited(let status):
            let (what, advice) = Self.describe(status: status)
            return Fault(.crashed, what + words, at: label, advice: advice)
        case .timedOut:
            return Fault(
                .timedOut, "it took longer than the limit of \(Quantity.duration(limits.seconds))" + words, at: label,
                advice: "If it only needs longer, raise --time-limit (90s, 30m, 2h), \(retry)")
        case .outgrew(let bytes):
            let limit = Quantity.size(limits.residentBytes)
            return Fault(
                .outOfMemory, "it took \(Quantity.size(bytes)) of memory, the limit is \(limit)" + words, at: label,
                advice: "If the machine has more, raise --memory-limit (512M, 8G), \(retry)")
        case .closedOutput:
            return Fault(
                .crashed, "the worker closed its output before it answered" + words, at: label, advice: Self.report)
        case .cancelled:
            return Fault(.busy, "the run ended before it was done", at: label, advice: "Run 'microcurate run' again.")
        case .garbled(let bytes):
            let start = String(decoding: bytes.prefix(200), as: UTF8.self).onOneLine
            return Fault(
                .internal, "the worker's answer can't be understood: \"\(start)\"" + words, at: label,
                advice: Self.report)
        }
    }

    private static let report = "Try `microcurate retry`; if it happens again, report it together with the file."

    private static func describe(status: Int32) -> (what: String, advice: String) {
        let signal = status & 0x7f
        guard signal != 0 else {
            return ("the worker exited with code \(status >> 8 & 0xff) before it answered", report)
        }
        let name = strsignal(signal).map { String(cString: $0).lowercased() } ?? "unknown signal"
        switch signal {
        case SIGKILL:
            return (
                "the worker was killed from outside (signal 9), perhaps by the kernel because memory ran out",
                "Look for \"Out of memory\" in `dmesg`; use fewer --workers, then `microcurate retry`."
            )
        case SIGINT, SIGTERM, SIGHUP:
            return (
                "the worker was ended from outside: \(name) (signal \(signal))",
                "If that was not meant, try `microcurate retry`."
            )
        default:
            return ("the worker crashed: \(name) (signal \(signal))", report)
        }
    }

    /// The last lines of standard error, at most 1,000 characters, in one line.
    private static func lastWords(_ errors: String) -> String {
        let lines = errors.split(whereSeparator: \.isNewline).map { String($0).onOneLine }.filter { !$0.isEmpty }
        let words = lines.joined(separator: " | ").suffix(1000)
        return words.isEmpty ? "" : "; it said: \(words)"
    }
}
