import Files
import Foundation
import Model
import Testing

struct ErrnoTests {
    @Test(arguments: [
        (ENOSPC, Fault.Reason.diskFull, "the disk is full"), (EDQUOT, .diskFull, "the disk is full"),
        (EACCES, .readOnly, "permission denied"), (EPERM, .readOnly, "operation not permitted"),
        (EROFS, .readOnly, "read-only file system"), (EEXIST, .invalid, "file exists"),
        (ENOTEMPTY, .invalid, "directory not empty"), (ENOENT, .unreadable, "no such file or directory"),
        (EIO, .unreadable, "input/output error"),
    ])
    func everyNumberHasOneReason(code: Int32, reason: Fault.Reason, text: String) {
        let fault = Fault(Errno(code), "it can't be done", at: "/a", advice: "Do.")
        #expect(fault == Fault(reason, "it can't be done (\(text))", at: "/a", advice: "Do."))
        let other = Errno(code).reason(otherwise: .busy)
        #expect(other == (reason == .unreadable ? .busy : reason))
    }

    @Test func guardingNamesThePlace() throws {
        func fault(_ error: any Error) -> Fault? {
            do {
                return try Fault.guarding("/place") { throw error }
            } catch { return error }
        }
        let own = Fault(.busy, "a", at: "/b", advice: "c")
        #expect(fault(own) == own)
        let full = fault(Errno(ENOSPC))
        #expect(full?.reason == .diskFull && full?.what == "the disk is full" && full?.place == "/place")
        #expect(fault(POSIXError(.EROFS))?.what == "it can't be written (read-only file system)")
        #expect(fault(CocoaError(.fileWriteOutOfSpace)) == full)
        #expect(fault(CocoaError(.fileWriteNoPermission))?.reason == .readOnly)
        #expect(fault(Errno(EISDIR))?.what == "Is a directory")
        #expect(fault(CancellationError())?.reason == .unreadable)
        #expect(try Fault.guarding("/place") { 7 } == 7)
    }

    @Test func foundationsErrorsTellTheirNumber() throws {
        let scratch = try Scratch()
        let file = try scratch.write("", to: "a")
        let thrown = #expect(throws: (any Error).self) {
            try FileManager.default.createDirectory(atPath: file + "/b", withIntermediateDirectories: true)
        }
        #expect(Errno(behind: try #require(thrown)) == Errno(ENOTDIR))
        #expect(Errno(behind: CancellationError()) == nil)
    }
}
