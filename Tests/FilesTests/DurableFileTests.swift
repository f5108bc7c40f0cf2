import Files
import Foundation
import Model
import Testing

struct DurableFileTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    @Test func replacesWhole() throws {
        try DurableFile.replace(scratch.file("a"), with: Array("one".utf8))
        #expect(try scratch.text("a") == "one")
        try DurableFile.replace(scratch.file("a"), with: Array("two".utf8))
        #expect(try scratch.text("a") == "two")
        #expect(try scratch.names == ["a"])
    }

    @Test func aFailedReplacementLeavesNothing() throws {
        try scratch.write("old", to: "a")
        // A folder can't be replaced by a file: the write is done, the name isn't given.
        try FileManager.default.createDirectory(atPath: scratch.file("b"), withIntermediateDirectories: false)
        #expect(throws: Errno.self) { try DurableFile.replace(scratch.file("b"), with: [1]) }
        // A name that is too long can't be placed either.
        let long = String(repeating: "n", count: 300)
        #expect(throws: Errno(ENAMETOOLONG)) { try DurableFile.replace(scratch.file(long), with: [1]) }
        #expect(throws: Errno.noSuchFile) { try DurableFile.replace(scratch.file("nowhere/a"), with: [1]) }
        #expect(try scratch.names == ["a", "b"])
        #expect(try scratch.text("a") == "old")
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere")) func aRefusedWriteLeavesTheOldFile() throws {
        try scratch.write("old", to: "a")
        chmod(scratch.path, 0o555)
        defer { chmod(scratch.path, 0o755) }
        #expect(throws: Errno(EACCES)) { try DurableFile.replace(scratch.file("a"), with: [1]) }
        #expect(try scratch.text("a") == "old" && scratch.names == ["a"])
    }

    /// The device that is always full.
    @Test(.enabled(if: FileNode.kind(at: "/dev/full") != nil)) func aFullDiskIsSaid() throws {
        let thrown = #expect(throws: Errno.self) { try DurableFile.write([1, 2, 3], to: "/dev/full") }
        #expect(thrown?.reason() == .diskFull)
    }

    @Test func replacesALinkNotWhatItLeadsTo() throws {
        try scratch.write("old", to: "a")
        try #require(symlink(scratch.file("a"), scratch.file("link")) == 0)
        try DurableFile.replace(scratch.file("link"), with: Array("new".utf8))
        #expect(try scratch.text("a") == "old" && scratch.text("link") == "new")
        #expect(try FileNode(scratch.file("link"), followingLinks: false).kind == .file)
    }

    @Test func placesUnderANewFolder() throws {
        let staged = scratch.file("staged")
        try DurableFile.write(Array("clip".utf8), to: staged)
        try DurableFile.place(staged, at: scratch.file("renditions/ab/clip.mp4"))
        #expect(try scratch.text("renditions/ab/clip.mp4") == "clip")
        #expect(try scratch.names == ["renditions"])
        #expect(throws: Errno.noSuchFile) { try DurableFile.place(staged, at: scratch.file("renditions/other")) }
    }

    @Test func namesAreMadeAndRemoved() throws {
        try Folder.make(scratch.file("f"))
        try Folder.make(scratch.file("f"))
        try Folder.sync(scratch.file("f"))
        #expect(throws: Errno.noSuchFile) { try Folder.sync(scratch.file("g")) }
        try scratch.write("x", to: "f/x")
        try Folder.remove(scratch.file("f/x"))
        try Folder.remove(scratch.file("f/x"))
        #expect(throws: Errno.self) { try Folder.remove(scratch.file("f")) }
    }
}
