import Model
import Pipeline
import Testing

@Suite struct FingerprintTemplateTests {
    private struct Inputs: Encodable {
        let before: String
        let clip: ClipID
        let profile: Profile
        let version: Int
    }

    @Test(arguments: ["clip-0", "clip-00112233445566778899aabbccddeeff"])
    func it_is_the_digest_of_the_whole_json(_ id: String) throws {
        func inputs(_ clip: ClipID) -> Inputs {
            Inputs(before: "a \"quoted\" µm", clip: clip, profile: .wan, version: 3)
        }
        let clip = ClipID(rawValue: id)
        #expect(try FingerprintTemplate(inputs).fingerprint(of: clip) == Digest(ofJSON: inputs(clip)))
    }

    @Test func inputs_without_their_clip_are_refused() {
        #expect(throws: Fault.self) { try FingerprintTemplate { _ in ["version": 1] } }
    }
}
