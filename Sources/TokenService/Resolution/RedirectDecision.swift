import Upstream

/// What to do with a redirect of the panel. Pure.
///
/// An address that carries our password is only a step: it is asked again here, so that the password stays here. The first
/// address without it is the result; it is not opened to look behind it, because that would be a media connection
/// more. Whoever opens it follows further redirects.
enum RedirectDecision: Sendable, Equatable {
    /// Ask this one too.
    case follow(UpstreamURL)
    /// This is what a connection is to be made with.
    case handOver(UpstreamURL)
    case fail(ResolutionFailure)

    /// Redirects that are followed.
    static let maximumHops = 5

    /// - Parameters:
    ///   - location: the header as it came, absolute or relative.
    ///   - current: who said so.
    ///   - hops: redirects followed so far.
    init(location: String, from current: UpstreamURL, panel: Panel, hops: Int) {
        guard let target = try? current.resolving(location) else {
            self = .fail(.badRedirect)
            return
        }
        guard panel.hasCredentials(target) else {
            self = .handOver(target)
            return
        }
        self = hops < Self.maximumHops && target != current ? .follow(target) : .fail(.loop)
    }

    /// Media that begin at `url` itself, without a redirect.
    init(mediaAt url: UpstreamURL, panel: Panel, handsOutCredentials: Bool) {
        self = handsOutCredentials || !panel.hasCredentials(url) ? .handOver(url) : .fail(.exposesCredentials)
    }
}
