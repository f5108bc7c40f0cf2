/// The loops that a recording was made in, from the outermost to the innermost, as `ImageMetadata` tells them.
struct ND2Experiment {
    enum Axis { case time, position, slice }

    struct Loop {
        var axis: Axis
        var count: Int
        /// Milliseconds between time points as planned or measured by the microscope.
        var periodMs: Double?
        /// Whether the time points follow each other in several periods.
        var isUneven = false
        /// Micrometres between slices.
        var step: Double?
        /// Of positions, one each.
        var names: [String?] = []
    }

    private static let depthLimit = 16

    /// Every axis once.
    private(set) var loops: [Loop] = []
    /// Why the loops can't be told, or nil.
    private(set) var unknown: String?

    init(_ root: ND2Variant?) {
        var level = root.map { [$0["SLxExperiment"] ?? $0.unwrapped] } ?? []
        var depth = 0
        while !level.isEmpty, unknown == nil {
            // Parts of an experiment that differ in their length are the same loop, given up early.
            var here: [Loop] = []
            for experiment in level {
                if let loop = loop(experiment) { here.append(loop) }
            }
            if let longest = here.max(by: { $0.count < $1.count }), unknown == nil {
                if here.contains(where: { $0.axis != longest.axis })
                    || loops.contains(where: { $0.axis == longest.axis })
                {
                    unknown = "its loops branch"
                }
                loops.append(longest)
            }
            level = level.flatMap { $0["ppNextLevelEx"]?.items ?? [] }
            depth += 1
            if depth > Self.depthLimit { unknown = "its loops are nested too deep" }
        }
    }

    func count(_ axis: Axis) -> Int { self[axis]?.count ?? 1 }

    subscript(axis: Axis) -> Loop? { loops.first { $0.axis == axis } }

    /// Frames of the whole experiment; nil when they are not to be counted.
    var frames: Int? {
        var product = 1
        for loop in loops {
            let (value, overflow) = product.multipliedReportingOverflow(by: loop.count)
            if overflow || value > 1 << 48 { return nil }
            product = value
        }
        return product
    }

    /// Counted from 0, as the file counts its frames.
    func frame(time: Int, slice: Int, position: Int) -> Int {
        loops.reduce(0) { frame, loop in
            frame * loop.count + (loop.axis == .time ? time : loop.axis == .slice ? slice : position)
        }
    }

    /// The loop of one level; nil where it adds no frames.
    private mutating func loop(_ experiment: ND2Variant) -> Loop? {
        guard let parameters = experiment["uLoopPars"]?.unwrapped else { return nil }
        let count = max(0, parameters["uiCount"]?.int ?? 0)
        switch experiment["eType"]?.int ?? 0 {
        case 1 where count > 0: return Loop(axis: .time, count: count, periodMs: Self.period(parameters))
        case 2: return positions(parameters, experiment["pItemValid"]?.items ?? [])
        case 4 where count > 0: return slices(parameters, count)
        case 6: return nil  // Wavelengths, which are components of a frame.
        case 8: return periods(parameters)
        default:
            if count > 1 { unknown = "it has a loop of a kind that is not known" }
            return nil
        }
    }

    private static func period(_ parameters: ND2Variant) -> Double? {
        [parameters["dPeriod"]?.double, parameters["dAvgPeriodDiff"]?.double].compactMap(\.self).first { $0 > 0 }
    }

    private func positions(_ parameters: ND2Variant, _ valid: [ND2Variant]) -> Loop? {
        var names = (parameters["Points"]?.items ?? []).map { $0["dPosName"]?.text ?? $0["pPosName"]?.text }
        if names.isEmpty { names = [String?](repeating: nil, count: parameters["dPosX"]?.items.count ?? 0) }
        names = names.indices.filter { $0 >= valid.count || valid[$0].double != 0 }.map { names[$0] }
        return names.isEmpty ? nil : Loop(axis: .position, count: names.count, names: names)
    }

    private func slices(_ parameters: ND2Variant, _ count: Int) -> Loop {
        var step = parameters["dZStep"]?.double.map(abs) ?? 0
        if step == 0, count > 1, let low = parameters["dZLow"]?.double, let high = parameters["dZHigh"]?.double {
            step = abs(high - low) / Double(count - 1)
        }
        return Loop(axis: .slice, count: count, step: step > 0 ? step : nil)
    }

    /// Time points in several periods, each with its own pace.
    private func periods(_ parameters: ND2Variant) -> Loop? {
        let all = parameters["pPeriod"]?.items ?? []
        let valid = parameters["pPeriodValid"]?.items ?? []
        let used = all.indices.filter { $0 >= valid.count || valid[$0].double != 0 }.map { all[$0] }
        let counts = used.map { max(0, $0["uiCount"]?.int ?? 0) }
        // No count is above 2^32: a sum of 64 bits holds all that fit into a file.
        let count = counts.reduce(0) { $0 &+ min($1, 1 << 32) }
        guard count > 0 else { return nil }
        let paces = zip(used, counts).filter { $0.1 > 0 }.map { Self.period($0.0) }
        let isEven = Set(paces).count == 1
        return Loop(axis: .time, count: count, periodMs: isEven ? paces[0] : nil, isUneven: !isEven)
    }
}
