import Foundation
import Media
import Model
import Testing

private enum SampleStacks {
    static let path = URL(fileURLWithPath: #filePath + "/../../../../shared/footage/stacks").standardized.path
    static var areThere: Bool { FileManager.default.fileExists(atPath: path) }
}

/// Real stacks, which lie beside the repository.
@Suite(.enabled(if: SampleStacks.areThere, "the sample stacks are not there (../shared/footage/stacks)"))
struct StackSampleTests {
    private func description(_ name: String) throws -> MediaDescription {
        let all = try StackProbe.describe(paths: [SampleStacks.path + "/" + name])
        try #require(all.count == 1)
        return all[0]
    }

    private func near(_ value: Double?, _ truth: Double) -> Bool {
        value.map { abs($0 - truth) <= truth * 2e-5 } ?? false
    }

    /// The first stack's time points hold the same samples.
    @Test(arguments: [
        ("sktracker_TC_BF_cells.ome.tif", 174, 193, 3, 7, 0.3), ("sktracker_CZT_peaks.ome.tif", 56, 48, 4, 4, 1),
    ])
    func ome(name: String, width: Int, height: Int, timepoints: Int, slices: Int, dz: Double) throws {
        let it = try description(name)
        #expect(it.width == width && it.height == height && it.bitDepth == 16)
        #expect(it.timepoints == timepoints && it.slices == slices && it.channels == 1)
        #expect(it.pixelSizeUm == .init(x: 0.065, y: 0.065, z: dz))
        #expect(it.intervalSeconds == 10)
        let path = SampleStacks.path + "/" + name
        let view = try StackProbe.view(paths: [path], declared: ViewDeclaration())
        #expect(view.axes == "TZ" && view.zRule == .maximum)
        let all = try pictures([path], view)
        #expect(all.count == timepoints && Set(all).count == (name.contains("TC_BF") ? 1 : timepoints))
        #expect(all.allSatisfy { Set($0).count > 50 })
    }

    @Test func imageJ() throws {
        let nucleus = try description("neubias_xyzc_16bit__dna_conf_wf.tif")
        #expect(nucleus.slices == 45 && nucleus.channels == 2 && nucleus.timepoints == 1)
        #expect(nucleus.width == 133 && nucleus.height == 130 && nucleus.bitDepth == 16)
        #expect(near(nucleus.pixelSizeUm.x, 0.51188) && near(nucleus.pixelSizeUm.z, 0.49941))
        #expect(nucleus.intervalSeconds == nil)
        let cells = try description("neubias_xyc_16bit__hela-cells.tif")
        #expect(cells.channels == 3 && cells.width == 672 && cells.height == 512)
        #expect(near(cells.pixelSizeUm.x, 0.051493))
    }

    @Test func unknownStaysUnknown() throws {
        let it = try description("bian_cancer_cell_migration_crop.tif")
        #expect(it.frames == 48 && it.width == 130 && it.height == 130 && it.bitDepth == 16)
        #expect(it.timepoints == nil && it.slices == nil && it.channels == nil && it.intervalSeconds == nil)
        #expect(it.pixelSizeUm == .init())
    }

    @Test func floatingPoint() throws {
        let name = "neubias_xyt_calibrated_16bit__golgi_bfa_sum_projection.tif"
        let it = try description(name)
        #expect(it.timepoints == 30 && it.bitDepth == 32 && it.intervalSeconds == 59.86)
        #expect(near(it.pixelSizeUm.x, 0.35144))
        let path = SampleStacks.path + "/" + name
        let all = try pictures([path], StackProbe.view(paths: [path], declared: ViewDeclaration()))
        #expect(all.count == 30 && Set(all).count == 30 && all.allSatisfy { Set($0).count > 50 })
    }

    @Test func colorSequence() throws {
        let folder = SampleStacks.path + "/drosophila_seq1"
        let paths = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + "/" + $0 }
        let it = try StackProbe.describe(paths: paths)[0]
        #expect(it.kind == .sequence && it.frames == 12 && it.width == 542 && it.height == 264)
        #expect(it.intervalSeconds == nil)
        let reader = try StackReader.open(paths: paths, series: 0, view: View())
        #expect(reader.isColor && reader.timepoints == 12)
        // Some of the files are copies of each other.
        let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        #expect(Set(try pictures(paths, View())).count == Set(files).count)
    }
}
