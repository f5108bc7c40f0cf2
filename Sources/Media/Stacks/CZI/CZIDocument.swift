import Foundation
import Model

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// What the metadata of a CZI file says of scale, time, channels and scenes. Unknown is nil, and nonsense is unknown.
///
/// Source: Zeiss' description of CZI's metadata (the XML document `ImageDocument`).
struct CZIDocument {
    struct Channel {
        /// Place along C.
        var index: Int
        var name: String?
        var color: ChannelColor?
        var bits: Int?
        /// Of the pixel type's range, 0...1.
        var low: Double?
        var high: Double?
    }

    /// Planes promised along T, Z and C.
    fileprivate(set) var sizes: [StackMetadata.Axis: Int] = [:]
    /// In the order of the file.
    fileprivate(set) var channels: [Channel] = []
    /// Micrometres, by `X`, `Y` and `Z`.
    fileprivate(set) var distances: [String: Rational] = [:]
    /// Seconds between time points, as ZEN sums the acquisition up.
    fileprivate(set) var increment: Rational?
    /// Seconds between time points, as the experiment was planned.
    fileprivate(set) var planned: Rational?
    fileprivate(set) var bits: Int?
    fileprivate(set) var title: String?
    /// Names of the scenes by their index.
    fileprivate(set) var scenes: [Int: String] = [:]

    /// nil where it is no readable `ImageDocument`.
    init?(_ xml: [UInt8]) {
        // Foundation's parser traps on text that is not UTF-8.
        guard let text = String(validating: xml.prefix { $0 != 0 }, as: UTF8.self) else { return nil }
        let reader = CZIDocumentReader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        guard parser.parse(), reader.isWhole else { return nil }
        self = reader.finished
    }

    fileprivate init() {}
}

/// Follows the path of open elements and keeps what `CZIDocument` needs.
private final class CZIDocumentReader: NSObject, XMLParserDelegate {
    private var document = CZIDocument()
    private var isImageDocument = false
    private var path: [String] = []
    private var text = ""
    /// The `Id` of the channel, distance or scene that is open.
    private var id = ""
    private var span: (value: String?, unit: String?) = (nil, nil)
    private var spans: Set<Rational?> = []
    private var isPlanned = true

    var isWhole: Bool { isImageDocument && path.isEmpty }

    var finished: CZIDocument {
        var result = document
        // Several plans (acquisition blocks) don't say which one made this recording.
        result.planned = spans.count == 1 ? spans.first ?? nil : nil
        return result
    }

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        if path.isEmpty { isImageDocument = element == "ImageDocument" }
        path.append(element)
        text = ""
        switch element {
        case "Channel":
            id = attributes["Id"] ?? ""
            if let i = channel(), let name = attributes["Name"], !name.isEmpty {
                document.channels[i].name = document.channels[i].name ?? name
            }
        case "Distance": id = attributes["Id"] ?? ""
        case "Scene" where path.suffix(3) == ["S", "Scenes", "Scene"]:
            if let index = attributes["Index"].flatMap({ Int($0) }), let name = attributes["Name"], !name.isEmpty {
                document.scenes[index] = name
            }
        case "TimeSeriesSetup": isPlanned = attributes["IsActivated"]?.lowercased() != "false"
        case "TimeSpan": span = (nil, nil)
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
    ) {
        if path.starts(with: ["ImageDocument", "Metadata"]) {
            take(path.dropFirst(2), text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        path.removeLast()
        text = ""
    }

    private func take(_ path: ArraySlice<String>, _ text: String) {
        switch path.joined(separator: "/") {
        case "Information/Image/SizeT": document.sizes[.time] = Int(text)
        case "Information/Image/SizeZ": document.sizes[.slice] = Int(text)
        case "Information/Image/SizeC": document.sizes[.channel] = Int(text)
        case "Information/Image/ComponentBitCount": document.bits = Int(text)
        case "Information/Image/Dimensions/T/Positions/Interval/Increment":
            document.increment = PhysicalQuantity.decimal(text)
        case "Information/Document/Name", "Information/Document/Title":
            if !text.isEmpty { document.title = document.title ?? text }
        case "Scaling/Items/Distance/Value":
            // In metres; a hundredth and more is no pixel of a microscope.
            if let metres = Double(text), metres < 0.01 {
                document.distances[id] = PhysicalQuantity.decimal(String(metres * 1e6)).flatMap(
                    PhysicalQuantity.plausible)
            }
        case "Information/Image/Dimensions/Channels/Channel/ComponentBitCount":
            if let i = channel() { document.channels[i].bits = Int(text) }
        case "Information/Image/Dimensions/Channels/Channel/Color":
            if let i = channel() { document.channels[i].color = document.channels[i].color ?? Self.color(text) }
        case "DisplaySetting/Channels/Channel/Color":
            if let i = channel(), let color = Self.color(text) { document.channels[i].color = color }
        case "DisplaySetting/Channels/Channel/Low": if let i = channel() { document.channels[i].low = Double(text) }
        case "DisplaySetting/Channels/Channel/High": if let i = channel() { document.channels[i].high = Double(text) }
        default: takePlan(path, text)
        }
    }

    /// The planned interval; its value is in the unit beside it, which is only certain of seconds and milliseconds.
    private func takePlan(_ path: ArraySlice<String>, _ text: String) {
        guard path.first == "Experiment", path.contains("TimeSeriesSetup"), path.contains("Interval"), isPlanned else {
            return
        }
        if path.suffix(2) == ["TimeSpan", "Value"] { span.value = text }
        if path.suffix(2) == ["TimeSpan", "DefaultUnitFormat"] { span.unit = text }
        if path.last == "TimeSpan", let value = span.value {
            let unit = span.unit ?? ""
            spans.insert(
                ["s", "ms"].contains(unit)
                    ? PhysicalQuantity.decimal(value).flatMap { value in
                        PhysicalQuantity.seconds(unit: unit).map { value * $0 }
                    } : nil
            )
        }
    }

    /// The open channel's place in `document.channels`, where it is one of the image or of its display.
    private func channel() -> Int? {
        let path = path.dropFirst(2)
        guard
            path.starts(with: ["Information", "Image", "Dimensions", "Channels", "Channel"])
                || path.starts(with: ["DisplaySetting", "Channels", "Channel"]),
            id.hasPrefix("Channel:"), let index = Int(id.dropFirst(8)), index >= 0
        else { return nil }
        if let found = document.channels.firstIndex(where: { $0.index == index }) { return found }
        guard document.channels.count < 1000 else { return nil }
        document.channels.append(CZIDocument.Channel(index: index))
        return document.channels.count - 1
    }

    /// `#AARRGGBB`, or without the opacity.
    private static func color(_ text: String) -> ChannelColor? {
        ChannelColor(text.utf8.count == 9 ? "#" + text.dropFirst(3) : text)
    }
}
