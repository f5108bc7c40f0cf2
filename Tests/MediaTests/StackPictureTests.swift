import Foundation
import Media
import Model
import Footage
import Testing

/// Channels in colours, added up, by the definition.
private func sum(_ channels: [(levels: [Int], color: ChannelColor)]) -> [UInt8] {
    channels[0].levels.indices.flatMap { i in
        [\ChannelColor.red, \.green, \.blue].map { part in
            UInt8(min(255, channels.reduce(0) { $0 + ($1.levels[i] * Int($1.color[keyPath: part]) * 2 + 255) / 510 }))
        }
    }
}

/// What a view makes of samples.
@Suite struct StackPictureTests {
    let folder: VideoFolder
    let path: String

    init() throws {
        folder = try VideoFolder()
        path = folder.file("stack.tif")
    }

    /// All 65,536 values.
    private static let every = Hyperstack(width: 256, height: 256) { _, _, _, x, y in y * 256 + x }

    @Test(arguments: [(0.0, 65535.0), (100, 4000), (12.5, 13.25), (-50, 70000), (65534, 65535), (70000, 70001)])
    func loneChannelIsExact(low: Double, high: Double) throws {
        try Self.every.write(to: path)
        let truth = (0...65535).map { UInt8(level(Double($0), low, high)) }
        #expect(try pictures([path], View(channels: white(low, high))) == [truth])
        #expect(try pictures([path], View(channels: white(low, high), gamma: Rational(1))) == [truth])
    }

    @Test(arguments: [Rational(1, 2), Rational(11, 5), Rational(1, 3), Rational(10), Rational(45, 100)])
    func gammaIsExact(gamma: Rational) throws {
        try Self.every.write(to: path)
        let truth = (0...65535).map { UInt8(level(Double($0), 1000, 50001, gamma: gamma.double)) }
        #expect(try pictures([path], View(channels: white(1000, 50001), gamma: gamma)) == [truth])
        let full = (0...65535).map { UInt8(level(Double($0), 0, 65535, gamma: gamma.double)) }
        #expect(try pictures([path], View(gamma: gamma)) == [full])
    }

