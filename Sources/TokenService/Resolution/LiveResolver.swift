import Contracts
import CoreMetrics
import Runtime
import Synchronization
import Upstream

/// Asks the panel for a live channel and follows its redirects by hand, up to the address that carries no credentials.
final class LiveResolver: Sendable {
    private let client: UpstreamClient
    private let settings: TokenServiceSettings
    private let metrics: TokenServiceMetrics
    /// The pattern of `PROVIDER_LIVE_PATHS` that worked last.
    private let knownPath = Atomic<Int>(0)

    init(client: UpstreamClient, settings: TokenServiceSettings, metrics: TokenServiceMetrics) {
        self.client = client
        self.settings = settings
        self.metrics = metrics
    }

    /// - Returns: an address without credentials (unless the operator allows them), never opened yet.
    /// - Throws: `ResolutionFailure`, within `PROVIDER_TIMEOUT`.
    func resolve(
        _ stream: StreamID, account: PanelAnswer.Account
    ) async throws(ResolutionFailure) -> UpstreamURL {
        guard stream.kind == .live else { throw .notLive }
        let deadline = ContinuousClock.now + settings.timeout
        let first = knownPath.load(ordering: .relaxed)
        var failure = ResolutionFailure.offline
        for attempt in 0..<settings.panel.livePathCount {
            let index = (first + attempt) % settings.panel.livePathCount
            do throws(ResolutionFailure) {
                let url = try await resolve(stream, path: index, account, deadline)
                knownPath.store(index, ordering: .relaxed)
                return url
            } catch {
                // What the spelling that is known to work says of the channel counts most.
                if attempt == 0 || !error.mayBeWrongPath { failure = error }
                guard error.mayBeWrongPath else { throw error }
            }
        }
        throw failure
    }

    private func resolve(
        _ stream: StreamID, path: Int, _ account: PanelAnswer.Account, _ deadline: ContinuousClock.Instant
    ) async throws(ResolutionFailure) -> UpstreamURL {
        var hops = 0
        var url = try Self.mapped { () throws(UpstreamError) in try settings.panel.live(stream, path: path) }
        while true {
            switch try await decide(url, hops, account, deadline) {
            case .follow(let next):
                url = next
                hops += 1
            case .handOver(let target):
                metrics.redirects.record(hops + 1)
                return target
            case .fail(let failure): throw failure
            }
        }
    }

    private func decide(
        _ url: UpstreamURL, _ hops: Int, _ account: PanelAnswer.Account, _ deadline: ContinuousClock.Instant
    ) async throws(ResolutionFailure) -> RedirectDecision {
        var request = UpstreamRequest(url)
        request.followRedirects = false
        request.reusesConnection = false
        request.body = .prefix(PanelAnswer.prefix)
        request.deadline = max(.milliseconds(1), deadline - .now)
        let response: UpstreamResponse
        do throws(UpstreamError) {
            response = try await client.request(request)
        } catch {
            throw ResolutionFailure(error)
        }
        switch PanelAnswer(response.head, body: response.body, account: account) {
        case .redirect(let location):
            return RedirectDecision(location: location, from: url, panel: settings.panel, hops: hops)
        case .media:
            return RedirectDecision(
                mediaAt: url, panel: settings.panel, handsOutCredentials: settings.handsOutCredentials)
        case .failure(let failure): throw failure
        }
    }

    private static func mapped<Value>(
        _ body: () throws(UpstreamError) -> Value
    ) throws(ResolutionFailure) -> Value {
        do { return try body() } catch { throw ResolutionFailure(error) }
    }
}
