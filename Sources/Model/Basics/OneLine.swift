extension Unicode.Scalar {
    /// Itself, or a space where it would end a line or a cell: for control characters and Unicode's separators.
    public var onOneLine: Unicode.Scalar {
        properties.generalCategory == .control || self == "\u{2028}" || self == "\u{2029}" ? " " : self
    }
}

extension String {
    /// On one line: safe for a terminal, a table and a list.
    public var onOneLine: String { String(String.UnicodeScalarView(unicodeScalars.map(\.onOneLine))) }
}
