import Model

/// One `Pixels` of an OME-XML document: its axes and scale, and in which page of which file each of its planes lies.
struct OMEImage {
    typealias Axis = StackMetadata.Axis

    /// A run of planes, along the axes, and of pages (`TiffData`).
    struct Block {
        /// The first plane's place on each axis.
        var first: [Axis: Int] = [:]
        /// The first page, counted from 0 in its file; nil where not said.
        var page: Int?
        /// nil where not said.
        var count: Int?
        /// nil for the file that holds the document.
        var file: OMEFile?
    }

    /// Sizes are at least 1 and at most `TiffDirectory.pageLimit + 1`.
    var metadata: StackMetadata
    /// Pixels; nil where not said.
    var width: Int?
    var height: Int?
    var blocks: [Block] = []

    /// The planes along each axis of the order, where a page holds `samples` channels.
    private func counts(samples: Int) -> [Int] {
        metadata.order.map { axis in
            let size = metadata.sizes[axis] ?? 1
            return axis == .channel && size % samples == 0 ? size / samples : size
        }
    }

    /// Ordinal of a block's first plane; nil outside the image.
    func plane(of block: Block, samples: Int = 1) -> Int? {
        var plane = 0
        for (axis, count) in zip(metadata.order, counts(samples: samples)) {
            let first = block.first[axis] ?? 0
            guard (0..<count).contains(first) else { return nil }
            plane = plane * count + first
        }
        return plane
    }

    /// How many planes there are where a page holds `samples` channels; nil above `TiffDirectory.pageLimit`.
    func planes(samples: Int) -> Int? {
        let planes = counts(samples: samples).reduce(1, *)
        return planes <= TiffDirectory.pageLimit ? planes : nil
    }

    /// The image with the pages that its blocks name: `metadata.pages` holds one for each plane, and time points (or
    /// slices, where there is one time point) that lack a plane are left out, with a note.
    /// - Parameters:
    ///   - samples: channels inside a pixel.
    ///   - locate: the pages of a block's file among all pages; nil where it has none.
    /// - Returns: nil where not one time point is whole, or the document claims more planes than can be.
    func placed(samples: Int, locate: (OMEFile?) -> Range<Int>?) -> StackMetadata? {
        guard let planes = planes(samples: samples) else { return nil }
        var pages = [Int?](repeating: nil, count: planes)
        var (outside, absent, twice) = (0, 0, 0)
        // Honest blocks name every plane once.
        var budget = 2 * planes
        for block in blocks {
            guard let first = plane(of: block, samples: samples) else {
                outside += 1
                continue
            }
            let there = locate(block.file) ?? 0..<0
            let wanted = block.count ?? (block.page == nil ? there.count : 1)
            if wanted > planes - first { outside += 1 }
            for i in 0..<max(0, min(wanted, planes - first, budget)) {
                let (page, overflow) = (block.page ?? 0).addingReportingOverflow(i)
                guard !overflow, (0..<there.count).contains(page) else {
                    absent += min(wanted, planes - first) - i
                    break
                }
                if let before = pages[first + i], before != there.lowerBound + page { twice += 1 }
                pages[first + i] = there.lowerBound + page
                budget -= 1
            }
        }
        var placed = metadata
        if outside > 0 { placed.notes.append("\(outside) TiffData of the OME-XML lead beyond its axes") }
        if absent > 0 { placed.notes.append("the OME-XML names \(absent) pages that the files don't have") }
        if twice > 0 { placed.notes.append("the OME-XML gives \(twice) planes several pages; the last one counts") }
        return Self.whole(placed, counts: counts(samples: samples), pages: pages)
    }

    /// Leaves out what lacks planes.
    private static func whole(_ metadata: StackMetadata, counts: [Int], pages: [Int?]) -> StackMetadata? {
        var whole = metadata
        let missing = pages.count { $0 == nil }
        if missing == 0 {
            whole.pages = pages.compactMap(\.self)
            return whole
        }
        let axis: Axis = metadata.sizes[.time] ?? 1 > 1 ? .time : .slice
        guard let place = metadata.order.firstIndex(of: axis) else { return nil }
        let inner = counts[(place + 1)...].reduce(1, *)
        func position(_ plane: Int) -> Int { plane / inner % counts[place] }
        var isWhole = [Bool](repeating: true, count: counts[place])
        for (plane, page) in pages.enumerated() where page == nil { isWhole[position(plane)] = false }
        let kept = isWhole.count { $0 }
        guard kept > 0 else { return nil }
        whole.pages = pages.enumerated().compactMap { plane, page in isWhole[position(plane)] ? page : nil }
        whole.sizes[axis] = kept
        let left = isWhole.count - kept
        let what = axis == .time ? "time points" : "slices"
        var note =
            "\(missing) of \(pages.count) planes are in no page: \(left) of \(isWhole.count) \(what) are left out"
        if isWhole.firstIndex(of: false) != kept {
            note += ", some between others"
            if axis == .time, whole.intervalSeconds != nil {
                whole.intervalSeconds = nil
                note += ", so the interval is unknown"
            } else if axis == .slice {
                whole.pixelZ = nil
            }
        }
        whole.notes.append(note)
        return whole
    }
}
