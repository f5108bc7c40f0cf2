import Foundation
import Media
import Model
import Footage
import Testing

/// Recordings that lie in several OME-TIFF files.
@Suite struct StackSetTests {
    let files: StackFolder
    init() throws { files = try StackFolder() }

    private func uuid(_ number: Int) -> String { "urn:uuid:00000000-0000-4000-8000-00000000000\(number)" }

    /// A block of planes in a file; without a UUID by its name alone.
    private func block(
        _ file: String, _ number: Int? = nil, time: Int = 0, slice: Int = 0, channel: Int = 0, page: Int = 0,
        count: Int = 1
    ) -> String {
        "<TiffData FirstT=\"\(time)\" FirstZ=\"\(slice)\" FirstC=\"\(channel)\" IFD=\"\(page)\" "
            + "PlaneCount=\"\(count)\">"
            + "<UUID FileName=\"\(file)\">\(number.map(uuid) ?? "")</UUID></TiffData>"
    }

    private func document(_ pixels: [String], uuid: String? = nil) -> String {
        let images = pixels.enumerated().map { "<Image Name=\"i\($0)\">\($1)</Image>" }.joined()
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME \(uuid.map { "UUID=\"\($0)\"" } ?? "")>\(images)</OME>"
    }

    private func pixels(_ sizes: String, _ blocks: [String]) -> String {
        "<Pixels SizeX=\"4\" SizeY=\"3\" \(sizes) TimeIncrement=\"5\">\(blocks.joined())</Pixels>"
    }

    /// A file whose page `n` is `10 * (first + n)`.
    @discardableResult private func write(_ name: String, _ pages: Int, from first: Int, _ text: String?) throws
        -> String
    {
        try files.stack(pages, text, as: name) { $0.content = { page, _, _, _ in (first + page) * 10 } }[0]
    }

    private func paths(_ names: [String]) -> [String] { names.map { files.folder.file($0) } }

    /// One file for each of three time points, two slices each, whose names sort otherwise than their times.
    private let byTime = ["c.ome.tif", "a.ome.tif", "b.ome.tif"]
    private func timeBlocks(uuids: Bool = true) -> [String] {
        byTime.enumerated().map { t, name in block(name, uuids ? t : nil, time: t, count: 2) }
    }
    private func writeByTime(uuids: Bool = true) throws {
        let image = pixels(omeSizes(3, 2, 1), timeBlocks(uuids: uuids))
        for (t, name) in byTime.enumerated() {
            try write(name, 2, from: t * 2, document([image], uuid: uuids ? uuid(t) : nil))
        }
    }

    @Test(arguments: [true, false]) func timePointsInFiles(uuids: Bool) throws {
        try writeByTime(uuids: uuids)
        try write("other.tif", 2, from: 9, nil)
        for name in byTime {
            #expect(try StackSet.files(of: files.folder.file(name)) == paths(byTime))
        }
        for given in [byTime, byTime.reversed(), ["a.ome.tif", "c.ome.tif", "b.ome.tif"]] {
            let all = try StackProbe.describe(paths: paths(given))
            #expect(all.count == 1 && all[0].timepoints == 3 && all[0].slices == 2 && all[0].frames == 6)
            #expect(all[0].intervalSeconds == 5 && all[0].notes.isEmpty && all[0].name == "i0")
            #expect(try files.shown(paths(given)) == [1, 3, 5])
            #expect(try files.view(paths(given)).axes == "TZ")
        }
    }

    @Test func filesThatStandAlone() throws {
        let plain = try write("plain.tif", 2, from: 0, nil)
        let own = try write("own.ome.tif", 2, from: 0, omeText(omeSizes(2, 1, 1), "<TiffData/>"))
        // Named otherwise than it is called now.
        let renamed = try write(
            "renamed.tif", 2, from: 0, document([pixels(omeSizes(2, 1, 1), [block("first.ome.tif", 7, count: 2)])]))
        let text = try files.folder.write("a.txt", Array("<OME".utf8))
        let broken = try write("broken.tif", 2, from: 0, "<OME><Image")
        for path in [plain, own, renamed, text, broken, files.folder.file("nowhere.tif"), files.folder.path] {
            #expect(try StackSet.files(of: path) == [path])
        }
        #expect(try files.description([renamed]).timepoints == 2 && files.shown([renamed]) == [0, 1])
    }

    /// Files that each hold a document of their own are a sequence like any other.
    @Test func sequenceIsNoSet() throws {
        let names = (0..<3).map { "t\($0).ome.tif" }
        for (t, name) in names.enumerated() {
            try write(
                name, 2, from: t * 2, document([pixels(omeSizes(1, 2, 1), [block(name, t, count: 2)])], uuid: uuid(t)))
        }
        #expect(try StackSet.files(of: paths(names)[1]) == [paths(names)[1]])
        #expect(try files.description(paths(names)).slices == 2)
        #expect(try files.shown(paths(names)) == [1, 3, 5])
    }

