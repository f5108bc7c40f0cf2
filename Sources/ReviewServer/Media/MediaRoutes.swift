import Files
import Foundation
import HTTPTypes
import Hummingbird
import Manifest
import Model
import Pipeline
import ReviewDesk

/// Renditions and thumbnails. A file is named by the hash of its bytes or by ids alone: no path ever comes from outside.
extension ReviewServer {
    func addMedia(to router: Router<ReviewContext>) {
        router.get("/media/renditions/:name") { request, context in try await rendition(request, context) }
        router.get("/media/thumbnails/:source/:name") { _, context in try await thumbnail(context) }
    }

    private func rendition(_ request: Request, _ context: ReviewContext) async throws -> Response {
        _ = try context.person()
        let name = try context.parameters.require("name")
        let missing = Refusal.notFound("The video")
        guard name.hasSuffix(".mp4"), let digest = Digest(hex: String(name.dropLast(4))) else { throw missing }
        let (manifest, workspace) = (manifest, workspace)
        let found = try await BlockingWork.read { () -> (path: String, bytes: Int)? in
            guard let rendition = try manifest.renditions.file(digest) else { return nil }
            let path = workspace.path(rendition.file)
            return (try? FileStatus(path))?.bytes == rendition.bytes ? (path, rendition.bytes) : nil
        }
        guard let (path, bytes) = found else { throw missing }
        let tag = "\"\(digest.hex)\""
        var headers: HTTPFields = [
            .contentType: "video/mp4", .acceptRanges: "bytes", .eTag: tag,
            .cacheControl: "private, max-age=31536000, immutable",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        guard let text = request.headers[.range], request.headers[.ifRange].map({ $0 == tag }) ?? true else {
            return Response(
                status: .ok, headers: headers, body: try await FileIO().loadFile(path: path, context: context))
        }
        guard let range = ByteRange.parse(text, of: bytes) else {
            throw Refusal(
                status: .rangeNotSatisfiable, reason: "range", what: "The file has \(bytes) bytes.",
                advice: "Ask for one range within them.", headers: [.contentRange: "bytes */\(bytes)"])
        }
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(bytes)"
        return Response(
            status: .partialContent, headers: headers,
            body: try await FileIO().loadFile(path: path, range: range, context: context))
    }

    private func thumbnail(_ context: ReviewContext) async throws -> Response {
        _ = try context.person()
        let source = SourceID(rawValue: try context.parameters.require("source"))
        let name = try context.parameters.require("name")
        let (manifest, workspace) = (manifest, workspace)
        let picture = try await BlockingWork.read { () -> [UInt8]? in
            guard name.hasSuffix(".jpg"), let frame = UInt32(name.dropLast(4)),
                let part = try manifest.tracks.parts(of: source).first(where: { $0.part == ThumbnailFile.part })
            else { return nil }
            return try ThumbnailFile(workspace.path(part.file))?.picture(near: Int(frame))
        }
        guard let picture else { throw Refusal.notFound("The picture") }
        return Response(
            status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "private, max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture)))
    }
}

/// One range of a file, as `Range: bytes=` asks for it (RFC 9110, section 14).
enum ByteRange {
    /// nil for what lies outside, is empty, is malformed, or asks for several ranges at once.
    static func parse(_ text: String, of bytes: Int) -> ClosedRange<Int>? {
        guard text.hasPrefix("bytes="), text.utf8.count < 64 else { return nil }
        let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, bytes > 0, ends.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
            return nil
        }
        if ends[0].isEmpty {
            guard let count = Int(ends[1]), count > 0 else { return nil }
            return max(0, bytes - count)...bytes - 1
        }
        guard let start = Int(ends[0]), start < bytes else { return nil }
        if ends[1].isEmpty { return start...bytes - 1 }
        guard let end = Int(ends[1]), end >= start else { return nil }
        return start...min(end, bytes - 1)
    }
}
