import Contracts
import Crypto
import FoundationEssentials
import Upstream

/// Makes what the panel says fit for viewers: nothing of its host, our account, or control characters stays.
struct PanelCleaner: Sendable {
    let panel: Panel

    /// `nil` for nothing, and for the words that panels write for it.
    /// - Parameter most: characters.
    func text(_ value: LenientJSON, most: Int = 500) -> String? {
        guard let text = value.string else { return nil }
        let clean = panel.redacted(text).unicodeScalars
            .map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
            .split(separator: " ").joined(separator: " ")
        let isNothing = ["", "n/a", "null", "none", "0"].contains(clean.lowercased())
        return isNothing ? nil : String(clean.prefix(most))
    }

    /// A key that says nothing of the address, the same in every replica; `nil` unless it is a web address without our account.
    func image(_ value: LenientJSON) -> (key: String, address: String)? {
        // Backdrops come as a list.
        let text = value.string ?? value.elements.lazy.compactMap(\.value.string).first { !$0.isEmpty }
        guard let text, ["http://", "https://", "/"].contains(where: text.lowercased().hasPrefix),
            let url = try? panel.base.resolving(text), !panel.hasCredentials(url)
        else { return nil }
        let code = HMAC<SHA256>.authenticationCode(for: Data(url.secretText.utf8), using: panel.imageKey)
        let key = code.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return (key, url.secretText)
    }

    /// A year between 1870 and 2100, from `1999`, `"1999-03-31"` or `"31.03.1999"`.
    static func year(_ values: LenientJSON...) -> Int? {
        for value in values {
            let years = (value.string ?? "").split { !$0.isNumber }.filter { $0.count == 4 }.compactMap { Int($0) }
            if let year = years.first(where: { (1870...2100).contains($0) }) { return year }
        }
        return nil
    }

    /// Seconds: a number of them, or a text such as `01:32:10`. At most a day.
    static func seconds(_ info: LenientJSON) -> Int? {
        if let whole = info["duration_secs"].integer, (1...86_400).contains(whole) { return Int(whole) }
        let parts = (info["duration"].string ?? "").split(separator: ":", omittingEmptySubsequences: false)
            .map { Int($0) }
        guard parts.count == 3, parts.allSatisfy({ $0.map { (0...99).contains($0) } ?? false }) else { return nil }
        let total = parts.compactMap { $0 }.reduce(0) { $0 * 60 + $1 }
        return (1...86_400).contains(total) ? total : nil
    }

    /// 0 to 10; 0 is "nobody has said".
    static func rating(_ info: LenientJSON) -> Double? {
        let (ten, five) = (
            info["rating"].string.flatMap(Double.init), info["rating_5based"].string.flatMap(Double.init)
        )
        let rating = ten.flatMap { $0 > 0 ? $0 : nil } ?? five.map { $0 * 2 }
        return rating.flatMap { $0 > 0 && $0 <= 10 ? $0 : nil }
    }
}
