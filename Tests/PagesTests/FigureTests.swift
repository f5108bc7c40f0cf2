import Model
import Pages
import Testing

@Suite struct FigureTests {
    @Test(arguments: [
        (5.06, "5.06 s"), (5.055, "5.05 s"), (0, "0.00 s"), (0.004, "0.00 s"), (-0.004, "0.00 s"), (-1.5, "−1.50 s"),
        (3600, "3600.00 s"),
    ])
    func seconds(_ seconds: Double, _ text: String) { #expect(spaced(Figure.seconds(seconds)) == text) }

    /// A share that is not 0 never reads 0.
    @Test(arguments: [
        (0, "0.0 %"), (0.042, "4.2 %"), (1, "100.0 %"), (0.0004, "<0.1 %"), (0.0006, "0.1 %"), (1e-9, "<0.1 %"),
    ])
    func shares(_ share: Double, _ text: String) {
        #expect(spaced(Figure.percent(share)).replacing("< ", with: "<") == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (67_853, "67,853"), (1_234_567, "1,234,567"), (-1000, "−1,000"),
        (Int.min, "−9,223,372,036,854,775,808"),
    ])
    func counts(_ number: Int, _ text: String) { #expect(Figure.count(number) == text) }

    @Test(arguments: [(0, "0 clips"), (1, "1 clip"), (2, "2 clips"), (1000, "1,000 clips")])
    func plurals(_ number: Int, _ text: String) { #expect(spaced(Figure.plural(number, "clip")) == text) }

    @Test func pluralsThatAreNoS() {
        #expect(spaced(Figure.plural(2, "miss", "misses")) == "2 misses")
        #expect(spaced(Figure.plural(1, "source is", "sources are")) == "1 source is")
    }

    @Test(arguments: [(3, 5, "+2"), (5, 3, "−2"), (0, 12_000, "+12,000")])
    func changes(_ before: Int, _ after: Int, _ text: String) {
        #expect(Figure.change(from: before, to: after) == text)
        #expect(Figure.change(from: before, to: before) == nil)
    }

    @Test(arguments: [(0, "+0.0"), (12.54, "+12.5"), (-0.44, "−0.4"), (-0.04, "+0.0")])
    func points(_ points: Double, _ text: String) { #expect(Figure.points(points) == text) }

    @Test(arguments: [
        (0, "0.000 h"), (36, "0.010 h"), (3599.9, "1.000 h"), (3600, "1.00 h"), (359_996, "100.00 h"),
        (360_000, "100.0 h"),
    ])
    func hours(_ seconds: Double, _ text: String) { #expect(spaced(Figure.hours(seconds)) == text) }

    @Test func spans() {
        #expect(spaced(Figure.span(12.4, 17.4567)) == "12.40–17.46 s")
        #expect(Figure.frames(372..<524) == "frames 372–523")
        #expect(Figure.frames(7..<8) == "frame 7")
        #expect(Figure.frames(7..<7) == "frame 7")
        #expect(Figure.frames(1000..<2001) == "frames 1,000–2,000")
    }

    @Test func sizesAreKnownWholeOrNot() {
        #expect(Figure.size(832, 480).map(spaced) == "832 × 480")
        #expect(Figure.size(832, nil) == nil && Figure.size(nil, 480) == nil)
    }

    /// Attributes of SVG want a hyphen, people a minus sign.
    @Test func coordinatesAreForMachines() {
        #expect(Figure.coordinate(-0.5) == "-0.50")
        #expect(Figure.decimal(-0.5, 2) == "−0.50")
        #expect(Figure.interval(-0.1, 0.84) == "−0.10 to 0.84")
        #expect(Figure.short(-0.0625) == "−0.0625")
    }

    @Test func words() {
        #expect(Words.plain("wrong_caption") == "wrong caption")
        #expect(Words.heading("wrong_caption") == "Wrong caption")
        #expect(Words.heading("").isEmpty)
    }

    @Test func samplesAreSpreadEvenly() {
        #expect(Array(0..<3).sampled(4) == [0, 1, 2])
        #expect(Array(0..<10).sampled(4) == [0, 2, 5, 7])
        #expect([Int]().sampled(4).isEmpty)
    }
}

/// With ordinary spaces for no-break ones.
func spaced(_ text: String) -> String { text.replacing("\u{A0}", with: " ") }
