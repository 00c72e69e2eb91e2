extension RedisError {
    /// The typed form of an error reply (`-CODE text`).
    init(reply text: String) {
        let word = text.prefix { $0 != " " }
        let code: Code =
            switch word {
            case "OOM": .outOfMemory
            case "LOADING", "READONLY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN", "BUSY", "MISCONF", "UNBLOCKED",
                "NOREPLICAS":
                .unavailable
            case "NOAUTH", "WRONGPASS", "NOPERM": .configuration
            default: text.hasPrefix("ERR max number of clients") ? .unavailable : .server
            }
        self.init(code, Self.withoutArguments(text))
    }

    /// Redis quotes the arguments of a command that it does not know: they could be payload.
    private static func withoutArguments(_ text: String) -> String {
        let end = text.firstRange(of: ", with args")?.lowerBound ?? text.endIndex
        return String(text[..<end].prefix(200))
    }
}

extension RESPValue {
    /// The value itself, or its error thrown.
    public func orThrow() throws(RedisError) -> RESPValue {
        if case .error(let text) = self { throw RedisError(reply: text) }
        return self
    }
}
