internal import CFFmpeg
internal import Model

/// Encodes single pictures.
enum StillEncoder {
    /// A baseline JPEG without metadata, alike on every CPU. The picture is full-range planar YUV (`yuvj`).
    static func jpeg(_ picture: borrowing FrameBuffer, at path: String) throws(Fault) -> [UInt8] {
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw fault(of: mc_error_encoder_not_found, "encoding a JPEG", at: path, .writing)
        }
        let encoder = try CodecContext(codec, at: path)
        let context = encoder.pointer
        context.pointee.width = Int32(picture.width)
        context.pointee.height = Int32(picture.height)
        context.pointee.pix_fmt = picture.format
        context.pointee.color_range = AVCOL_RANGE_JPEG
        context.pointee.time_base = AVRational(num: 1, den: 25)
        context.pointee.thread_count = 1
        context.pointee.flags |= mc_codec_bitexact | mc_codec_qscale
        context.pointee.global_quality = 4 * mc_qp_to_lambda
        context.pointee.dct_algo = mc_dct_integer
        try check(avcodec_open2(context, codec, nil), "opening the JPEG encoder", at: path, .writing)
        picture.pointer.pointee.pts = 0
        picture.pointer.pointee.quality = 4 * mc_qp_to_lambda
        try check(avcodec_send_frame(context, picture.pointer), "encoding a JPEG", at: path, .writing)
        let packet = try Packet(at: path)
        try check(avcodec_receive_packet(context, packet.pointer), "encoding a JPEG", at: path, .writing)
        return Array(UnsafeBufferPointer(start: packet.pointer.pointee.data, count: Int(packet.pointer.pointee.size)))
    }
}
