import Foundation
import HTTPTypes
import Hummingbird
import Manifest

extension ReviewServer {
    func addSignIn(to router: Router<ReviewContext>) {
        router.get("/sign-in/:token") { request, context in try await signIn(request, context) }
        router.post("/sign-out") { _, context in
            if let visitor = context.visitor { try await sessions.end(visitor.session) }
            var response = Response(status: .noContent)
            response.headers[.setCookie] = Sessions.setCookie("", seconds: 0, secure: options.isSecure)
            return response
        }
    }

    /// A link works once, for a browser that was sent there, and not for a program that only looks ahead.
    private func signIn(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let address = address(of: request, context)
        if let wait = attempts.wait(address) {
            throw Refusal(
                status: .tooManyRequests, reason: "too_many", what: "Too many sign-ins failed.",
                advice: "Wait \(wait) seconds, then try again.", headers: [.retryAfter: "\(wait)"])
        }
        let looksAhead = ["Sec-Purpose", "Purpose", "X-Moz"].contains { name in
            request.headers[HTTPField.Name(name)!]?.lowercased().contains("pre") == true
        }
        if looksAhead { return Response(status: .noContent) }
        let begun = try await context.parameters.get("token").flatMap(SessionToken.init).asyncMap {
            try await sessions.begin(invitation: $0)
        }
        guard case let (token, person)?? = begun else {
            attempts.fail(address)
            throw Refusal(
                status: .forbidden, reason: "invitation", what: "This sign-in link was used before, or is too old.",
                advice: "Ask your curator for a new one: microcurate review invite NAME.")
        }
        var response = Response(
            status: .seeOther,
            headers: [.location: person.role == .curator ? "/curator" : "/", .cacheControl: "no-store"])
        response.headers[.setCookie] = Sessions.setCookie(
            token.text, seconds: Sessions.days * 86_400, secure: options.isSecure)
        return response
    }

    /// Behind a proxy, what the proxy itself added last.
    private func address(of request: Request, _ context: ReviewContext) -> String {
        guard options.behindProxy, let forwarded = request.headers[HTTPField.Name("X-Forwarded-For")!] else {
            return context.address
        }
        return forwarded.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? context.address
    }
}

extension Optional {
    func asyncMap<T>(_ transform: (Wrapped) async throws -> T) async rethrows -> T? {
        if let self { try await transform(self) } else { nil }
    }
}
