/// A setting that is missing or cannot be used. Its description is the one line that the operator reads:
/// the variable's name, what it may be, and an example. A secret's value is never in it.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Environment variable that is wrong.
    public let name: String
    public let description: String

    /// - Parameters:
    ///   - value: what was found; `nil` if it was missing or must not be shown.
    ///   - expected: the allowed values in words: `a whole number from 1 to 65535`.
    ///   - example: a value that would be accepted.
    public init(_ name: String, value: String?, expected: String, example: String) {
        self.name = name
        let found = value.map { "\"\(Self.shortened($0))\" is not" } ?? "needs"
        description = "\(name): \(found) \(expected). Example: \(name)=\(example)"
    }

    /// One line, at most 60 characters, whatever was in the environment.
    private static func shortened(_ value: String) -> String {
        let printable = value.map { $0.isNewline || $0.asciiValue.map { $0 < 32 } == true ? " " : $0 }
        return printable.count > 60 ? String(printable.prefix(60)) + "…" : String(printable)
    }
}