    @Test func channelsInFiles() throws {
        let names = ["red.ome.tif", "green.ome.tif"]
        let blocks = names.indices.flatMap { c in
            (0..<3).map { block(names[c], c, time: $0, channel: c, page: 2 - $0) }
        }
        for (c, name) in names.enumerated() {
            try write(name, 3, from: c * 3, document([pixels(omeSizes(3, 1, 2), blocks)], uuid: uuid(c)))
        }
        let set = try StackSet.files(of: paths(names)[1])
        #expect(set == paths(names))
        #expect(try files.shown(set) == [2, 1, 0] && files.shown(set, channel: 1) == [5, 4, 3])
        #expect(try files.description(set).channels == 2)
    }

    @Test func seriesInFilesOfTheirOwn() throws {
        let names = ["p0.ome.tif", "p1.ome.tif"]
        let images = names.enumerated().map { i, name in
            pixels(omeSizes(2 + i, 1, 1), [block(name, i, count: 2 + i)])
        }
        for (i, name) in names.enumerated() {
            var footage = StackFootage(width: 4 + i, height: 3, pages: 2 + i)
            footage.description = document(images, uuid: uuid(i))
            footage.content = { page, _, _, _ in (i * 2 + page) * 10 }
            try footage.write(to: files.folder.file(name))
        }
        let set = try StackSet.files(of: paths(names)[1])
        #expect(set == paths(names))
        let all = try StackProbe.describe(paths: set)
        #expect(all.map(\.stream) == [0, 1] && all.map(\.timepoints) == [2, 3] && all.map(\.width) == [4, 5])
        #expect(all.map(\.name) == ["i0", "i1"] && all.map(\.frames) == [2, 3])
        #expect(try files.shown(set) == [0, 1] && files.shown(set, series: 1) == [2, 3, 4])
    }

