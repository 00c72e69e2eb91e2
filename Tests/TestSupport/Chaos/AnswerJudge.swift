import Foundation

/// Holds one answer of a gateway against the API: errors in its form, and no secret anywhere. Pure.
public struct AnswerJudge: Sendable {
    private let secrets: [String]

    /// - Parameter secrets: texts that must not appear: the provider's hosts, user and password.
    public init(secrets: [String]) { self.secrets = secrets }

    public func violations(_ answer: SimpleHTTP.Answer, at place: String) -> [Violation] {
        var found: [Violation] = []
        if answer.status >= 400 { found += formOfError(answer, at: place) }
        let isText = !(answer.header("content-type") ?? "").hasPrefix("video/")
        let text = "\(answer.headers)\n\(isText ? answer.text : "")"
        if secrets.contains(where: { text.contains($0) }) {
            found.append(Violation("secret", at: place, "shows a secret of the provider"))
        }
        return found
    }

    private func formOfError(_ answer: SimpleHTTP.Answer, at place: String) -> [Violation] {
        let body = try? ControlValue(json: answer.body)
        var missing = ["error", "code", "requestId"].filter { (body?[$0].text ?? "").isEmpty }
        if body?["success"].bool != false { missing.append("success") }
        if answer.status == 503, answer.header("retry-after") == nil { missing.append("Retry-After") }
        guard !missing.isEmpty else { return [] }
        return [Violation("error.form", at: place, "\(answer.status) without \(missing): \(answer.text.prefix(200))")]
    }
}
