import Model

/// Who looks at which clip just now. Kept in memory: a lease promises nothing that a restart could lose, and the page
/// asks for its leases again with the next heartbeat.
package struct Leases {
    package struct Lease: Sendable, Hashable {
        package var reviewer: String
        /// Seconds since 1970.
        var expires: Double
        /// On screen; else held ready as one of the next.
        package var isCurrent: Bool
    }

    /// Seconds that a lease lasts without a heartbeat.
    let seconds: Double
    private(set) var byClip: [ClipID: [Lease]] = [:]

    init(seconds: Double) { self.seconds = seconds }

    func holders(of clip: ClipID, now: Double) -> [Lease] { (byClip[clip] ?? []).filter { $0.expires > now } }

    func isHeld(_ clip: ClipID, by reviewer: String, now: Double) -> Bool {
        holders(of: clip, now: now).contains { $0.reviewer == reviewer }
    }

    func count(of reviewer: String, now: Double) -> Int {
        byClip.values.count { $0.contains { $0.reviewer == reviewer && $0.expires > now } }
    }

    mutating func grant(_ clip: ClipID, to reviewer: String, isCurrent: Bool, now: Double) {
        byClip[clip] =
            holders(of: clip, now: now).filter { $0.reviewer != reviewer }
            + [Lease(reviewer: reviewer, expires: now + seconds, isCurrent: isCurrent)]
    }

    mutating func release(_ clip: ClipID, by reviewer: String) {
        byClip[clip]?.removeAll { $0.reviewer == reviewer }
        if byClip[clip]?.isEmpty == true { byClip[clip] = nil }
    }

    mutating func dropExpired(now: Double) {
        byClip = byClip.compactMapValues { leases in
            let held = leases.filter { $0.expires > now }
            return held.isEmpty ? nil : held
        }
    }
}
