public import Model

/// What stacks and sequences are, and how they are to be seen.
public enum StackProbe {
    /// Whether the first bytes are those of a format that holds stacks. False when it can't be read.
    package static func isStack(path: String, among formats: [StackFormat] = StackFormat.all) -> Bool {
        StackFormat.recognize(path, among: formats) != nil
    }

    /// Describes every series of one file, or a sequence of files. Stacks whose samples can't be shown are described
    /// too, with a note that says why; `StackReader.open` and `view` refuse them.
    /// - Throws: `Fault` as `StackReader.open`, for the files' structure.
    package static func describe(
        paths: [String], among formats: [StackFormat] = StackFormat.all
    ) throws(Fault) -> [MediaDescription] {
        var descriptions: [MediaDescription] = []
        for series in try StackFormat.series(of: paths, among: formats) { descriptions.append(try describe(series)) }
        return descriptions
    }

    private static func describe(_ series: StackSeries) throws(Fault) -> MediaDescription {
        let format = series.format
        let axes = try series.axes(declared: nil)
        let metadata = series.metadata
        // Of assumed axes only those that the file named are known.
        let known = !axes.assumed || axes.order != [.time]
        let channels = axes.size(.channel) * format.samples
        var notes = series.notes + axes.notes
        if let x = metadata?.pixelX, let y = metadata?.pixelY, ViewResolution.differ(x, y) {
            notes.append("pixels are not square")
        }
        if let fault = series.unsupported { notes.append("\(fault.what). \(fault.advice)") }
        return MediaDescription(
            kind: series.paths.count > 1 ? .sequence : .stack, container: series.container, codec: series.codec,
            stream: series.series, name: series.name ?? metadata?.name, width: format.width, height: format.height,
            frames: series.planes, bitDepth: format.bits, significantBits: metadata?.significantBits,
            pixelFormat: format.name,
            channels: known || format.samples > 1 || series.planes == 1 ? channels : nil,
            slices: known ? axes.size(.slice) : nil, timepoints: axes.assumed ? nil : axes.size(.time),
            pixelSizeUm: .init(
                x: metadata?.pixelX?.double, y: metadata?.pixelY?.double, z: metadata?.pixelZ?.double),
            intervalSeconds: metadata?.intervalSeconds?.double, channelDetails: metadata?.channels ?? [], notes: notes)
    }

    /// Throws `Fault(.invalid)` where no stack could have the axes that this declares.
    public static func check(axes: String) throws(Fault) { _ = try StackAxes.parse(axes, at: "--axes") }

    /// The view that a source gets: what is declared, else what the files say, else unknown.
    ///
    /// - `axes` are the axes used, such as `TZ` (`TZ5` where the files don't say the size).
    /// - `channels` are those declared, else all: a lone one in white, several in the file's colours, else in Fiji's
    ///   order; colours that are declared win. Each has one window over the whole stack (`ContrastMeasure`). Colour and
    ///   8-bit unsigned grey are made to be looked at: they are shown as they are (nil for colour and a single grey
    ///   channel, else windows over the type's range), unless a contrast is declared.
    /// - `zRule` is nil where there is one slice, else the maximum unless declared; for `focus` one slice is chosen
    ///   (`FocusMeasure`).
    /// - `pixelHeightUm` is there where the files say that pixels are not square; a declared size means square ones.
    /// - Parameter series: index of the series, else 0.
    /// - Returns: the view, and in words what had to be decided for it.
    /// - Throws: `Fault` as `StackReader.open`; `.invalid` for a declaration that does not fit.
    package static func resolve(
        paths: [String], series: Int = 0, declared: ViewDeclaration, among formats: [StackFormat] = StackFormat.all
    ) throws(Fault) -> (view: View, notes: [String]) {
        let store = try StackFormat.open(paths, series: series, among: formats)
        let resolution = try ViewResolution(store, declared: declared)
        return (resolution.view, resolution.notes)
    }

    /// The view of `resolve`.
    public static func view(
        paths: [String], series: Int = 0, declared: ViewDeclaration
    ) throws(Fault) -> View {
        try resolve(paths: paths, series: series, declared: declared).view
    }
}
