import Foundation
import Model

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An image as the XML of a LIF file describes it.
struct LIFImage {
    struct Channel {
        /// 0 integers, 1 floating point.
        var dataType: Int?
        /// 1 red, 2 green, 3 blue of a colour picture; 0 else.
        var tag = 0
        /// Bits that carry the measurement.
        var resolution: Int?
        /// From the first sample of the image to the first of the channel.
        var bytesInc: Int?
        var lut = ""
        /// What the specimen was stained with, where the file says it.
        var dye: String?
    }

    struct Dimension {
        /// 1 X, 2 Y, 3 Z, 4 time, 5 emission, 9 excitation, 10 tile.
        var id: Int?
        var count: Int?
        /// From the first element to the last, in `unit`.
        var length: Double?
        var unit = ""
        /// From one element to the next.
        var bytesInc: Int?
    }

    /// Names from the tree's first level on, with `/` between.
    var name: String
    var block: String?
    var channels: [Channel] = []
    var dimensions: [Dimension] = []
}

/// What the XML of a LIF file says of its images.
final class LIFDocument: NSObject, XMLParserDelegate {
    private static let depthLimit = 200

    private(set) var root = ""
    private(set) var version: Int?
    private(set) var images: [LIFImage] = []
    /// Recordings of single photons (FLIM, FCS), which are no pictures.
    private(set) var photonRecordings = 0

    /// Open elements: their names from the root on.
    private var path: [String] = []
    /// Open `Element`s: their names, and the ordinal of the image in them, if any.
    private var elements: [(name: String, image: Int?)] = []
    private var property: (key: String, text: String) = ("", "")

    /// nil where it can't be read.
    init?(_ text: String) {
        super.init()
        guard MetadataXML.parse(text, self), !root.isEmpty else { return nil }
    }

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        if path.isEmpty {
            root = element
            version = attributes["Version"].flatMap { Int($0) }
        }
        path.append(element)
        if path.count > Self.depthLimit { parser.abortParsing() }
        property.text = ""
        func int(_ name: String) -> Int? { attributes[name].flatMap { Int($0) } }
        switch (element, path.dropLast().last) {
        case ("Element", _):
            elements.append((attributes["Name"] ?? "", nil))
        case ("Memory", "Element") where !elements.isEmpty:
            if let image { images[image].block = attributes["MemoryBlockID"] }
        case ("Image", "Data") where !elements.isEmpty && image == nil:
            elements[elements.count - 1].image = images.count
            images.append(LIFImage(name: elements.dropFirst().map(\.name).joined(separator: "/")))
        case ("SingleMoleculeDetection", "Data"):
            photonRecordings += 1
        case ("ChannelDescription", "Channels"):
            guard isDescription, let image else { return }
            images[image].channels.append(
                LIFImage.Channel(
                    dataType: int("DataType"), tag: int("ChannelTag") ?? 0, resolution: int("Resolution"),
                    bytesInc: int("BytesInc"), lut: attributes["LUTName"] ?? ""))
        case ("DimensionDescription", "Dimensions"):
            guard isDescription, let image else { return }
            images[image].dimensions.append(
                LIFImage.Dimension(
                    id: int("DimID"), count: int("NumberOfElements"),
                    length: PhysicalQuantity.number(attributes["Length"]),
                    unit: attributes["Unit"] ?? "", bytesInc: int("BytesInc")))
        default: break
        }
    }

    /// The image of the innermost open `Element`.
    private var image: Int? { elements.last?.image }

    /// Whether the open elements are those of an image's own description.
    private var isDescription: Bool { path.suffix(5).starts(with: ["Data", "Image", "ImageDescription"]) }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if path.last == "Key" || path.last == "Value" { property.text += text }
    }

    func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
    ) {
        path.removeLast()
        switch (element, path.last) {
        case ("Key", "ChannelProperty"): property.key = property.text
        case ("Value", "ChannelProperty") where property.key == "DyeName" && !property.text.isEmpty:
            guard let image, !images[image].channels.isEmpty else { return }
            images[image].channels[images[image].channels.count - 1].dye = property.text
        case ("Element", _):
            _ = elements.popLast()
        default: break
        }
    }
}
