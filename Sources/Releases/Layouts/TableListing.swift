/// One table in the three forms that trainers read, a file of each a split: a JSON array of objects, JSON lines, and
/// CSV with a header. A trainer pointed at the training split's files never sees the others.
///
/// CSV is RFC 4180's with every field in quotes and lines that end in LF, so that Python's csv and pandas give back
/// commas, quotes and line ends as they are. pandas reads an empty field, `NA` or `null` as no value; JSON keeps them.
final class TableListing: Listing {
    private let columns: [String]
    private let fields: (SampleRecord) -> [String]
    private let array: SplitFiles
    private let lines: SplitFiles
    private let csv: SplitFiles

    /// - Parameters:
    ///   - stem: path of a split's files, without the extension.
    ///   - fields: a clip's texts, one for each column.
    init(
        in place: any ListingPlace, columns: [String], stem: @escaping (Split) -> String,
        fields: @escaping (SampleRecord) -> [String]
    ) {
        self.columns = columns
        self.fields = fields
        array = SplitFiles(in: place, head: "[") { stem($0) + ".json" }
        lines = SplitFiles(in: place) { stem($0) + ".jsonl" }
        csv = SplitFiles(in: place, head: columns.joined(separator: ",") + "\n") { stem($0) + ".csv" }
    }

    func append(_ record: SampleRecord) throws {
        let fields = fields(record)
        let object = JSONNode.members(zip(columns, fields).map { ($0, .text($1)) }).line
        let (file, isNew) = try array.file(record.split)
        try file.write((isNew ? "\n  " : ",\n  ") + object)
        try lines.file(record.split).file.write(object + "\n")
        try csv.file(record.split).file.write(fields.map(Self.quoted).joined(separator: ",") + "\n")
    }

    /// The training split has its files even where it has no clips.
    func finish() throws {
        for files in [array, lines, csv] { _ = try files.file(.train) }
        for file in array.all { try file.write("\n]\n") }
    }

    private static func quoted(_ field: String) -> String {
        var out = "\""
        for scalar in field.unicodeScalars {
            if scalar == "\"" { out += "\"" }
            out.unicodeScalars.append(scalar)
        }
        return out + "\""
    }
}
