import Actions
import ArgumentParser
import Media
import Model

/// How a recording is to be seen, where the file does not say it or says it wrong.
struct ViewOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The axes of a stack's planes, slowest first.", valueName: "TZ"))
    var axes: String?

    @Option(help: ArgumentHelp("Real time between time points, such as 10s, 500ms or 2min.", valueName: "time"))
    var interval: String?

    @Option(help: ArgumentHelp("Size of a pixel, such as 0.065um.", valueName: "length"))
    var pixelSize: String?

    @Option(
        help: ArgumentHelp(
            "Channels to show, from 1, with their colours if need be: 1:#00FF00,3.", valueName: "list"))
    var channels: String?

    @Option(
        help: ArgumentHelp(
            "What is black and white: percentiles (of the whole recording), file (its display range) or LOW..HIGH.",
            valueName: "rule"))
    var contrast: String?

    @Option(help: ArgumentHelp("Brightness curve; below 1 lifts the dark.", valueName: "number"))
    var gamma: String?

    @Option(
        name: .customLong("z"),
        help: ArgumentHelp("How slices become one picture: maximum, focus or middle.", valueName: "rule"))
    var zRule: String?

    func validate() throws {
        do {
            _ = try text.declaration()
            if let axes { try StackProbe.check(axes: axes) }
        } catch {
            throw ValidationError("\(error)")
        }
    }

    var text: ViewText {
        var text = ViewText()
        text.axes = axes
        text.interval = interval
        text.pixelSize = pixelSize
        text.channels = channels
        text.contrast = contrast
        text.gamma = gamma
        text.z = zRule
        return text
    }
}
