import Analysis
import Model
import Testing

@Suite struct SignalTests {
    private func measure(_ pictures: [GrayPicture]) -> [String: Double] { measure(track(pictures: pictures)) }

    private func measure(_ track: FrameTrack) -> [String: Double] {
        let frames = FrameSpan(start: 0, end: track.count)
        let span = ClipSpan(ticks: track.timing.ticks(of: frames), frames: frames)
        return Signals.measure(track: track, span: span, timeBase: Rational(1, 2))
    }

    /// The picture where `content` is true, black elsewhere.
    private func framed(_ picture: GrayPicture, _ content: (_ x: Int, _ y: Int) -> Bool) -> GrayPicture {
        var framed = picture
        for y in 0..<picture.height {
            for x in 0..<picture.width where !content(x, y) { framed.pixels[y * picture.width + x] = 0 }
        }
        return framed
    }

    private func noisy(_ picture: GrayPicture, _ random: inout SplitMix, _ amplitude: (UInt8) -> Int) -> GrayPicture {
        var noisy = picture
        noisy.pixels = picture.pixels.map {
            let range = amplitude($0)
            return UInt8(clamping: Int($0) + .random(in: -range...range, using: &random))
        }
        return noisy
    }

    /// What counts as motion.
    private let least = Filter.static.threshold(in: Recipe())

    private let pictures = (0..<6).map { Scene(21, blobs: 30).picture(width: 256, height: 144, time: Double($0)) }

    @Test func bordersAreMeasured() throws {
        let letterbox = try #require(measure(pictures.map { framed($0) { (18..<126).contains($1) } })["border"])
        #expect(abs(letterbox - 0.25) < 0.01)
        let pillars = try #require(measure(pictures.map { framed($0) { x, _ in x >= 32 } })["border"])
        #expect(abs(pillars - 0.125) < 0.01)
        #expect(measure(pictures)["border"] == 0)
    }

    @Test func fluorescenceOnBlackHasNoBorder() {
        // A round cell in the middle of darkness, and spots here and there.
        let round = pictures.map { framed($0) { x, y in (x - 128) * (x - 128) + (y - 72) * (y - 72) < 2000 } }
        #expect(measure(round)["border"] == 0)
        var random = SplitMix(seed: 8)
        let spots = (0..<6).map { _ in
            var dark = GrayPicture(width: 256, height: 144, pixels: [UInt8](repeating: 2, count: 256 * 144))
            for _ in 0..<40 {
                let at = Int.random(in: 60..<90, using: &random) * 256 + Int.random(in: 80..<180, using: &random)
                dark.pixels[at] = 200
            }
            return dark
        }
        #expect(measure(spots)["border"] == 0)
    }

    @Test func aBorderMustStayThroughout() {
        let moving = pictures.enumerated().map { i, picture in framed(picture) { x, _ in x >= i * 12 } }
        #expect(measure(moving)["border"] == 0)
    }

    @Test func noiseIsNotMotion() throws {
        var random = SplitMix(seed: 31)
        // Shot noise grows with brightness.
        let still = (0..<8).map { _ in noisy(pictures[0], &random) { 2 + Int($0) / 16 } }
        let quiet = try #require(measure(still)["motion"])
        #expect(quiet < least)
        // Ten spots of six pixels that each move by six.
        let alive = (0..<8).map { i in
            var picture = pictures[0]
            for spot in 0..<10 {
                for y in 0..<6 {
                    for x in 0..<6 {
                        picture.pixels[(10 + spot * 12 + y) * 256 + 30 + spot * 20 + i * 6 % 40 + x] = 240
                    }
                }
            }
            return noisy(picture, &random) { 2 + Int($0) / 16 }
        }
        let motion = try #require(measure(alive)["motion"])
        #expect(motion > least * 3)
    }

    @Test func flickerIsNotMotion() throws {
        var dim = pictures[0]
        dim.pixels = dim.pixels.map { UInt8(Double($0) * 0.8) }
        let motion = try #require(measure([pictures[0], dim, pictures[0], dim])["motion"])
        #expect(motion < least)
    }

    @Test func sharpnessFallsWithBlur() throws {
        var random = SplitMix(seed: 2)
        let sharp = noisy(pictures[0], &random) { _ in 30 }
        var blurred = sharp
        for y in 2..<142 {
            for x in 2..<254 {
                var sum = 0
                for dy in -2...2 { for dx in -2...2 { sum += Int(sharp[x + dx, y + dy]) } }
                blurred.pixels[y * 256 + x] = UInt8(sum / 25)
            }
        }
        let (crisp, soft) = (try #require(measure([sharp])["sharpness"]), try #require(measure([blurred])["sharpness"]))
        #expect(crisp > 10 * soft)
    }

    @Test func overlayTextIsSeenAndAScaleBarIsNot() {
        /// Strokes of two pixels, letters of five and a space after every sixth.
        func lettered(_ picture: GrayPicture, width: Int) -> GrayPicture {
            var picture = picture
            for x in 40..<40 + width where (x / 5) % 7 != 6 {
                for y in 120..<130 { picture.pixels[y * 256 + x] = x % 5 < 2 ? 250 : 10 }
            }
            return picture
        }
        #expect(measure(pictures.map { lettered($0, width: 170) })["text"] == 1)
        #expect(measure(pictures.map { lettered($0, width: 40) })["text"] == 0)
        #expect(measure(pictures)["text"] == 0)
        var random = SplitMix(seed: 12)
        #expect(measure(pictures.map { noisy($0, &random) { _ in 60 } })["text"] == 0)
    }

    @Test func blankFramesAndBrightness() throws {
        let scene = Scene(5)
        let half = track((0..<10).map { $0 < 5 ? .plain(0) : scene.grid() })
        #expect(measure(half)["blank"] == 0.5)
        let grey = measure(track([.plain(51), .plain(51)]))
        #expect(abs(try #require(grey["brightness"]) - 0.2) < 0.001)
        // One bright cell in the dark is a picture, not a blank.
        var spot = Cells.plain(4)
        spot.y[700] = 120
        #expect(measure(track([spot, spot]))["blank"] == 0)
    }

    @Test func whatCannotBeMeasuredIsAbsent() {
        let signals = measure(track([Scene(1).grid()]))
        #expect(Set(signals.keys) == ["duration", "blank", "brightness"])
        let two = measure(track([Scene(1).grid(0), Scene(1).grid(1)]))
        #expect(Set(two.keys) == ["duration", "blank", "brightness", "motion"])
        #expect(two["duration"] == 1)
    }

    @Test func samplesOutsideOfTheSpanDontCount() {
        let letterbox = framed(pictures[0]) { (40..<104).contains($1) }
        let track = track(pictures: [letterbox, pictures[1], pictures[2], letterbox])
        let frames = FrameSpan(start: 1, end: 3)
        let signals = Signals.measure(
            track: track, span: ClipSpan(ticks: track.timing.ticks(of: frames), frames: frames), timeBase: Rational(1))
        #expect(signals["border"] == 0)
    }
}
