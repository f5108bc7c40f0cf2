public import Manifest
import Model
public import Pipeline

/// A workspace's manifest, up to date with its ledger and its recipe.
extension Workspace {
    /// The manifest to write: of the current schema, with all that the ledger holds, with the recipe's profile and with
    /// outcomes by the recipe's rule. It is made where there is none.
    public func manifestToWrite() throws -> Manifest {
        let manifest = try manifest(.write)
        try Decisions.refresh(recipe: recipe.review, in: manifest)
        return manifest
    }

    /// The manifest to read, as up to date as the one to write; it is written only where it is not.
    ///
    /// Where it then can't be written it is read as it is, and `note` gets a sentence about what is missing. Throws a
    /// `Fault` where that is its schema.
    public func manifestToRead(note: (String) -> Void) throws -> Manifest {
        guard hasManifest else {
            _ = try manifestToWrite()
            return try manifest(.read)
        }
        let manifest = try manifest(.read)
        let arrears = try manifest.arrears(
            profile: recipe.mainProfile, outcomesUnder: try Decisions.rule(of: recipe.review))
        guard !arrears.isEmpty else { return manifest }
        do { _ = try manifestToWrite() } catch let fault as Fault where fault.reason == .readOnly {
            guard !arrears.contains(.schema) else { throw Self.oldSchema(of: manifest, fault) }
            let missing = arrears.compactMap(\.sentence).joined(separator: "; ")
            note("\(manifest.path): \(missing). It can't be brought up to date: the workspace can't be written.")
            return manifest
        }
        return try self.manifest(.read)
    }

    private static func oldSchema(of manifest: Manifest, _ fault: Fault) -> Fault {
        Fault(
            .readOnly, "the manifest is of an earlier schema, and can't be migrated: \(fault.what)", at: manifest.path,
            advice: "Let somebody who may write to the workspace run 'microcurate status' once, or read a copy of it.")
    }
}

extension Manifest.Arrear {
    /// For people; nil where nothing can be read without it.
    fileprivate var sentence: String? {
        switch self {
        case .schema: nil
        case .decisions: "the ledger is not the one that decisions were last taken from"
        case .outcomes: "outcomes are not by the recipe's review rule"
        case .profile: "clips are shown in another profile than the recipe's"
        }
    }
}
