import Dispatch
import Foundation
import Model
import Testing

struct RunningDigestTests {
    /// FIPS 180-4's examples (NIST, "SHA256.pdf" and "SHA2_Additional.pdf").
    private static let known: [(bytes: Data, hex: String)] = [
        (Data(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Data("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Data("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (Data([0xBD]), "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"),
        (Data(count: 64), "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
        (Data(repeating: 0x61, count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test(arguments: known.indices) func isWhatTheStandardSays(index: Int) {
        #expect(Digest(of: Self.known[index].bytes).hex == Self.known[index].hex)
    }

    @Test(arguments: known.indices) func piecesMakeTheWhole(index: Int) {
        let (bytes, hex) = Self.known[index]
        var random = SplitMix(seed: UInt64(index))
        var running = RunningDigest()
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(random.whole(in: 0...200))
            running.update(piece)
            rest = rest.dropFirst(piece.count)
        }
        #expect(running.digest.hex == hex)
    }

    @Test func whatItAnswersIsOfTheBytesSoFar() {
        var running = RunningDigest()
        #expect(running.digest == Digest(of: ""))
        running.update([1, 2][...])
        #expect(running.digest == Digest(of: Data([1, 2])) && running.digest == Digest(of: Data([1, 2])))
        running.update([9, 3, 4, 9][1...2])
        #expect(running.digest == Digest(of: Data([1, 2, 3, 4])))
        #expect(String(running.words.high, radix: 16) == String(running.digest.hex.prefix(16).drop { $0 == "0" }))
        #expect(running.words.low == UInt64(running.digest.hex.dropFirst(16).prefix(16), radix: 16))
    }

    /// A byte buffer in pieces, as `Dispatch` gives it.
    @Test func dataInPiecesIsTheSame() {
        var pieces = DispatchData.empty
        for text in ["a", "", "bc"] { pieces.append(Data(text.utf8).withUnsafeBytes { DispatchData(bytes: $0) }) }
        #expect(Digest(of: pieces) == Digest(of: "abc"))
    }

    @Test func threadsDoNotDisturbEachOther() {
        let texts = (0..<64).map { String(repeating: "\($0)", count: 1000) }
        let alone = texts.map { Digest(of: $0) }
        DispatchQueue.concurrentPerform(iterations: 256) { #expect(Digest(of: texts[$0 % 64]) == alone[$0 % 64]) }
    }
}
