import Foundation
import Media
import Model

/// One tiny recording of each format that is read: what `make fuzz` damages.
public enum FormatFootage {
    /// Writes the recordings into `directory`, which is made where it is absent.
    /// - Returns: their number.
    public static func write(to directory: String) throws -> Int {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        func path(_ name: String) -> String { "\(directory)/\(name)" }
        for (name, codec) in films {
            var film = ClockFootage(frames: 12, width: 64, height: 48, codec: codec)
            film.gop = 6
            film.quality = codec == .mjpeg ? 8 : 24
            try film.write(to: path(name))
        }
        for (name, stack) in stacks { try stack.write(to: path(name)) }
        var nikon = ND2Footage(width: 16, height: 12, loops: [(.time, 3), (.slice, 2)])
        nikon.channels = 2
        try nikon.write(to: path("plain.nd2"))
        nikon.isPacked = true
        try nikon.write(to: path("packed.nd2"))
        var zeiss = CZIFootage(width: 16, height: 12, timepoints: 3, channels: 2)
        zeiss.metadata = CZIFootage.document(scaling: [1e-7, 1e-7])
        for (index, packing) in CZIFootage.Packing.allCases.enumerated() where index < zeiss.blocks.count {
            zeiss.blocks[index].packing = packing
        }
        try zeiss.write(to: path("mixed.czi"))
        try LIFFootage([
            .init("first", width: 16, height: 12, axes: [(.channel, 2), (.time, 3)]),
            .init("second", width: 8, height: 8, axes: [(.slice, 3), (.time, 2)]),
        ]).write(to: path("project.lif"))
        return try FileManager.default.contentsOfDirectory(atPath: directory).count
    }

    private static let films: [(String, VideoWriter.Codec)] = [
        ("film.mp4", .h264), ("film.mov", .h264), ("film.mkv", .ffv1), ("film.webm", .vp9), ("film.avi", .mjpeg),
        ("film.ts", .h264), ("bare.h264", .h264),
    ]

    private static let stacks: [(String, StackFootage)] = {
        func stack(_ pages: Int, _ change: (inout StackFootage) -> Void) -> StackFootage {
            var stack = StackFootage(width: 20, height: 18, pages: pages)
            change(&stack)
            return stack
        }
        let imageJ = stack(6) {
            $0.description = "ImageJ=1.54f\nimages=6\nchannels=2\nframes=3\nunit=um\nfinterval=2\n"
            $0.resolution = (10, 1)
            $0.bits = 16
            $0.bigEndian = true
        }
        let ome = stack(4) {
            $0.description = """
                <OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels \
                DimensionOrder="XYCZT" SizeX="20" SizeY="18" SizeC="1" SizeZ="2" SizeT="2" Type="uint16" \
                PhysicalSizeX="0.1"><Channel Color="-1" Name="GFP"/><TiffData/></Pixels></Image></OME>
                """
            $0.bits = 16
            $0.tile = 16
            $0.packing = .lzw
            $0.predictor = 2
        }
        let big = stack(3) {
            $0.isBig = true
            $0.packing = .zstandard
            $0.bits = 32
            $0.sampleFormat = 3
            $0.predictor = 3
        }
        let color = stack(3) {
            $0.samples = 3
            $0.isPlanar = true
            $0.packing = .deflate
            $0.rowsPerStrip = 7
        }
        let jpeg = stack(3) {
            $0.samples = 3
            $0.packing = .jpeg
        }
        return [
            ("imagej.tif", imageJ), ("tiles.ome.tif", ome), ("big.tif", big), ("planar.tif", color), ("jpeg.tif", jpeg),
        ]
    }()
}
