import Foundation
import HTTPTypes
import Hummingbird
import Model

/// JSON in and out, in the product's own form.
enum JSONAnswer {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSON.canonical(value))))
    }

    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Reads a body of at most `ReviewContext.maxUploadSize`. Throws a `Refusal`.
    static func decode<T: Decodable>(_ type: T.Type, from request: Request, _ context: ReviewContext) async throws -> T
    {
        var request = request
        let buffer: ByteBuffer
        do { buffer = try await request.collectBody(upTo: context.maxUploadSize) } catch { throw Refusal.tooLarge }
        do { return try JSON.decode(type, from: Data(buffer.readableBytesView)) } catch {
            throw Refusal.invalid("The request is not understood (\(Self.text(error))).", "Load the page again.")
        }
    }

    private static func text(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "no JSON" }
        switch error {
        case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
        case .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "no JSON" : "'\(path)' has a value that is not known"
        @unknown default: return "no JSON"
        }
    }
}
