import Model

/// One scene of a CZI file: its planes, and the sub-blocks that each of them is pasted together from.
struct CZIRecording {
    var series: StackSeries
    var type: CZIPixelType
    /// Of the whole scene, in pixels of the file.
    var left: Int
    var top: Int
    /// Sorted by plane and tile; tiles that are pasted later come later.
    var blocks: [CZIBlock]
    /// Of `blocks`, for each plane.
    var planes: [Range<Int>]

    /// Every scene of the file, in the order of their numbers.
    /// - Throws: `Fault` with `.unsupported` where nothing but pyramid levels is there, `.corrupt` for nonsense.
    static func all(of file: CZIFile) throws(Fault) -> [CZIRecording] {
        let document = file.metadata.flatMap { CZIDocument($0) }
        let scenes = Set(file.blocks.map(\.scene)).sorted { ($0 ?? .min) < ($1 ?? .min) }
        guard !scenes.isEmpty else {
            throw Fault(
                .unsupported, "the file holds nothing but reduced copies (a pyramid)", at: file.path,
                advice: CZIFile.advice)
        }
        var notes = file.notes
        if file.metadata != nil, document == nil {
            notes.append("the metadata can't be read: scale, interval and channels are unknown")
        }
        if file.reduced > 0 {
            notes.append("\(file.reduced) sub-blocks are reduced copies (a pyramid) and were skipped")
        }
        var recordings: [CZIRecording] = []
        var byScene = Dictionary(grouping: file.blocks, by: \.scene)
        for (number, scene) in scenes.enumerated() {
            var scan = CZIScan(byScene.removeValue(forKey: scene) ?? [], document: document, file: file, notes: notes)
            let name = scenes.count > 1 ? scene.flatMap { document?.scenes[Int($0)] ?? "scene \(Int($0) + 1)" } : nil
            recordings.append(try scan.recording(series: number, name: name ?? document?.title))
        }
        return recordings
    }
}
