internal import CFFmpeg
internal import Model

/// Whether a failed call was reading the footage or writing a result: the same code then means another thing.
enum Access { case reading, writing }

/// The one gate for C calls: passes a result that is not negative, else throws the call, FFmpeg's words for the code
/// and its last log line.
@discardableResult
func check(
    _ code: Int32, _ call: String, at path: String, _ access: Access = .reading
) throws(Fault) -> Int32 {
    if code >= 0 { return code }
    throw fault(of: code, call, at: path, access)
}

/// The owner's guard against a failed allocation.
func allocated<T>(_ pointer: T?, _ call: String, at path: String) throws(Fault) -> T {
    guard let pointer else { throw fault(of: mc_error_no_memory, call, at: path, .reading) }
    return pointer
}

func fault(of code: Int32, _ call: String, at path: String, _ access: Access) -> Fault {
    let line = FFmpegLog.take()
    let what = "\(call): \(errorText(code))" + (line.isEmpty ? "" : " (\(line))")
    let (reason, advice): (Fault.Reason, String) =
        switch code {
        case mc_error_no_memory:
            // libavformat also says so of a damaged header that claims gigabytes.
            (.outOfMemory, "Check that the file is whole; if it is, run fewer workers, or add memory.")
        case mc_error_no_space: (.diskFull, "Free disk space, then run again.")
        case mc_error_read_only: (.readOnly, "Make the folder writable, or choose another one.")
        case mc_error_access, mc_error_permission:
            access == .reading
                ? (.unreadable, "Give yourself permission to read it.")
                : (.readOnly, "Make the folder writable, or choose another one.")
        case mc_error_no_entry:
            access == .reading
                ? (.unreadable, "Check the path.")
                : (.readOnly, "Create the folder first.")
        case mc_error_io: (.unreadable, "Check the disk, or copy the file again.")
        case mc_error_decoder_not_found, mc_error_encoder_not_found, mc_error_demuxer_not_found,
            mc_error_muxer_not_found, mc_error_patch_welcome:
            (.unsupported, "Convert the file to H.264 in MP4, or install an FFmpeg that has this codec.")
        default:
            access == .reading
                ? (.corrupt, "Fetch the file again, or repair it.")
                : (.internal, "Report this with the file that caused it.")
        }
    return Fault(reason, what, at: path, advice: advice)
}

private func errorText(_ code: Int32) -> String {
    if code == mc_error_invalid_data { return "invalid data" }
    var text = [CChar](repeating: 0, count: 128)
    av_strerror(code, &text, text.count)
    return String(nullTerminated: text)
}

/// FFmpeg's log: nothing is printed, the last error line is kept for the next `Fault`.
enum FFmpegLog {
    private static let installed: Void = mc_log_install()

    static func install() { _ = installed }

    /// The last error line of any thread, which is then forgotten; empty where there is none.
    static func take() -> String {
        var text = [CChar](repeating: 0, count: 1024)
        mc_log_take(&text, Int32(text.count))
        return String(nullTerminated: text)
    }
}

extension String {
    fileprivate init(nullTerminated text: [CChar]) {
        self.init(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// A C string of FFmpeg's own, such as a codec's name.
    init(copying text: UnsafePointer<CChar>?) { self = text.map { String(cString: $0) } ?? "" }
}

extension Rational {
    /// nil where FFmpeg says unknown (zero or negative).
    init?(_ value: AVRational) {
        guard value.num > 0, value.den > 0 else { return nil }
        self.init(Int64(value.num), Int64(value.den))
    }

    /// nil where a part exceeds 32 bits.
    var av: AVRational? {
        guard let numerator = Int32(exactly: numerator), let denominator = Int32(exactly: denominator) else {
            return nil
        }
        return AVRational(num: numerator, den: denominator)
    }
}
