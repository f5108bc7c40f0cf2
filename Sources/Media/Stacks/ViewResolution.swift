import Model

/// How a stack is shown, in numbers: what is declared, else what the files say, else rules with a reason.
struct ViewResolution {
    private(set) var view: View
    /// What had to be decided, in words.
    private(set) var notes: [String] = []

    private let declared: ViewDeclaration
    private let store: any PlaneStore
    private let axes: StackAxes

    private var series: StackSeries { store.series }
    private var path: String { series.paths[0] }
    private var channelCount: Int { axes.size(.channel) * series.format.samples }

    /// - Throws: `Fault` with `.invalid` for a declaration that can't be met; as `PlaneStore.decode`.
    init(_ store: any PlaneStore, declared: ViewDeclaration) throws(Fault) {
        self.store = store
        self.declared = declared
        try Self.check(declared, at: store.series.paths[0])
        axes = try store.series.axes(declared: declared.axes)
        let letters = try? store.series.axes(declared: axes.letters)
        view = View(axes: letters?.counts == axes.counts ? axes.letters : axes.sized)
        try resolveScale()
        if let gamma = declared.gamma, gamma != Rational(1) { view.gamma = gamma }
        let shown = try chosen()
        if axes.size(.slice) > 1 {
            view.zRule = declared.zRule ?? .maximum
            if view.zRule == .focus {
                let slice = try FocusMeasure.slice(of: store, axes: axes, channels: shown.map(\.channel))
                view.slice = slice
                notes.append("slice \(slice + 1) of \(axes.size(.slice)) is the sharpest and is shown throughout")
            }
        }
        view.channels = try windowed(shown)
    }

    /// Throws `Fault(.invalid)` for numbers that no recording has.
    static func check(_ declared: ViewDeclaration, at path: String) throws(Fault) {
        let numbers = [
            ("interval", declared.intervalSeconds), ("pixel size", declared.pixelSizeUm), ("gamma", declared.gamma),
        ]
        for (name, value) in numbers {
            guard let value, value.numerator <= 0 else { continue }
            throw Fault(
                .invalid, "the \(name) is \(value), it must be above 0", at: path,
                advice: "Leave it out where it is unknown.")
        }
        if case .range(let low, let high) = declared.contrast, !(low < high && low.isFinite && high.isFinite) {
            throw Fault(
                .invalid, "the contrast is \(low) to \(high)", at: path,
                advice: "Give the value shown as black, then a larger one shown as white.")
        }
    }

    // MARK: Scale

    private mutating func resolveScale() throws(Fault) {
        // An interval that the file states is between the time points that the file states.
        let natural = try series.axes(declared: nil)
        let isStated = axes.size(.time) == natural.size(.time) && axes.size(.time) > 1
        view.intervalSeconds = declared.intervalSeconds ?? (isStated ? series.metadata?.intervalSeconds : nil)
        if let declared = declared.pixelSizeUm {
            view.pixelSizeUm = declared
            return
        }
        guard let across = series.metadata?.pixelX else { return }
        guard let down = series.metadata?.pixelY, Self.differ(across, down) else {
            view.pixelSizeUm = across
            return
        }
        let ratio = across.double / down.double
        guard (1 / Self.aspectLimit...Self.aspectLimit).contains(ratio) else {
            notes.append("pixels of \(across.double) x \(down.double) \u{B5}m can't be: their size is unknown")
            return
        }
        view.pixelSizeUm = across
        view.pixelHeightUm = down
    }

    /// The longest pixel that is believed, by its width.
    private static let aspectLimit = 16.0

    /// Whether pixels are not square: a difference of less than one pixel in 10,000 is rounding.
    static func differ(_ across: Rational, _ down: Rational) -> Bool {
        abs(across.double / down.double - 1) >= 1e-4
    }

    // MARK: Channels

    /// The channels to show in the file's order with their colours: as declared, else all; windows are still open.
    private func chosen() throws(Fault) -> [ChannelView] {
        let all = (declared.channels ?? (0..<channelCount).map { ViewDeclaration.Channel(channel: $0) })
            .sorted { $0.channel < $1.channel }
        let numbers = all.map(\.channel)
        if let odd = numbers.first(where: { !(0..<channelCount).contains($0) }) {
            throw Fault(
                .invalid, "there is no channel \(odd + 1), the recording has \(channelCount)", at: path,
                advice: channelCount == 1 ? "Leave the channels out." : "Choose among channels 1 to \(channelCount).")
        }
        guard !all.isEmpty, Set(numbers).count == numbers.count else {
            throw Fault(
                .invalid, all.isEmpty ? "no channel is to be shown" : "a channel is named twice", at: path,
                advice: "Name each channel once, or none of them to see all.")
        }
        let colors = colors(of: numbers)
        return zip(all, colors).map { ChannelView(channel: $0.channel, color: $0.color ?? $1, low: 0, high: 1) }
    }

