import Analysis
import Model
import Testing

// A part with its measurer, as somebody adds one: this much, and a line in `TrackTable.standard`.

/// How bright the first cell of each frame is.
struct FirstCells: TrackPart {
    var values: [UInt8] = []

    static let name = "first_cells", version: UInt16 = 2
    static let isOptional = true
    var coverage: FrameCoverage { .each(values.count) }

    func encode() -> [UInt8] { [UInt8(Self.version)] + values }

    init(_ values: [UInt8]) { self.values = values }

    init(decoding bytes: [UInt8]) throws {
        guard bytes.first == UInt8(Self.version) else {
            throw Fault(.corrupt, "these are no first cells", at: "frame track", advice: "Scan again.")
        }
        values = Array(bytes.dropFirst())
    }
}

final class FirstCellMeter: Measurer {
    static let name = "first_cell"
    static let parts: [any TrackPart.Type] = [FirstCells.self]
    static let standsAlone = true

    static func isWanted(by rule: ScanRule) -> Bool { rule.detector == .similarity }
    static func maker(by rule: ScanRule, digest: (_ path: String) throws -> Digest) throws -> Digest? {
        try digest(rule.scan.encoder.model)
    }

    private var values: [UInt8] = []

    init(_ rule: ScanRule, threads: Int) {}
    func begin() { values = [] }
    func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) {
        values.append(seen.grid.y[0])
    }
    func finish() -> [any TrackPart] { [FirstCells(values)] }
}

/// The brightest of them.
private struct BrightestCell: DerivedPart {
    var value: UInt8
    static let name = "brightest", version: UInt16 = 1
    static let origins: [any TrackPart.Type] = [FirstCells.self]
    var coverage: FrameCoverage { .chosen(last: nil) }
    func encode() -> [UInt8] { [value] }
    init(from track: FrameTrack) { value = track.known(FirstCells.self).values.max() ?? 0 }
    init(decoding bytes: [UInt8]) throws { value = bytes[0] }
}

/// Measures a part that another measurer makes.
private final class Rival: Measurer {
    static let name = "rival"
    static let parts: [any TrackPart.Type] = [FrameTiming.self]
    init(_ rule: ScanRule, threads: Int) {}
    func begin() {}
    func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) {}
    func finish() -> [any TrackPart] { [] }
}

/// Has another's name.
private final class Namesake: Measurer {
    static let name = "grid"
    static let parts: [any TrackPart.Type] = []
    init(_ rule: ScanRule, threads: Int) {}
    func begin() {}
    func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) {}
    func finish() -> [any TrackPart] { [] }
}

@Suite struct TrackTableTests {
    private let table: TrackTable
    private let rule: ScanRule

    init() throws {
        table = try TrackTable(
            measurers: [GridMeter.self, Sampler.self, FirstCellMeter.self],
            derived: [TransitionEvidence.self, BrightestCell.self])
        var recipe = Recipe()
        recipe.detect.detector = .similarity
        recipe.scan.encoder.model = "model.onnx"
        rule = ScanRule(of: recipe).resolved(from: "/recipes")
    }

    @Test func aToyPartIsMeasuredBesideTheOthers() throws {
        let meter = FirstCellMeter(rule, threads: 1)
        let measurers: [any Measurer] = [GridMeter(rule, threads: 1), meter]
        for pass in 1...2 {
            for measurer in measurers { measurer.begin() }
            for i in 0..<5 {
                var seen = SeenFrame()
                seen.grid.y[0] = UInt8(i * pass)
                for measurer in measurers { try measurer.take(StillFrame(i, pts: Int64(i)), seen) }
            }
        }
        var track = FrameTrack(try measurers.flatMap { try $0.finish() })
        #expect(track[FirstCells.self]?.values == [0, 2, 4, 6, 8], "a decode that begins anew counts alone")
        track.insert(BrightestCell(from: track))
        try track.check()
        let files = Dictionary(uniqueKeysWithValues: track.all.map { (type(of: $0).name, $0.encode()) })
        let read = try FrameTrack(reading: [FrameTiming.self, FirstCells.self]) { files[$0] }
        #expect(read[FirstCells.self] == track[FirstCells.self])
        track[FirstCells.self] = FirstCells([1])
        #expect(throws: Fault.self) { try track.check() }
        track[FirstCells.self] = nil
        #expect(track[FirstCells.self] == nil)
    }

