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
}
