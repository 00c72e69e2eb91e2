import FoundationEssentials
import Upstream

/// Asks the provider about the account.
struct AccountCheck: Sendable {
    let client: UpstreamClient
    let panel: Panel
    let timeout: Duration

    /// - Throws: `ResolutionFailure`, within `timeout`.
    func ask() async throws(ResolutionFailure) -> ProviderAccount {
        let response: UpstreamResponse
        do throws(UpstreamError) {
            var request = UpstreamRequest(try panel.account())
            // To another server of the provider at most: redirects are rare here, and followed by libcurl, whose headers
            // hold nothing of ours.
            request.deadline = timeout
            // Between two looks nothing of ours shall stay open at the panel.
            request.reusesConnection = false
            request.body = .whole(limit: 256 * 1024)
            request.acceptsCompression = true
            response = try await client.request(request)
        } catch {
            throw ResolutionFailure(error)
        }
        return try ProviderAccount(
            response.head, body: response.body, now: Int64(Date().timeIntervalSince1970))
    }
}