    /// White for a lone channel, the file's colours for several, else Fiji's. Black and white for all are what programs
    /// write that know no colours.
    private func colors(of channels: [Int]) -> [ChannelColor] {
        if channels.count == 1 { return [.white] }
        let details = series.metadata?.channels ?? []
        let said = channels.map { details.indices.contains($0) ? details[$0].color : nil }
        let isSaid = said.contains { $0 != nil && $0 != .white && $0 != .black }
        return zip(channels, said).map { channel, color in
            if isSaid, let color, color != .black { return color }
            return ChannelColor.composite[channel % ChannelColor.composite.count]
        }
    }

    /// The channels with their windows; nil where the samples are shown as they are: colour and 8-bit grey, which are
    /// made to be looked at, unless channels or a contrast are declared.
    private mutating func windowed(_ shown: [ChannelView]) throws(Fault) -> [ChannelView]? {
        let format = series.format
        if format.isColor, declared.channels == nil, axes.size(.channel) > 1 {
            notes.append("the first of \(axes.size(.channel)) colour pictures a time point is shown")
        }
        let isReady = format.isColor || format.kind == .unsigned && format.bits <= 8
        if isReady, declared.contrast == nil {
            if format.isColor && declared.channels == nil || channelCount == 1 && shown[0].color.isWhite { return nil }
            return shown.map { Self.windowed($0, format.fullRange) }
        }
        var shown = shown
        if format.isColor, declared.channels == nil {
            shown = (0..<3).map { ChannelView(channel: $0, color: .composite[$0], low: 0, high: 1) }
        }
        // The three parts of a colour keep their balance.
        let groups = format.isColor ? Self.pixels(shown, inside: format.samples) : shown.map { [$0.channel] }
        let windows = try windows(of: groups)
        return shown.map { channel in
            let group = groups.firstIndex { $0.contains(channel.channel) } ?? 0
            return Self.windowed(channel, windows[group])
        }
    }

    private static func windowed(_ channel: ChannelView, _ window: (low: Double, high: Double)) -> ChannelView {
        ChannelView(channel: channel.channel, color: channel.color, low: window.low, high: window.high)
    }

    /// Channels grouped by the plane that they lie on.
    private static func pixels(_ shown: [ChannelView], inside: Int) -> [[Int]] {
        let places = Set(shown.map { $0.channel / inside }).sorted()
        return places.map { place in shown.map(\.channel).filter { $0 / inside == place } }
    }

    /// The window of every group, as declared.
    private mutating func windows(of groups: [[Int]]) throws(Fault) -> [(low: Double, high: Double)] {
        var windows: [(low: Double, high: Double)?] = groups.map { _ in nil }
        switch declared.contrast ?? .percentiles {
        case .range(let low, let high): return groups.map { _ in (low, high) }
        case .percentiles: break
        case .file:
            windows = groups.map { fileWindow(of: $0[0]) }
            let missing = zip(groups, windows).filter { $1 == nil }.map { $0.0[0] }
            if !missing.isEmpty {
                let names = missing.map { String($0 + 1) }.joined(separator: ", ")
                notes.append("the file keeps no display range of channel \(names): percentiles taken")
            }
        }
        let open = windows.indices.filter { windows[$0] == nil }
        if open.isEmpty { return windows.compactMap { $0 } }
        let projection = try SliceProjection(store, axes: axes, rule: view.zRule, slice: view.slice)
        let measure = ContrastMeasure(projection, groups: open.map { groups[$0] })
        if measure.times.count < axes.size(.time) {
            notes.append("contrast measured at \(measure.times.count) of \(axes.size(.time)) time points")
        }
        for (group, window) in zip(open, try measure.windows()) { windows[group] = window }
        return windows.compactMap { $0 }
    }

    private func fileWindow(of channel: Int) -> (low: Double, high: Double)? {
        let details = series.metadata?.channels ?? []
        guard details.indices.contains(channel), let low = details[channel].low, let high = details[channel].high,
            low < high, low.isFinite, high.isFinite
        else { return nil }
        return (low, high)
    }
}
