import Captions
import Foundation
import Testing

/// `schemas/caption-output.schema.json` says what the code does.
@Suite struct SchemaTests {
    @Test func listsEveryRuleAndFlag() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let data = try Data(contentsOf: root.appending(path: "schemas/caption-output.schema.json"))
        let schema = try JSONDecoder().decode(Schema.self, from: data)
        #expect(schema.properties.edits.items.properties.rule.enum == Normalizer.ruleNames)
        #expect(schema.properties.flags.items.enum == NormalizedCaption.Flag.allCases.map(\.rawValue))
    }

    private struct Schema: Decodable {
        struct Names: Decodable { var `enum`: [String] }
        struct Edit: Decodable {
            struct Properties: Decodable { var rule: Names }
            var properties: Properties
        }
        struct List<Item: Decodable>: Decodable { var items: Item }
        struct Properties: Decodable {
            var edits: List<Edit>
            var flags: List<Names>
        }
        var properties: Properties
    }
}
