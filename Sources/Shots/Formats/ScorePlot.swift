public import Analysis
public import Model

/// What the detector saw over time, as one SVG: a lane for each signal with its threshold, the transitions that were
/// found, and the candidates that were not.
///
/// Kinds differ in colour (Okabe and Ito's palette, told apart by colour-blind people) and in shape; what each mark
/// stands for is in its `<title>`. At most `mostMarks` of either sort are drawn, those of the highest score.
public struct ScorePlot {
    /// A signal of 0...1 a frame.
    struct Lane {
        var name: String
        var values: [Double]
        var threshold: Double?
    }

    static let mostMarks = 1000
    static let (left, columns, right) = (76, 1500, 24)
    static let (header, strip, laneHeight, gap) = (84, 26, 130, 36)

    let title: String
    let list: ShotList
    let rejected: [Transition]
    let lanes: [Lane]
    private let timing: FrameTiming

    /// - Parameters:
    ///   - title: what the plot is of, such as a file's name.
    ///   - track: what was scanned; of as many frames as `list`.
    ///   - rejected: candidates that did not become transitions.
    public init(title: String, list: ShotList, track: FrameTrack, rejected: [Transition], rule: Recipe.Detect) {
        self.title = title
        self.list = list
        self.rejected = rejected
        timing = track.timing
        lanes = Self.lanes(of: track, rule)
    }

    private static func lanes(of track: FrameTrack, _ rule: Recipe.Detect) -> [Lane] {
        func scores(_ bytes: [UInt8], of most: Double) -> [Double] { bytes.map { Double($0) / most } }
        var lanes = [
            Lane(name: "cut", values: scores(track.evidence.cutCurve, of: 255), threshold: rule.cutThreshold),
            Lane(
                name: "gradual", values: scores(track.evidence.gradualCurve, of: 255),
                threshold: rule.gradualThreshold),
        ]
        if let neural = track.neural {
            let values = scores(neural.middles, of: Double(NeuralScores.steps))
            lanes.append(Lane(name: "neural", values: values, threshold: rule.neuralThreshold))
        }
        if let similarity = track.similarity {
            let values = similarity.thousandths.map { min(1, max(0, 1 - Double($0) / 1000)) }
            let threshold = 1 - rule.similarityThreshold
            lanes.append(
                Lane(name: "1 − similarity", values: values, threshold: threshold <= 1 ? threshold : nil))
        }
        return lanes
    }

    // MARK: Places

    static var width: Int { left + columns + right }
    private var bottom: Int { top(of: lanes.count) - Self.gap }
    private var height: Int { bottom + 44 + 20 * min(4, list.problems.count) }

    /// The upper edge of a lane.
    private func top(of lane: Int) -> Int { Self.header + Self.strip + 32 + lane * (Self.laneHeight + Self.gap) }

    /// Columns from the left at which `pts` lies.
    private func column(_ pts: Int64) -> Double {
        let (first, last) = (timing.start(of: 0), timing.start(of: timing.count))
        return Double(pts - first) / Double(max(1, last - first)) * Double(Self.columns)
    }

    private func x(_ pts: Int64) -> String { SVG.number(Double(Self.left) + column(pts)) }

    // MARK: The document

    /// The SVG, light or dark as its reader prefers; well under a megabyte.
    public var svg: String {
        let edges = (0...timing.count).map { column(timing.start(of: $0)) }
        let box = "viewBox=\"0 0 \(Self.width) \(height)\" width=\"\(Self.width)\" height=\"\(height)\""
        var lines = ["<svg xmlns=\"http://www.w3.org/2000/svg\" \(box)>", "<style>\(PlotStyle.sheet)</style>"]
        lines.append("<rect class=\"ground\" width=\"\(Self.width)\" height=\"\(height)\"/>")
        lines += heading + shotStrip
        for (index, lane) in lanes.enumerated() {
            let curve = PeakCurve(lane.values, edges: edges, columns: Self.columns)
            lines += draw(lane, curve, top: top(of: index))
        }
        lines += timeAxis + rejectedMarks + acceptedMarks + notes
        lines.append("</svg>")
        return lines.joined(separator: "\n")
    }