    @Test func companion() throws {
        let names = ["t0.ome.tif", "t1.ome.tif"]
        let blocks = names.enumerated().map { block($1, $0, time: $0, count: 2) }
        _ = try files.folder.write("run.companion.ome", document([pixels(omeSizes(2, 2, 1), blocks)]).utf8)
        for (t, name) in names.enumerated() {
            let pointer = "<OME UUID=\"\(uuid(t))\"><BinaryOnly MetadataFile=\"run.companion.ome\" UUID=\"x\"/></OME>"
            try write(name, 2, from: t * 2, pointer)
        }
        let set = paths(names + ["run.companion.ome"])
        for path in set { #expect(try StackSet.files(of: path) == set) }
        for given in [set, set.reversed()] {
            #expect(try files.description(given).timepoints == 2 && files.description(given).frames == 4)
            #expect(try files.shown(given) == [1, 3])
        }
        try FileManager.default.removeItem(atPath: set[2])
        for attempt in [
            { try StackSet.files(of: set[0]) },
            {
                _ = try files.description(Array(set[..<2])); return []
            },
        ] {
            let fault = try #require(throws: Fault.self) { try attempt() }
            #expect(fault.reason == .unreadable && fault.what.contains("run.companion.ome"))
        }
        _ = try files.folder.write("run.companion.ome", Array("<OME><Image".utf8))
        #expect(try #require(throws: Fault.self) { try StackSet.files(of: set[0]) }.reason == .corrupt)
    }

    /// A companion of one file, which need not name it.
    @Test func companionOfOneFile() throws {
        let pointer = "<OME UUID=\"\(uuid(1))\"><BinaryOnly MetadataFile=\"one.companion.ome\" UUID=\"x\"/></OME>"
        let path = try write("one.ome.tif", 3, from: 0, pointer)
        for blocks in [["<TiffData/>"], [block("one.ome.tif", count: 3)], [block("before.tif", 1, count: 3)]] {
            let image = document([pixels(omeSizes(3, 1, 1), blocks)])
            let set = [path, try files.folder.write("one.companion.ome", image.utf8)]
            #expect(try StackSet.files(of: path) == set)
            #expect(try files.shown(set) == [0, 1, 2] && files.description(set).intervalSeconds == 5)
        }
    }

    @Test func masterAmongTheFiles() throws {
        let names = ["m0.ome.tif", "m1.ome.tif"]
        let blocks = names.enumerated().map { block($1, $0, time: $0) }
        try write(names[0], 1, from: 0, document([pixels(omeSizes(2, 1, 1), blocks)], uuid: uuid(0)))
        let pointer = "<OME UUID=\"\(uuid(1))\"><BinaryOnly MetadataFile=\"m0.ome.tif\" UUID=\"\(uuid(0))\"/></OME>"
        try write(names[1], 1, from: 1, pointer)
        for name in names { #expect(try StackSet.files(of: files.folder.file(name)) == paths(names)) }
        #expect(try files.shown(paths(names)) == [0, 1] && files.shown(paths(names.reversed())) == [0, 1])
        // One that points to itself.
        let circle = try write("x.tif", 1, from: 0, "<OME><BinaryOnly MetadataFile=\"x.tif\" UUID=\"x\"/></OME>")
        #expect(try #require(throws: Fault.self) { try StackSet.files(of: circle) }.reason == .corrupt)
    }

    @Test func missingFileIsNamed() throws {
        try writeByTime()
        try FileManager.default.removeItem(atPath: files.folder.file("a.ome.tif"))
        let rest = paths(["c.ome.tif", "b.ome.tif"])
        let alone = try #require(throws: Fault.self) { try StackSet.files(of: rest[0]) }
        #expect(alone.reason == .unreadable && alone.what.contains("a.ome.tif is missing of the 3 files"))
        #expect(alone.place == rest[0])
        for given in [rest, Array(rest[..<1])] {
            let fault = try #require(throws: Fault.self) { try StackProbe.describe(paths: given) }
            #expect(fault.reason == .unreadable && fault.what.contains("a.ome.tif"))
        }
    }

    @Test func fileThatDoesNotBelong() throws {
        try writeByTime()
        let other = try write("other.tif", 2, from: 0, nil)
        let fault = try #require(throws: Fault.self) { try StackProbe.describe(paths: paths(byTime) + [other]) }
        #expect(fault.reason == .mismatch && fault.place == other)
        let stray = try write("stray.ome.tif", 2, from: 0, document([pixels(omeSizes(3, 2, 1), timeBlocks())]))
        let named = try #require(throws: Fault.self) { try StackSet.files(of: stray) }
        #expect(named.what.contains("names 3 files, none of them this one"))
        #expect(named.reason == .mismatch && named.place == stray)
    }

    @Test func renamedFilesAreKnownByUUID() throws {
        try writeByTime()
        let now = ["new c.tif", "new a.tif", "new b.TIFF"]
        for (old, new) in zip(byTime, now) {
            try FileManager.default.moveItem(atPath: files.folder.file(old), toPath: files.folder.file(new))
        }
        for name in now { #expect(try StackSet.files(of: files.folder.file(name)) == paths(now)) }
        #expect(try files.shown(paths(now)) == [1, 3, 5])
    }

    /// Blocks without a name speak of the file that they stand in.
    @Test func fileThatNamesOnlyTheOthers() throws {
        let blocks = ["<TiffData FirstT=\"0\" IFD=\"0\"/>", block("rest.tif", time: 1), block("more.tif", time: 2)]
        try write("head.ome.tif", 1, from: 0, document([pixels(omeSizes(3, 1, 1), blocks)]))
        try write("rest.tif", 1, from: 1, nil)
        try write("more.tif", 1, from: 2, nil)
        let set = try StackSet.files(of: files.folder.file("head.ome.tif"))
        #expect(Set(set) == Set(paths(["head.ome.tif", "rest.tif", "more.tif"])))
        #expect(try files.shown(set) == [0, 1, 2] && files.description(set).notes.isEmpty)
    }

    /// Names that lead elsewhere are looked for in the folder itself; folders within it are allowed.
    @Test func namesWithFolders() throws {
        try FileManager.default.createDirectory(atPath: files.folder.file("sub"), withIntermediateDirectories: true)
        let said = ["/data/x/one.ome.tif", "..\\two.ome.tif", "sub/three.ome.tif"]
        let names = ["one.ome.tif", "two.ome.tif", "sub/three.ome.tif"]
        let image = pixels(omeSizes(3, 1, 1), said.enumerated().map { block($1, $0, time: $0) })
        for (t, name) in names.enumerated() { try write(name, 1, from: t, document([image], uuid: uuid(t))) }
        #expect(try StackSet.files(of: files.folder.file(names[0])) == paths(names))
        #expect(try files.shown(paths(names)) == [0, 1, 2])
    }

    @Test func planesThatNoFileHas() throws {
        let names = ["k0.ome.tif", "k1.ome.tif"]
        let image = pixels(omeSizes(2, 2, 1), names.enumerated().map { block($1, $0, time: $0, count: 2) })
        try write(names[0], 2, from: 0, document([image], uuid: uuid(0)))
        try write(names[1], 1, from: 2, document([image], uuid: uuid(1)))
        let it = try files.description(paths(names))
        #expect(it.timepoints == 1 && it.slices == 2 && it.frames == 2)
        #expect(it.notes.contains { $0.contains("1 of 4 planes are in no page") })
        #expect(it.notes.contains("1 pages belong to no series of the OME-XML"))
        try StackFootage(width: 3, height: 3, pages: 2).write(to: files.folder.file(names[1]))
        let fault = try #require(throws: Fault.self) { try StackProbe.describe(paths: paths(names)) }
        #expect(fault.reason == .mismatch && fault.place == paths(names)[1])
    }
}
