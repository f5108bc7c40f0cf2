import ArgumentParser
import Media

/// What the media libraries may use of the processor. Results don't depend on it, and that can be tried out.
struct ProcessorOption: ParsableArguments {
    @Flag(help: ArgumentHelp("Use no vector units.", visibility: .hidden))
    var noVectorUnits = false

    var arguments: [String] { noVectorUnits ? ["--no-vector-units"] : [] }

    func apply() {
        if noVectorUnits { MediaLibraries.forceCPUFlags(0) }
    }
}
