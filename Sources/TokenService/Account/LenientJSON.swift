/// JSON as panels write it: numbers as strings, strings as numbers, `null` or nothing for anything.
enum LenientJSON: Sendable, Equatable {
    case text(String)
    case number(Double)
    case flag(Bool)
    case object([String: LenientJSON])
    case list([LenientJSON])
    case null

    /// Throws `JSONReader.Malformed`.
    init(_ bytes: [UInt8]) throws { self = try bytes.withUnsafeBufferPointer { try JSONReader.read($0) } }

    /// A field of an object. In place of an object, panels sometimes send a list that holds it.
    subscript(_ name: String) -> LenientJSON {
        switch self {
        case .object(let fields): fields[name] ?? .null
        case .list(let values): values.first?[name] ?? .null
        default: .null
        }
    }

    var isList: Bool { if case .list = self { true } else { false } }

    /// What a list holds, or an object that stands for one (`{"0": …, "1": …}`), in order, with its key if it has one.
    var elements: [(key: String?, value: LenientJSON)] {
        switch self {
        case .list(let values): values.map { (nil, $0) }
        case .object(let fields):
            fields.sorted { (Int64($0.key) ?? .max, $0.key) < (Int64($1.key) ?? .max, $1.key) }
                .map { ($0.key, $0.value) }
        default: []
        }
    }

    var string: String? {
        switch self {
        case .text(let text): text
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        default: nil
        }
    }

    /// A whole number, also from `"2"`, `2.0` or `true`.
    var integer: Int64? {
        switch self {
        case .number(let number): abs(number) < 1e15 ? Int64(number) : nil
        case .text(let text): Int64(text) ?? Double(text).flatMap { abs($0) < 1e15 ? Int64($0) : nil }
        case .flag(let flag): flag ? 1 : 0
        default: nil
        }
    }
}
