import FoundationEssentials
import Logging

/// The swift-log backend of all services: adds service, instance and request id, sweeps secrets, hands the line on.
///
/// Never blocks: writing happens on the writer's own thread.
public struct ServiceLogHandler: LogHandler {
    /// Who is speaking, and where lines go; the same for every logger of a process.
    public struct Output: Sendable {
        let service: String
        let instance: String
        let format: LogFormat
        let write: @Sendable (String) -> Void

        public init(
            service: String, instance: String, format: LogFormat, write: @escaping @Sendable (String) -> Void
        ) {
            self.service = service
            self.instance = instance
            self.format = format
            self.write = write
        }
    }

    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level
    private let label: String
    private let output: Output

    public init(label: String, level: Logger.Level, output: Output) {
        self.label = label
        logLevel = level
        self.output = output
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        if let error = event.error { all["error"] = "\(error)" }
        // A thread that is not a task has no scope: there the id comes with the metadata.
        var requestID = RequestScope.id
        if requestID == nil, let given = all.removeValue(forKey: "requestId") { requestID = "\(given)" }
        let line = LogLine(
            date: .now, level: event.level, service: output.service, instance: output.instance, logger: label,
            requestID: requestID, message: event.message.description, fields: LogLine.flatten(all))
        output.write(output.format.render(line))
    }
}
