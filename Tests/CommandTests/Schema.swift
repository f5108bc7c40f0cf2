import Foundation

/// A JSON value.
enum Value: Decodable, Equatable {
    case null, flag(Bool), number(Double), text(String), list([Value]), object([String: Value])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([Value].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: Value].self))
        }
    }

    init(_ text: String) throws { self = try JSONDecoder().decode(Value.self, from: Data(text.utf8)) }

    subscript(_ name: String) -> Value? {
        if case .object(let fields) = self { fields[name] } else { nil }
    }

    var fields: [String: Value] { if case .object(let fields) = self { fields } else { [:] } }
    var elements: [Value] { if case .list(let list) = self { list } else { [] } }

    func isOf(_ type: Value) -> Bool {
        switch (type, self) {
        case (.text("object"), .object), (.text("array"), .list), (.text("string"), .text), (.text("null"), .null),
            (.text("boolean"), .flag), (.text("number"), .number):
            true
        case (.text("integer"), .number(let number)): number == number.rounded()
        default: false
        }
    }
}

/// The part of JSON Schema that our schemas use.
struct Schema {
    let root: Value

    init(file: URL) throws { root = try Value(try String(contentsOf: file, encoding: .utf8)) }

    func problems(in value: Value) -> [String] { problems(value, root, "$") }

    private func problems(_ value: Value, _ schema: Value, _ place: String) -> [String] {
        if case .text(let reference)? = schema["$ref"] {
            guard let target = root["$defs"]?[(reference as NSString).lastPathComponent] else {
                return ["\(place): no \(reference)"]
            }
            return problems(value, target, place)
        }
        var found: [String] = []
        if let type = schema["type"] {
            let types = type.elements.isEmpty ? [type] : type.elements
            if !types.contains(where: value.isOf) { found.append("\(place): \(value) is no \(types)") }
        }
        if let allowed = schema["enum"]?.elements, !allowed.contains(value) { found.append("\(place): \(value)") }
        if let one = schema["const"], one != value { found.append("\(place): \(value)") }
        if case .number(let least)? = schema["minimum"], case .number(let number) = value, number < least {
            found.append("\(place): \(number)")
        }
        for case .text(let name) in schema["required"]?.elements ?? [] where value[name] == nil {
            found.append("\(place).\(name) is missing")
        }
        for (name, content) in value.fields {
            if let inner = schema["properties"]?[name] ?? schema["additionalProperties"], inner != .flag(false) {
                found += problems(content, inner, "\(place).\(name)")
            } else if schema["additionalProperties"] == .flag(false) {
                found.append("\(place).\(name) is unknown")
            }
        }
        if let items = schema["items"] {
            for (i, content) in value.elements.enumerated() { found += problems(content, items, "\(place)[\(i)]") }
        }
        return found
    }
}
