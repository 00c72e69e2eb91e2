import Contracts
import Live
import Logging
import Media
import Metrics
import Redis
import Synchronization
import Tracing
import Upstream

/// Opens a channel at the provider: a token from the TokenService, then one connection, redirects followed, private addresses refused.
///
/// `open` blocks and is called on the engine's source thread only. A second attempt never reuses the token of a connection
/// that failed, and never the redirected URL (PROVIDER.md, "Tokens").
final class ProviderSource: LiveSource, Sendable {
    /// The token that the running connection was made with.
    struct TokenInUse: Sendable {
        /// Milliseconds since it was resolved.
        var age: Int64 = 0
        var timeToLive: Int64 = 0
    }

    private struct State {
        var token: ResolvedToken?
        var resolvedAt = ContinuousClock.now
        var cancellation: UpstreamCancellation?
        var isCancelled = false
        var isSuspended = false
        var hasOpened = false
    }

    private static let tokenPatience = Duration.seconds(10)

    private let stream: StreamID
    private let dependencies: TranscoderDependencies
    private let request: String
    private let opening: InstrumentationContext
    private let state = Mutex(State())
    private let tokenCall = BlockingCall<TokenRequester.Answer>()

    /// - Parameter opening: the step that everything until the first open connection is part of.
    init(
        stream: StreamID, dependencies: TranscoderDependencies, request: String,
        opening: InstrumentationContext = .topLevel
    ) {
        self.opening = opening
        self.stream = stream
        self.dependencies = dependencies
        self.request = request
    }

    var tokenInUse: TokenInUse {
        state.withLock { state in
            guard let token = state.token else { return TokenInUse() }
            return TokenInUse(age: (ContinuousClock.now - state.resolvedAt).milliseconds, timeToLive: token.timeToLive)
        }
    }

    func open(attempt: Int) throws(LiveSourceError) -> any ByteSource {
        _ = try begin()
        let url = try step("token") { () throws(LiveSourceError) in try resolve() }
        let cancellation = try begin()
        do {
            let source = try step("connect") { () throws(LiveSourceError) in try connect(url, cancellation) }
            state.withLock { $0.hasOpened = true }
            SourceMetrics.opened("ok")
            return source
        } catch {
            SourceMetrics.opened(error.reason.code)
            throw error
        }
    }

    /// What is done until the first connection is open is told to whoever asks about the request.
    private func step<Result>(
        _ name: String, _ body: () throws(LiveSourceError) -> Result
    ) throws(LiveSourceError) -> Result {
        guard !state.withLock({ $0.hasOpened }) else { return try body() }
        let span = startSpan(name, context: opening)
        defer { span.end() }
        do { return try body() } catch {
            span.setStatus(SpanStatus(code: .error, message: error.reason.message))
            throw error
        }
    }

    /// Closes the source and refuses to open it again until `resume`: the connection may soon be another's.
    func suspend() {
        state.withLock { state in
            state.isSuspended = true
            return state.cancellation
        }?.cancel()
    }

    func resume() { state.withLock { $0.isSuspended = false } }

    /// Ends the read that waits now; the engine opens again.
    func interrupt() { state.withLock { $0.cancellation }?.cancel() }

    /// Ends every wait for good.
    func cancel() {
        let cancellation = state.withLock { state in
            state.isCancelled = true
            return state.cancellation
        }
        cancellation?.cancel()
        tokenCall.cancel()
    }

    private func begin() throws(LiveSourceError) -> UpstreamCancellation {
        let cancellation = UpstreamCancellation()
        let (isCancelled, isSuspended) = state.withLock { state in
            state.cancellation = cancellation
            return (state.isCancelled, state.isSuspended)
        }
        if isCancelled { throw SourceFailure.cancelled }
        if isSuspended { throw SourceFailure.suspended }
        return cancellation
    }

    /// An address from a token that no connection has failed with yet.
    private func resolve() throws(LiveSourceError) -> UpstreamURL {
        let failed = state.withLock { $0.token?.serial }
        let (tokens, stream, request) = (dependencies.tokens, stream, request)
        let answer: TokenRequester.Answer
        do {
            answer = try tokenCall.wait {
                try await tokens.token(
                    for: stream, failedSerial: failed, deadline: .now + Self.tokenPatience, request: request)
            }
        } catch {
            throw SourceFailure.noToken
        }
        switch answer {
        case .token(let token, let age):
            state.withLock { state in
                state.token = token
                state.resolvedAt = .now - .milliseconds(age)
            }
            guard let text = token.url, let url = try? UpstreamURL(text) else { throw SourceFailure.noToken }
            return url
        case .failure(let reason, let retryAfter):
            throw LiveSourceError(reason, retryAfter: .milliseconds(retryAfter))
        case .unanswered:
            throw SourceFailure.noToken
        }
    }

    private func connect(
        _ url: UpstreamURL, _ cancellation: UpstreamCancellation
    ) throws(LiveSourceError) -> any ByteSource {
        var options = UpstreamStream.Options()
        options.stallTimeout = dependencies.engine.stallAfter
        let connection = UpstreamStream(
            policy: dependencies.upstream, options: options, cancellation: cancellation)
        do {
            let head = try connection.open(url, ignoresContentLength: true)
            if let failure = SourceFailure.of(head) { throw failure }
            if HLSPlaylist.isPlaylist(contentType: head.contentType, path: head.url.path) {
                return try HLSByteSource(connection, playlist: head.url)
            }
            return UpstreamByteSource(connection)
        } catch let error as UpstreamError {
            throw SourceFailure.of(error)
        } catch let error as LiveSourceError {
            throw error
        } catch {
            throw SourceFailure.noToken
        }
    }
}

/// The bytes of one open connection.
final class UpstreamByteSource: ByteSource {
    private let connection: UpstreamStream

    init(_ connection: UpstreamStream) { self.connection = connection }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { try connection.read(into: buffer) }
}