    @Test(arguments: [1, 3]) func channelsAddUpInColors(inside: Int) throws {
        let stack = Hyperstack(channels: 3, slices: 1, times: 2, inside: inside) { c, _, t, x, y in
            (c * 211 + t * 97 + x * 173 + y * 59) % 4096
        }
        try stack.write(to: path)
        let colors = [color(255, 0, 128), color(255, 200, 0), color(1, 127, 254)]
        let windows = [(0.0, 4000.0), (500, 3000), (-10, 1000)]
        let channels = (0..<3).map {
            ChannelView(channel: $0, color: colors[$0], low: windows[$0].0, high: windows[$0].1)
        }
        func truth(_ shown: [Int]) -> [[UInt8]] {
            (0..<2).map { t in
                sum(
                    shown.map { c in
                        let levels = stack.plane(c, 0, t).map { level(Double($0), windows[c].0, windows[c].1) }
                        return (levels, colors[c])
                    })
            }
        }
        let all = try pictures([path], View(channels: channels))
        #expect(all == truth([0, 1, 2]))
        #expect(all.joined().contains(255) && Set(all.joined()).count > 100)
        #expect(try pictures([path], View(channels: channels.reversed())) == all)
        #expect(try pictures([path], View(channels: [channels[2], channels[0]])) == truth([0, 2]))
        #expect(try pictures([path], View(channels: [channels[1]])) == truth([1]))
        #expect(
            try pictures([path], View())
                == (0..<2).map { t in stack.plane(0, 0, t).map { UInt8(level(Double($0), 0, 65535)) } })
    }

    /// Channels inside a pixel and along the planes at once.
    @Test func channelsInBothPlaces() throws {
        let stack = Hyperstack(channels: 4, times: 3, bits: 8, inside: 2) { c, _, t, x, y in c * 50 + t * 9 + x + y }
        try stack.write(to: path)
        for channel in 0..<4 {
            let view = View(channels: [ChannelView(channel: channel, color: .white, low: 0, high: 255)])
            let truth = (0..<3).map { t in stack.plane(channel, 0, t).map { UInt8($0) } }
            #expect(try pictures([path], view) == truth, "channel \(channel)")
        }
    }

    @Test func slicesByRule() throws {
        let stack = Hyperstack(channels: 2, slices: 4, times: 3) { c, z, t, x, y in
            (c * 7919 + z * 2741 + t * 1223 + x * 577 + y * 131) % 1000
        }
        try stack.write(to: path)
        let channels = [
            ChannelView(channel: 0, color: color(255, 0, 0), low: 0, high: 1200),
            ChannelView(channel: 1, color: color(255, 255, 0), low: 100, high: 900),
        ]
        func truth(_ slices: Range<Int>) -> [[UInt8]] {
            (0..<3).map { t in
                sum(
                    channels.map { shown in
                        let planes = slices.map { stack.plane(shown.channel, $0, t) }
                        let largest = planes[0].indices.map { i in planes.map { $0[i] }.max() ?? 0 }
                        return (largest.map { level(Double($0), shown.low, shown.high) }, shown.color)
                    })
            }
        }
        #expect(try pictures([path], View(channels: channels, zRule: .maximum)) == truth(0..<4))
        #expect(try pictures([path], View(channels: channels)) == truth(0..<4))
        #expect(try pictures([path], View(channels: channels, zRule: .middle)) == truth(2..<3))
        for slice in 0..<4 {
            #expect(
                try pictures([path], View(channels: channels, zRule: .focus, slice: slice)) == truth(slice..<slice + 1))
        }
        for slice in [nil, -1, 4] {
            let fault = try #require(throws: Fault.self) { try pictures([path], View(zRule: .focus, slice: slice)) }
            #expect(fault.reason == .invalid)
        }
    }

    @Test func signedSamples() throws {
        let stack = Hyperstack(width: 256, height: 256, sampleFormat: 2) { _, _, _, x, y in y * 256 + x - 32768 }
        try stack.write(to: path)
        for (low, high) in [(-32768.0, 32767.0), (-1000, 1000), (0, 1)] {
            let truth = (-32768...32767).map { UInt8(level(Double($0), low, high)) }
            #expect(try pictures([path], View(channels: white(low, high))) == [truth])
        }
        #expect(try pictures([path], View()) == [(-32768...32767).map { UInt8(level(Double($0), -32768, 32767)) }])
    }

    private static let odd: [Float] = [
        .nan, .infinity, -.infinity, 0, -0.0, 1, 0.5, -1.5, 2.5, 0.25, 3e38, -3e38, .leastNonzeroMagnitude,
        .signalingNaN, 0.1, 0.7,
    ]

    @Test func floatsWithHoles() throws {
        let values = Self.odd
        let stack = Hyperstack(width: 4, height: 4, slices: 2, bits: 32, sampleFormat: 3) { _, z, _, x, y in
            Int((z == 0 ? values[y * 4 + x] : values[15 - y * 4 - x]).bitPattern)
        }
        try stack.write(to: path)
        func truth(_ values: [Float], _ low: Double, _ high: Double, _ gamma: Double? = nil) -> [UInt8] {
            values.map { $0.isNaN ? 0 : $0 == .infinity ? 255 : UInt8(level(Double($0), low, high, gamma: gamma)) }
        }
        for (low, high) in [(0.0, 1.0), (-1.5, 2.5), (-1e38, 1e38)] {
            let view = View(channels: white(low, high), zRule: .focus, slice: 0)
            #expect(try pictures([path], view) == [truth(values, low, high)])
        }
        #expect(try pictures([path], View(zRule: .focus, slice: 0)) == [truth(values, 0, 1)])
        let bent = View(channels: white(-1.5, 2.5), gamma: Rational(3, 10), zRule: .focus, slice: 0)
        #expect(try pictures([path], bent) == [truth(values, -1.5, 2.5, 0.3)])
        // A hole in one slice is filled by the other.
        let largest = values.indices.map { i in
            [values[i], values[15 - i]].filter { !$0.isNaN }.max() ?? .nan
        }
        #expect(largest.contains { $0.isFinite })
        #expect(try pictures([path], View(channels: white(-1.5, 2.5))) == [truth(largest, -1.5, 2.5)])
    }

    @Test(arguments: [8, 16]) func colorIsScaled(bits: Int) throws {
        var footage = StackFootage(width: 64, height: 64, pages: 2)
        footage.bits = bits
        footage.samples = 3
        footage.content = { page, x, y, sample in page * 99 + y * 1021 + x * 17 + sample * 3001 }
        try footage.write(to: path)
        let full = Double(1 << bits - 1)
        let truth = (0..<2).map { page in footage.truth(page: page).map { UInt8(level(Double($0), 0, full)) } }
        let reader = try StackReader.open(paths: [path], series: 0, view: View())
        #expect(reader.isColor)
        #expect(try pictures([path], View()) == truth)
        let parts = [color(255, 0, 0), color(0, 255, 0), color(0, 0, 255)]
        var declared = ViewDeclaration()
        #expect(try StackProbe.view(paths: [path], declared: declared).channels == nil)
        declared.contrast = .range(low: 10, high: 200)
        let view = try StackProbe.view(paths: [path], declared: declared)
        #expect(view.channels == (0..<3).map { ChannelView(channel: $0, color: parts[$0], low: 10, high: 200) })
        let stretched = (0..<2).map { page in footage.truth(page: page).map { UInt8(level(Double($0), 10, 200)) } }
        #expect(try pictures([path], view) == stretched)
        // One window for the three parts of a pixel.
        declared.contrast = .percentiles
        let samples = (0..<2).flatMap { footage.truth(page: $0).map { Double($0) } }.sorted()
        let windows = try StackProbe.view(paths: [path], declared: declared).channels ?? []
        #expect(windows.map(\.low) == [Double](repeating: percentile(samples, 0.35), count: 3))
        #expect(windows.map(\.high) == [Double](repeating: percentile(samples, 99.8), count: 3))
    }

    @Test func viewsThatShowNothing() throws {
        try Hyperstack(channels: 2).write(to: path)
        let views = [
            View(channels: []), View(channels: white(5, 5)), View(channels: white(5, 4)),
            View(channels: white(0, .infinity)), View(channels: white(.nan, 1)), View(gamma: Rational(0)),
            View(gamma: Rational(-1)), View(channels: [ChannelView(channel: 2, color: .white, low: 0, high: 1)]),
            View(channels: [ChannelView(channel: -1, color: .white, low: 0, high: 1)]),
        ]
        for view in views {
            let fault = try #require(throws: Fault.self) { try pictures([path], view) }
            #expect(fault.reason == .invalid, "\(view)")
        }
    }
}
