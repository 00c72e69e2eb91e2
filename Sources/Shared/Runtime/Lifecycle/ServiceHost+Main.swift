import Contracts
import Executors
import FoundationEssentials
import Logging
import Metrics
import NIOCore
import NIOPosix
import ServiceLifecycle
import Tracing
import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ServiceHost {
    /// Exit codes of every service.
    public enum ExitCode {
        /// An argument that nobody understands (`EX_USAGE`).
        public static let usage: Int32 = 64
        /// A part failed (`EX_SOFTWARE`); worth starting again.
        public static let failure: Int32 = 70
        /// A setting is missing or wrong (`EX_CONFIG`); starting again is pointless.
        public static let settings: Int32 = 78
    }

    /// The whole of an executable: settings from the environment, logging, metrics, run until SIGTERM or SIGINT.
    /// Bad settings end it with one line on standard error and exit code 78. With an argument it does something else
    /// and ends: see `ServiceCommand`.
    public static func main(
        _ service: ServiceKind, build: @Sendable (ServiceRuntime) async throws -> ServiceAssembly
    ) async -> Never {
        // A closed log pipe must not end a service.
        signal(SIGPIPE, SIG_IGN)
        let command = ServiceCommand(Array(CommandLine.arguments.dropFirst()))
        if let answer = await command.answer(for: service, settings: .environment) {
            say(answer.text, on: answer.code == 0 ? STDOUT_FILENO : STDERR_FILENO)
            exit(answer.code)
        }
        let writer = LogWriter()
        let code = await withTaskExecutorPreference(TaskPool.shared) {
            await start(service, writer: writer, build: build)
        }
        await writer.flush()
        exit(code)
    }

    private static func start(
        _ service: ServiceKind, writer: LogWriter, build: @Sendable (ServiceRuntime) async throws -> ServiceAssembly
    ) async -> Int32 {
        do {
            let settings = Settings.environment
            let common = try CommonSettings(settings, service: service)
            let metrics = bootstrap(common, writer: writer)
            let runtime = ServiceRuntime(common, settings: settings, metrics: metrics)
            let steps = TraceQueue()
            InstrumentationSystem.bootstrap(
                RequestTracer(service: service.rawValue, instance: common.instance, queue: steps))
            let host = try await ServiceHost(runtime) { runtime in
                let assembly = try await build(runtime)
                let writer = TraceWriter(
                    queue: steps, store: TraceStore(redis: runtime.redis, keys: runtime.keys), logger: runtime.logger)
                let deadline = StopDeadline(group: runtime.group, logger: runtime.logger)
                return ServiceAssembly(services: [writer] + assembly.services + [deadline], status: assembly.status)
            }
            runtime.logger.info("service starts", metadata: ["service.version": "\(BuildInfo.version)"])
            try await host.run(signals: [.sigterm, .sigint])
            runtime.logger.info("service stopped")
            return 0
        } catch let error as SettingsError {
            say("\(service.rawValue): \(error.description)\n", on: STDERR_FILENO)
            return ExitCode.settings
        } catch {
            Logger(label: service.rawValue).critical("service failed", metadata: ["error": "\(error)"])
            return ExitCode.failure
        }
    }

    private static func bootstrap(_ common: CommonSettings, writer: LogWriter) -> PrometheusRegistry {
        let isTerminal = isatty(STDOUT_FILENO) == 1 && common.environment == .development
        let output = ServiceLogHandler.Output(
            service: common.service.rawValue, instance: common.instance, format: isTerminal ? .terminal : .json,
            write: { writer.write($0) })
        LoggingSystem.bootstrap { ServiceLogHandler(label: $0, level: common.logLevel, output: output) }
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        return metrics
    }

    private static func say(_ text: String, on descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = write(descriptor, bytes, bytes.count)
    }
}
