import CoreMetrics
import Upstream

/// Asks the panel for media and follows its redirects by hand, up to the address that carries no credentials.
struct RedirectChase: Sendable {
    let client: UpstreamClient
    let settings: TokenServiceSettings
    let metrics: TokenServiceMetrics

    /// - Returns: an address without credentials (unless the operator allows them), never opened yet.
    /// - Throws: `ResolutionFailure`, before `deadline`.
    func target(
        of start: UpstreamURL, account: PanelAnswer.Account, deadline: ContinuousClock.Instant
    ) async throws(ResolutionFailure) -> UpstreamURL {
        var hops = 0
        var url = start
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
}
