/// The parts of a `redis://` or `rediss://` URL. Errors name the part that is wrong, never its value: it may hold a password.
struct RedisURL {
    let host: String
    let port: Int
    let user: String?
    let password: String?
    let database: Int
    let usesTLS: Bool

    init(_ text: String) throws(RedisError) {
        var rest = Substring(text)
        if rest.hasPrefix("redis://") {
            usesTLS = false
            rest = rest.dropFirst("redis://".count)
        } else if rest.hasPrefix("rediss://") {
            usesTLS = true
            rest = rest.dropFirst("rediss://".count)
        } else {
            throw Self.bad("it must begin with redis:// or rediss://")
        }
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Self.bad("it takes no query and no fragment")
        }

        let path = rest.firstIndex(of: "/").map { rest[rest.index(after: $0)...] } ?? ""
        var authority = rest.prefix { $0 != "/" }
        guard path.isEmpty || Int(path).map({ $0 >= 0 }) == true else {
            throw Self.bad("the path must be a database number, as in /0")
        }
        database = Int(path) ?? 0

        if let at = authority.lastIndex(of: "@") {
            (user, password) = try Self.credentials(authority[..<at])
            authority = authority[authority.index(after: at)...]
        } else {
            (user, password) = (nil, nil)
        }
        (host, port) = try Self.address(authority)
    }

    private static func credentials(_ text: Substring) throws(RedisError) -> (String?, String?) {
        let colon = text.firstIndex(of: ":")
        let user = String(text[..<(colon ?? text.endIndex)])
        let password = colon.map { String(text[text.index(after: $0)...]) } ?? ""
        guard let user = percentDecoded(user), let password = percentDecoded(password) else {
            throw bad("user or password is not percent-encoded")
        }
        // `redis://word@host` is read as a user by some and as a password by others: say which.
        guard !password.isEmpty || user.isEmpty else {
            throw bad("a user needs a password: user:password@ or :password@")
        }
        return (user.isEmpty ? nil : user, password.isEmpty ? nil : password)
    }

    private static func address(_ text: Substring) throws(RedisError) -> (String, Int) {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw bad("an IPv6 address must end with ]") }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw bad("only a port may follow the IPv6 address") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard let host = percentDecoded(String(host)), !host.isEmpty else { throw bad("the host is missing") }
        guard let port else { return (host, 6379) }
        guard let number = Int(port), (1...65535).contains(number) else { throw bad("the port must be 1 to 65535") }
        return (host, number)
    }

    /// `nil` if a `%` is not followed by two hex digits, or the result is not UTF-8.
    private static func percentDecoded(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap({ Character(UnicodeScalar($0)).hexDigitValue }),
                let low = rest.popFirst().flatMap({ Character(UnicodeScalar($0)).hexDigitValue })
            else { return nil }
            bytes.append(UInt8(high * 16 + low))
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func bad(_ what: String) -> RedisError {
        RedisError(.configuration, "bad Redis URL: \(what); example: redis://user:password@127.0.0.1:6379/0")
    }
}
