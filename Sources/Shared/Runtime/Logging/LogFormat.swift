import FoundationEssentials
import Logging

/// How a log line looks: JSON for machines, colours for a person at a terminal.
public enum LogFormat: Sendable {
    /// One JSON object a line: timestamp, level, service, instance, logger, requestId, message, then the metadata.
    case json
    /// `12:00:00.000 info  message  key=value`.
    case terminal

    func render(_ line: LogLine) -> String {
        switch self {
        case .json: Self.json(line)
        case .terminal: Self.terminal(line)
        }
    }

    private static let reserved: Set = ["timestamp", "level", "service", "instance", "logger", "requestId", "message"]

    private static func json(_ line: LogLine) -> String {
        var text = "{\"timestamp\":\"\(timestamp(line.date))\",\"level\":\"\(line.level)\""
        func add(_ key: String, _ value: String) {
            text += ","
            JSONText.append(key, to: &text)
            text += ":"
            JSONText.append(Secrets.redact(value), to: &text)
        }
        add("service", line.service)
        add("instance", line.instance)
        add("logger", line.logger)
        if let id = line.requestID { add("requestId", id) }
        add("message", line.message)
        for (key, value) in line.fields { add(reserved.contains(key) ? "metadata.\(key)" : key, value) }
        return text + "}\n"
    }

    private static func terminal(_ line: LogLine) -> String {
        let colour =
            switch line.level {
            case .trace, .debug: "2"
            case .info, .notice: "32"
            case .warning: "33"
            case .error, .critical: "31"
            }
        let level = "\(line.level)".padding(to: 8)
        let time = timestamp(line.date).dropFirst(11).dropLast()
        var text = "\u{1B}[2m\(time)\u{1B}[0m \u{1B}[\(colour)m\(level)\u{1B}[0m \(Secrets.redact(line.message))"
        if let id = line.requestID { text += " \u{1B}[2mrequestId=\(id)\u{1B}[0m" }
        for (key, value) in line.fields { text += " \u{1B}[2m\(key)=\u{1B}[0m\(Secrets.redact(value))" }
        return text.replacing("\n", with: " ") + "\n"
    }

    /// UTC with milliseconds.
    private static func timestamp(_ date: Date) -> String {
        date.formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
