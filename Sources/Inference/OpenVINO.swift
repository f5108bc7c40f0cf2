internal import COpenVINO
internal import Model

/// OpenVINO's C library, opened for the rest of the process.
///
/// Unchecked: the functions are found before the object is shared, and OpenVINO's are safe to call from any thread.
final class OpenVINO: @unchecked Sendable {
    let functions: openvino_functions

    /// Opens the library at `path`, which was found whole.
    init(_ path: String) throws(Fault) {
        var found = openvino_functions()
        var error = [CChar](repeating: 0, count: 512)
        guard copenvino_open(path, &found, &error) == 1 else {
            let words = error.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            throw Fault(
                .unsupported, "the runtime can't be opened (\(String(decoding: words, as: UTF8.self)))", at: path,
                advice: ModelDirectory.advice)
        }
        functions = found
    }
}

/// The one gate for calls of the library: passes a status of success, else throws the call, the library's own words and
/// what to do about the file in question.
struct Gate: Sendable {
    let library: OpenVINO
    /// The file that the calls are about.
    let path: String
    let advice: String

    func check(_ status: ov_status, _ call: String) throws(Fault) {
        if status == 0 { return }
        let text = library.functions.get_last_err_msg().map { String(cString: $0) } ?? ""
        // The library gives a trace, a line a level; the last one that says something is the cause.
        let cause = text.split(whereSeparator: \.isNewline).last { $0.contains { $0.isLetter } }
        let reason: Fault.Reason = text.contains("bad_alloc") ? .outOfMemory : .corrupt
        throw fault(reason, "\(call): \(cause ?? "status \(status)")")
    }

    /// What `body` made. The caller owns it.
    func make(_ call: String, _ body: (inout OpaquePointer?) -> ov_status) throws(Fault) -> OpaquePointer {
        var made: OpaquePointer?
        try check(body(&made), call)
        guard let made else { throw fault(.internal, "\(call) gave nothing") }
        return made
    }

    func fault(_ reason: Fault.Reason, _ what: String) -> Fault { Fault(reason, what, at: path, advice: advice) }
}
