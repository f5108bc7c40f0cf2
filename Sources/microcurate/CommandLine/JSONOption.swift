import ArgumentParser

/// `--json`: one JSON document on standard output and nothing else there.
struct JSONOption: ParsableArguments {
    @Flag(help: "Print one JSON document.")
    var json = false
}
