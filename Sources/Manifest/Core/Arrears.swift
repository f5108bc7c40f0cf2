import GRDB
public import Model

extension Manifest {
    /// What a manifest may lack until it is opened to write.
    public enum Arrear: Sendable, Hashable {
        /// Its schema is an earlier one.
        case schema
        /// The ledger is not what it was when its decisions were last taken over.
        case decisions
        /// Outcomes were drawn from the decisions by another rule.
        case outcomes
        /// Views show another profile than the recipe's main one, or another rate.
        case profile
    }

    /// In what the manifest is behind. Of an earlier schema, that alone: no more can be asked of it.
    /// - Parameters:
    ///   - profile: the recipe's main one, as for `use(profile:)`.
    ///   - rule: as for `decisions.refreshOutcomes(under:)`.
    public func arrears(profile: Profile, outcomesUnder rule: Digest) throws -> [Arrear] {
        guard try schemaVersion() == Schema.version else { return [.schema] }
        let isDecided = try read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM decision)") ?? false }
        let settings = try settings()
        var arrears: [Arrear] = []
        if Int(settings["ledger_bytes"] ?? "") ?? 0 != ledger.size() { arrears.append(.decisions) }
        if isDecided, settings["outcomes"] != rule.hex { arrears.append(.outcomes) }
        if Self.settings(of: profile).contains(where: { settings[$0] != $1 }) { arrears.append(.profile) }
        return arrears
    }

    func schemaVersion() throws -> Int { try read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 } }

    private func settings() throws -> [String: String] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT key, value FROM setting").reduce(into: [:]) {
                $0[$1["key"]] = $1["value"]
            }
        }
    }

    private static func settings(of profile: Profile) -> [String: String] {
        ["profile": profile.name, "ordinal_seconds": String(profile.ordinalRate.reciprocal.double)]
    }

    /// The settings that views read: the main profile's name and the playing time of a frame without PTS.
    public func use(profile: Profile) throws {
        let known = try settings()
        let wanted = Self.settings(of: profile)
        guard wanted.contains(where: { known[$0] != $1 }) else { return }
        try write { db in
            for (key, value) in wanted {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", arguments: [key, value])
            }
        }
    }
}
