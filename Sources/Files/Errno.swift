import Foundation
public import Model

/// A failed call of the system, by its number (errno(3)).
public struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
    public let code: Int32

    public init(_ code: Int32) { self.code = code }

    /// What the last call of the C library on this thread failed with.
    static var last: Errno { Errno(errno) }

    public static let noSuchFile = Errno(ENOENT)
    public static let isLoop = Errno(ELOOP)

    /// In the words of the system (strerror(3)).
    public var description: String { String(cString: strerror(code)) }

    /// The same within a sentence; a full disk, or quota, is "the disk is full".
    public var text: String { reason() == .diskFull ? "the disk is full" : description.lowercased() }

    /// What a failure to write counts as. A failure to read is `unreadable`, whatever its number.
    ///
    /// - Parameter otherwise: what numbers are that say nothing of room, rights or a name that is taken.
    public func reason(otherwise: Fault.Reason = .unreadable) -> Fault.Reason {
        switch code {
        case ENOSPC, EDQUOT: .diskFull
        case EACCES, EPERM, EROFS: .readOnly
        case EEXIST, ENOTEMPTY: .invalid
        default: otherwise
        }
    }

    /// The number behind an error of Foundation; nil where it tells none.
    public init?(behind error: any Error) {
        if let failure = error as? Errno {
            self = failure
        } else if let code = (error as? POSIXError)?.code.rawValue ?? Self.code(of: error as NSError) {
            self.init(code)
        } else {
            return nil
        }
    }

    private static func code(of error: NSError) -> Int32? {
        if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
        // What lies under an error of Foundation is a Swift error, which is no NSError until it is cast to one.
        if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error, let failure = Errno(behind: cause) {
            return failure.code
        }
        guard error.domain == NSCocoaErrorDomain else { return nil }
        switch CocoaError.Code(rawValue: error.code) {
        case .fileWriteOutOfSpace: return ENOSPC
        case .fileWriteNoPermission: return EACCES
        case .fileWriteVolumeReadOnly: return EROFS
        default: return nil
        }
    }
}

extension Fault {
    /// - Parameters:
    ///   - what: what could not be done; the system's words follow it in brackets.
    ///   - otherwise: see `Errno.reason`.
    public init(
        _ failure: Errno, _ what: String, at place: String, advice: String, otherwise: Reason = .unreadable
    ) {
        self.init(failure.reason(otherwise: otherwise), "\(what) (\(failure.text))", at: place, advice: advice)
    }

    /// Turns errors of the system and of Foundation into faults that name `place`; a `Fault` passes.
    public static func guarding<T>(_ place: String, _ body: () throws -> T) throws(Fault) -> T {
        do { return try body() } catch let fault as Fault { throw fault } catch {
            guard let failure = Errno(behind: error) else {
                throw Fault(
                    .unreadable, error.localizedDescription, at: place, advice: "Check the path and the disk.")
            }
            switch failure.reason() {
            case .diskFull:
                throw Fault(
                    .diskFull, failure.text, at: place, advice: "Free some space and run again; nothing is lost.")
            case .readOnly:
                throw Fault(failure, "it can't be written", at: place, advice: "Check the permissions of the folder.")
            case let reason:
                throw Fault(reason, "\(failure)", at: place, advice: "Check the path and the disk.")
            }
        }
    }
}
