/// One ustar header block (POSIX.1-1988), with what would differ between machines fixed: mtime, uid and gid 0,
/// mode 0444, no user names.
struct TarHeader: Equatable {
    static let blockSize = 512
    static let longestName = 100
    static let largestMember = 0o77777777777

    var name: String
    var size: Int

    /// Bytes of padding behind a body of `size` bytes.
    static func padding(_ size: Int) -> Int { (blockSize - size % blockSize) % blockSize }

    /// - Precondition: the name and size fit (`TarWriter` refuses others).
    func block() -> [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put("0000444", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(Self.octal(size, digits: 11), at: 124)
        put(Self.octal(0, digits: 11), at: 136)
        put("0", at: 156)
        put("ustar\u{0}00", at: 257)
        put("0000000", at: 329)
        put("0000000", at: 337)
        put(Self.octal(Self.checksum(block), digits: 6) + "\u{0} ", at: 148)
        return block
    }

    init(name: String, size: Int) {
        self.name = name
        self.size = size
    }

    /// What is wrong with a header block, in words.
    struct Damage: Error { let what: String }

    init(block: ArraySlice<UInt8>) throws(Damage) {
        let bytes = Array(block)
        guard Self.number(bytes[148..<156]) == Self.checksum(bytes) else {
            throw Damage(what: "its header's checksum does not match")
        }
        guard bytes[257..<263].elementsEqual("ustar\u{0}".utf8) else { throw Damage(what: "it has no ustar header") }
        guard bytes[156] == UInt8(ascii: "0") else { throw Damage(what: "it is not a plain file") }
        let text = bytes[0..<Self.longestName].prefix { $0 != 0 }
        guard let name = String(validating: text, as: UTF8.self), !name.isEmpty else {
            throw Damage(what: "its name is empty or not UTF-8")
        }
        guard let size = Self.number(bytes[124..<136]) else { throw Damage(what: "its size is not a number") }
        self.name = name
        self.size = size
    }

    /// The sum of all bytes, those of the checksum field counted as spaces.
    private static func checksum(_ block: [UInt8]) -> Int {
        let field = block[148..<156].reduce(0) { $0 + Int($1) }
        return block.reduce(0) { $0 + Int($1) } - field + 8 * Int(UInt8(ascii: " "))
    }

    private static func octal(_ value: Int, digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
