import Model
import Pages
import Testing

@Suite struct TemplateTests {
    private static let evil = "<script>alert('x')</script> & \"quotes\" {{name}}"
    private static let harmless =
        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quotes&quot; {{name}}"

    // MARK: Bars

    @Test(arguments: [
        (0.0, 10.0, "0"), (10, 10, "100.00"), (20, 10, "100.00"), (2.5, 10, "25.00"), (1, 100_000, "0.40"),
        (-1, 10, "0"), (1, 0, "0"),
    ])
    func whatIsNotNothingCanBeSeen(_ part: Double, _ whole: Double, _ width: String) {
        #expect(Bar(part, of: whole).width == width)
        #expect(Bar(part, of: whole).mark == nil)
        #expect(Bar(part, of: whole, mark: 5).mark == (whole == 0 ? "0" : whole == 10 ? "50.00" : "0.40"))
    }

    // MARK: Tables

    private func render(_ table: Table) throws -> String { try Templates.shared.render(table, with: "table") }

    @Test func rowsHaveHeadingsAndKinds() throws {
        let html = try render(
            Table(
                "States", kind: "plain", ["State", .number("Clips"), .bars],
                [[.state("ready"), .number("1,000"), .bar(Bar(1, of: 2, mark: 2))]]))
        #expect(html.contains("<table class=\"plain\">"))
        #expect(html.contains("<th scope=\"col\">State</th><th scope=\"col\" class=\"n\">Clips</th>"))
        #expect(
            html.contains(
                "<tr><th scope=\"row\"><span class=\"state ready\">ready</span></th><td class=\"n\">1,000</td>"))
        #expect(html.contains("class=\"fill\" width=\"50.00\"") && html.contains("x1=\"100.00\" x2=\"100.00\""))
        #expect(!html.contains("style="), "a content security policy would drop it")
    }

    @Test func unknownIsSaidAndNothingIsEmpty() throws {
        let html = try render(
            Table("T", ["A", .number("B")], [[.head("unknown"), .measured(nil), .known(nil), .number(nil)]]))
        #expect(
            html.contains(
                "<th scope=\"row\" class=\"unknown\">unknown</th><td class=\"n unknown\">unknown</td>"
                    + "<td class=\"unknown\">unknown</td><td class=\"n\"></td>"))
        for leak in ["nil", "Optional", "{{", ">0<"] { #expect(!html.contains(leak)) }
    }

    @Test func textsAreEscapedWhereverTheyStand() throws {
        let evil = Self.evil
        let html = try render(
            Table(
                evil, kind: nil, ["A", .number(evil)],
                [[.head(evil, note: evil, address: evil), .text(evil), .number(evil), .known(evil), .state(evil)]]))
        #expect(!html.contains("<script") && !html.contains("\"quotes\""))
        #expect(html.components(of: Self.harmless) >= 8)
    }

    // MARK: The funnel and the levels

    @Test func aFunnelIsHeldAgainstItsTargets() throws {
        let html = try render(
            .funnel([("sources", 2, 4), ("proposed", 4, nil), ("passed", 3, nil), ("accepted", 1, 8)]) {
                $0 == "accepted" ? "/clips?state=accepted" : nil
            })
        #expect(
            spaced(html).contains(
                "<td class=\"n\">2</td><td class=\"n soft\"></td><td class=\"n\">4</td><td class=\"n soft\">50.0 %</td>"
            ))
        #expect(spaced(html).contains("<td class=\"n\">3</td><td class=\"n soft\">75.0 %</td><td class=\"n\"></td>"))
        #expect(html.contains("<a href=\"/clips?state=accepted\">accepted</a> <small>by the experts’ quorum</small>"))
        #expect(try !render(.funnel([("sources", 2, nil)])).contains("Target"))
    }

    /// Marks far beyond all counts would leave no bar to see.
    @Test func targetsFarAwayAreNotDrawn() throws {
        #expect(try render(.funnel([("sources", 2, 8)])).contains("class=\"mark\""))
        #expect(try !render(.funnel([("sources", 2, 9)])).contains("class=\"mark\""))
    }

    @Test func levelsOfNoClipsAreThere() throws {
        var recipe = Recipe()
        recipe.labels.level = ["organ", "cellular"]
        recipe.targets.levels = ["organ": 60, "cellular": 40]
        let html = spaced(try render(.levels(["organ": 3, "unknown": 1], recipe)))
        #expect(
            html.contains(
                "<td class=\"n\">3</td><td class=\"n\">75.0 %</td><td class=\"n\">60.0 %</td><td class=\"n soft\">+15.0</td>"
            ))
        #expect(
            html.contains(
                "<td class=\"n\">0</td><td class=\"n\">0.0 %</td><td class=\"n\">40.0 %</td><td class=\"n soft\">−40.0</td>"
            ))
        #expect(html.contains("<th scope=\"row\" class=\"unknown\">unknown</th>"))
    }

    @Test func theTargetOfAcceptedClipsIsTheDatasets() {
        var targets = Recipe.Targets()
        #expect(targets.count(at: "accepted") == nil && targets.count(at: "ready") == nil)
        targets.funnel = ["accepted": 5, "ready": 7]
        #expect(targets.count(at: "accepted") == 5 && targets.count(at: "ready") == 7)
        targets.clips = 6
        #expect(targets.count(at: "accepted") == 6)
    }

    // MARK: Plots

    private static var bins: [Plot.Bin] {
        [
            Plot.Bin(from: 0, to: 0.5, behind: 3, front: 4), Plot.Bin(from: 0.5, to: 1, behind: 0, front: 1),
        ]
    }

    @Test func aPlotSaysWhatItShows() throws {
        let plot = Plot(
            Self.bins, of: "motion over 5 clips", words: ("now", "then"), unit: "share",
            limits: [.init(0.25, "now"), .init(0.75, "then")])
        #expect(plot.sentence == "Histogram of motion over 5 clips, most from 0 to 0.5; threshold now 0.25, then 0.75.")
        let html = try Templates.shared.render(plot, with: "plot")
        #expect(html.contains("<title>0.5 to 1: now 0, then 1</title>"))
        #expect(html.contains(">now 0.25</text>") && html.contains(">then 0.75</text>"))
        // An empty bin has no box.
        #expect(html.components(of: "<rect class=\"was\"") == 1 && html.components(of: "<rect class=\"is\"") == 2)
    }

    @Test func aPlotOfNothing() throws {
        let plot = Plot([], of: "motion over 0 clips", words: ("now", "then"), unit: "share")
        #expect(plot.sentence == "Histogram of motion over 0 clips.")
        #expect(!(try Templates.shared.render(plot, with: "plot")).contains("nan"))
    }

    // MARK: Documents

    private struct Evaluation {
        struct Detector {
            let detector, anchor, total: String
            let excerpt: String? = nil
            let videos: Table
            let cards: [String] = []
        }
        let videos: String
        let rule: String
        let scores: Table
        let detectors: [Detector]
        let failed: [Fault]
    }

    @Test func aDocumentLoadsNothing() throws {
        let table = Table("Scores", ["detector", .number("F1")], [[.head(Self.evil), .number("1.000")]])
        let page = Evaluation(
            videos: Self.evil, rule: "A rule.", scores: table,
            detectors: [.init(detector: Self.evil, anchor: "detector-0", total: "0 misses", videos: table)], failed: [])
        let html = try Document(
            Self.evil, kind: "evaluation", madeBy: "microcurate evaluate shots",
            sections: [.init("Scores", at: "scores"), .init(Self.evil, at: "detector-0", isBad: true)], page
        ).render(with: "evaluation")
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && html.hasSuffix("</html>\n"))
        #expect(html.contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\""))
        for loading in ["<script", "<link", "@import", "url(", "://"] { #expect(!html.contains(loading)) }
        #expect(html.contains("<a href=\"#detector-0\" class=\"bad\">\(Self.harmless)</a>"))
        #expect(html.contains("<p class=\"lead\">\(Self.harmless)</p>"))
        #expect(html.contains("--accent:"), "the style is inside")
    }

    @Test func aMissingTemplateIsAFault() {
        #expect(throws: Fault.self) { try Templates.shared.render("", with: "no such page") }
    }

    /// The base style names colours by their tokens alone, so that both schemes hold everywhere.
    @Test func coloursAreTokens() throws {
        let sheet = String(decoding: StyleSheet.base, as: UTF8.self)
        #expect(sheet.contains("prefers-color-scheme: dark"))
        let rules = try #require(sheet.firstRange(of: "* { box-sizing")).lowerBound
        #expect(sheet[rules...].firstMatch(of: /#[0-9a-fA-F]{3,6}\b/) == nil)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