    private var heading: [String] {
        let end = list.clock.text(timing.start(of: timing.count))
        func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
        var facts = [
            count(list.shots.count, "shot"), count(list.transitions.count, "transition"),
            count(rejected.count, "rejected candidate"), count(list.frames, "frame"), end,
        ]
        if max(list.transitions.count, rejected.count) > Self.mostMarks {
            facts.append("only the strongest \(Self.mostMarks) marks of a sort are drawn")
        }
        var lines = [
            "<text class=\"title\" x=\"\(Self.left)\" y=\"34\">\(SVG.escaped(title))</text>",
            "<text class=\"soft\" x=\"\(Self.left)\" y=\"58\">\(facts.joined(separator: " · "))</text>",
        ]
        var x = Self.width - Self.right - 5 * 92
        for kind in Transition.Kind.allCases {
            lines.append("<path class=\"\(kind)\" d=\"\(PlotStyle.shape(kind, x: Double(x), y: 29))\"/>")
            lines.append("<text x=\"\(x + 13)\" y=\"34\">\(kind)</text>")
            x += 92
        }
        lines.append("<path class=\"rejected\" d=\"\(PlotStyle.shape(.dissolve, x: Double(x), y: 29))\"/>")
        lines.append("<text x=\"\(x + 13)\" y=\"34\">rejected</text>")
        return lines
    }

    /// The shots as bars, alternating in shade, numbered where there is room.
    private var shotStrip: [String] {
        // Of shots that are less than a column wide only every so many can be told apart.
        let step = max(1, list.shots.count / Self.columns)
        return list.shots.filter { $0.index % step == 0 }.map { shot in
            let (start, end) = (column(shot.start.pts), column(shot.end.pts))
            let about =
                "shot \(shot.index + 1): \(list.clock.text(shot.start.pts)) to \(list.clock.text(shot.end.pts)), "
                + "frames \(shot.start.frame) to \(shot.end.frame - 1)"
            let bar =
                "<g><title>\(about)</title><rect class=\"\(shot.index % 2 == 0 ? "even" : "odd")\" "
                + "x=\"\(x(shot.start.pts))\" y=\"\(Self.header)\" width=\"\(SVG.number(max(0.4, end - start)))\" "
                + "height=\"\(Self.strip)\"/>"
            let label = String(shot.index + 1)
            guard end - start > Double(10 + 8 * label.count) else { return bar + "</g>" }
            let middle = SVG.number(Double(Self.left) + (start + end) / 2)
            return bar + "<text class=\"small middle\" x=\"\(middle)\" y=\"\(Self.header + 18)\">\(label)</text></g>"
        }
    }

    private func draw(_ lane: Lane, _ curve: PeakCurve, top: Int) -> [String] {
        let bottom = top + Self.laneHeight
        let end = Self.left + Self.columns
        var lines = [
            "<path class=\"grid\" d=\"M\(Self.left) \(top)H\(end)M\(Self.left) \(bottom)H\(end)\"/>",
            "<path class=\"curve\" d=\"\(curve.area(left: Self.left, bottom: bottom, height: Self.laneHeight))\"/>",
            "<text class=\"lane\" x=\"\(Self.left)\" y=\"\(top - 9)\">\(lane.name)</text>",
            "<text class=\"small end\" x=\"\(Self.left - 8)\" y=\"\(top + 5)\">1</text>",
            "<text class=\"small end\" x=\"\(Self.left - 8)\" y=\"\(bottom + 4)\">0</text>",
        ]
        if let threshold = lane.threshold {
            let y = SVG.number(Double(bottom) - threshold * Double(Self.laneHeight))
            lines.append(
                "<g><title>threshold \(SVG.score(threshold))</title>"
                    + "<path class=\"threshold\" d=\"M\(Self.left) \(y)H\(end)\"/>"
                    + "<text class=\"small end\" x=\"\(Self.left - 8)\" y=\"\(y)\" dy=\"4\">"
                    + "\(SVG.score(threshold))</text></g>")
        }
        return lines
    }

