import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// An HTTP server of Hummingbird's that needs no timer: what its `Application` is, without the task that formats the date each second
/// whether anybody asks or not. That task sleeps by Swift's own clock, which runs on libdispatch's threads
/// (`docs/decisions/0040-threads-of-their-own.md`).
///
/// Each response carries the `date` (RFC 9110 §6.6.1). What a responder throws and nothing before has answered is a 500.
public struct HTTPService<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    private let responder: Responder
    private let server: HTTPServerBuilder
    private let configuration: ServerConfiguration
    private let group: any EventLoopGroup
    private let logger: Logger
    private let onServerRunning: @Sendable (any Channel) async -> Void

    public init(
        responder: Responder, server: HTTPServerBuilder = .http1(), configuration: ServerConfiguration,
        group: any EventLoopGroup, logger: Logger, onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) {
        self.responder = responder
        self.server = server
        self.configuration = configuration
        self.group = group
        self.logger = logger
        self.onServerRunning = onServerRunning
    }

    /// Serves until graceful shutdown or cancellation. Throws when it cannot listen.
    public func run() async throws {
        let clock = HTTPDateClock()
        let (responder, server) = (responder, server)
        // What Hummingbird's contexts take for their id; requests have ids of our own (`RequestScope`).
        var logger = logger
        logger[metadataKey: "hb.request.id"] = "-"
        let requestLogger = logger
        let listener = try server.buildServer(
            configuration: configuration, eventLoopGroup: group, logger: logger,
            responder: { request, writer, channel in
                let source = ApplicationRequestContextSource(channel: channel, logger: requestLogger)
                var response = try await Self.answer(
                    to: request, by: responder, Responder.Context(source: source), requestLogger)
                response.headers[.date] = clock.text
                do {
                    try await writer.write(response: response.head, body: response.body)
                } catch is HTTPParserError {
                    // The request's rest is not HTTP, but its response has begun: another one would lie within it.
                    throw BrokenOff()
                }
            },
            onServerRunning: onServerRunning)
        try await listener.run()
    }

    /// Throws `HTTPParserError` alone, which the server answers.
    private static func answer(
        to request: Request, by responder: Responder, _ context: Responder.Context, _ logger: Logger
    ) async throws -> Response {
        do {
            return try await responder.respond(to: request, context: context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            logger.debug("a request failed, and nothing answered for it", metadata: ["error": "\(error)"])
            return Response(status: .internalServerError)
        }
    }

    /// Ends a connection.
    private struct BrokenOff: Error {}
}
