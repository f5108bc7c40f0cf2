import Model

/// The positions of an ND2 file, each a series of its own with axes T, Z and C.
struct ND2Index {
    struct Position {
        var series: StackSeries
        /// The frame of every time point and slice, slices fastest.
        var frames: [Int]
    }

    let picture: ND2Picture
    /// At least one.
    private(set) var positions: [Position] = []

    /// - Throws: `Fault` as `StackFormat.series(of:)`.
    init(_ file: ND2File) throws(Fault) {
        let metadata = try Self.read("ImageMetadataSeq", "|0!", file).map { $0["SLxPictureMetadata"] ?? $0.unwrapped }
        guard let attributes = try Self.read("ImageAttributes", "!", file) else {
            throw Fault(
                file.notes.isEmpty ? .corrupt : .truncated,
                "the description of its pictures is missing; \(file.frames.count) frames are there"
                    + (file.notes.isEmpty ? "" : ", and the file was cut short or not closed"),
                at: file.path, advice: ND2File.again)
        }
        picture = try ND2Picture(attributes: attributes, metadata: metadata, at: file.path)
        var scale = StackMetadata(origin: "ND2", order: [.time, .slice, .channel], channels: picture.channels)
        scale.significantBits = picture.significantBits
        try Self.calibrate(&scale, metadata, file)

        let experiment = ND2Experiment(try Self.read("ImageMetadata", "!", file))
        var notes = file.notes + picture.notes + scale.notes
        scale.notes = []
        if let unknown = experiment.unknown {
            notes.append("the axes can't be told: \(unknown)")
            positions = [try Self.unordered(file, picture, scale, notes)]
        } else if let frames = experiment.frames, frames >= picture.promised {
            positions = try Self.ordered(file, picture, experiment, scale, notes)
        } else {
            let loops = experiment.loops.map { "\($0.count)" }.joined(separator: " x ")
            notes.append(
                loops.isEmpty
                    ? "the file doesn't say how its \(picture.promised) frames were taken"
                    : "its loops (\(loops)) don't make its \(picture.promised) frames")
            positions = [try Self.unordered(file, picture, scale, notes)]
        }
    }

    /// A description that has a name for each of the two forms; nil where there is none.
    private static func read(_ name: String, _ suffix: String, _ file: ND2File) throws(Fault) -> ND2Variant? {
        for form in ["LV", ""] {
            let name = name + form + suffix
            guard let bytes = try file.description(name) else { continue }
            guard let value = ND2Variant.read(bytes) else { throw file.corrupt("its chunk \(name) can't be read") }
            return value
        }
        return nil
    }

    /// Pixel sizes, from the first frame's description, else from the objective's calibration.
    private static func calibrate(
        _ scale: inout StackMetadata, _ metadata: ND2Variant?, _ file: ND2File
    ) throws(Fault) {
        var size: Double?
        var aspect: Double?
        if let metadata, metadata["bCalibrated"]?.double == 1 {
            size = metadata["dCalibration"]?.double
            aspect = metadata["dAspect"]?.double
        }
        if size ?? 0 <= 0, let root = try read("ImageCalibration", "|0!", file) {
            let calibration = root["SLxCalibration"] ?? root.unwrapped
            if calibration["bValid"]?.double == 1 {
                size = calibration["dCalibration"]?.double
                aspect = calibration["dAspect"]?.double
            }
        }
        let pixel = size.flatMap { PhysicalQuantity.decimal($0) }.flatMap(PhysicalQuantity.plausible)
        // Lines over time: one of the picture's axes is no length.
        let isLength = { (name: String) in metadata?[name]?.int != 2 }
        scale.pixelX = isLength("ePictureXAxis") ? pixel : nil
        scale.pixelY = isLength("ePictureYAxis") ? pixel : nil
        if let aspect, aspect > 0, abs(aspect - 1) > 1e-6, pixel != nil {
            scale.pixelY = nil
            scale.notes.append("pixels are not square (aspect \(aspect)): their height is unknown")
        }
    }

    /// Frames of unknown order, as they lie in the file.
    private static func unordered(
        _ file: ND2File, _ picture: ND2Picture, _ scale: StackMetadata, _ notes: [String]
    ) throws(Fault) -> Position {
        let frames = Array(0..<file.frames.count).prefix { file.frames[$0] != nil }
        var scale = scale
        if picture.planes > 1 { scale.sizes = [.time: frames.count, .channel: picture.planes] }
        var notes = notes
        if frames.count > 1, picture.planes > 1 {
            notes.append("frames are taken as time; settle it with ingest --axes")
        }
        return try position(0, Array(frames), file, picture, scale, notes)
    }