    private var timeAxis: [String] {
        let length = list.clock.milliseconds(timing.start(of: timing.count))
        let step = TimeSteps.step(for: length, most: 15)
        return stride(from: 0, through: length, by: Int(step)).map { time in
            let x = SVG.number(Double(Self.left) + Double(time) / Double(max(1, length)) * Double(Self.columns))
            return "<path class=\"tick\" d=\"M\(x) \(bottom)v6\"/>"
                + "<text class=\"small middle\" x=\"\(x)\" y=\"\(bottom + 22)\">"
                + "\(TimeSteps.label(time, step: step))</text>"
        }
    }

    // MARK: Marks

    private var acceptedMarks: [String] {
        let all = list.transitions
        return strongest(all.map(\.score)).map { index in
            let change = all[index]
            let (start, end, top) = (column(change.start.pts), column(change.end.pts), Self.header + Self.strip)
            let score = "score \(SVG.score(change.score))"
            var lines =
                "<g class=\"\(change.kind)\"><title>\(change.kind) at \(list.clock.text(change.middle.pts)), "
                + "\(frames(change.start.frame, change.end.frame)), \(score)</title>"
            if end > start {
                lines +=
                    "<rect class=\"span\" x=\"\(x(change.start.pts))\" y=\"\(top)\" "
                    + "width=\"\(SVG.number(max(1, end - start)))\" height=\"\(bottom - top)\"/>"
            }
            let middle = Double(Self.left) + column(change.middle.pts)
            lines += "<path class=\"line\" d=\"M\(SVG.number(middle)) \(top)V\(bottom)\"/>"
            let y = level(change.score, of: change.kind)
            return lines + "<path d=\"\(PlotStyle.shape(change.kind, x: middle, y: y))\"/></g>"
        }
    }

    private var rejectedMarks: [String] {
        strongest(rejected.map(\.score)).map { index in
            let candidate = rejected[index]
            let pts = timing.start(of: candidate.middle)
            let lane = lanes[candidate.kind == .cut ? 0 : 1]
            let why =
                candidate.score < lane.threshold ?? 0
                ? "below \(SVG.score(lane.threshold ?? 0))" : "gave way to another"
            let shape = PlotStyle.shape(
                candidate.kind, x: Double(Self.left) + column(pts), y: level(candidate.score, of: candidate.kind))
            return "<g class=\"rejected\"><title>rejected: \(candidate.kind) at \(list.clock.text(pts)), "
                + "\(frames(candidate.frames.start, candidate.frames.end)), score \(SVG.score(candidate.score)), "
                + "\(why)</title><path d=\"\(shape)\"/></g>"
        }
    }

    private func frames(_ start: Int, _ end: Int) -> String {
        end > start ? "frames \(start) to \(end - 1)" : "frame \(start)"
    }

    /// Where in its lane a score of that kind lies.
    private func level(_ score: Double, of kind: Transition.Kind) -> Double {
        let top = Double(top(of: kind == .cut ? 0 : 1))
        return top + (1 - min(1, max(0, score))) * Double(Self.laneHeight)
    }

    /// The indices of the `mostMarks` highest scores, in order.
    private func strongest(_ scores: [Double]) -> [Int] {
        guard scores.count > Self.mostMarks else { return Array(scores.indices) }
        let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
        return order.prefix(Self.mostMarks).sorted()
    }

    /// What the reader had to pass over, below the axis.
    private var notes: [String] {
        list.problems.prefix(4).enumerated().map { index, problem in
            let text = problem.count > 200 ? problem.prefix(199) + "…" : problem[...]
            return "<text class=\"note\" x=\"\(Self.left)\" y=\"\(bottom + 46 + 20 * index)\">note: "
                + "\(SVG.escaped(String(text)))</text>"
        }
    }
}
