public import Model

/// Reads a tar archive as `TarWriter` writes it, from front to back. Damage is a `Fault` that names shard and member.
public final class TarReader {
    public struct Member: Hashable, Sendable {
        public let name: String
        /// Bytes of the body.
        public let size: Int
    }

    private let file: InputFile
    private let name: String
    private var member: Member?
    /// Bytes of the present member's body that are not read yet.
    private var rest = 0

    /// - Parameter name: what faults call the shard.
    public init(_ path: String, name: String) throws {
        file = try InputFile(path)
        self.name = name
    }

    /// The next member, skipping what is unread of the one before; nil at the end of the archive.
    public func next() throws -> Member? {
        while try !read().isEmpty {}
        if let member { try expectZeros(TarHeader.padding(member.size), "the padding behind its body") }
        let start = file.offset
        let block = try take(TarHeader.blockSize)
        if block.allSatisfy({ $0 == 0 }) {
            try end()
            return nil
        }
        do {
            let header = try TarHeader(block: block)
            guard header.size <= file.size - file.offset else {
                throw TarHeader.Damage(what: "its \(header.size) bytes reach past the end of the shard")
            }
            member = Member(name: header.name, size: header.size)
            rest = header.size
            return member
        } catch let damage as TarHeader.Damage {
            let after = member.map { "the member after \($0.name)" } ?? "the first member"
            throw fault(.corrupt, damage.what, member: "\(after), at byte \(start)")
        }
    }

    /// The next bytes of the present member's body; none at its end.
    public func read() throws -> ArraySlice<UInt8> {
        guard rest > 0 else { return [] }
        let block = try file.read(upTo: rest)
        guard !block.isEmpty else { throw fault(.truncated, "the shard ends within its body", member: member?.name) }
        rest -= block.count
        return block
    }

    /// The whole body of the present member.
    public func readAll() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let block = try read()
            if block.isEmpty { return body }
            body += block
        }
    }

    /// Reads to the end of the file, whatever is there; the hash of the whole file.
    public func drain() throws -> Digest { try file.drain() }

    private func end() throws {
        member = nil
        try expectZeros(TarHeader.blockSize, "the end of the archive")
        guard file.offset == file.size else {
            throw fault(.corrupt, "\(file.size - file.offset) bytes follow the end of the archive", member: nil)
        }
    }

    private func expectZeros(_ count: Int, _ what: String) throws {
        guard try take(count).allSatisfy({ $0 == 0 }) else {
            throw fault(.corrupt, "\(what) is not zero", member: member?.name)
        }
    }

    private func take(_ count: Int) throws -> ArraySlice<UInt8> {
        let bytes = try file.read(exactly: count)
        guard bytes.count == count else {
            throw fault(.truncated, "the shard ends early, at byte \(file.offset)", member: member?.name)
        }
        return bytes[...]
    }

    private func fault(_ reason: Fault.Reason, _ what: String, member: String?) -> Fault {
        let place = member.map { "\(name): \($0)" } ?? name
        return Fault(reason, what, at: place, advice: "Copy the shard again from where it came from, or export again.")
    }
}