    private static func ordered(
        _ file: ND2File, _ picture: ND2Picture, _ experiment: ND2Experiment, _ scale: StackMetadata, _ notes: [String]
    ) throws(Fault) -> [Position] {
        var found: [Position] = []
        var absent: [Int] = []
        let slices = experiment.count(.slice)
        for number in 0..<experiment.count(.position) {
            var frames: [Int] = []
            var time = 0
            next: while time < experiment.count(.time) {
                let whole = frames.count
                for slice in 0..<slices {
                    let frame = experiment.frame(time: time, slice: slice, position: number)
                    guard file.frames[frame] != nil else {
                        frames.removeLast(frames.count - whole)
                        break next
                    }
                    frames.append(frame)
                }
                time += 1
            }
            guard time > 0 else {
                absent.append(number)
                continue
            }
            var scale = scale
            scale.sizes = [.time: time, .slice: slices, .channel: picture.planes]
            scale.pixelZ = slices > 1 ? experiment[.slice]?.step.flatMap { PhysicalQuantity.decimal($0) } : nil
            var notes = notes
            if time < experiment.count(.time) {
                notes.append("\(experiment.count(.time)) time points are promised, the first \(time) are whole")
            }
            if time > 1, let loop = experiment[.time] {
                try interval(&scale, &notes, loop, frames[0], frames[frames.count - slices], time, file)
            }
            if experiment[.position] != nil {
                scale.name = experiment[.position]?.names[number] ?? "position \(number + 1)"
            }
            found.append(try position(number, frames, file, picture, scale, notes))
        }
        guard !absent.isEmpty else { return found }
        guard !found.isEmpty else {
            throw Fault(
                .truncated,
                "none of its time points is whole: \(file.frames.count) of \(experiment.frames ?? 0) frames are there",
                at: file.path, advice: ND2File.again)
        }
        for i in found.indices {
            found[i].series.notes.append("\(absent.count) of its positions have no whole time point in this file")
        }
        return found
    }

    /// The plan, unless the frames' own times say otherwise.
    private static func interval(
        _ scale: inout StackMetadata, _ notes: inout [String], _ loop: ND2Experiment.Loop, _ first: Int, _ last: Int,
        _ timepoints: Int, _ file: ND2File
    ) throws(Fault) {
        if loop.isUneven {
            notes.append("time points follow each other in periods of different pace: the interval is unknown")
            return
        }
        var times: [Double] = []
        for frame in [first, last] {
            let start = try file.frame(frame).start
            guard let bits: UInt64 = try file.bytes.read(at: start, count: 8).little(at: 0) else { return }
            times.append(Double(bitPattern: bits))
        }
        let measured = PhysicalQuantity.decimal((times[1] - times[0]) / Double(timepoints - 1) / 1000)
        let planned = loop.periodMs.flatMap { PhysicalQuantity.decimal($0 / 1000) }
        scale.intervalSeconds = planned ?? measured
        guard let measured else { return }
        guard let planned else {
            notes.append("the interval is the mean between the frames' own times")
            return
        }
        if abs(measured.double / planned.double - 1) > 0.05 {
            scale.intervalSeconds = measured
            notes.append("planned every \(planned.double) s, but the frames' own times say every \(measured.double) s")
        }
    }

    private static func position(
        _ number: Int, _ frames: [Int], _ file: ND2File, _ picture: ND2Picture, _ scale: StackMetadata,
        _ notes: [String]
    ) throws(Fault) -> Position {
        guard !frames.isEmpty else {
            throw Fault(.truncated, "it holds no frames", at: file.path, advice: ND2File.again)
        }
        guard frames.count <= TiffDirectory.pageLimit / picture.planes else {
            throw Fault(
                .unsupported, "more than \(TiffDirectory.pageLimit) planes", at: file.path,
                advice: "Split the file in parts.")
        }
        return Position(
            series: StackSeries(
                paths: [file.path], container: StackFormat.nd2.name, codec: picture.codec, series: number,
                format: picture.format,
                planesPerFile: [frames.count * picture.planes], metadata: scale, notes: notes,
                unsupported: picture.unsupported),
            frames: frames)
    }
}
