/// Files of a release that follow from `clips.jsonl` alone. The export writes them, and `verify` makes them once more to
/// compare; so their bytes depend on the records and their order, on nothing else.
package protocol Listing: AnyObject {
    /// The clips come in the release's order.
    func append(_ record: SampleRecord) throws
    /// After the last clip. Files that were begun are ended by their place.
    func finish() throws
}

/// Where listings put their files.
package protocol ListingPlace: AnyObject {
    /// A new file; folders on the way are made. Paths are relative to the release.
    func begin(_ path: String) throws -> any ByteSink
}

/// Takes the bytes of one file from front to back.
package protocol ByteSink: AnyObject {
    func write(_ block: ArraySlice<UInt8>) throws
}

extension ByteSink {
    package func write(_ text: String) throws { try write(Array(text.utf8)[...]) }
}

/// A line a clip, in a file a split.
package final class LineListing: Listing {
    private let files: SplitFiles
    private let always: [Split]
    private let line: (SampleRecord) -> String

    /// - Parameters:
    ///   - path: of a split's file.
    ///   - always: splits that have their file even where they have no clips.
    ///   - line: of a clip, without a newline.
    package init(
        in place: any ListingPlace, _ path: @escaping (Split) -> String, always: [Split] = [],
        line: @escaping (SampleRecord) -> String
    ) {
        files = SplitFiles(in: place, path: path)
        self.always = always
        self.line = line
    }

    package func append(_ record: SampleRecord) throws {
        try files.file(record.split).file.write(line(record) + "\n")
    }

    package func finish() throws {
        for split in always { _ = try files.file(split) }
    }
}

/// One listing a split, begun with the split's first clip.
final class SplitFiles {
    private let place: any ListingPlace
    private let path: (Split) -> String
    private let head: String
    private var files: [Split: any ByteSink] = [:]

    /// - Parameters:
    ///   - head: stands at the beginning of each file.
    ///   - path: of a split's file.
    init(in place: any ListingPlace, head: String = "", path: @escaping (Split) -> String) {
        self.place = place
        self.path = path
        self.head = head
    }

    /// The split's file, and whether it was begun just now.
    func file(_ split: Split) throws -> (file: any ByteSink, isNew: Bool) {
        if let file = files[split] { return (file, false) }
        let file = try place.begin(path(split))
        files[split] = file
        try file.write(head)
        return (file, true)
    }

    /// All files begun so far, in the order of splits.
    var all: [any ByteSink] { Split.allCases.compactMap { files[$0] } }
}
