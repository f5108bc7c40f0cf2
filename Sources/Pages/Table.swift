import Model

/// A table: one heading a row, then cells. Texts are escaped by the template.
public struct Table {
    public struct Column: ExpressibleByStringLiteral, Sendable {
        let title: String
        let kind: String?

        public init(stringLiteral title: String) { (self.title, kind) = (title, nil) }

        private init(_ title: String, _ kind: String) { (self.title, self.kind) = (title, kind) }

        /// Numbers, set to the right.
        public static func number(_ title: String) -> Column { Column(title, "n") }
        /// Bars; its title is for those who don't see them.
        public static let bars = Column("Chart", "chart")
    }

    public struct Cell {
        let text: String?
        let kind: String?
        var badge: String?
        var address: String?
        var note: String?
        var bar: Bar?

        private init(_ text: String?, _ kind: String?) { (self.text, self.kind) = (text, kind) }

        public static func text(_ text: String?) -> Cell { Cell(text, nil) }
        /// Empty where there is none to give.
        public static func number(_ text: String?, isSoft: Bool = false) -> Cell { Cell(text, isSoft ? "n soft" : "n") }
        /// A number that is `unknown` where nobody measured it.
        public static func measured(_ text: String?) -> Cell {
            Cell(text ?? Figure.unknown, text == nil ? "n unknown" : "n")
        }
        /// A text that is `unknown` where nobody gave it.
        public static func known(_ text: String?) -> Cell {
            Cell(text ?? Figure.unknown, text == nil ? "unknown" : nil)
        }
        /// A number that is set apart where it means trouble.
        public static func bad(_ text: String, if isBad: Bool) -> Cell { Cell(text, isBad ? "n bad" : "n") }
        public static func bar(_ bar: Bar) -> Cell {
            var cell = Cell(nil, "chart")
            cell.bar = bar
            return cell
        }

        /// A row's heading. `unknown` is set apart.
        public static func head(_ text: String, note: String? = nil, address: String? = nil) -> Cell {
            var cell = Cell(text, text == Figure.unknown ? "unknown" : nil)
            (cell.note, cell.address) = (note, address)
            return cell
        }

        /// The state of a clip, in words and colour both.
        public static func state(_ state: String) -> Cell {
            var cell = Cell(state, nil)
            cell.badge = state
            return cell
        }
    }

    struct Row {
        let head: Cell
        let cells: [Cell]
    }

    /// What it is, for those who don't see where it stands.
    let label: String
    let kind: String?
    let columns: [Column]
    let rows: [Row]

    /// - Parameters:
    ///   - kind: a class of the style sheet: `bars`, `plain`.
    ///   - rows: the first cell of each is its heading.
    public init(_ label: String, kind: String? = nil, _ columns: [Column], _ rows: [[Cell]]) {
        (self.label, self.kind, self.columns) = (label, kind, columns)
        self.rows = rows.compactMap { row in row.first.map { Row(head: $0, cells: Array(row.dropFirst())) } }
    }

    public var isEmpty: Bool { rows.isEmpty }
}
