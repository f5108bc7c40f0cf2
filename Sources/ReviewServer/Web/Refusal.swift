import HTTPTypes
import Hummingbird
import Model

/// An answer other than success, in plain words: `{"error": {"reason", "what", "advice"}}`.
struct Refusal: Error, HTTPResponseError {
    var status: HTTPResponse.Status
    var reason: String
    var what: String
    var advice: String
    var headers: HTTPFields = [:]

    private struct Document: Encodable {
        struct Content: Encodable {
            let reason: String
            let what: String
            let advice: String
        }
        let error: Content
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let content = Document.Content(reason: reason, what: what, advice: advice)
        var response = try JSONAnswer.response(Document(error: content), status: status)
        response.headers.append(contentsOf: headers)
        return response
    }

    static let signedOut = Refusal(
        status: .unauthorized, reason: "signed_out", what: "You are not signed in, or your session has ended.",
        advice: "Ask your curator for a sign-in link. What you said and was not sent yet stays in this browser.")
    static let curatorsOnly = Refusal(
        status: .forbidden, reason: "curators_only", what: "This page is for curators.",
        advice: "Ask a curator to look, or to make you one.")
    static let forged = Refusal(
        status: .forbidden, reason: "forged", what: "The request doesn't come from this session's page.",
        advice: "Load the page again.")
    static let tooLarge = Refusal(
        status: .contentTooLarge, reason: "too_large", what: "The request is larger than any answer can be.",
        advice: "Shorten the text.")

    static func notFound(_ what: String) -> Refusal {
        Refusal(status: .notFound, reason: "not_found", what: "\(what) is not here.", advice: backToQueue)
    }

    static func invalid(_ what: String, _ advice: String) -> Refusal {
        Refusal(status: .badRequest, reason: "invalid", what: what, advice: advice)
    }

    /// A fault of the product in the words of HTTP. What the visitor can mend is told as a sentence, all else with its
    /// place.
    static func of(_ fault: Fault) -> Refusal {
        let (status, isTheirs): (HTTPResponse.Status, Bool) =
            switch fault.reason {
            case .invalid: (.badRequest, true)
            case .forbidden: (.forbidden, true)
            case .notFound: (.notFound, true)
            case .conflict: (.conflict, true)
            case .busy, .diskFull, .readOnly: (.serviceUnavailable, false)
            default: (.internalServerError, false)
            }
        let sentence = fault.what.prefix(1).uppercased() + fault.what.dropFirst() + "."
        return Refusal(
            status: status, reason: fault.reason.rawValue,
            what: isTheirs ? sentence : "\(fault.what) (\(fault.place))",
            advice: status == .notFound ? backToQueue : fault.advice)
    }

    private static let backToQueue = "Go back to the queue."
}
