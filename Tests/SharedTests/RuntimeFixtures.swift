import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Runtime
import ServiceLifecycle
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A minimal HTTP client for loopback.
enum Fetch {
    static func get(_ url: String) async throws -> (body: String, status: Int) {
        guard let url = URL(string: url) else { throw URLError(.badURL) }
        let (data, response) = try await URLSession.shared.data(from: url)
        return (String(decoding: data, as: UTF8.self), (response as? HTTPURLResponse)?.statusCode ?? 0)
    }
}

/// Runs a host inside a group that can be told to shut down in good order, as a signal would.
actor GracefulTrigger {
    private var group: ServiceGroup?

    nonisolated func run(_ host: ServiceHost) async throws {
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: HostService(host: host))], logger: host.runtime.logger))
        await keep(group)
        try await group.run()
    }

    private func keep(_ group: ServiceGroup) { self.group = group }

    func stop() async { await group?.triggerGracefulShutdown() }

    private struct HostService: Service {
        let host: ServiceHost
        func run() async throws { try await host.run() }
    }
}

struct NeverHappened: Error {}

/// Asks again and again until the answer is yes, for a minute at most: of what tells nobody.
func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw NeverHappened()
}
