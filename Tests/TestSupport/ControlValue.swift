import Foundation

/// A JSON value for reading reports: missing members are `.missing`, so that a path can be written in one line.
public enum ControlValue: Decodable, Sendable, CustomStringConvertible {
    case missing
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([ControlValue])
    case members([String: ControlValue])

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .missing
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([ControlValue].self) {
            self = .list(list)
        } else {
            self = .members(try value.decode([String: ControlValue].self))
        }
    }

    public subscript(_ name: String) -> ControlValue {
        if case .members(let members) = self { return members[name] ?? .missing }
        return .missing
    }

    public subscript(_ index: Int) -> ControlValue {
        if case .list(let list) = self, list.indices.contains(index) { return list[index] }
        return .missing
    }

    public var list: [ControlValue] { if case .list(let list) = self { list } else { [] } }
    public var text: String? { if case .text(let text) = self { text } else { nil } }
    public var members: [String: ControlValue] { if case .members(let members) = self { members } else { [:] } }
    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    /// A number, also one written as text.
    public var int: Int? {
        switch self {
        case .number(let number): Int(number)
        case .text(let text): Int(text)
        default: nil
        }
    }

    public var description: String {
        switch self {
        case .missing: "null"
        case .bool(let flag): "\(flag)"
        case .number(let number): number == number.rounded() ? "\(Int(number))" : "\(number)"
        case .text(let text): "\"\(text)\""
        case .list(let list): "[\(list.map(\.description).joined(separator: ","))]"
        case .members(let members):
            "{\(members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}"
        }
    }
}

extension ControlValue {
    public init(json: [UInt8]) throws { self = try JSONDecoder().decode(ControlValue.self, from: Data(json)) }
}
