import Files
import Foundation
import Model
import Testing

struct FileDigestTests {
    private static let block = 1 << 20

    @Test(arguments: [0, 1, block - 1, block, block + 1, 2 * block, (5 << 19) + 17])
    func isOfAllBytes(count: Int) throws {
        let scratch = try Scratch()
        let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) })
        try bytes.write(to: URL(fileURLWithPath: scratch.file("a")))
        #expect(try Digest(ofFile: scratch.file("a")) == Digest(of: bytes))
    }

    @Test func whatCannotBeReadIsNamed() throws {
        let scratch = try Scratch()
        for path in [scratch.file("absent"), scratch.path] {
            let thrown = #expect(throws: Fault.self) { try Digest(ofFile: path) }
            #expect(thrown?.reason == .unreadable && thrown?.place == path)
        }
    }

    @Test func piecesMakeTheWhole() {
        var running = RunningDigest()
        running.update([1, 2][...])
        running.update([9, 3, 4, 9][1...2])
        #expect(running.digest == Digest(of: Data([1, 2, 3, 4])))
        #expect(String(running.words.high, radix: 16) == String(running.digest.hex.prefix(16).drop { $0 == "0" }))
    }
}
