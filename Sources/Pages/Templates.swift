import Model
import Mustache

/// Mustache templates, which escape every text. A leading dot in a name keeps the search for an unknown value inside its
/// own record.
public struct Templates: Sendable {
    /// The parts that all pages share, and the documents that stand alone.
    public static let shared = Templates([
        "bar": PackageResources.bar_mustache, "cell": PackageResources.cell_mustache,
        "table": PackageResources.table_mustache, "plot": PackageResources.plot_mustache,
        "strip": PackageResources.strip_mustache, "gallery": PackageResources.gallery_mustache,
        "document": PackageResources.document_mustache, "report": PackageResources.report_mustache,
        "tune": PackageResources.tune_mustache, "evaluation": PackageResources.evaluation_mustache,
    ])

    private let sources: [String: [UInt8]]
    private let library: Result<MustacheLibrary, any Error>

    private init(_ sources: [String: [UInt8]]) {
        self.sources = sources
        library = Result {
            try sources.reduce(into: MustacheLibrary()) { library, source in
                // The line break that ends a file would stand inside of lines.
                let bytes = source.value.last == UInt8(ascii: "\n") ? source.value.dropLast() : source.value[...]
                library.register(
                    try MustacheTemplate(string: String(decoding: bytes, as: UTF8.self)), named: source.key)
            }
        }
    }

    /// These and more, by name.
    public func adding(_ more: [String: [UInt8]]) -> Templates { Templates(sources.merging(more) { _, new in new }) }

    /// - Throws: where a template is missing or can't be read: a defect.
    public func render(_ content: some Any, with name: String) throws -> String {
        guard let text = try library.get().render(content, withTemplate: name) else {
            throw Fault(
                .internal, "there is no page '\(name)'", at: "pages", advice: "This is a defect; please report it.")
        }
        return text
    }
}

/// Style sheets.
public enum StyleSheet {
    /// What all pages share: colours, type, tables, bars, plots.
    public static let base = PackageResources.base_css
    fileprivate static let document = PackageResources.document_css
}

/// A page in one file, which holds its style and its pictures and loads nothing: its own content security policy
/// enforces it.
public struct Document<Page> {
    let title: String
    /// The command that makes it.
    let generator: String
    /// What kind of page it is, in two words.
    let kind: String
    let sections: [DocumentSection]
    let page: Page
    let style: String

    public init(
        _ title: String, kind: String, madeBy generator: String, sections: [DocumentSection], _ page: Page
    ) {
        (self.title, self.kind, self.generator, self.sections, self.page) = (title, kind, generator, sections, page)
        style = String(decoding: StyleSheet.base + StyleSheet.document, as: UTF8.self)
    }

    /// - Parameter name: of the template that fills the frame.
    public func render(with name: String) throws -> String { try Templates.shared.render(self, with: name) + "\n" }
}

/// A section of a document, as its navigation names it.
public struct DocumentSection {
    let anchor: String
    let heading: String
    let isBad: Bool

    public init(_ heading: String, at anchor: String, isBad: Bool = false) {
        (self.heading, self.anchor, self.isBad) = (heading, anchor, isBad)
    }
}
