import Foundation

/// The names in folders, each folder read once, found by what stands before one of their dots.
package struct FolderListing {
    private var folders: [String: [String: [String]]] = [:]

    package init() {}

    /// The names in a folder that begin with `stem` and a dot; none where it can't be read.
    package mutating func names(in folder: String, behind stem: String) -> [String] {
        if folders[folder] == nil {
            var names: [String: [String]] = [:]
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                for dot in name.indices where name[dot] == "." { names[String(name[..<dot]), default: []].append(name) }
            }
            folders[folder] = names
        }
        return folders[folder]?[stem] ?? []
    }
}
