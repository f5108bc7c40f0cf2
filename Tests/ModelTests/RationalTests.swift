import Model
import Testing

@Suite struct RationalTests {
    @Test func standsInLowestTermsWithAPositiveDenominator() {
        #expect(Rational(6, 4).description == "3/2")
        #expect(Rational(6, -4).description == "-3/2")
        #expect(Rational(-6, -4).description == "3/2")
        #expect(Rational(0, -7).description == "0/1")
        #expect(Rational(.max, .max).description == "1/1")
        #expect(Rational(.min, 2).description == "-4611686018427387904/1")
    }

    @Test(arguments: [
        ("30000/1001", Rational(30000, 1001)), ("16", Rational(16)), ("59.94", Rational(2997, 50)),
        ("0.065", Rational(13, 200)), ("-0.5", Rational(-1, 2)), ("-3/6", Rational(-1, 2)), ("3/-6", Rational(-1, 2)),
        ("0.123456789", Rational(123_456_789, 1_000_000_000)), ("0", Rational(0)),
        ("9223372036854775807", Rational(.max)), ("1/9223372036854775807", Rational(1, .max)),
    ])
    func isParsed(text: String, value: Rational) {
        #expect(Rational(text) == value)
        #expect(Rational(value.description) == value)
    }

    @Test(arguments: [
        "", " ", "x", "1/0", "1/", "/2", "1/2/3", "1,5", "1.5/2", "1.2.3", "0.1234567891", "1e3", "nan", "inf", "٣",
        "1.٣", "9223372036854775808", "99999999999.999999999", "0x10", "1 / 2",
    ])
    func refusesWhatIsNoNumber(text: String) {
        #expect(Rational(text) == nil)
    }

    /// The one integer without an opposite is refused where it would have to change its sign.
    @Test(arguments: ["1/-9223372036854775808", "-9223372036854775808/-1", "-9223372036854775808/-9223372036854775808"])
    func survivesTheSmallestInteger(text: String) {
        #expect(Rational(text) == nil)
    }

    @Test func comparesExactly() {
        #expect(Rational(1, 3) < Rational(1, 2))
        #expect(Rational(-1, 2) < Rational(-1, 3))
        #expect(Rational(-1, 2) < Rational(1, 1_000_000))
        #expect(!(Rational(2, 4) < Rational(1, 2)))
        // Equal as doubles; the products need 128 bits.
        #expect(Rational(.max - 1, .max) < Rational(1))
        #expect(Rational(.max - 2, .max - 1) < Rational(.max - 1, .max))
        #expect(!(Rational(.max - 1, .max) < Rational(.max - 2, .max - 1)))
        #expect(Rational(-.max) < Rational(.max))
    }

    @Test func multipliesAndDivides() {
        #expect(Rational(2, 3) * Rational(9, 4) == Rational(3, 2))
        #expect(Rational(2, 3) / Rational(-4, 9) == Rational(-3, 2))
        // Shortened crosswise, before the product could run over.
        #expect(Rational(.max, 7) * Rational(7, .max) == Rational(1))
        #expect(Rational(1, 90000) / Rational(1, 90000) == Rational(1))
        #expect(Rational(-2, 3).reciprocal == Rational(-3, 2))
    }

    @Test(arguments: [
        (1, Rational(1, 2), 1), (3, Rational(1, 2), 2), (-1, Rational(1, 2), -1), (-3, Rational(1, 2), -2),
        (1, Rational(1, 3), 0), (2, Rational(1, 3), 1), (-1, Rational(1, 3), 0), (-2, Rational(1, 3), -1),
        (5, Rational(1, 10), 1), (4, Rational(1, 10), 0), (0, Rational(1, 10), 0), (7, Rational(3, 1), 21),
    ])
    func rescalesToTheNearestTickHalvesAwayFromZero(ticks: Int, base: Rational, expected: Int) {
        #expect(base.rescale(Int64(ticks), to: Rational(1)) == Int64(expected))
    }

    @Test func rescalesHugeValues() {
        let (millis, ninety) = (Rational(1, 1000), Rational(1, 90000))
        #expect(millis.rescale(1_000_000_000_000, to: ninety) == 90_000_000_000_000)
        // The product runs over 64 bits, the result doesn't.
        #expect(
            Rational(1001, 30000).rescale(9_000_000_000_000_000_000, to: Rational(1001, 30000))
                == 9_000_000_000_000_000_000)
        #expect(ninety.rescale(.max, to: millis) == 102_481_911_520_608_620)
        #expect(ninety.rescale(-.max, to: millis) == -102_481_911_520_608_620)
        #expect(Rational(1, 48000).rescale(9_007_199_254_740_993, to: Rational(1, 90000)) == 16_888_498_602_639_362)
    }

    @Test func rescalingThereAndBackKeepsEveryTick() {
        let (film, fine) = (Rational(1001, 30000), Rational(1, 90000))
        for ticks in stride(from: Int64(-3000), through: 3000, by: 1) {
            #expect(fine.rescale(film.rescale(ticks, to: fine), to: film) == ticks)
        }
    }

    @Test func secondsAndReading() throws {
        #expect(Rational(1001, 30000).seconds(30) == 1.001)
        #expect(Rational(1, 25).seconds(-50) == -2)
        #expect(try JSON.line(Rational(30000, 1001)) == #""30000/1001""#)
        for (json, value) in [("16", Rational(16)), ("59.94", Rational(2997, 50)), (#""1/3""#, Rational(1, 3))] {
            #expect(try JSON.decode(Rational.self, from: json) == value)
        }
        for json in ["true", #""fast""#, "1e-12", "[1]", "null", #""1/0""#] {
            #expect(throws: (any Error).self) { try JSON.decode(Rational.self, from: json) }
        }
    }
}
