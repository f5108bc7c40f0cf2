import Foundation
import HTTPTypes
import Hummingbird
import Model
import Pipeline

/// The pages and what they load.
extension ReviewServer {
    func addPages(to router: Router<ReviewContext>) {
        router.get("/") { request, context in
            guard context.visitor != nil else {
                return JSONAnswer.html(try ServerPages.stranger(), status: .unauthorized)
            }
            return try asset("review.html", request)
        }
        router.get("/assets/:name") { request, context in try asset(try context.parameters.require("name"), request) }
        router.get("/favicon.ico") { _, _ in Response(status: .noContent) }
        router.get("/guide") { _, _ in JSONAnswer.html(try ServerPages.guide(workspace.recipe)) }
    }

    private func asset(_ name: String, _ request: Request) throws -> Response {
        guard let asset = Asset.all[name] else { throw Refusal.notFound("The file") }
        let headers: HTTPFields = [.contentType: asset.type, .eTag: asset.tag, .cacheControl: "no-cache"]
        if request.headers[.ifNoneMatch] == asset.tag { return Response(status: .notModified, headers: headers) }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }
}
