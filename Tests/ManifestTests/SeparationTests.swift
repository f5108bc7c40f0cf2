import Manifest
import Model
import Testing

/// Pairs that a curator keeps apart.
@Suite struct SeparationTests {
    let fixture: Fixture
    let manifest: Manifest

    init() throws {
        fixture = try Fixture()
        manifest = try fixture.manifest(clips: 3)
    }

    private func pair(_ a: Int, _ b: Int) -> [ClipID] { [fixture.clip(a), fixture.clip(b)].sorted() }

    @Test func aPairIsRememberedWhicheverWayItIsNamed() throws {
        try manifest.commit { try $0.duplicates.separate(fixture.clip(0), fixture.clip(1), by: "cora") }
        try manifest.commit { try $0.duplicates.separate(fixture.clip(1), fixture.clip(0), by: "carl") }
        try manifest.commit { try $0.duplicates.separate(fixture.clip(2), fixture.clip(0), by: "cora") }
        #expect(
            try manifest.duplicates.separated()
                == [pair(0, 1), pair(0, 2)].sorted { $0[0] == $1[0] ? $0[1] < $1[1] : $0[0] < $1[0] })
        #expect(
            try fixture.open().duplicates.separatedPairs().first { [$0.clipId, $0.otherId] == pair(0, 1) }?.saidBy
                == "cora")
        try manifest.commit { try $0.duplicates.unite(fixture.clip(1), fixture.clip(0)) }
        #expect(try manifest.duplicates.separated() == [pair(0, 2)])
        try manifest.commit { try $0.duplicates.unite(fixture.clip(1), fixture.clip(2)) }
        #expect(try manifest.duplicates.separated() == [pair(0, 2)], "what was not apart")
    }

    @Test func nonsenseIsRefused() throws {
        #expect(throws: Fault.self) {
            try manifest.commit {
                try $0.duplicates.separate(fixture.clip(0), ClipID(rawValue: "clip-none"), by: "cora")
            }
        }
        try? manifest.commit { try $0.duplicates.separate(fixture.clip(0), fixture.clip(0), by: "cora") }
        #expect(try manifest.duplicates.separated().isEmpty)
    }
}
