import Foundation
import Model

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reads OME-XML. Elements are known by their local names, whatever the dialect's namespace.
///
/// Source: the OME model, 2003-FC to 2016-06 (www.openmicroscopy.org/Schemas).
final class OMEParser: NSObject, XMLParserDelegate {
    private var document = OMEDocument()
    /// Of the `Image` that is being read.
    private var image = ImageState()
    private var block: OMEImage.Block?
    private var uuid: (name: String?, text: String)?
    /// How many elements of foreign content are open.
    private var foreign = 0

    /// What an `Image` says outside of its `Pixels`, and what can only be judged at its end.
    private struct ImageState {
        var attributes: [String: String] = [:]
        var isOpen = false
        var pixels: [PixelsState] = []
        /// `LogicalChannel`, before 2010.
        var logical: [[String: String]] = []
    }

    private struct PixelsState {
        var image: OMEImage
        var attributes: [String: String]
        var channels: [[String: String]] = []
        /// Seconds of the first channel's and slice's planes by time point.
        var times: [Int: Double] = [:]
        var plane: (time: Int, isFirst: Bool)?
    }

    /// - Returns: a document, with `problem` where it can't be read.
    static func read(_ text: String) -> OMEDocument {
        let reader = OMEParser()
        guard MetadataXML.parse(String(text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }), reader) else {
            return failed("it breaks off, is malformed, or declares entities of its own")
        }
        guard reader.document.master != nil || !reader.document.images.isEmpty else {
            return failed("it holds no readable image")
        }
        return reader.document
    }

    private static func failed(_ cause: String) -> OMEDocument {
        OMEDocument(problem: "the OME-XML was ignored: \(cause)")
    }

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        let name = Self.local(element)
        if foreign > 0 || name == "StructuredAnnotations" || name == "CustomAttributes" {
            foreign += 1
            return
        }
        switch name {
        case "OME": document.uuid = attributes["UUID"].flatMap(OMEFile.plain)
        case "BinaryOnly": document.master = OMEFile(name: attributes["MetadataFile"], uuid: attributes["UUID"])
        case "Image": image = ImageState(attributes: attributes, isOpen: true)
        // 2003-FC has the scale in the image.
        case "Dimensions" where image.isOpen: image.attributes.merge(attributes) { _, new in new }
        case "LogicalChannel" where image.isOpen: image.logical.append(attributes)
        case "Pixels" where image.isOpen: image.pixels.append(Self.pixels(attributes))
        default: if !image.pixels.isEmpty { inPixels(name, attributes) }
        }
    }

    private func inPixels(_ name: Substring, _ attributes: [String: String]) {
        let current = image.pixels.count - 1
        func number(_ name: String) -> Int? { attributes[name].flatMap { Int($0) } }
        switch name {
        case "Channel": image.pixels[current].channels.append(attributes)
        case "TiffData":
            block = OMEImage.Block(
                first: [
                    .time: number("FirstT") ?? 0, .slice: number("FirstZ") ?? 0, .channel: number("FirstC") ?? 0,
                ], page: number("IFD"), count: number("PlaneCount") ?? number("NumPlanes"))
        case "UUID": if block != nil { uuid = (attributes["FileName"], "") }
        case "Plane":
            let isFirst = number("TheC") ?? 0 == 0 && number("TheZ") ?? 0 == 0
            image.pixels[current].plane = (number("TheT") ?? 0, isFirst)
            time(attributes)
        // 2007 to 2009.
        case "PlaneTiming": time(attributes)
        default: break
        }
    }

    /// Keeps the time of the plane that is being read.
    private func time(_ attributes: [String: String]) {
        let current = image.pixels.count - 1
        guard let plane = image.pixels[current].plane, plane.isFirst,
            let value = PhysicalQuantity.number(attributes["DeltaT"]),
            let unit = PhysicalQuantity.seconds(unit: attributes["DeltaTUnit"] ?? "s")
        else { return }
        image.pixels[current].times[plane.time] = value * unit.double
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { uuid?.text += text }

    func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
    ) {
        if foreign > 0 {
            foreign -= 1
            return
        }
        switch Self.local(element) {
        case "UUID":
            if let uuid { block?.file = OMEFile(name: uuid.name, uuid: uuid.text) }
            uuid = nil
        case "TiffData":
            if let block, !image.pixels.isEmpty { image.pixels[image.pixels.count - 1].image.blocks.append(block) }
            block = nil
        case "Plane": if !image.pixels.isEmpty { image.pixels[image.pixels.count - 1].plane = nil }
        case "Image":
            for pixels in image.pixels { document.images.append(finished(pixels)) }
            image = ImageState()
        default: break
        }
    }

    private static func local(_ element: String) -> Substring { element.split(separator: ":").last ?? "" }

    // MARK: What it means

    private static func pixels(_ attributes: [String: String]) -> PixelsState {
        var notes: [String] = []
        func size(_ name: String) -> Int {
            guard let text = attributes[name] else { return 1 }
            let digits = text.trimmingCharacters(in: .whitespaces)
            let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
            // More digits than a number can have are too many planes too.
            let value = isNumber ? Int(digits) ?? Int.max : 0
            if value < 1 { notes.append("\(name) of the OME-XML is '\(text.prefix(20))'; taken as 1") }
            return min(max(value, 1), TiffDirectory.pageLimit + 1)
        }
        // DimensionOrder counts from the fastest axis: XYCZT has time slowest.
        let order = (attributes["DimensionOrder"] ?? "").reversed().compactMap(StackMetadata.Axis.init(rawValue:))
        let isOrder = order.count == 3 && Set(order).count == 3
        var metadata = StackMetadata(
            origin: "OME-XML", order: isOrder ? order : [.time, .slice, .channel],
            sizes: [.time: size("SizeT"), .slice: size("SizeZ"), .channel: size("SizeC")])
        if !isOrder { notes.append("the OME-XML has no readable DimensionOrder; taken as XYCZT") }
        metadata.significantBits = attributes["SignificantBits"].flatMap { Int($0) }
            .flatMap { (1...64).contains($0) ? $0 : nil }
        metadata.notes = notes
        func length(_ name: String) -> Int? { attributes[name].flatMap { Int($0) } }
        return PixelsState(
            image: OMEImage(metadata: metadata, width: length("SizeX"), height: length("SizeY")),
            attributes: attributes)
    }

    private func finished(_ pixels: PixelsState) -> OMEImage {
        var result = pixels.image
        let name = image.attributes["Name"]?.trimmingCharacters(in: .whitespacesAndNewlines)
        result.metadata.name = name.flatMap { $0.isEmpty ? nil : $0 }
        func length(_ axis: String) -> Rational? {
            let (new, old) = ("PhysicalSize\(axis)", "PixelSize\(axis)")
            let text = pixels.attributes[new] ?? pixels.attributes[old] ?? image.attributes[old]
            return PhysicalQuantity.length(
                PhysicalQuantity.decimal(text), unit: pixels.attributes["\(new)Unit"] ?? "um")
        }
        result.metadata.pixelX = length("X")
        result.metadata.pixelY = length("Y")
        result.metadata.pixelZ = length("Z")
        let channels = pixels.channels.filter { ($0["SamplesPerPixel"] ?? "1") == "1" }.count
        result.metadata.samplesAreChannels = channels > 1 && channels == result.metadata.sizes[.channel]
        result.metadata.channels = Self.channels(
            pixels.channels.isEmpty ? image.logical : pixels.channels, count: result.metadata.sizes[.channel] ?? 1)
        if result.metadata.sizes[.time] ?? 1 > 1 {
            let stated = pixels.attributes["TimeIncrement"] ?? image.attributes["TimeIncrement"]
            let planes = PlaneTimes(pixels.times)
            let increment = PhysicalQuantity.time(
                PhysicalQuantity.decimal(stated), unit: pixels.attributes["TimeIncrementUnit"])
            result.metadata.intervalSeconds = increment ?? planes.interval
            result.metadata.notes += planes.notes(increment: increment)
        }
        return result
    }

    /// One entry for each channel, those inside a pixel included; empty where nothing is said of any.
    private static func channels(_ elements: [[String: String]], count: Int) -> [MediaDescription.Channel] {
        var channels: [MediaDescription.Channel] = []
        for element in elements {
            let samples = element["SamplesPerPixel"].flatMap { Int($0) } ?? 1
            let name = element["Name"]?.trimmingCharacters(in: .whitespacesAndNewlines)
            let channel = MediaDescription.Channel(
                name: name.flatMap { $0.isEmpty ? nil : $0 }, color: element["Color"].flatMap(color))
            let room = min(max(samples, 1), count - channels.count)
            if room > 0 { channels += [MediaDescription.Channel](repeating: channel, count: room) }
        }
        return channels.contains { $0 != .init() } ? channels : []
    }

    /// A signed 32-bit RGBA; nil for black, which can't be seen, and the unreadable.
    private static func color(_ text: String) -> ChannelColor? {
        guard let value = Int64(text.trimmingCharacters(in: .whitespaces)),
            let bits = UInt32(exactly: value & 0xFFFF_FFFF),
            Int64(Int32.min) <= value, value <= Int64(UInt32.max), bits >> 8 != 0
        else { return nil }
        return ChannelColor(
            red: UInt8(bits >> 24), green: UInt8(truncatingIfNeeded: bits >> 16),
            blue: UInt8(truncatingIfNeeded: bits >> 8))
    }
}
