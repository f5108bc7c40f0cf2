"""Each rule of scripts/check-house fails on a small tree that breaks it, and passes on one that doesn't."""
import importlib.util
import pathlib
import sys
import tempfile
import unittest
from importlib.machinery import SourceFileLoader

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check-house"
sys.dont_write_bytecode = True
loader = SourceFileLoader("check_house", str(SCRIPT))
house = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_house", loader))
loader.exec_module(house)

PACKAGE = """
let package = Package(targets: [
    .target(name: "CZip", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "Model", dependencies: [yams], swiftSettings: strict),
    .target(
        name: "Manifest", dependencies: ["Model", grdb],
        swiftSettings: strict),
    .executableTarget(name: "tool", dependencies: ["Model", "Manifest"]),
])
"""


class CheckHouse(unittest.TestCase):
    def problems(self, files, package=PACKAGE, arrows=None, sql=()):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {"Package.swift": package, **files}.items():
                place = pathlib.Path(root, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
            return house.check(pathlib.Path(root), {"arrows": arrows or {}, "sql": set(sql)})

    def expect(self, problems, *wanted):
        self.assertEqual(len(problems), len(wanted), problems)
        for problem, words in zip(problems, wanted):
            for word in words:
                self.assertIn(word, problem)

    def test_an_import_that_is_named_passes(self):
        files = {"Sources/Manifest/A.swift": "import Foundation\npublic import Model\n@testable import struct Model.A\n"}
        self.expect(self.problems(files))

    def test_an_import_that_points_back_fails(self):
        files = {
            "Sources/Model/A.swift": "internal import Manifest\n",
            "Sources/Manifest/B.swift": "// import tool\nlet text = \"import tool\"\n",
        }
        self.expect(self.problems(files), ("Sources/Model/A.swift", "imports Manifest"))

    def test_a_target_that_points_back_or_is_none_fails(self):
        package = PACKAGE.replace('"Model", dependencies: [yams]', '"Model", dependencies: ["Manifest"]')
        self.expect(self.problems({}, package), ("Package.swift", "Model points back to Manifest"))
        self.expect(self.problems({"Sources/Other/A.swift": ""}), ("Sources/Other/A.swift", "no target 'Other'"))

    CIRCLE = {
        "Sources/Model/Words/A.swift": "public struct Word {\n    var recipe: Recipe\n}\n",
        "Sources/Model/Recipe/B.swift": "enum Recipe { case word(Word) }\n",
    }

    def test_a_circle_of_folders_fails(self):
        problems = self.problems(self.CIRCLE)
        self.expect(problems, ("Sources/Model", "Recipe -> Words", "mentions Word", "Words -> Recipe"))
        third = {
            "Sources/Model/A.swift": "struct First { let a: Second }\n",
            "Sources/Model/B/B.swift": "@frozen\npublic struct Second { let a: Third }\n",
            "Sources/Model/C/C.swift": "final class Third { let a: First }\n",
        }
        self.expect(self.problems(third), (". -> B", "B -> C", "C -> ."))

    def test_arrows_one_way_pass(self):
        for recipe in [
            "enum Recipe {}\n",
            "enum Recipe {}  // of a Word\n",
            'enum Recipe { let text = "Word" }\n',
            "enum Recipe {}\nextension Word { func bake() {} }\n",
            "enum Recipe { struct Word {} }\n",
            "enum Recipe { let kind = Kind.Word }\n",
            "enum Recipe {}\nprivate struct Word {}\n",
        ]:
            files = {**self.CIRCLE, "Sources/Model/Recipe/B.swift": recipe}
            self.assertEqual(self.problems(files), [], recipe)

    def test_a_circle_of_today_passes_while_it_is_one(self):
        arrows = {"Model": {("Recipe", "Words")}}
        self.expect(self.problems(self.CIRCLE, arrows=arrows))
        mended = {**self.CIRCLE, "Sources/Model/Recipe/B.swift": "enum Recipe {}\n"}
        self.expect(self.problems(mended, arrows=arrows), ("Recipe -> Words", "closes no circle"))
        mended = {**self.CIRCLE, "Sources/Model/Words/A.swift": "struct Word {}\n"}
        self.expect(self.problems(mended, arrows=arrows), ("Recipe -> Words", "closes no circle"))
        self.expect(self.problems({}, arrows={"Gone": {("A", "B")}}), ("Gone: A -> B", "closes no circle"))

    def test_sql_stands_in_manifest_alone(self):
        for text in [
            'let a = "SELECT id FROM clip"\n', 'let a = """\n    INSERT INTO clip VALUES (1)\n    """\n',
            'let a = "\\(x) DELETE FROM clip"\n',
        ]:
            self.expect(self.problems({"Sources/Manifest/A.swift": text}))
            self.expect(self.problems({"Sources/tool/A.swift": text}), ("Sources/tool/A.swift", "SQL"))
            self.expect(self.problems({"Sources/tool/A.swift": text}, sql=["Sources/tool/A.swift"]))
        harmless = '// "SELECT id"\nlet a = "Select a clip, then delete it"\nlet UPDATE = 1\n'
        self.expect(self.problems({"Sources/tool/A.swift": harmless}))
        self.expect(
            self.problems({"Sources/tool/A.swift": harmless}, sql=["Sources/tool/A.swift"]),
            ("Sources/tool/A.swift", "not needed"))

    def test_reviewing_reaches_no_media_at_any_remove(self):
        def package(**named):
            lines = [f'    .target(name: "{name}", dependencies: {list(others)}),\n'.replace("'", '"')
                     for name, others in named.items()]
            return PACKAGE.replace("])\n", "".join(lines) + "])\n")

        desk, server = ("ReviewDesk", "Package.swift"), ("ReviewServer", "Package.swift")
        self.expect(self.problems({}, package(Media=[], ReviewDesk=["Manifest"], ReviewServer=["ReviewDesk"])))
        self.expect(self.problems({}, package(Media=[], ReviewServer=["Manifest", "Media"])), server)
        for barred in ["Media", "Inference", "Stages", "CTIFF"]:
            reached = package(**{barred: ["Model"], "Cards": [barred], "ReviewDesk": ["Cards"],
                                 "ReviewServer": ["ReviewDesk"]})
            self.expect(
                self.problems({}, reached), (*desk, f"ReviewDesk -> Cards -> {barred}"),
                (*server, f"ReviewServer -> ReviewDesk -> Cards -> {barred}"))
        self.expect(self.problems({}, package(Media=[], tools=["Media"])))

    def test_a_name_is_one_type(self):
        names = ["Sources/Model/A.swift", "Sources/Manifest/B.swift"]
        self.expect(self.problems(dict.fromkeys(names, "public struct Word {}\n")), (names[0], "Word", names[1]))
        self.expect(self.problems(dict.fromkeys(names, "private struct Word {}\nextension Int { struct Word {} }\n")))
        retired = sorted(house.RETIRED)[0]
        self.expect(self.problems({names[0]: f"// a {retired}\n"}))
        self.expect(self.problems({names[0]: f"extension Int {{ enum {retired} {{}} }}\n"}), (names[0], "is retired"))

    def test_a_file_over_400_lines_fails(self):
        for below in ["Sources/Model", "Tests/ModelTests"]:
            self.expect(self.problems({f"{below}/A.swift": "\n" * 400}))
            self.expect(self.problems({f"{below}/A.swift": "\n" * 401}), (f"{below}/A.swift", "401 lines"))


if __name__ == "__main__":
    unittest.main()
