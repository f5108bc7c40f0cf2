import Foundation
import Model
import Testing

/// `schemas/decision.schema.json` says what the code does.
@Suite struct SchemaTests {
    @Test func listsEveryKeyOfADecision() throws {
        struct Schema: Decodable {
            struct Property: Decodable { var `enum`: [String?]? }
            var properties: [String: Property]
            var required: [String]
        }
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let data = try Data(contentsOf: root.appending(path: "schemas/decision.schema.json"))
        let schema = try JSONDecoder().decode(Schema.self, from: data)
        let gold = decision("1", "ann", .accept, standing: .gold)
        let written = try JSONSerialization.jsonObject(with: JSON.canonical(gold))
        #expect(schema.properties["decision"]?.enum == Decision.Choice.allCases.map(\.rawValue))
        #expect(schema.properties["standing"]?.enum == Decision.Standing.allCases.map(\.rawValue) + [nil])
        #expect(try #require(written as? [String: Any]).keys.sorted() == schema.properties.keys.sorted())
        #expect(schema.required == ["clip_id", "reviewer", "decision", "decided_at"])
    }
}
