extension Settings {
    /// Text of at most `maximumLength` characters, optionally made of allowed characters only.
    public func text(
        _ name: String, default fallback: String? = nil, maximumLength: Int = 1000, example: String? = nil,
        description: String? = nil, allowed: (@Sendable (Character) -> Bool)? = nil
    ) throws(SettingsError) -> String {
        try value(
            name, default: fallback, expected: description ?? "a text of 1 to \(maximumLength) characters",
            example: example ?? fallback ?? "text"
        ) { text in
            text.count <= maximumLength && (allowed.map { text.allSatisfy($0) } ?? true) ? text : nil
        }
    }

    /// One of the values of an enumeration, in any case.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, default fallback: Choice? = nil
    ) throws(SettingsError) -> Choice where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue)
        return try value(
            name, default: fallback, expected: "one of \(known.joined(separator: ", "))",
            example: fallback?.rawValue ?? known.first ?? ""
        ) { text in
            Choice.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
        }
    }

    /// Yes or no: `true`, `yes`, `on`, `1` and their opposites.
    public func flag(_ name: String, default fallback: Bool) throws(SettingsError) -> Bool {
        try value(name, default: fallback, expected: "true or false", example: String(fallback)) { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        }
    }

    /// A comma-separated list; spaces around the elements do not count, empty elements are refused.
    public func list(
        _ name: String, default fallback: [String]? = nil, maximumCount: Int = 100, example: String = "a,b"
    ) throws(SettingsError) -> [String] {
        try value(
            name, default: fallback, expected: "a comma-separated list of 1 to \(maximumCount) values", example: example
        ) {
            let parts = $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingSpaces() }
            return parts.count <= maximumCount && !parts.contains("") ? parts : nil
        }
    }

    /// A comma-separated list of addresses or networks: `127.0.0.0/8,::1`. Not set: none.
    public func cidrs(_ name: String, default fallback: [CIDR] = []) throws(SettingsError) -> [CIDR] {
        try value(
            name, default: fallback, expected: "a comma-separated list of networks (CIDR)",
            example: "127.0.0.0/8,::1/128"
        ) { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingSpaces() }
            let blocks = parts.compactMap { CIDR($0) }
            return parts.count <= 100 && blocks.count == parts.count ? blocks : nil
        }
    }
}
