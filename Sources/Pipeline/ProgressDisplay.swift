internal import Files
internal import Foundation
internal import Glibc
internal import Model
internal import Synchronization

/// Progress for the person who waits: a bar on a terminal, a plain line now and then elsewhere. Thread-safe.
public final class ProgressDisplay: Sendable {
    public enum Style: Sendable {
        /// A bar, redrawn at most ten times a second and cleared at the end.
        case bar(colour: Bool)
        /// A line when a stage begins and ends, and about every 30 s between.
        case lines
        /// Only notes.
        case quiet
    }

    private struct Stage {
        private var line: ProgressLine
        private var rate: ProgressRate
        private let began: Double
        private(set) var shown: Double

        init(_ line: ProgressLine, at time: Double) {
            self.line = line
            rate = ProgressRate(start: time)
            began = time
            shown = time
        }

        mutating func advance(by count: Int, failed: Int, at time: Double) {
            line.done += count
            line.failed += failed
            rate.record(done: line.done, at: time)
        }

        mutating func expect(_ more: Int) { line.total += more }

        mutating func show(at time: Double) -> ProgressLine {
            shown = time
            line.seconds = time - began
            line.rate = rate.perSecond(at: time)
            return line
        }
    }

    private struct State {
        var stage: Stage?
        /// A bar stands on the terminal's last line.
        var drawn = false
    }

    private static let redrawSeconds = 0.1
    private static let lineSeconds = 30.0
    private static let clear = "\r\u{1B}[2K"

    private let style: Style
    private let width: @Sendable () -> Int
    private let now: @Sendable () -> Double
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// `width` gives the terminal's columns, `now` seconds on a clock that only goes forward, and `write` takes text
    /// with its line breaks and control sequences, whole lines at a time. They are called under a lock and must not
    /// call back.
    public init(
        style: Style, width: @escaping @Sendable () -> Int, now: @escaping @Sendable () -> Double,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.style = style
        self.width = width
        self.now = now
        self.write = write
    }

    /// A stage begins: `total` items, counted in `unit` (a singular that takes an s, such as `file`). One that
    /// still runs ends.
    public func begin(stage: String, total: Int, unit: String) {
        state.withLock { state in
            finish(&state)
            let line = ProgressLine(stage: stage, done: 0, total: total, unit: unit, failed: 0, rate: nil, seconds: 0)
            state.stage = Stage(line, at: now())
            switch style {
            case .bar: draw(&state)
            case .lines: write(line.opening + "\n")
            case .quiet: break
            }
        }
    }

    /// `count` more items have come to an end, `failed` of them by failing.
    public func advance(by count: Int = 1, failed: Int = 0) {
        state.withLock { state in
            state.stage?.advance(by: count, failed: failed, at: now())
            showIfDue(&state)
        }
    }

    /// The stage has more items than was said when it began.
    public func expect(_ more: Int) { state.withLock { $0.stage?.expect(more) } }

    /// Shows the time that passed, also when no item came to an end. `standardError` does it by itself.
    public func refresh() { state.withLock { showIfDue(&$0) } }

    /// The stage has ended: its bar goes, a summary line stays.
    public func end() { state.withLock { finish(&$0) } }

    /// Writes a line of its own, above the bar; also when quiet.
    public func note(_ text: String) {
        state.withLock { state in
            erase(&state)
            write(text.onOneLine + "\n")
            draw(&state)
        }
    }

    private func showIfDue(_ state: inout State) {
        let time = now()
        guard let shown = state.stage?.shown else { return }
        switch style {
        case .bar where time - shown >= Self.redrawSeconds: draw(&state)
        case .lines where time - shown >= Self.lineSeconds:
            if let line = state.stage?.show(at: time) { write(line.text + "\n") }
        default: break
        }
    }

    private func draw(_ state: inout State) {
        guard case .bar(let colour) = style, let line = state.stage?.show(at: now()) else { return }
        // The last column stays free: some terminals break the line when it is written.
        write((state.drawn ? Self.clear : "") + line.bar(width: width() - 1, colour: colour))
        state.drawn = true
    }

    private func erase(_ state: inout State) {
        guard state.drawn else { return }
        write(Self.clear)
        state.drawn = false
    }

    private func finish(_ state: inout State) {
        erase(&state)
        if let line = state.stage?.show(at: now()) {
            if case .quiet = style {} else { write(line.summary + "\n") }
        }
        state.stage = nil
    }
}

extension ProgressDisplay {
    /// The display on this process's standard error: bars on a terminal (without colour where `NO_COLOR` is set),
    /// else lines. Refreshes itself once a second as long as it is in use.
    public static func standardError(quiet: Bool, environment: [String: String]) -> ProgressDisplay {
        let terminal = isatty(STDERR_FILENO) == 1 && environment["TERM", default: "dumb"] != "dumb"
        let colour = environment["NO_COLOR", default: ""].isEmpty
        let display = ProgressDisplay(
            style: quiet ? .quiet : terminal ? .bar(colour: colour) : .lines,
            width: {
                var size = winsize()
                return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
            },
            now: { (SuspendingClock.now - origin) / .seconds(1) },
            write: { try? Descriptor.write(Array($0.utf8), to: STDERR_FILENO) })
        if !quiet { keepFresh(display) }
        return display
    }

    private static let origin = SuspendingClock.now

    private static func keepFresh(_ display: ProgressDisplay) {
        let weak = WeakDisplay(display: display)
        Thread.detachNewThread {
            while case let display? = weak.display {
                display.refresh()
                Thread.sleep(forTimeInterval: 1)
            }
        }
    }
}

private final class WeakDisplay: Sendable {
    weak let display: ProgressDisplay?
    init(display: ProgressDisplay) { self.display = display }
}
