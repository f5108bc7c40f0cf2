import Foundation
import Model

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// The basics of OME-XML (2016-06 and before): sizes, DimensionOrder, PhysicalSize, TimeIncrement and the page of
/// each plane (`TiffData`). One series for each `Image`.
final class OMEDocument: NSObject, XMLParserDelegate {
    private struct Block {
        var first: [StackMetadata.Axis: Int]
        var page: Int
        var count: Int?
        var file: String?
    }

    private var series: [StackMetadata] = []
    private var blocks: [Block] = []
    private var inPixels = false
    private var inBlock = false

    static func read(_ text: String) -> [StackMetadata] {
        let document = OMEDocument()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = document
        guard parser.parse(), !document.series.isEmpty else {
            return [
                StackMetadata(
                    origin: "OME-XML", order: [], notes: ["the OME-XML holds no readable image; it was ignored"])
            ]
        }
        return document.series
    }

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        switch element.split(separator: ":").last {
        case "Pixels":
            inPixels = true
            blocks = []
            series.append(Self.pixels(attributes))
        case "TiffData" where inPixels:
            func first(_ name: String) -> Int { max(0, attributes[name].flatMap { Int($0) } ?? 0) }
            let page = attributes["IFD"].flatMap { Int($0) }
            inBlock = true
            blocks.append(
                Block(
                    first: [.time: first("FirstT"), .slice: first("FirstZ"), .channel: first("FirstC")],
                    page: max(0, page ?? 0),
                    count: attributes["PlaneCount"].flatMap { Int($0) } ?? (page == nil ? nil : 1)))
        case "UUID" where inBlock:
            blocks[blocks.count - 1].file = attributes["FileName"]
        default: break
        }
    }

    func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
    ) {
        switch element.split(separator: ":").last {
        case "TiffData": inBlock = false
        case "Pixels":
            inPixels = false
            assignPages()
        default: break
        }
    }

    private static func pixels(_ attributes: [String: String]) -> StackMetadata {
        func size(_ name: String) -> Int { attributes[name].flatMap { Int($0) }.map { max($0, 1) } ?? 1 }
        func length(_ axis: String) -> Rational? {
            guard let value = Quantity.decimal(attributes["PhysicalSize\(axis)"]),
                let unit = Quantity.micrometres(unit: attributes["PhysicalSize\(axis)Unit"] ?? "um")
            else { return nil }
            return Quantity.plausible(value * unit)
        }
        // DimensionOrder counts from the fastest axis: XYCZT has time slowest.
        let order = (attributes["DimensionOrder"] ?? "").reversed().compactMap(StackMetadata.Axis.init(rawValue:))
        var metadata = StackMetadata(
            origin: "OME-XML", order: Set(order).count == 3 ? order : [.time, .slice, .channel],
            sizes: [.time: size("SizeT"), .slice: size("SizeZ"), .channel: size("SizeC")])
        metadata.pixelX = length("X")
        metadata.pixelY = length("Y")
        metadata.pixelZ = length("Z")
        if size("SizeT") > 1, let step = Quantity.decimal(attributes["TimeIncrement"]) {
            metadata.intervalSeconds = Quantity.seconds(unit: attributes["TimeIncrementUnit"] ?? "s").map { step * $0 }
        }
        return metadata
    }

    /// Turns the series' `TiffData` into one page for each plane. Without any, pages follow the order.
    private func assignPages() {
        guard !blocks.isEmpty, var metadata = series.popLast() else { return }
        defer { series.append(metadata) }
        guard Set(blocks.map(\.file)).count == 1 else {
            metadata.notes.append("the OME-XML spreads over several files; pages are taken in the order they are given")
            return
        }
        let counts = metadata.order.map { metadata.sizes[$0] ?? 1 }
        let (planes, overflow) = counts.reduce((1, false)) { product, count in
            let (value, overflow) = product.0.multipliedReportingOverflow(by: count)
            return (value, product.1 || overflow)
        }
        guard !overflow, planes <= TiffDirectory.pageLimit else { return }
        var pages = [Int?](repeating: nil, count: planes)
        for block in blocks {
            var plane = 0
            for (axis, count) in zip(metadata.order, counts) {
                let first = block.first[axis] ?? 0
                guard first < count else { return }
                plane = plane * count + first
            }
            for i in 0..<max(0, min(block.count ?? planes, planes - plane)) {
                pages[plane + i] = block.page.addingReportingOverflow(i).partialValue
            }
        }
        let found = pages.compactMap(\.self)
        // Channels inside a pixel leave planes without a page of their own: the pages' order is all there is then.
        if found.count == planes { metadata.pages = found }
    }
}
