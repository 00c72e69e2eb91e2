/// What the operator sends of an account; fields that are not there change nothing.
struct ViewerInput: Decodable, Sendable {
    let name: String?
    private var said = Viewer.Change()
    /// As it came; `.some(nil)`: `null`.
    private var expiry: String??

    static let nameRule = "A name has 1 to 40 letters, digits, '.', '_', '-' or '@'."
    private static let expiryRule = "expiresAt is like 2027-01-31, 2027-01-31T12:00:00Z, 30d, never, or null."

    private enum Field: String, CodingKey { case name, password, expiresAt, streams, monthlyBytes, kinds }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        name = try fields.decodeIfPresent(String.self, forKey: .name)
        said.password = try fields.decodeIfPresent(String.self, forKey: .password)
        said.streams = try fields.decodeIfPresent(Int.self, forKey: .streams)
        said.kinds = try fields.decodeIfPresent([Viewer.Kind].self, forKey: .kinds)
        if fields.contains(.monthlyBytes) {
            said.monthlyBytes = .some(try fields.decodeIfPresent(Int64.self, forKey: .monthlyBytes))
        }
        if fields.contains(.expiresAt) {
            expiry = .some(try fields.decodeIfPresent(String.self, forKey: .expiresAt))
        }
    }

    /// Throws 400 with what is wrong.
    /// - Parameter now: Unix ms.
    func change(now: Int64) throws(APIError) -> Viewer.Change {
        if let objection = said.objection { throw .badViewer(objection) }
        guard let expiry else { return said }
        var change = said
        guard let text = expiry else {
            change.expiresAt = .some(nil)
            return change
        }
        do { change.expiresAt = .some(try ExpiryText.parse(text, now: now)) } catch {
            throw .badViewer(Self.expiryRule)
        }
        return change
    }
}
