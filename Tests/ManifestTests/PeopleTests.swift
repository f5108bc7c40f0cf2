import Manifest
import Model
import Testing

/// Who may sign in, and how long.
@Suite struct PeopleTests {
    let fixture: Fixture
    let manifest: Manifest

    init() throws {
        fixture = try Fixture()
        manifest = try fixture.open()
    }

    /// Moments of one day.
    private func at(_ hour: Int) -> String { "2026-05-04T\(hour < 10 ? "0" : "")\(hour):00:00Z" }

    private func invite(_ name: String, _ token: String, role: Person.Role = .reviewer, until hour: Int = 20) throws {
        try manifest.commit {
            try $0.people.invite(name, role: role, token: Digest(of: token), at: at(8), until: at(hour))
        }
    }

    private func redeem(_ token: String, _ session: String, at hour: Int = 9, until end: Int = 22) throws -> Person? {
        try manifest.commit {
            try $0.people.redeem(
                invitation: Digest(of: token), session: Digest(of: session), at: at(hour), until: at(end))
        }
    }

    private func person(_ session: String, at hour: Int = 10) throws -> Person? {
        try manifest.people.person(ofSession: Digest(of: session), at: at(hour))
    }

    @Test func anInvitationIsRedeemedOnce() throws {
        try invite("ada", "t1", role: .curator)
        #expect(try redeem("t1", "s1")?.name == "ada")
        #expect(try redeem("t1", "s2") == nil)
        #expect(try person("s1")?.role == .curator)
        #expect(try person("s2") == nil)
        #expect(try redeem("unknown", "s3") == nil)
        #expect(try person("t1") == nil, "the link is no cookie")
        #expect(
            try fixture.open().people.person(ofSession: Digest(of: "s1"), at: at(10))?.name == "ada", "it is on disk")
    }

    @Test func everythingEndsInTime() throws {
        try invite("ada", "t1", until: 9)
        #expect(try redeem("t1", "s1", at: 9) == nil, "good until, not at")
        try invite("ada", "t2", until: 10)
        #expect(try redeem("t2", "s2", at: 9, until: 12) != nil)
        #expect(try person("s2", at: 11) != nil)
        #expect(try person("s2", at: 12) == nil)
        try invite("ada", "t3")
        #expect(try redeem("t3", "s3") != nil)
        try manifest.commit { try $0.people.end(session: Digest(of: "s3"), at: at(10)) }
        #expect(try person("s3") == nil)
        #expect(try person("s2") != nil, "another browser of hers")
    }

    @Test func whoIsBarredIsOutUntilInvitedAgain() throws {
        try invite("ada", "t1")
        try invite("ada", "t2")
        try invite("bob", "t3")
        _ = try redeem("t1", "s1")
        _ = try redeem("t3", "s3")
        #expect(try manifest.commit { try $0.people.bar("ada", at: at(10)) })
        #expect(try manifest.commit { try $0.people.bar("nobody", at: at(10)) } == false)
        #expect(try person("s1") == nil)
        #expect(try redeem("t2", "s2") == nil, "a link from before")
        #expect(try person("s3")?.name == "bob")
        #expect(try manifest.people.all().map(\.barredAt) == [at(10), nil])
        try invite("ada", "t4", role: .curator)
        #expect(try redeem("t2", "s2") == nil, "that one stays used up")
        #expect(try person("s1") == nil, "and the old session ended")
        let back = try #require(try redeem("t4", "s4"))
        #expect(back.name == "ada" && back.role == .curator && back.barredAt == nil)
    }

    @Test func anotherRoleHoldsForEverySession() throws {
        try invite("ada", "t1")
        _ = try redeem("t1", "s1")
        #expect(try manifest.commit { try $0.people.change("ada", role: .curator) })
        #expect(try person("s1")?.role == .curator)
        #expect(try manifest.commit { try $0.people.change("ada", role: .reviewer) })
        #expect(try person("s1")?.role == .reviewer)
        #expect(try manifest.commit { try $0.people.change("nobody", role: .curator) } == false)
        #expect(try manifest.people.all().map(\.name) == ["ada"])
    }

    /// Two servers, or two clicks, at once.
    @Test func ofManyAtOnceOneIsLetIn() async throws {
        try invite("ada", "t1")
        let other = try fixture.open()
        let manifests = [manifest, other]
        let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<16 {
                group.addTask {
                    try manifests[number % 2].commit {
                        try $0.people.redeem(
                            invitation: Digest(of: "t1"), session: Digest(of: "s\(number)"), at: "2026-05-04T09:00:00Z",
                            until: "2026-05-05T09:00:00Z")
                    } != nil
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 1)
    }

    /// Whoever reads the database can't sign in with what they find.
    @Test func tokensAreKeptAsHashesAlone() throws {
        try invite("ada", "secret link")
        _ = try redeem("secret link", "secret cookie")
        for table in ["invitation", "session"] {
            let rows = try manifest.query("SELECT * FROM \(table)").rows
            #expect(rows.count == 1 && !rows[0].contains { $0.description.contains("secret") })
        }
    }
}
