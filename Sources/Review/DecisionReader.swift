import Foundation
public import Model

/// Reads decision lines (JSON), as `review import` takes them; `schemas/decision.schema.json` describes one.
public struct DecisionReader: Sendable {
    /// What the recipe lets reviewers say; the reason `Decision.trimmed` is allowed besides.
    public var reasons: [String]
    public var levels: [String]
    /// The name of the file, for errors.
    public var file: String

    public init(file: String, recipe: Recipe) {
        self.init(file: file, reasons: recipe.review.reasons, levels: recipe.labels.level)
    }

    public init(file: String, reasons: [String], levels: [String]) {
        self.file = file
        self.reasons = reasons
        self.levels = levels
    }

    /// The decisions of a whole file, in its order; blank lines are skipped.
    ///
    /// Throws the first line's `Fault`, or one for two different decisions under one id. Equal lines give one decision.
    public func decisions(in text: String) throws -> [Decision] {
        var decisions: [Decision] = []
        var known: [String: Decision] = [:]
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() where !line.allSatisfy({ $0.isWhitespace || $0 == "\u{FEFF}" }) {
            let decision = try decision(in: String(line), lineNumber: index + 1)
            if let other = known[decision.id] {
                guard other == decision else {
                    throw fault(
                        "another decision before it has the id \(decision.id)", index + 1,
                        "Give each decision its own id.")
                }
                continue
            }
            known[decision.id] = decision
            decisions.append(decision)
        }
        return decisions
    }

    /// Reads one line. `clip_id`, `reviewer`, `decision` and `decided_at` suffice; a null is an absent key.
    ///
    /// UUIDs and hashes come out in lower case, `decidedAt` in UTC. Without an `id` the decision gets a UUID (version
    /// 8) from the SHA-256 of its content, so that importing the line again gives the same one. An `undo` needs
    /// `supersedes`, and only an accept or a reject has a `standing`. Anything not understood is a `Fault` at
    /// `file:line`.
    public func decision(in line: String, lineNumber: Int) throws -> Decision {
        let fields = try Fields(line, place: "\(file):\(lineNumber)")
        let choice = try fields.word("decision", among: Decision.Choice.allCases.map(\.rawValue))
        guard let decidedAt = Instant.utc(try fields.required("decided_at")) else {
            throw fault(
                "'decided_at' is '\(try fields.required("decided_at"))', not an RFC 3339 date and time", lineNumber,
                "Write it such as 2026-05-04T12:00:00Z, with the time zone.")
        }
        var decision = Decision(
            id: "", clipId: ClipID(rawValue: try fields.required("clip_id")),
            reviewer: try fields.required("reviewer"),
            decision: Decision.Choice(rawValue: choice) ?? .unsure,
            reasons: try fields.words("reasons", among: reasons + [Decision.trimmed]),
            level: try fields.word("level", ifAnyAmong: levels),
            caption: try fields.text("caption"), decidedAt: decidedAt, supersedes: try fields.uuid("supersedes"),
            captionSha256: try fields.digest("caption_sha256"), renditionSha256: try fields.digest("rendition_sha256"),
            seconds: try fields.seconds("seconds"), client: try fields.text("client"),
            origin: try fields.uuid("origin"),
            standing: try fields.word("standing", ifAnyAmong: Decision.Standing.allCases.map(\.rawValue))
                .flatMap(Decision.Standing.init))
        decision.id = try fields.uuid("id") ?? decision.derivedID()
        try check(decision, lineNumber)
        return decision
    }

    /// What one field allows and another forbids.
    private func check(_ decision: Decision, _ lineNumber: Int) throws {
        if decision.supersedes == decision.id {
            throw fault(
                "'supersedes' names the decision itself", lineNumber, "Name the id of the decision that it replaces.")
        }
        let control = decision.caption?.unicodeScalars.first {
            $0.properties.generalCategory == .control && !["\t", "\n", "\r"].contains($0)
        }
        if let control {
            let code = String(control.value, radix: 16, uppercase: true)
            throw fault(
                "'caption' of \(decision.clipId) holds the control character U+\(code)", lineNumber,
                "Take it out of the text.")
        }
        if decision.decision == .undo, decision.supersedes == nil {
            throw fault(
                "'undo' without 'supersedes'", lineNumber, "Name in 'supersedes' the id of the decision to take back.")
        }
        if let standing = decision.standing, !decision.isAnswer(standing) {
            throw fault(
                "'\(decision.decision.rawValue)' can't have the standing '\(standing.rawValue)'", lineNumber,
                "Only accept and reject have one; leave 'standing' out.")
        }
    }

