import Foundation

/// Figures of one part and the bounds that they are held against.
struct FigureTable {
    private struct Row {
        let name: String
        let value: String
        let bound: String
    }

    private let title: String
    private var rows: [Row] = []
    private(set) var isWithinBounds = true

    init(_ title: String) { self.title = title }

    /// A figure without a bound.
    mutating func note(_ name: String, _ value: String) { rows.append(Row(name: name, value: value, bound: "")) }

    /// A time in seconds that must not be exceeded. One that was not measured (NaN) has missed its bound.
    mutating func seconds(_ name: String, _ value: Double, atMost limit: Double? = nil) {
        guard let limit else { return note(name, Self.text(value)) }
        require(name, Self.text(value), "≤ \(Self.text(limit))", isMet: value <= limit)
    }

    mutating func ratio(_ name: String, _ value: Double, atMost limit: Double) {
        require(name, String(format: "%.2f", value), String(format: "≤ %.2f", limit), isMet: value <= limit)
    }

    mutating func ratio(_ name: String, _ value: Double, atLeast limit: Double) {
        require(name, String(format: "%.2f", value), String(format: "≥ %.2f", limit), isMet: value >= limit)
    }

    mutating func require(_ name: String, _ value: String, _ bound: String, isMet: Bool) {
        rows.append(Row(name: name, value: value, bound: "\(bound) \(isMet ? "✓" : "✗")"))
        if !isMet { isWithinBounds = false }
    }

    /// Prints it at once, also into a pipe: the next part takes minutes.
    func show() {
        print(text)
        fflush(nil)
    }

    private var text: String {
        let lines = rows.map { "| \($0.name) | \($0.value) | \($0.bound) |" }
        return (["", "| \(title) | | bound |", "| --- | --- | --- |"] + lines).joined(separator: "\n")
    }

    private static func text(_ seconds: Double) -> String {
        seconds < 1 ? String(format: "%.0f ms", seconds * 1000) : String(format: "%.2f s", seconds)
    }
}
