import Analysis
import Manifest
import Model
import Pipeline
import Shots
import Stages
import Testing

/// The brightest cell of each frame.
struct Peaks: TrackPart {
    static let name = "peaks", version: UInt16 = 2
    var values: [UInt8]
    var coverage: FrameCoverage { .each(values.count) }

    init(_ values: [UInt8]) { self.values = values }

    func encode() -> [UInt8] { [UInt8(Self.version)] + values }

    init(decoding bytes: [UInt8]) throws {
        guard bytes.first == UInt8(Self.version) else {
            throw Fault(.corrupt, "the peaks are of another version", at: "frame track", advice: "Scan again.")
        }
        values = Array(bytes.dropFirst())
    }
}

final class PeakMeter: Measurer {
    static let name = "peaks"
    static let parts: [any TrackPart.Type] = [Peaks.self]
    static let standsAlone = true
    private var values: [UInt8] = []

    init(_ rule: ScanRule, threads: Int) {}
    func begin() { values = [] }
    func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) {
        values.append(seen.grid.y.max() ?? 0)
    }
    func finish() -> [any TrackPart] { [Peaks(values)] }
}

@Suite struct ToyMeasurerTests {
    private let toys: ToyWorkspace
    private let table: TrackTable
    private let source: Model.SourceLocation
    private let plan: ScanPlan

    init() throws {
        toys = try ToyWorkspace()
        source = try location(of: try toys.stack("stack.tif") { page, _, _ in 20 + 5 * page })
        let standard = TrackTable.standard
        table = try TrackTable(measurers: standard.measurers + [PeakMeter.self], derived: standard.derived)
        plan = try ScanPlan(ScanRule(), in: table)
    }

    @Test func itsPartIsWrittenReadAndMadeAnew() throws {
        let track = try SourceScan.measure(source, plan: plan, threads: 1, by: table).track
        let peaks = try #require(track[Peaks.self])
        #expect(peaks.values.count == 30 && zip(peaks.values, peaks.values.dropFirst()).allSatisfy { $0 < $1 })

        let bench = Bench(inputs: [], folder: toys.workspace.path("staging"), threads: 1)
        let written = try bench.write(track, makers: [:])
        var records = written.map(\.record)
        let wanted = table.wanted(plan, makers: [:])
        #expect(wanted.contains { $0.part.name == "peaks" } && wanted.allSatisfy { $0.isMet(by: records) })

        let files = written.map {
            BenchInput(
                sha256: $0.artifact.sha256, path: bench.path(ofOutput: $0.artifact.name), bytes: $0.artifact.bytes)
        }
        let reading = Bench(inputs: files, folder: bench.folder, threads: 1)
        let read = try FrameTrack(records, at: reading, [FrameTiming.self, Peaks.self])
        #expect(read[Peaks.self] == peaks)

        // As a version before this one would have left it.
        let place = try #require(records.firstIndex { $0.part == "peaks" })
        records[place].version = 1
        let missing = wanted.filter { !$0.isMet(by: records) }
        #expect(missing.map { $0.part.name } == ["peaks"] && missing.allSatisfy(\.standsAlone))
        let anew = try SourceScan.add(["peaks"], to: source, plan: plan, threads: 1, by: table) { part in
            try records.first { $0.part == part }.map { try reading.bytes(of: $0.sha256) }
        }
        #expect(anew.all.map { type(of: $0).name } == ["peaks"], "the other parts stay")
        #expect(anew[Peaks.self] == peaks)
        #expect(throws: Fault.self) { try Peaks(decoding: [1, 7]) }
    }
}
