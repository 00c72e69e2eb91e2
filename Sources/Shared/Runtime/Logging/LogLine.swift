import FoundationEssentials
import Logging

/// One log event with everything that a line says, before it becomes text.
struct LogLine {
    let date: Date
    let level: Logger.Level
    let service: String
    let instance: String
    let logger: String
    let requestID: String?
    let message: String
    /// Flattened: nested dictionaries as dotted keys, in order of the key.
    let fields: [(key: String, value: String)]

    /// `{a: {b: 1}}` as `a.b = 1`; arrays as `[x, y]`.
    static func flatten(_ metadata: Logger.Metadata, prefix: String = "") -> [(key: String, value: String)] {
        metadata.sorted { $0.key < $1.key }.flatMap { key, value -> [(key: String, value: String)] in
            switch value {
            case .dictionary(let inner): flatten(inner, prefix: prefix + key + ".")
            case .array(let values): [(prefix + key, "[" + values.map { "\($0)" }.joined(separator: ", ") + "]")]
            default: [(prefix + key, "\(value)")]
            }
        }
    }
}
