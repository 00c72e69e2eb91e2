import Synchronization

/// The last net under "secrets stay in": values that must never be printed. Log lines are swept for them.
///
/// It is a net, not the rule: nobody may log a provider's host, URL or credential in the first place (DESIGN §5.9).
public enum Secrets {
    private struct Registry {
        var lasting: [String] = []
        var passing: [String] = []
    }

    private static let registry = Mutex(Registry())
    /// Tokens come and go: the newest are kept.
    private static let passingLimit = 256
    /// A shorter value is blanked only where it stands alone, or `demo` would eat half of every word.
    private static let shortestPart = 6

    /// Registers a secret for the life of the process (credentials from the settings), and its percent-encoded form.
    public static func register(_ value: String) {
        let forms = Self.forms(of: value)
        registry.withLock { registry in
            for form in forms where !registry.lasting.contains(form) { registry.lasting.append(form) }
        }
    }

    /// Registers a secret that is replaced again and again (tokens); the newest 256 are remembered.
    public static func registerPassing(_ value: String) {
        let forms = Self.forms(of: value)
        registry.withLock { registry in
            for form in forms where !registry.passing.contains(form) { registry.passing.append(form) }
            let excess = registry.passing.count - passingLimit
            if excess > 0 { registry.passing.removeFirst(excess) }
        }
    }

    /// `text` with every registered secret replaced by `[redacted]`.
    public static func redact(_ text: String) -> String {
        let known = registry.withLock { $0.lasting + $0.passing }
        var result = text
        for secret in known {
            result = replace(secret, in: result)
        }
        return result
    }

    private static func forms(of value: String) -> [String] {
        guard value.utf8.count >= 3 else { return [] }
        let encoded = percentEncoded(value)
        return encoded == value ? [value] : [value, encoded]
    }

    private static func percentEncoded(_ value: String) -> String {
        var result = ""
        for byte in value.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.properties.isAlphabetic && byte < 128 || (0x30...0x39).contains(byte)
                || "-._~".utf8.contains(byte)
            let hex = String(byte, radix: 16, uppercase: true)
            result += isPlain ? String(scalar) : "%" + (hex.count == 1 ? "0" : "") + hex
        }
        return result
    }

    private static func replace(_ secret: String, in text: String) -> String {
        let needle = Array(secret.utf8)
        let hay = Array(text.utf8)
        guard needle.count <= hay.count else { return text }
        var result: [UInt8] = []
        var index = 0
        var found = false
        while index < hay.count {
            if hay[index] == needle[0], matches(needle, in: hay, at: index) {
                result += "[redacted]".utf8
                index += needle.count
                found = true
            } else {
                result.append(hay[index])
                index += 1
            }
        }
        return found ? String(decoding: result, as: UTF8.self) : text
    }

    private static func matches(_ needle: [UInt8], in hay: [UInt8], at index: Int) -> Bool {
        let end = index + needle.count
        guard end <= hay.count, hay[index..<end].elementsEqual(needle) else { return false }
        guard needle.count < shortestPart else { return true }
        return (index == 0 || !isWord(hay[index - 1])) && (end == hay.count || !isWord(hay[end]))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
    }
}
