import HTTPTypes
import Hummingbird
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix

/// Asks an application, without the packages that Hummingbird's own client for tests would bring.
struct TestClient: Sendable {
    /// Where the application answers: in this process, or at a port of this machine.
    enum Way { case router, live }

    let send: @Sendable (HTTPRequest, ByteBuffer?) async throws -> TestResponse

    /// - Parameter uri: A path as it is sent, dots and escapes and all.
    func execute(
        uri: String, method: HTTPRequest.Method, headers: HTTPFields = [:], body: ByteBuffer? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if let body { headers[.contentLength] = String(body.readableBytes) }
        let head = HTTPRequest(
            method: method, scheme: "http", authority: "localhost", path: uri, headerFields: headers)
        return try await send(head, body)
    }
}

struct TestResponse: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body = ByteBuffer()
}

extension TestClient {
    /// A client of the application's responder.
    init(_ application: some ApplicationProtocol) async throws {
        let responder = try await application.responder
        let logger = application.logger
        self.init { head, body in
            let request = Request(head: head, body: RequestBody(buffer: body ?? ByteBuffer()))
            let source = ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger)
            let response = try await responder.respond(to: request, context: .init(source: source))
            let collected = Collected()
            try await response.body.write(collected)
            return TestResponse(status: response.status, headers: response.headers, body: collected.body)
        }
    }

    private final class Collected: ResponseBodyWriter {
        var body = ByteBuffer()

        func write(_ buffer: ByteBuffer) async throws { body.writeImmutableBuffer(buffer) }
        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

extension TestClient {
    /// A client with a connection of its own for each request.
    init(port: Int) {
        self.init { head, body in
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "localhost", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                            wrappingChannelSynchronously: channel)
                    }
                }
            return try await channel.executeThenClose { inbound, outbound in
                var fields = HTTPHeaders([("Host", "localhost"), ("Connection", "close")])
                for field in head.headerFields { fields.add(name: field.name.rawName, value: field.value) }
                try await outbound.write(
                    .head(
                        .init(
                            version: .http1_1, method: .init(rawValue: head.method.rawValue), uri: head.path ?? "/",
                            headers: fields)))
                if let body { try await outbound.write(.body(.byteBuffer(body))) }
                try await outbound.write(.end(nil))
                return try await TestResponse(inbound)
            }
        }
    }
}

extension TestResponse {
    /// - Throws: `ChannelError.eof` where the connection ends before the answer does.
    fileprivate init(_ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws {
        self.init(status: .internalServerError, headers: [:])
        for try await part in parts {
            switch part {
            case .head(let head):
                status = .init(code: Int(head.status.code), reasonPhrase: head.status.reasonPhrase)
                for (name, value) in head.headers {
                    HTTPField.Name(name).map { headers.append(.init(name: $0, value: value)) }
                }
            case .body(var part): body.writeBuffer(&part)
            case .end: return
            }
        }
        throw ChannelError.eof
    }
}
