import Files
import Foundation
import Model

/// The workspace's recipe as text.
struct RecipeFile {
    let path: String
    init(_ path: String) { self.path = path }

    func text() throws -> String {
        try Fault.guarding(path) { try String(contentsOfFile: path, encoding: .utf8) }
    }

    func write(_ yaml: String) throws {
        try Fault.guarding(path) { try DurableFile.replace(path, with: Array(yaml.utf8)) }
    }
}
