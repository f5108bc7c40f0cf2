import Files
import Foundation
import Model
import Testing

struct FileStatusTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test func tellsKindSizeAndIdentity() throws {
        let path = try scratch.write("12345", to: "a")
        try #require(symlink(path, scratch.file("link")) == 0)
        try #require(symlink(scratch.file("gone"), scratch.file("broken")) == 0)
        #expect(FileNode.kind(at: path) == .file && FileNode.kind(at: scratch.path) == .folder)
        #expect(FileNode.kind(at: scratch.file("link")) == .file && FileNode.kind(at: scratch.file("broken")) == nil)
        #expect(try FileNode(scratch.file("broken"), followingLinks: false).kind == .link)
        #expect(FileNode.kind(at: "") == nil && FileNode.kind(at: path + "\u{0}") == nil)
        #expect(FileNode.kind(at: "/dev/null") == .other)

        let node = try FileNode(path)
        let descriptor = try Descriptor(path, .read)
        #expect(try FileNode(of: descriptor) == node && node.status.bytes == 5)
        #expect(try FileNode(scratch.file("link")).identity == node.identity)
        #expect(try FileNode(scratch.path).identity != node.identity)
        #expect(try FileStatus(path) == node.status)
    }

    @Test func anotherTimeIsAnotherStatus() throws {
        let path = try scratch.write("12345", to: "a")
        let before = try FileStatus(path)
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
        #expect(try FileStatus(path) != before)
        #expect(try FileStatus(path).modifiedNanoseconds == 1_000_000_000)
        let thrown = #expect(throws: Fault.self) { try FileStatus(scratch.file("gone")) }
        #expect(thrown?.what == "it can't be opened (no such file or directory)")
    }

    @Test func aLocalFolderHasRoomAndNoNetwork() throws {
        #expect(try #require(FileSystem.freeBytes(in: scratch.path)) > 0)
        #expect(FileSystem.freeBytes(in: scratch.file("gone")) == nil)
        // Neither file nor folder need be there yet.
        #expect(FileSystem(containing: "/proc/nowhere/file").network == nil)
    }
}