    @Test func aPlanHasWhatTheRecipeWants() throws {
        #expect(rule.scan.encoder.model == "/recipes/model.onnx")
        let plan = try ScanPlan(rule, in: table)
        #expect(plan.measurers == ["grid", "sampler", "first_cell"])
        #expect(try JSON.decode(ScanPlan.self, from: JSON.line(plan)) == plan, "it travels to workers")
        let maker = Digest(of: "the model")
        let makers = try table.makers(plan) { $0 == "/recipes/model.onnx" ? maker : Digest(of: "another") }
        #expect(makers == ["first_cells": maker])
        let wanted = table.wanted(plan, makers: makers)
        #expect(
            wanted.map { $0.part.name } == [
                "timing", "measures", "signatures", "samples", "thumbnails", "first_cells", "evidence", "brightest",
            ])
        #expect(wanted.filter(\.standsAlone).map { $0.part.name } == ["first_cells", "evidence", "brightest"])
        #expect(wanted.filter { $0.maker != nil }.map { $0.part.name } == ["first_cells"])

        let plain = try ScanPlan(ScanRule(), in: table)
        #expect(plain.measurers == ["grid", "sampler"])
        #expect(
            table.wanted(plain, makers: [:]).map { $0.part.name }.last == "evidence", "nothing follows from nothing")
        #expect(try table.makers(plain) { _ in throw Fault(.internal, "read", at: "", advice: "") }.isEmpty)
    }

    @Test func onlyThoseThatMakeAPartDecodeForIt() throws {
        let plan = try ScanPlan(rule, in: table)
        #expect(table.measurers(of: plan, making: ["first_cells"]).map { $0.name } == ["first_cell"])
        #expect(table.measurers(of: plan, making: ["evidence", "brightest"]).isEmpty, "they follow from what is kept")
        #expect(
            table.measurers(of: plan, making: ["first_cells", "timing"]).map { $0.name } == ["grid", "first_cell"])
    }

    /// What its version has become doesn't matter: it follows from the files of its origins.
    @Test func aDerivedPartIsMadeAnewFromKeptOnes() throws {
        let scene = Scene(5)
        let whole = track((0..<40).map { $0 < 20 ? scene.grid(Double($0)) : Scene(6).grid(Double($0)) })
        let files = Dictionary(uniqueKeysWithValues: whole.all.map { (type(of: $0).name, $0.encode()) })
        let kept = try FrameTrack(reading: TransitionEvidence.origins) { files[$0] }
        #expect(kept[TransitionEvidence.self] == nil)
        let anew = TransitionEvidence(from: kept)
        #expect(anew == whole.evidence && !anew.candidates.isEmpty)
    }

    @Test func twoOfOneNameAreRefused() throws {
        func refusal(_ measurers: [any Measurer.Type], _ derived: [any DerivedPart.Type] = []) -> String? {
            do {
                _ = try TrackTable(measurers: measurers, derived: derived)
                return nil
            } catch { return error.what }
        }
        #expect(refusal([GridMeter.self, Sampler.self], [TransitionEvidence.self]) == nil)
        #expect(refusal([GridMeter.self, Rival.self])?.contains("'timing'") == true)
        #expect(refusal([GridMeter.self, Namesake.self])?.contains("'grid'") == true)
        #expect(refusal([GridMeter.self, GridMeter.self]) != nil)
        #expect(
            refusal([GridMeter.self], [TransitionEvidence.self, TransitionEvidence.self])?.contains("'evidence'")
                == true)
        #expect(refusal([Sampler.self], [TransitionEvidence.self])?.contains("'signatures'") == true)
        #expect(refusal([GridMeter.self], [BrightestCell.self])?.contains("'first_cells'") == true)
    }
}
