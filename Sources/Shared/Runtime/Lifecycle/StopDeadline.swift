import Logging
import NIOCore
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ends the process when an orderly stop hangs: no container platform waits for ever, and a half-stopped worker must not
/// linger beside its successor. Stands last in the group, so that it hears of the stop first.
struct StopDeadline: Service {
    /// Longer than the graceful period, so that cancellation has had its chance.
    private static let limit: TimeAmount = .seconds(12)

    let group: any EventLoopGroup
    let logger: Logger

    func run() async throws {
        try? await gracefulShutdown()
        group.next().scheduleTask(in: Self.limit) {
            logger.critical("stopping took too long")
            // `exit` would run the destructors of what hangs.
            _exit(ServiceHost.ExitCode.failure)
        }
    }
}