    private func fault(_ what: String, _ lineNumber: Int, _ advice: String) -> Fault {
        Fault(.invalid, what, at: "\(file):\(lineNumber)", advice: advice)
    }
}

/// The fields of one JSON line, read by key with an error that names line and key.
private struct Fields {
    private enum Value: Decodable {
        case null, text(String), number(Double), list([String]), other

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let list = try? value.decode([String].self) {
                self = .list(list)
            } else {
                self = .other
            }
        }
    }

    private static let keys = [
        "caption", "caption_sha256", "client", "clip_id", "decided_at", "decision", "id", "level", "origin", "reasons",
        "rendition_sha256", "reviewer", "seconds", "standing", "supersedes",
    ]

    private let values: [String: Value]
    private let place: String

    init(_ line: String, place: String) throws {
        self.place = place
        do {
            values = try JSONDecoder().decode([String: Value].self, from: Data(line.trimmingPrefix("\u{FEFF}").utf8))
        } catch {
            throw Fault(.invalid, "not a JSON object", at: place, advice: "Write one decision a line, as JSON.")
        }
        if let unknown = values.keys.sorted().first(where: { !Self.keys.contains($0) }) {
            throw fault("unknown key '\(unknown)'", Suggestion.text(for: unknown, among: Self.keys))
        }
    }

    private func fault(_ what: String, _ advice: String) -> Fault { Fault(.invalid, what, at: place, advice: advice) }

    /// The text of a key without white space at its ends; nil when absent, null or blank.
    func text(_ key: String) throws -> String? {
        switch values[key] ?? .null {
        case .null: return nil
        case .text(let text):
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            return trimmed.isEmpty ? nil : trimmed
        default: throw fault("'\(key)' is not a text", "Write it in quotation marks.")
        }
    }

    func required(_ key: String) throws -> String {
        guard let text = try text(key) else {
            throw fault("'\(key)' is missing", "Give clip_id, reviewer, decision and decided_at.")
        }
        return text
    }

    func word(_ key: String, among known: [String]) throws -> String {
        let word = try required(key)
        guard known.contains(word) else {
            throw fault("unknown \(key) '\(word)'", Suggestion.text(for: word, among: known))
        }
        return word
    }

    /// One of the known words; nil when there is none.
    func word(_ key: String, ifAnyAmong known: [String]) throws -> String? {
        try text(key) == nil ? nil : try word(key, among: known)
    }

    /// A list of known words, each once.
    func words(_ key: String, among known: [String]) throws -> [String] {
        let list: [String]
        switch values[key] ?? .null {
        case .null: list = []
        case .list(let words): list = words
        default: throw fault("'\(key)' is not a list of texts", "Write it such as [\"other\"].")
        }
        if let unknown = list.first(where: { !known.contains($0) }) {
            throw fault("unknown reason '\(unknown)'", Suggestion.text(for: unknown, among: known))
        }
        return list.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func uuid(_ key: String) throws -> String? {
        guard let text = try text(key) else { return nil }
        guard let uuid = UUID(uuidString: text) else {
            throw fault(
                "'\(key)' is '\(text)', not a UUID",
                key == "id"
                    ? "Correct it, or leave it out and one is made from the line." : "Name the id of a decision.")
        }
        return uuid.uuidString.lowercased()
    }

    func digest(_ key: String) throws -> Digest? {
        guard let text = try text(key) else { return nil }
        guard let digest = Digest(hex: text.lowercased()) else {
            throw fault("'\(key)' is not a SHA-256", "Write 64 hexadecimal digits, or leave it out.")
        }
        return digest
    }

    func seconds(_ key: String) throws -> Double? {
        switch values[key] ?? .null {
        case .null: return nil
        case .number(let number) where number >= 0 && number.isFinite: return number
        default: throw fault("'\(key)' is not a number of seconds from 0", "Write it such as 6.5.")
        }
    }
}
