import Model

/// The interval of a recording by the times of its planes.
///
/// It is the median of the steps from one time point to the next, and known where the times increase, at least half of
/// the steps are there, and nine of ten are within a tenth of the median.
struct PlaneTimes {
    /// Seconds; nil where unknown.
    private(set) var interval: Rational?
    /// Steps that differ from the median by more than a tenth.
    private var odd = 0
    private var steps: [Double] = []
    private var increases = true

    private static let tolerance = 0.1

    /// - Parameter times: seconds since any moment, by time point.
    init(_ times: [Int: Double]) {
        let ordered = times.sorted { $0.key < $1.key }
        for (a, b) in zip(ordered, ordered.dropFirst()) {
            if b.value <= a.value { increases = false }
            if b.key == a.key.addingReportingOverflow(1).partialValue { steps.append(b.value - a.value) }
        }
        guard let last = ordered.last, let first = ordered.first, increases, !steps.isEmpty,
            Double(steps.count) * 2 >= Double(last.key) - Double(first.key)
        else { return }
        let median = steps.sorted()[(steps.count - 1) / 2]
        odd = steps.count { ($0 - median).magnitude > median * Self.tolerance }
        if odd * 10 <= steps.count { interval = PhysicalQuantity.decimal(median) }
    }

    /// What is to be said of the times, where `increment` is the interval that is stated apart from them.
    func notes(increment: Rational?) -> [String] {
        if steps.isEmpty { return [] }
        if !increases {
            return increment == nil ? ["the planes' times (DeltaT) don't increase: the interval is unknown"] : []
        }
        var notes: [String] = []
        if odd > 0 {
            notes.append(
                "frames are unevenly spaced: \(odd) of \(steps.count) steps between the planes' times (DeltaT) are "
                    + "more than a tenth off their median"
                    + (interval ?? increment == nil ? "; the interval is unknown" : ""))
        }
        if let increment, let interval,
            (increment.double - interval.double).magnitude > interval.double * Self.tolerance
        {
            notes.append(
                "TimeIncrement says \(increment.double) s, the planes' times (DeltaT) \(interval.double) s; "
                    + "the former counts")
        }
        return notes
    }
}
