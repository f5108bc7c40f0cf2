import Model
import Actions
import Testing

struct ViewTextTests {
    private func declared(_ part: WritableKeyPath<ViewText, String?>, _ text: String) throws -> ViewDeclaration {
        var view = ViewText()
        view[keyPath: part] = text
        return try view.declaration()
    }

    @Test(arguments: [
        ("10s", Rational(10)), ("250ms", Rational(1, 4)), ("1.5 min", Rational(90)), ("0.5h", Rational(1800)),
    ])
    func times(text: String, seconds: Rational) throws {
        #expect(try declared(\.interval, text).intervalSeconds == seconds)
    }

    @Test(arguments: [
        ("0.065um", Rational(65, 1000)), ("65nm", Rational(65, 1000)), ("1\u{B5}m", Rational(1)),
        ("1\u{3BC}m", Rational(1)), ("0.002mm", Rational(2)),
    ])
    func lengths(text: String, micrometres: Rational) throws {
        #expect(try declared(\.pixelSize, text).pixelSizeUm == micrometres)
    }

    @Test func theRest() throws {
        #expect(try ViewText().declaration() == ViewDeclaration())
        #expect(try declared(\.axes, "TZ5").axes == "TZ5")
        #expect(try declared(\.gamma, "0.7").gamma == Rational(7, 10))
        #expect(try declared(\.z, "focus").zRule == .focus)
        #expect(try declared(\.contrast, "percentiles").contrast == .percentiles)
        #expect(try declared(\.contrast, "file").contrast == .file)
        #expect(try declared(\.contrast, "-1.5..4e3").contrast == .range(low: -1.5, high: 4000))
        let channels = try declared(\.channels, "3,1:#00FF00").channels
        #expect(channels == [.init(channel: 2), .init(channel: 0, color: ChannelColor("#00FF00"))])
    }

    @Test func whatCannotBeReadIsNamed() {
        let wrong: [(WritableKeyPath<ViewText, String?>, String, [String])] = [
            (\.interval, "interval", ["", "10", "s", "0s", "-1s", "10 parsecs", "1e999s"]),
            (\.pixelSize, "pixel size", ["0um", "1s", "um"]),
            (\.gamma, "gamma", ["", "0", "-1", "1s"]),
            (\.z, "z rule", ["", "Focus", "top"]),
            (\.contrast, "contrast", ["", "auto", "1", "2..1", "1..1", "1..nan", "..2"]),
            (\.channels, "channels", ["", "0", "1,1", "1,", "a", "1:", "1:green-ish", "1:#00FF00:2"]),
        ]
        for (part, option, texts) in wrong {
            for text in texts {
                let fault = #expect(throws: Fault.self, "\(option) '\(text)'") { try declared(part, text) }
                #expect(fault?.reason == .invalid && fault?.place == option)
                #expect(fault?.what == "the \(option) '\(text)' can't be read" && fault?.advice.isEmpty == false)
            }
        }
    }

    @Test func whatIsSaidCloserCounts() {
        var folder = ViewText()
        (folder.axes, folder.interval) = ("TZ", "10s")
        var line = ViewText()
        (line.interval, line.gamma) = ("5s", "0.7")
        let both = folder.overridden(by: line)
        #expect(both.axes == "TZ" && both.interval == "5s" && both.gamma == "0.7" && both.z == nil)
        #expect(folder.overridden(by: ViewText()) == folder)
    }
}
