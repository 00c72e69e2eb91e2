import CCurl

/// A response read at the reader's own pace: for media.
///
/// Pull model (MEDIA.md §6): libcurl is driven only inside `open` and `read`, on the caller's thread, and only while
/// nothing is buffered; otherwise TCP holds the sender back. At most `bufferLimit` bytes are kept.
///
/// Threads: one owner thread uses it, from `init` to release; only its `cancellation` may be used elsewhere.
public final class UpstreamStream {
    public struct Options: Sendable {
        /// A read that gets no byte for this long throws `stalled`. MEDIA.md: live 5 s, films 15 s.
        public var stallTimeout = Duration.seconds(5)
        /// From `open` to the final head, redirects included.
        public var openTimeout = Duration.seconds(10)
        /// Bytes that may wait to be read before libcurl is paused.
        public var bufferLimit = 4 << 20

        public init() {}
    }

    /// Ends every wait; sticky.
    public let cancellation: UpstreamCancellation
    private let policy: UpstreamPolicy
    private let options: Options
    private let buffer: StreamBuffer
    private var multi: UnsafeMutableRawPointer?
    private var transfer: CurlTransfer?
    /// Set when libcurl has finished: how.
    private var outcome: Result<Void, UpstreamError>?

    public init(policy: UpstreamPolicy, options: Options = Options(), cancellation: UpstreamCancellation = .init()) {
        self.policy = policy
        self.options = options
        self.cancellation = cancellation
        buffer = StreamBuffer(limit: options.bufferLimit)
    }

    deinit { close() }

    /// Starts a GET and waits for the final head. A response that was still being read is closed first; a connection
    /// whose response was read to its end is used again.
    ///
    /// - Returns: the head, whatever its status: see `UpstreamHead.requireSuccess()`.
    public func open(
        _ url: UpstreamURL, headers: [UpstreamHeader] = [], range: UpstreamRange? = nil, followRedirects: Bool = true,
        ignoresContentLength: Bool = false
    ) throws(UpstreamError) -> UpstreamHead {
        var request = UpstreamRequest(url)
        request.headers = headers
        request.range = range
        request.followRedirects = false
        request.ignoresContentLength = ignoresContentLength
        do {
            let deadline = ContinuousClock.now + options.openTimeout
            let head = try start(&request, hops: followRedirects ? policy.maximumRedirects : nil, deadline)
            UpstreamMetrics.count(nil)
            return head
        } catch {
            close()
            UpstreamMetrics.count(error)
            throw error
        }
    }

    /// Waits for bytes and moves as many as are there and fit into `target`.
    ///
    /// - Returns: how many; 0 at the end of the body.
    /// - Throws: `stalled`, `closed`, `cancelled` …, after everything that had come was read.
    public func read(into target: UnsafeMutableRawBufferPointer) throws(UpstreamError) -> Int {
        guard !cancellation.isCancelled else { throw Self.cancelled }
        guard let transfer else { throw UpstreamError(.closed, "the stream is not open") }
        if buffer.bytes.isEmpty {
            if transfer.isPaused { transfer.resume() }
            try drive(until: .now + options.stallTimeout, otherwise: .stalled) { [buffer] in !buffer.bytes.isEmpty }
        }
        let count = buffer.bytes.take(into: target)
        UpstreamMetrics.received(count)
        if count == 0, !target.isEmpty { try outcome?.get() }
        return count
    }

    /// Bytes that have come and are not read yet.
    var bufferedBytes: Int { buffer.bytes.count }

    /// Closes the connection before it returns, and drops what was not read. The stream may be opened again.
    public func close() {
        endTransfer()
        guard let multi else { return }
        cancellation.attach(nil)
        // Closes the sockets of reusable connections too.
        curl_multi_cleanup(multi)
        self.multi = nil
        UpstreamMetrics.streamClosed()
    }

    /// Waits without reading, as between two reloads of a playlist. Throws `cancelled` as soon as that happens.
    public func pause(until deadline: ContinuousClock.Instant) throws(UpstreamError) {
        let multi = try handle()
        while !cancellation.isCancelled {
            let remaining = deadline - .now
            guard remaining > .zero else { return }
            // Returns early when the idle connection is closed by the server; a millisecond at least keeps that from spinning.
            curl_multi_poll(multi, nil, 0, Int32(min(max(remaining.milliseconds, 1), 250)), nil)
        }
        throw Self.cancelled
    }

