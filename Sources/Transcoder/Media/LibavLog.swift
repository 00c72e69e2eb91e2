import CLibav
import Logging
import Synchronization

/// libav's own log lines, as ours.
///
/// They are rate-limited and freed of addresses in C before they come here. Damaged sources make libav talk a lot, so its
/// errors are `debug` here: what matters is thrown or counted by the wrappers. Its panics stay errors.
public enum LibavLog {
    private static let logger = Mutex<Logger?>(nil)

    /// Lines per second and process; the rest is counted and told with the next line.
    public static let linesPerSecond = 20

    /// Once, at the start of the process. Lines may come from any thread.
    public static func install(_ logger: Logger) {
        Self.logger.withLock { $0 = logger }
        let level = logger.logLevel <= .debug ? AV_LOG_WARNING : AV_LOG_FATAL
        dash_log_install(receive, level, Int32(linesPerSecond))
    }

    private static let receive: dash_log_function = { level, component, message, dropped in
        guard let component, let message, let logger = LibavLog.logger.withLock({ $0 }) else { return }
        logger.log(
            level: level <= AV_LOG_FATAL ? .error : .debug, "libav message",
            metadata: [
                "libav.component": "\(String(cString: component))",
                "libav.message": "\(String(cString: message))",
                "libav.dropped": "\(dropped)",
            ])
    }
}
