import Hummingbird
import HummingbirdCore
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing

@testable import Runtime

struct HTTPServiceTests {
    private struct Broken: Error {}

    /// Ends in good order, too, or the test does not end.
    private func serve(
        _ router: Router<BasicRequestContext>, _ body: @escaping @Sendable (_ origin: String) async throws -> Void
    ) async throws {
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let service = HTTPService(
            responder: router.buildResponder(),
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
            group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger()
        ) { channel in found.yield(channel.localAddress?.port ?? 0) }
        let host = ServiceGroup(configuration: .init(services: [.init(service: service)], logger: quietLogger()))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await host.run() }
            let port = try #require(await ports.first { _ in true })
            try await body("http://127.0.0.1:\(port)")
            await host.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    @Test func everyAnswerHasItsDate() async throws {
        let router = Router()
        router.get("/text") { _, _ in "text" }
        try await serve(router) { origin in
            for (path, status) in [("/text", 200), ("/nothing", 404)] {
                let answer = try await SimpleHTTP.send("GET", origin + path)
                #expect(answer.status == status)
                let date = try #require(answer.header("date"))
                #expect(date.contains(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/), "\(date)")
            }
        }
    }

    @Test func whatNobodyAnswersIsAnError() async throws {
        let router = Router()
        router.get("/broken") { _, _ -> String in throw Broken() }
        try await serve(router) { origin in
            let answer = try await SimpleHTTP.send("GET", origin + "/broken")
            #expect(answer.status == 500 && answer.body.isEmpty && answer.header("date") != nil)
        }
    }
}