    private static let cancelled = UpstreamError(.cancelled, "the stream was cancelled")

    /// Goes from hop to hop, at most `hops` of them, `nil`: none. By hand, because libcurl would read a redirect's own body to
    /// its end first, and without trusting Content-Length that end is when the server closes.
    private func start(
        _ request: inout UpstreamRequest, hops: Int?, _ deadline: ContinuousClock.Instant
    ) throws(UpstreamError) -> UpstreamHead {
        var redirects = 0
        while true {
            let head = try exchange(request, deadline)
            guard let hops, (300...399).contains(head.status), let location = head.location else {
                return UpstreamHead(
                    status: head.status, headers: head.headers, redirects: redirects, url: request.url)
            }
            guard redirects < hops else { throw UpstreamError(curl: CURLE_TOO_MANY_REDIRECTS) }
            redirects += 1
            guard let target = try? request.url.resolving(location) else {
                throw UpstreamError(curl: CURLE_UNSUPPORTED_PROTOCOL)
            }
            request.url = target
        }
    }

    /// One hop: the request, up to the head of its response.
    private func exchange(
        _ request: UpstreamRequest, _ deadline: ContinuousClock.Instant
    ) throws(UpstreamError) -> UpstreamHead {
        guard !cancellation.isCancelled else { throw Self.cancelled }
        endTransfer()
        let transfer = try CurlTransfer(request, policy: policy, sink: buffer)
        let multi = try handle()
        guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            throw UpstreamError(.overloaded, "no memory for a request")
        }
        self.transfer = transfer
        try drive(until: deadline, otherwise: .timeout) { transfer.head != nil }
        guard let head = transfer.head else {
            try outcome?.get()
            throw UpstreamError(.closed, "the response has no head")
        }
        return head
    }

    private func handle() throws(UpstreamError) -> UnsafeMutableRawPointer {
        if let multi { return multi }
        guard let multi = curl_multi_init() else { throw UpstreamError(.overloaded, "no memory for a connection") }
        // One connection is all that a stream may ever hold (DESIGN §5.1).
        dash_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1)
        dash_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 1)
        self.multi = multi
        cancellation.attach(multi)
        UpstreamMetrics.streamOpened()
        return multi
    }

    /// Leaves a half-read response: libcurl closes an HTTP/1.1 connection on which bytes are outstanding.
    private func endTransfer() {
        if let transfer, let multi { curl_multi_remove_handle(multi, transfer.easy) }
        transfer = nil
        outcome = nil
        buffer.bytes.removeAll()
    }

    /// Lets libcurl work until there is what was waited for, or the transfer is over.
    private func drive(
        until deadline: ContinuousClock.Instant, otherwise code: UpstreamError.Code, _ isSatisfied: () -> Bool
    ) throws(UpstreamError) {
        while outcome == nil, !isSatisfied() {
            guard !cancellation.isCancelled else { throw Self.cancelled }
            var running: Int32 = 0
            guard let multi, curl_multi_perform(multi, &running) == CURLM_OK else {
                throw UpstreamError(.protocolViolation, "libcurl cannot go on")
            }
            collectOutcome(multi)
            if outcome != nil || isSatisfied() { return }
            let remaining = deadline - .now
            guard remaining > .zero else { throw UpstreamError(code, "the server sends nothing") }
            // Woken by bytes or by `cancel()`; libcurl's own timers shorten the wait.
            curl_multi_poll(multi, nil, 0, Int32(min(remaining.milliseconds, 250)), nil)
        }
    }

    private func collectOutcome(_ multi: UnsafeMutableRawPointer) {
        var queued: Int32 = 0
        while let message = curl_multi_info_read(multi, &queued) {
            guard message.pointee.msg == CURLMSG_DONE, let transfer else { continue }
            let error = transfer.error(for: dash_curl_message_result(message))
            outcome = error.map { .failure($0) } ?? .success(())
        }
    }
}

/// The bytes of a stream that wait for their reader.
private final class StreamBuffer: BodySink {
    var bytes = ByteQueue()
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func begin(_ head: UpstreamHead) -> Bool { true }

    func receive(_ chunk: UnsafeRawBufferPointer) -> BodyVerdict {
        guard bytes.isEmpty || bytes.count + chunk.count <= limit else { return .full }
        bytes.append(chunk)
        return .taken
    }
}
