import Files
import Foundation
import Testing

struct DescriptorTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    /// Told by the other end: a number may belong to the next file by now, as tests run side by side.
    @Test func goesWithItsOwner() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let reader = Descriptor(adopting: ends[0])
        func writeAndDrop(_ raw: Int32) throws { try Descriptor(adopting: raw).write([1, 2, 3]) }
        try writeAndDrop(ends[1])
        #expect(reader.read() == [1, 2, 3])
        #expect(reader.read() == [])
    }

    @Test func aClosedEndIsAnErrorToWriteTo() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let writer = Descriptor(adopting: ends[0])
        try Descriptor(adopting: ends[1]).close()
        let thrown = #expect(throws: Errno.self) { try writer.write([1]) }
        #expect(thrown == Errno(EPIPE))
    }

    @Test func writesReadsSeeksAndTruncates() throws {
        let file = try Descriptor(scratch.file("a"), .update)
        try file.write([])
        try file.write(Array("abcdef".utf8))
        try file.seek(to: 2)
        #expect(file.read() == Array("cdef".utf8))
        #expect(file.read() == [])
        #expect(try file.seekToEnd() == 6)
        try file.truncate(to: 3)
        try file.sync()
        try file.append(Array("XY".utf8))
        #expect(try scratch.text("a") == "abcXY")
    }

    @Test func accessSaysWhatIsMade() throws {
        func code(_ name: String, _ access: Descriptor.Access) -> Int32? {
            do throws(Errno) {
                _ = try Descriptor(scratch.file(name), access)
                return nil
            } catch { return error.code }
        }
        #expect(code("a", .read) == ENOENT && code("a", .write) == ENOENT)
        #expect(code("a", .create) == nil)
        #expect(code("a", .create) == EEXIST)
        try scratch.write("old", to: "a")
        #expect(code("a", .update) == nil)
        #expect(try scratch.text("a") == "old")
        #expect(code("a", .replace) == nil)
        #expect(try scratch.text("a") == "")
        #expect(code("a", .folder) == ENOTDIR)
        #expect(code(".", .folder) == nil && code("a\u{0}b", .read) == ENOENT)
        try #require(symlink(scratch.path, scratch.file("link")) == 0)
        #expect(code("link", .folder) == nil)
        #expect([ELOOP, ENOTDIR].contains(code("link", .folderItself)))
    }

    @Test func isNotInherited() throws {
        let file = try Descriptor(scratch.file("a"), .create)
        #expect(fcntl(file.raw, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test func aFailedAppendLeavesNothing() throws {
        // A pipe can't be sought in: nothing is written.
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let reader = Descriptor(adopting: ends[0])
        let thrown: Errno?
        do throws(Errno) {
            try Descriptor(adopting: ends[1]).append([1])
            thrown = nil
        } catch { thrown = error }
        #expect(thrown == Errno(ESPIPE))
        #expect(reader.read() == [])
    }

    @Test func aLockIsOfOneOpenAlone() throws {
        let path = try scratch.write("", to: "lock")
        let first = try Descriptor(path, .update)
        let second = try Descriptor(path, .update)
        #expect(try first.lock())
        #expect(try first.lock())
        #expect(try !second.lock())
        try first.close()
        #expect(try second.lock())
    }

    @Test func aLockFileNamesItsHolder() throws {
        let path = try scratch.write("999999 and what else an older process wrote", to: "lock")
        do {
            let held = try #require(try FileLock(path))
            #expect(FileLock.holder(of: path) == "\(getpid())")
            #expect(try FileLock(path) == nil)
            withExtendedLifetime(held) {}
        }
        #expect(try FileLock(path) != nil)
        #expect(throws: Errno.noSuchFile) { try FileLock(scratch.file("nowhere/lock")) }
    }
}
