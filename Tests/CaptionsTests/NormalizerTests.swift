import Captions
import Foundation
import Testing

@Suite struct NormalizerTests {
    @Test(arguments: [
        // Markup
        ("Actin &amp; tubulin", "Actin & tubulin"),
        ("p &amp;lt; 0.05", "p < 0.05"),
        ("p &amp;amp;amp;lt; 0.05", "p < 0.05"),
        ("a &lt;b and c&gt; d", "a <b and c> d"),
        ("&alpha;-actinin, &#956;m and &#x3BC;m", "α-actinin, µm and µm"),
        ("37&nbsp;&deg;C, 5&times;5 &micro;m", "37 °C, 5×5 µm"),
        ("&Eacute;tude &ndash; &ldquo;cells&rdquo; &unknown; &#150; ok", "Étude – “cells” &unknown; – ok"),
        ("Cells &#0; here", "Cells \u{FFFD} here"),
        ("<p>First <b>bold</b></p><br/>second", "First bold second"),
        ("x <script type=\"a\">alert(1)</script> y <!-- no --> z", "x y z"),
        ("10<sup>6</sup> CO<sub>2</sub> <a href=\"http://x.org/?a=1\">link text</a> now", "10⁶ CO2 link text now"),
        ("e\u{301}tude \u{212B}", "étude Å"),
        ("zero\u{200B}width \u{202E}bidi\u{202C} \u{7}bell\u{FEFF}", "zerowidth bidi bell"),
        ("one\r\ntwo\u{2028}three\u{B}four\tfive   six", "one two three four five six"),
        ("size \\u00B5m and 5\\u03bcm", "size µm and 5 µm"),
        // Links
        ("See https://youtu.be/abc?x=1 now.", "now."),
        ("HeLa cells (https://doi.org/10.1/x) divide", "HeLa cells divide"),
        ("HeLa cells divide, www.example.org/path.", "HeLa cells divide."),
        ("Cells from bit.ly/3xyz divide at example.com.", "Cells divide."),
        ("Cells divide. Contact: a.b+c@lab.example.edu", "Cells divide."),
        ("Division doi:10.1083/jcb.2011 of cells", "Division of cells"),
        ("Movie by @cell_lab of mitosis @ 37 °C", "Movie of mitosis @ 37 °C"),
        ("Mitosis in yeast #Biology #science #shorts", "Mitosis in yeast"),
        ("Mitosis in yeast #Biology\n#science\nMore text", "Mitosis in yeast More text"),
        ("The #Golgi apparatus, sample #1 of #12", "The Golgi apparatus, sample #1 of #12"),
        ("This is a #cell", "This is a cell"),
        // Promotion
        ("Mitosis in HeLa. Subscribe to our channel! Anaphase follows.", "Mitosis in HeLa. Anaphase follows."),
        ("Please like and share!", ""),
        ("If you enjoyed this video, please like, share and subscribe. Cells divide.", "Cells divide."),
        ("Watch a cell divide and follow us on Twitter!", "Watch a cell divide!"),
        ("A cell divides | Support us on Patreon: https://patreon.com/x", "A cell divides"),
        ("A cell divides.\n👉 Follow me on Instagram @cells\nIt splits.", "A cell divides. It splits."),
        ("A cell divides. Link in the description. It splits.", "A cell divides. It splits."),
        ("A cell divides. Video by Dr. A. Smith. It splits.", "A cell divides. It splits."),
        ("A cell divides. © 2019 Some Lab. All rights reserved.", "A cell divides."),
        ("(c) Same cell after 10 min", "(c) Same cell after 10 min"),
        ("Thanks for watching", ""),
        ("Animation by A. Bee showing a vesicle.", "Animation by A. Bee showing a vesicle."),
        ("Rate and follow the movement of vesicles.", "Rate and follow the movement of vesicles."),
        ("A cell divides.\nTIMESTAMPS\n00:00 Intro\n00:35 - The chase\n#cells", "A cell divides."),
        ("0:00 Intro\n0:42 Mitosis\n1:10:05 End\nA cell divides.", "A cell divides."),
        ("A cell divides.\n2:30 after mitosis it rests.", "A cell divides. 2:30 after mitosis it rests."),
        ("Cells follow a gradient. Join us as we explore.", "Cells follow a gradient. Join us as we explore."),
        // Numbers and units
        ("5um, 5 um, 5μm, 5   µm", "5 µm, 5 µm, 5 µm, 5 µm"),
        ("(μm) μ-opioid μTUBULIN", "(µm) μ-opioid μTUBULIN"),
        ("10ms 3s 4min 2h 30Hz 16fps 488nm 50 % 100 %.", "10 ms 3 s 4 min 2 h 30 Hz 16 fps 488 nm 50% 100%."),
        ("37°C, 37 º C, 37℃, 37  °C", "37 °C, 37 °C, 37 °C, 37 °C"),
        ("40x 63X 832x480 5x5um", "40x 63X 832x480 5x5 µm"),
        ("45kDa 5mM 5uM 10ul 2.5ml .5mm 1,000nm", "45 kDa 5 mM 5 µM 10 µl 2.5 ml .5 mm 1,000 nm"),
        ("5-10µm −20°C ~3h", "5-10 µm −20 °C ~3 h"),
        ("p53 Cdc42 H2B 3D 5S 14-3-3s IL-2h U2OS 3T3 16s rRNA", "p53 Cdc42 H2B 3D 5S 14-3-3s IL-2h U2OS 3T3 16s rRNA"),
        ("the 1990s, the 90s, 4K, 100K views, 77K", "the 1990s, the 90s, 4K, 100K views, 77 K"),
        ("24hpf embryo, 5 m, 5 moles, 3 men", "24 hpf embryo, 5 m, 5 moles, 3 men"),
        // Punctuation
        ("Amazing!!! Really?!? Wait... ok..", "Amazing! Really? Wait... ok."),
        ("A cell , dividing ; here .", "A cell, dividing; here."),
        ("( inside ) [ too ]", "(inside) [too]"),
        ("-----\nA cell\n*****", "A cell"),
        ("- A cell |", "A cell"),
        ("-5 °C is cold", "-5 °C is cold"),
        ("?!", ""), ("", ""), (" \n ", ""), ("👍", ""),
    ])
    func normalForm(_ input: String, _ expected: String) {
        let result = Normalizer.normalize(input)
        #expect(Array(result.text.unicodeScalars) == Array(expected.unicodeScalars), "\(result)")
        #expect(result.edits.isEmpty == result.text.utf8.elementsEqual(input.utf8))
        #expect(Normalizer.normalize(result.text).edits == [])
    }

