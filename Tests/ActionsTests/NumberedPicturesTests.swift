import Actions
import Testing

struct NumberedPicturesTests {
    private func sequences(_ names: [String]) -> [[String]] {
        NumberedPictures(names.map { "/a/\($0)" }).sequences.map { $0.paths.map { String($0.dropFirst(3)) } }
    }

    @Test func numbersCountPaddedOrNot() {
        #expect(sequences(["f10.png", "f9.png", "f1.png"]) == [["f1.png", "f9.png", "f10.png"]])
        #expect(sequences(["f003.png", "f001.png", "f002.png"]) == [["f001.png", "f002.png", "f003.png"]])
        #expect(sequences(["9.png", "10.png"]) == [["9.png", "10.png"]])
    }

    @Test func othersStandAlone() {
        #expect(sequences([]) == [])
        #expect(sequences(["b.png", "a.png"]) == [["a.png"], ["b.png"]])
        #expect(sequences(["a1.png", "b2.png", "a2.tif"]).count == 3, "another text, another suffix")
        // Longer than 18 digits: text, so that no two are one number.
        #expect(sequences(["1234567890123456789.png", "1234567890123456780.png"]).count == 2)
    }

    @Test func theNumberMarkedAsTimeCountsElseTheLast() {
        let wells = ["w1_t1.png", "w2_t2.png", "w1_t2.png", "w2_t1.png"]
        #expect(sequences(wells) == [["w1_t1.png", "w1_t2.png"], ["w2_t1.png", "w2_t2.png"]])
        #expect(sequences(["t1_w1.png", "t2_w1.png"]) == [["t1_w1.png", "t2_w1.png"]])
        #expect(sequences(["a1b1.png", "a1b2.png", "a2b1.png"]) == [["a1b1.png", "a1b2.png"], ["a2b1.png"]])
    }

    /// A number that is the same in all tells nothing apart.
    @Test func aNumberThatDoesNotVaryIsText() {
        #expect(sequences(["2026_f1.png", "2026_f2.png"]) == [["2026_f1.png", "2026_f2.png"]])
    }

    @Test func missingNumbersAreTold() throws {
        let notes = { (numbers: [Int]) in NumberedPictures(numbers.map { "f\($0).png" }).sequences.map(\.notes) }
        #expect(notes([1, 2, 3]) == [[]])
        #expect(notes([1, 3, 6]) == [["3 numbers are missing: 2, 4 to 5"]])
        #expect(notes([0, 2, 4, 6, 8, 10, 12]) == [["6 numbers are missing: 1, 3, 5, 7, 9 and more"]])
    }

    @Test func planesThatFillTheirGridAreOneRecording() throws {
        var names: [String] = []
        for z in 1...2 { for c in 1...3 { for t in 0...1 { names.append("z\(z)_c\(c)_t00\(t).tif") } } }
        let grid = NumberedPictures(names.reversed()).sequences
        try #require(grid.count == 1)
        #expect(grid[0].axes == "T2Z2C3" && grid[0].notes == ["axes T2Z2C3 taken from the files' names"])
        #expect(grid[0].paths.prefix(4) == ["z1_c1_t000.tif", "z1_c2_t000.tif", "z1_c3_t000.tif", "z2_c1_t000.tif"])
        let holed = NumberedPictures(Array(names.dropLast())).sequences
        #expect(holed.count == 6 && holed.allSatisfy { $0.axes == nil }, "one is missing: a sequence for each z and c")
        let films = NumberedPictures(names.map { $0.replacing(".tif", with: ".png") }).sequences
        #expect(films.count == 6 && films.allSatisfy { $0.axes == nil }, "pictures of this format are no planes")
    }
}
