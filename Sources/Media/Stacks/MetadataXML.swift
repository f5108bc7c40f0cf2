import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// XML out of files that may be damaged, made fit for Foundation's parser.
enum MetadataXML {
    /// Parses a text with a delegate; false where it is not well formed.
    ///
    /// Foundation's parser traps on letters that are no UTF-8, which is why this takes text and not bytes. Entities are
    /// no part of what microscopes write, and a way to make much out of little: texts that declare any are refused.
    /// What the text says of its encoding is left out.
    static func parse(_ text: String, _ delegate: any XMLParserDelegate) -> Bool {
        var text = text
        if text.hasPrefix("<?xml"), let end = text.range(of: "?>") { text.removeSubrange(..<end.upperBound) }
        guard !text.contains("<!DOCTYPE"), !text.contains("<!ENTITY") else { return false }
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = delegate
        return parser.parse()
    }
}
