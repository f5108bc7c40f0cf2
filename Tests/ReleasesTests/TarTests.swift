import Files
import Foundation
import Model
import Releases
import Testing

@Suite struct TarTests {
    let fixture: ReleaseFixture

    init() throws { fixture = try ReleaseFixture() }

    /// Sizes around the block of 512 bytes, and one over the reader's buffer.
    static let sizes = [0, 1, 511, 512, 513, 1024, 300_000]

    private func body(_ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ size) } }

    private func write(_ name: String = "a.tar") throws -> ReleaseFile {
        let writer = try TarWriter(name, in: fixture.root)
        for size in Self.sizes {
            let bytes = body(size)
            try writer.begin("member-\(size).bin", size: size)
            try writer.write(bytes[..<(size / 3)])
            try writer.write(bytes[(size / 3)...])
            try writer.end()
        }
        return try writer.finish()
    }

    @Test func what_is_written_is_read() throws {
        let file = try write()
        let reader = try TarReader(fixture.root + "/a.tar", name: "a.tar")
        for size in Self.sizes {
            let member = try reader.next()
            #expect(member?.name == "member-\(size).bin" && member?.size == size)
            #expect(try reader.readAll() == body(size))
        }
        #expect(try reader.next() == nil)
        #expect(try reader.drain() == file.sha256)
        #expect(try Digest(ofFile: fixture.root + "/a.tar") == file.sha256)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.root + "/a.tar")).count == file.bytes)
    }

    @Test func bodies_can_be_skipped() throws {
        _ = try write()
        let reader = try TarReader(fixture.root + "/a.tar", name: "a.tar")
        var names: [String] = []
        while let member = try reader.next() { names.append(member.name) }
        #expect(names == Self.sizes.map { "member-\($0).bin" })
    }

    @Test func the_same_members_are_the_same_bytes() throws {
        #expect(try write("a.tar").sha256 == write("b.tar").sha256)
    }

    @Test(.enabled(if: has("tar"), "needs the tar command"))
    func the_tar_command_reads_it() throws {
        _ = try write()
        let listing = try run(
            ["env", "TZ=UTC", "LC_ALL=C", "tar", "--numeric-owner", "-tvf", "a.tar"], in: fixture.root)
        #expect(listing.status == 0)
        let lines = listing.output.split(separator: "\n")
        #expect(lines.count == Self.sizes.count)
        for (line, size) in zip(lines, Self.sizes) {
            let columns = line.split(separator: " ")
            #expect(columns == ["-r--r--r--", "0/0", "\(size)", "1970-01-01", "00:00", "member-\(size).bin"])
        }
    }

    @Test(.enabled(if: has("python3"), "needs python3"))
    func pythons_tarfile_reads_it() throws {
        _ = try write()
        let script = """
            import hashlib, tarfile
            with tarfile.open("a.tar", "r:") as tar:
                for m in tar:
                    digest = hashlib.sha256(tar.extractfile(m).read()).hexdigest()
                    print(m.name, m.size, m.mtime, m.uid, m.gid, oct(m.mode), m.isreg(), digest)
            """
        let result = try run(["python3", "-c", script], in: fixture.root)
        #expect(result.status == 0)
        let expected = Self.sizes.map { "member-\($0).bin \($0) 0 0 0 0o444 True \(Digest(of: Data(body($0))))\n" }
        #expect(result.output == expected.joined())
    }

    @Test func names_that_do_not_fit_are_refused() throws {
        let writer = try TarWriter("a.tar", in: fixture.root)
        let long = String(repeating: "n", count: 96)
        try writer.append(long + ".mp4", bytes: Array("fits in 100 bytes".utf8))
        #expect(fault { try writer.append(long + "n.mp4", bytes: []) }?.reason == .invalid)
        #expect(fault { try writer.append("", bytes: []) }?.reason == .invalid)
        #expect(fault { try writer.begin("big.mp4", size: 1 << 33) }?.reason == .invalid)
        _ = try writer.finish()
        #expect(try TarReader(fixture.root + "/a.tar", name: "a.tar").next()?.name == long + ".mp4")
    }

    @Test(arguments: [3, 5])
    func a_body_of_another_size_is_refused(_ count: Int) throws {
        let writer = try TarWriter("a.tar", in: fixture.root)
        try writer.begin("c.mp4", size: 4)
        try writer.write(body(count)[...])
        let thrown = fault { try writer.end() }
        #expect(thrown?.reason == .mismatch)
        #expect(thrown?.place == "a.tar: c.mp4")
    }

    @Test func every_cut_is_a_fault() throws {
        let writer = try TarWriter("a.tar", in: fixture.root)
        try writer.append("one.txt", bytes: Array("eins".utf8))
        try writer.append("two.txt", bytes: Array("zwei".utf8))
        _ = try writer.finish()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.root + "/a.tar"))
        for count in 0..<bytes.count {
            let path = fixture.root + "/cut.tar"
            try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
            let thrown = fault {
                let reader = try TarReader(path, name: "cut.tar")
                while try reader.next() != nil {}
            }
            #expect([.truncated, .corrupt].contains(thrown?.reason), "cut to \(count) bytes")
            #expect(thrown?.place.hasPrefix("cut.tar") == true)
        }
    }

    @Test func damage_names_the_member() throws {
        let writer = try TarWriter("a.tar", in: fixture.root)
        try writer.append("one.txt", bytes: Array("eins".utf8))
        try writer.append("two.txt", bytes: Array("zwei".utf8))
        _ = try writer.finish()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.root + "/a.tar"))
        func read(flipping offset: Int) throws -> Fault? {
            var damaged = bytes
            damaged[offset] ^= 0x41
            try damaged.write(to: URL(fileURLWithPath: fixture.root + "/b.tar"))
            return fault {
                let reader = try TarReader(fixture.root + "/b.tar", name: "b.tar")
                while try reader.next() != nil {}
            }
        }
        // Every byte of the headers, the padding and the end is checked; bodies are the caller's to hash.
        for offset in Array(0..<512) + Array(516..<1536) + Array(1540..<bytes.count) {
            #expect(try read(flipping: offset) != nil, "byte \(offset)")
        }
        #expect(try read(flipping: 130)?.place == "b.tar: the first member, at byte 0")
        #expect(try read(flipping: 1024 + 130)?.place == "b.tar: the member after one.txt, at byte 1024")
        #expect(try read(flipping: 600)?.place == "b.tar: one.txt")
    }
}
