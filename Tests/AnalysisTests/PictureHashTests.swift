import Analysis
import Model
import Testing

@Suite struct PictureHashTests {
    private func hash(_ picture: GrayPicture) -> PictureHash { PictureHash(frame: 0, of: picture) }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func sizeBrightnessAndNoiseChangeLittle(_ seed: UInt64) {
        let scene = Scene(seed, blobs: 30)
        let picture = scene.picture(width: 256, height: 144)
        let original = hash(picture)
        #expect(original.quality >= 50)
        #expect(original.distance(hash(scene.picture(width: 128, height: 72))) <= 31)
        #expect(original.distance(hash(scene.picture(width: 320, height: 180))) <= 31)
        #expect(original.distance(hash(scene.picture(width: 256, height: 192))) <= 31)
        var random = SplitMix(seed: seed)
        var (dim, noisy) = (picture, picture)
        dim.pixels = picture.pixels.map { UInt8(Double($0) * 0.7) + 20 }
        noisy.pixels = picture.pixels.map { UInt8(clamping: Int($0) + Int.random(in: -12...12, using: &random)) }
        #expect(original.distance(hash(dim)) <= 31)
        #expect(original.distance(hash(noisy)) <= 31)
    }

    @Test func otherPicturesAreFar() {
        let hashes = (0..<20).map { hash(Scene(200 + UInt64($0), blobs: 30).picture(width: 256, height: 144)) }
        for i in hashes.indices {
            for j in hashes.indices where j > i { #expect(hashes[i].distance(hashes[j]) > 60) }
        }
    }

    @Test func halfOfTheBitsAreSet() {
        let words = hash(Scene(9).picture(width: 256, height: 144)).words
        #expect((120...136).contains(words.reduce(0) { $0 + $1.nonzeroBitCount }))
    }

    @Test func aFlatPictureHasNoQuality() {
        for level in [0, 90, 255] as [UInt8] {
            let flat = GrayPicture(width: 256, height: 144, pixels: [UInt8](repeating: level, count: 256 * 144))
            #expect(hash(flat).quality == 0)
        }
        var random = SplitMix(seed: 4)
        let faint = GrayPicture(
            width: 256, height: 144, pixels: (0..<256 * 144).map { _ in 100 + .random(in: 0...4, using: &random) })
        #expect(hash(faint).quality < 50)
    }

    @Test func tinyPicturesAreHashedToo() {
        #expect(hash(GrayPicture(width: 1, height: 1, pixels: [7])).quality == 0)
        #expect(hash(Scene(9).picture(width: 31, height: 38)).words.count == 4)
    }
}
