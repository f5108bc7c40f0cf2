import ArgumentParser
import Manifest
import Pipeline
import ReviewDesk

/// `-C DIR`, for every command that works in a workspace.
struct WorkspaceOption: ParsableArguments {
    @Option(name: .customShort("C"), help: ArgumentHelp("The workspace.", valueName: "dir"))
    var workspace = "."

    /// The workspace and its manifest, up to date. A command that changes nothing opens it to read.
    func open(_ access: Manifest.Access) throws -> (Workspace, Manifest) {
        let workspace = try Workspace.open(self.workspace)
        switch access {
        case .read: return (workspace, try workspace.manifestToRead { Terminal.say("note: \($0)") })
        case .write: return (workspace, try workspace.manifestToWrite())
        }
    }
}
