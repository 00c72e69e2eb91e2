import Configuration

/// The settings of a service, read from environment variables through swift-configuration.
///
/// Names are spelled as in the environment (`LIVE_TOKEN_TTL`); an empty variable counts as not set. Every reader returns
/// a checked value or throws the one line that tells the operator what to write instead. Tests give a dictionary.
public struct Settings: Sendable {
    private let reader: ConfigReader

    public init(reader: ConfigReader) { self.reader = reader }

    /// The environment of this process.
    public static var environment: Settings { Settings(reader: ConfigReader(provider: EnvironmentVariablesProvider())) }

    /// Settings from a dictionary, parsed exactly as the environment is.
    public init(environment: [String: String]) {
        reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
    }

    /// The trimmed text of a variable; `nil` if it is missing or empty.
    public func raw(_ name: String, isSecret: Bool = false) -> String? {
        guard let text = reader.string(forKey: ConfigKey([name]), isSecret: isSecret) else { return nil }
        let trimmed = text.trimmingSpaces()
        return trimmed.isEmpty ? nil : trimmed
    }

    /// Reads a value with `parse`, which answers `nil` for what it does not accept.
    /// - Parameter shown: whether a refused value may be repeated in the error.
    func value<Value>(
        _ name: String, default fallback: Value?, expected: String, example: String, shown: Bool = true,
        parse: (String) -> Value?
    ) throws(SettingsError) -> Value {
        guard let text = raw(name, isSecret: !shown) else {
            if let fallback { return fallback }
            throw SettingsError(name, value: nil, expected: expected, example: example)
        }
        if let value = parse(text) { return value }
        throw SettingsError(
            name, value: shown ? text : nil, expected: shown ? expected : "\(expected) (the value is not shown)",
            example: example)
    }
}

extension String {
    func trimmingSpaces() -> String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
