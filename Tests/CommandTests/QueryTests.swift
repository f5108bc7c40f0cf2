import Foundation
import Model
import Footage
import Testing

/// The manifest as analysts read it: SQL that reads, as a table, CSV or JSON.
@Suite(.serialized, Decided.Shared())
struct QueryTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private var curation: Curation { get throws { try #require(Decided.current).after } }

    @Test func csvIsOfRFC4180() throws {
        let sql = """
            SELECT 'plain' AS a, 'a,b' AS "x,y", 'say "hi"' AS c, 'two' || char(10) || 'lines' AS d, char(13) AS e,
                NULL AS f, '' AS g, 1.5 AS h, -7 AS i, x'0aff' AS j, 'µ' AS k, ' s ' AS l
            """
        #expect(
            try curation.perform("query", "--csv", sql)
                == "a,\"x,y\",c,d,e,f,g,h,i,j,k,l\r\n"
                + "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"\r\",,,1.5,-7,0aff,µ, s \r\n")
        #expect(try curation.perform("query", "--csv", "SELECT 1 AS a WHERE 0") == "a\r\n")
        #expect(try curation.perform("query", "--csv", "VALUES (NULL), (2)") == "column1\r\n\"\"\r\n2\r\n")
        #expect(try curation.attempt("query", "--csv", "--json", "SELECT 1").status == 2)
    }

    @Test func jsonKeepsTheOrderOfColumns() throws {
        let sql =
            "SELECT 'b' AS zebra, 2 AS apple, NULL AS mid, 9e999 AS far, 'a\"b' AS \"k\"\"ey\", 1 AS apple, 3 AS apple"
        #expect(
            try curation.perform("query", "--json", sql)
                == #"""
                [
                  {"zebra": "b", "apple": 2, "mid": null, "far": "inf", "k\"ey": "a\"b", "apple_2": 1, "apple_3": 3}
                ]

                """#)
        #expect(try curation.perform("query", "--json", "SELECT 1 WHERE 0") == "[]\n")
        struct Row: Decodable { var a: Int }
        #expect(try curation.rows(Row.self, "SELECT 1 AS a UNION SELECT 2").map(\.a) == [1, 2])
    }

    @Test func tablesAreForPeople() throws {
        let table = try curation.perform("query", "SELECT state, count(*) AS clips FROM clip_overview GROUP BY state")
        #expect(table.hasPrefix("state      clips\naccepted       2\n"), "\(table)")
    }

    @Test(arguments: [
        "ATTACH '/tmp/microcurate-query-command.sqlite' AS other", "PRAGMA user_version = 9", "PRAGMA user_version(9)",
        "PRAGMA journal_mode = DELETE", "PRAGMA query_only = 0", "INSERT INTO setting VALUES ('a', 'b')",
        "UPDATE clip SET proposed = 0", "DELETE FROM task", "REPLACE INTO setting VALUES ('profile', 'x')",
        "DROP VIEW clip_overview", "CREATE TEMP TABLE t (a)", "SELECT load_extension('/tmp/none.so')",
        "WITH gone AS (SELECT id FROM clip) DELETE FROM clip WHERE id IN gone",
        "WITH v(a) AS (VALUES ('x')) INSERT INTO setting SELECT a, a FROM v", "SELECT 1; DELETE FROM task",
        "SELECT 1; SELECT 2", "VACUUM INTO '/tmp/microcurate-query-command.sqlite'", "BEGIN", "COMMIT", "SAVEPOINT a",
        "INSERT INTO caption_search (caption_search) VALUES ('delete-all')", "", "--", "SELEC 1", "SELECT ?",
    ])
    func whatDoesNotReadIsRefused(sql: String) throws {
        let curation = try curation
        func rows() throws -> String {
            try curation.perform(
                "query", "--csv",
                "SELECT * FROM task JOIN setting JOIN pragma_user_version ORDER BY stage, task.key, setting.key")
        }
        let before = try rows()
        // Each form of the answer takes its share of the statements.
        let form = [[], ["--json"], ["--csv"]][sql.utf8.count % 3]
        let answer = try Command.run(curation.words(["query"] + form + ["--", sql]))
        #expect(answer.status == 1 && answer.output.isEmpty, "\(answer)")
        #expect(answer.errors.hasPrefix("error: query: ") && answer.errors.contains("One statement that reads"))
        #expect(try rows() == before)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/microcurate-query-command.sqlite"))
    }

    /// The examples of schemas/README.md, on a dataset with decisions, releases, imports and a takedown.
    @Test func theDocumentedExamplesAnswer() throws {
        let folder = try TemporaryFolder()
        let decided = try #require(Decided.current)
        let curation = try decided.after.copy(to: folder.path("workspace"))
        _ = try curation.released(name: "one")
        try SmallFilm.clock.write(to: folder.path("ready.mp4"))
        try Data(#"[{"video": "ready.mp4", "prompt": "A clock."}]"#.utf8)
            .write(to: URL(fileURLWithPath: folder.path("ready.json")))
        try curation.perform("import", "--quiet", "--name", "old", folder.path("ready.json"))
        try curation.perform("run", "--quiet")
        try curation.perform("withdraw", decided.third.id, "--reason", "asked to")
        let readme = try String(contentsOf: Self.root.appending(path: "schemas/README.md"), encoding: .utf8)
        let examples = readme.components(separatedBy: "```sql\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(examples.count >= 11)
        var answered = 0
        for sql in examples {
            let lines = try curation.perform("query", "--csv", sql).components(separatedBy: "\r\n").filter {
                !$0.isEmpty
            }
            if lines.count > 1 { answered += 1 }
        }
        // Those on rejects, scale, frozen overlaps and unreleased clips have none here.
        #expect(answered >= 7, "\(answered) of \(examples.count) have rows")
    }
}
