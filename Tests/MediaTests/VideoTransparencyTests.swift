import Foundation
import Media
import Model
import Footage
import Testing

/// Pictures with an alpha channel are seen over black.
@Suite struct VideoTransparencyTests {
    let folder: VideoFolder
    init() throws { folder = try VideoFolder() }

    struct Way: CustomTestStringConvertible, Sendable {
        let name: String
        let options: String
        var tolerance = 2
        var testDescription: String { "\(name) \(options)" }
    }

    static let ways = [
        Way(name: "a.png", options: "-frames:v 1 -pix_fmt rgba"),
        Way(name: "a.png", options: "-frames:v 1 -pix_fmt rgba64be"),
        Way(name: "a.png", options: "-frames:v 1 -pix_fmt ya8"),
        Way(name: "a.png", options: "-frames:v 1 -pix_fmt ya16be"),
        Way(name: "b.mov", options: "-c:v png -pix_fmt rgba"),
        Way(name: "c.mov", options: "-c:v qtrle -pix_fmt argb"),
        Way(name: "d.mkv", options: "-c:v ffv1 -pix_fmt yuva420p"),
        Way(name: "e.mkv", options: "-c:v ffv1 -pix_fmt yuva444p10le"),
        Way(name: "f.mkv", options: "-c:v ffv1 -pix_fmt gbrap12le"),
        Way(name: "g.mov", options: "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le", tolerance: 4),
        Way(name: "h.webm", options: "-c:v libvpx-vp9 -pix_fmt yuva420p -crf 4 -b:v 0 -cpu-used 8", tolerance: 6),
        Way(name: "i.webm", options: "-c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0 -crf 4 -b:v 4M", tolerance: 6),
    ]

    /// Four columns of 40 pixels: opaque, half, a quarter and nothing of one grey.
    @Test(arguments: ways) func transparentPartsAreDark(_ way: Way) throws {
        let row = (0..<160).flatMap { x in [200, 200, 200, [255, 128, 64, 0][x / 40]].map { UInt8($0) } }
        _ = try folder.write("source.raw", (0..<3 * 48).flatMap { _ in row })
        let path = try folder.make(
            way.name, "-f rawvideo -pix_fmt rgba -s 160x48 -r 10 -i source.raw \(way.options)")
        let description = try ContainerProbe.describe(path: path)[0]
        #expect(description.notes.contains("transparent parts, if any, are shown over black"))
        #expect(description.frames == (way.name == "a.png" ? 1 : 3))
        let frame = try firstFrame(of: path)
        var grid = FrameGrid()
        try frame.fillGrid(&grid)
        let picture = try frame.grayPicture(longSide: 160)
        for (column, level) in [200, 100, 50, 0].enumerated() {
            // The middle of a column, away from what chroma subsampling and lossy coding do to edges.
            for x in 40 * column + 12..<40 * column + 28 {
                #expect(abs(Int(picture[x, 24]) - level) <= way.tolerance, "\(picture[x, 24]) for \(level)")
            }
            let cell = 13 * FrameGrid.width + 12 * column + 6
            #expect(abs(Int(grid.y[cell]) - level) <= way.tolerance)
            #expect(abs(Int(grid.cb[cell]) - 128) <= 2 && abs(Int(grid.cr[cell]) - 128) <= 2)
        }
    }

    @Test func anOpaqueAlphaChangesNothing() throws {
        let options = "-f lavfi -i testsrc2=s=96x64:r=10 -frames:v 4 -vf format=rgb24,format"
        let plain = try folder.make("plain.mkv", "\(options)=yuv444p -c:v ffv1")
        let opaque = try folder.make("opaque.mkv", "\(options)=yuv444p,format=yuva444p -c:v ffv1")
        #expect(try Reading(opaque).checksums == Reading(plain).checksums)
    }
}
