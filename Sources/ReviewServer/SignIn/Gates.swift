import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Model

/// Turns what was thrown into an answer: JSON for the page's requests, a page for a person's.
struct FaultGate: RouterMiddleware {
    typealias Context = ReviewContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let refusal: Refusal
        do { return try await next(request, context) } catch let error as Refusal { refusal = error } catch let fault
            as Fault
        {
            refusal = .of(fault)
            if refusal.status.kind == .serverError { context.logger.error("\(fault)") }
        } catch let error as HTTPError {
            refusal = Refusal(
                status: error.status, reason: error.status == .notFound ? "not_found" : "invalid",
                what: error.body ?? "The address or the request is not known here.", advice: "Go back to the queue.")
        } catch {
            context.logger.error("\(error)")
            refusal = Refusal(
                status: .internalServerError, reason: "internal", what: "Something failed that should not.",
                advice: "Try again; the server's output says more.")
        }
        let wantsPage = request.method == .get && request.headers[.accept]?.contains("text/html") == true
        guard wantsPage else { return try refusal.response(from: request, context: context) }
        var response = JSONAnswer.html(
            try ServerPages.refusal(
                refusal.status.code, refusal.what, advice: refusal.advice), status: refusal.status)
        response.headers.append(contentsOf: refusal.headers)
        return response
    }
}

/// What every answer tells the browser: load from here alone, guess no types, be framed by nobody.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = ReviewContext
    let isSecure: Bool

    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:",
        "media-src 'self' blob:", "connect-src 'self'", "form-action 'self'", "base-uri 'none'",
        "frame-ancestors 'none'",
    ].joined(separator: "; ")

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        response.headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] = "same-origin"
        response.headers[HTTPField.Name("Cross-Origin-Resource-Policy")!] = "same-origin"
        response.headers[HTTPField.Name("Permissions-Policy")!] = "camera=(), microphone=(), geolocation=()"
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}

/// On loopback, only requests that name loopback: a foreign name that resolves to it (DNS rebinding) gets nothing.
struct HostGate: RouterMiddleware {
    typealias Context = ReviewContext
    let isLoopback: Bool

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard isLoopback else { return try await next(request, context) }
        let authority = request.head.authority ?? ""
        let name = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        guard ["localhost", "127.0.0.1", "[::1]"].contains(name) else {
            throw Refusal(
                status: .misdirectedRequest, reason: "host", what: "The server doesn't go by the name '\(name)'.",
                advice: "Open it as http://localhost, or start it with --host NAME.")
        }
        return try await next(request, context)
    }
}

/// Knows the visitor by their cookie, and lets a change through only from the session's own page.
struct SessionGate: RouterMiddleware {
    typealias Context = ReviewContext
    static let csrfHeader = HTTPField.Name("X-CSRF-Token")!
    let sessions: Sessions

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let token = request.cookies[Sessions.cookie].flatMap({ SessionToken($0.value) }),
            let person = try await sessions.person(token)
        {
            context.visitor = Visitor(person: person, session: token)
        }
        let reads = request.method == .get || request.method == .head
        if !reads {
            guard let visitor = context.visitor else { throw Refusal.signedOut }
            guard request.headers[Self.csrfHeader] == visitor.session.csrf else { throw Refusal.forged }
        }
        return try await next(request, context)
    }
}
