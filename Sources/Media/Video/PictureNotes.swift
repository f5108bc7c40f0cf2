internal import CFFmpeg
internal import Model

/// What is done to the pictures of a stream before they are seen, in words.
enum PictureNotes {
    /// - Parameter frame: the first that `reader` gave.
    static func of(_ frame: borrowing Frame, by reader: borrowing VideoReader) -> [String] {
        let stored = reader.decoder.pointer.pointee.pix_fmt
        let source = frame.buffer.pointer.pointee
        return [
            fields(reader),
            frame.orientation.isMirrored ? "the picture is mirrored left to right before it is turned" : nil,
            transparency(of: reader, stored), transfer(source.color_trc), matrix(source.colorspace, stored),
        ].compactMap { $0 }
    }

    private static func fields(_ reader: borrowing VideoReader) -> String? {
        guard let first = reader.firstFields else { return nil }
        if first.isInterlaced {
            return "interlaced (\(first.isTopFirst ? "top" : "bottom") field first): deinterlaced"
        }
        let declared = reader.input.stream(reader.stream).pointee.codecpar.pointee.field_order
        return [AV_FIELD_TT, AV_FIELD_BB, AV_FIELD_TB, AV_FIELD_BT].contains(declared)
            ? "declared as interlaced, but its first picture is not: only interlaced pictures are deinterlaced" : nil
    }

    private static func transparency(of reader: borrowing VideoReader, _ stored: AVPixelFormat) -> String? {
        let kind = PixelKind(stored)
        if kind.hasAlpha && !kind.isPalette { return "transparent parts, if any, are shown over black" }
        return VideoReader.hasAlphaBeside(reader.input.stream(reader.stream)) && !kind.hasAlpha
            ? "its alpha channel is left out: this FFmpeg lacks libvpx" : nil
    }

    private static func transfer(_ transfer: AVColorTransferCharacteristic) -> String? {
        let names = [AVCOL_TRC_SMPTE2084.rawValue: "PQ", AVCOL_TRC_ARIB_STD_B67.rawValue: "HLG"]
        return names[transfer.rawValue].map { "high dynamic range (\($0)): kept and tagged so, in 8 bits" }
    }

    private static func matrix(_ matrix: AVColorSpace, _ stored: AVPixelFormat) -> String? {
        let kind = PixelKind(stored)
        let isUntagged = [AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_RESERVED, AVCOL_SPC_RGB].contains(matrix)
        if kind.isRGB || kind.isGray || isUntagged || PictureLayout.isKnown(matrix) { return nil }
        let name = String(copying: av_color_space_name(matrix))
        return "its colour matrix (\(name)) can't be converted: taken as an untagged picture's"
    }
}

extension AVColorSpace: @retroactive Equatable {}
extension AVFieldOrder: @retroactive Equatable {}
