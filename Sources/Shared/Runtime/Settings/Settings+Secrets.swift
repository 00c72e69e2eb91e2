extension Settings {
    /// A password, key or token: required, never shown, and blanked out of every log line from now on.
    public func secret(_ name: String, example: String = "secret") throws(SettingsError) -> String {
        let secret: String = try value(
            name, default: nil, expected: "a secret of 1 to 1000 characters", example: example, shown: false
        ) { $0.count <= 1000 ? $0 : nil }
        Secrets.register(secret)
        return secret
    }

    /// The same, or `nil` if it is not set.
    public func optionalSecret(_ name: String) throws(SettingsError) -> String? {
        raw(name, isSecret: true) == nil ? nil : try secret(name)
    }

    /// An absolute URL with one of `schemes` and a host. May hold credentials, so its value is never shown and a
    /// user name or password in it is blanked out of every log line.
    public func url(_ name: String, default fallback: String? = nil, schemes: [String], example: String)
        throws(SettingsError) -> String
    {
        let url: String = try value(
            name, default: fallback,
            expected: "a URL that begins with \(schemes.map { "\($0)://" }.joined(separator: " or "))",
            example: example, shown: false
        ) { Self.isURL($0, schemes: schemes) ? $0 : nil }
        if let password = Self.password(in: url) { Secrets.register(password) }
        return url
    }

    private static func isURL(_ text: String, schemes: [String]) -> Bool {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return false }
        guard let separator = text.firstRange(of: "://") else { return false }
        let scheme = text[..<separator.lowerBound].lowercased()
        let rest = text[separator.upperBound...]
        // `file:///path` has no host.
        return schemes.contains(scheme) && (scheme == "file" ? rest.first == "/" : !rest.isEmpty && rest.first != "/")
    }

    /// What stands between the last `:` before the `@` and the `@` of `scheme://user:password@host`.
    private static func password(in url: String) -> String? {
        guard let separator = url.firstRange(of: "://") else { return nil }
        let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return nil
        }
        let password = authority[authority.index(after: colon)..<at]
        return password.isEmpty ? nil : String(password)
    }
}
