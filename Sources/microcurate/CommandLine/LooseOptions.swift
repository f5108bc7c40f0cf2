import Actions
import ArgumentParser
import Model
import Shots

/// A recording outside of any workspace, and how it is to be seen.
struct LooseOptions: ParsableArguments {
    @Argument(help: "A video or stack, or the pictures of a sequence in order.")
    var files: [String]

    @Option(help: "Which series of a file that holds several, counted from 0 as 'probe' does.")
    var series: Int?

    @OptionGroup var view: ViewOptions

    func open() throws -> LooseFootage {
        try LooseFootage(files, series: series, view: try view.text.declaration())
    }
}