    @Test func explainsEachEdit() {
        let result = Normalizer.normalize("Nuclei 5um  apart &amp; dividing #Biology")
        #expect(
            result.edits == [
                .init(rule: "entity", before: "&amp;", after: "&"),
                .init(rule: "hashtag", before: " #Biology", after: " ").trimmed,
                .init(rule: "micro_sign", before: "5um", after: "5 µm"),
                .init(rule: "whitespace", before: "dividing ", after: "dividing"),
                .init(rule: "whitespace", before: "µm  apart", after: "µm apart"),
            ])
        #expect(result.text == "Nuclei 5 µm apart & dividing")
    }

    @Test func namesItsRules() {
        #expect(Set(Normalizer.ruleNames).count == Normalizer.ruleNames.count)
        #expect(Normalizer.ruleNames.first == "line_break" && Normalizer.ruleNames.contains("number_unit"))
    }

    @Test(
        arguments: [
            ("", ["empty"]),
            ("https://x.org", ["empty"]),
            ("A cell", ["very_short"]),
            (String(repeating: "cell ", count: 301), ["very_long"]),
            (String(repeating: "cell ", count: 300), []),
            ("The narrator describes a dividing cell.", ["mentions_sound"]),
            ("Here we see our cell dividing.", ["first_person"]),
            ("Homologues part in meiosis I and complex I.", []),
            ("The cell divides. It rests. The cell divides.", ["repeated_sentence"]),
            ("The cell is 5 Âµm wide here.", ["mojibake"]),
            ("Cells that subscribe to this model divide.", ["promotion"]),
            ("Neutrophils chase a bacterium through a blood smear.", []),
        ] as [(String, [String])])
    func flagsWhatACuratorShouldSee(_ text: String, _ flags: [String]) {
        #expect(Normalizer.normalize(text).flags == flags)
    }
}

extension NormalizedCaption.Edit {
    fileprivate var trimmed: Self {
        .init(
            rule: rule, before: before.trimmingCharacters(in: .whitespaces),
            after: after.trimmingCharacters(in: .whitespaces))
    }
}
