import CCurl

/// One request on its way: owns the easy handle, its header list and what the callbacks have seen.
///
/// Threads: not Sendable; everything, `deinit` included, happens on the thread that drives its multi handle.
/// A transfer must leave its multi handle before it is released.
final class CurlTransfer {
    let easy: UnsafeMutableRawPointer
    let sink: any BodySink
    private let policy: UpstreamPolicy
    private let url: UpstreamURL
    private var requestHeaders: UnsafeMutablePointer<curl_slist>?
    private var aliases: UnsafeMutablePointer<curl_slist>?
    private var block: HeaderBlock
    /// The final head, once its header block is complete.
    private(set) var head: UpstreamHead?
    /// Why a callback ended the transfer.
    private var failure: UpstreamError?
    private var hasEnough = false
    private var hasRefusedAddress = false
    /// The sink was full: `resume()` before driving on.
    private(set) var isPaused = false

    init(_ request: UpstreamRequest, policy: UpstreamPolicy, sink: any BodySink) throws(UpstreamError) {
        try CurlGlobal.start()
        guard request.headers.allSatisfy(\.isSafe) else {
            throw UpstreamError(.invalidRequest, "a header has characters that must not be sent")
        }
        guard let easy = curl_easy_init() else { throw UpstreamError(.overloaded, "no memory for a request") }
        self.easy = easy
        self.sink = sink
        self.policy = policy
        url = request.url
        block = HeaderBlock(
            followsRedirects: request.followRedirects, maximumBytes: policy.maximumHeaderBytes)
        do {
            try configure(request)
            try configureCallbacks()
        } catch {
            throw UpstreamError(.invalidRequest, "libcurl refuses the request")
        }
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(requestHeaders)
        curl_slist_free_all(aliases)
    }

    /// Lets a paused transfer go on; its sink may be called before this returns.
    func resume() {
        isPaused = false
        curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    /// The outcome, from libcurl's result and what the callbacks saw: `nil` is success.
    func error(for code: CURLcode) -> UpstreamError? {
        if let failure { return failure }
        if hasEnough || code == CURLE_OK { return nil }
        if hasRefusedAddress {
            return UpstreamError(.refusedAddress, "the server or a redirect has a private address; it is not contacted")
        }
        return UpstreamError(curl: code)
    }

    // MARK: Options

    private struct Rejected: Error {}

    private func check(_ code: CURLcode) throws(Rejected) {
        guard code == CURLE_OK else { throw Rejected() }
    }

    private func configure(_ request: UpstreamRequest) throws(Rejected) {
        try check(dash_curl_set_string(easy, CURLOPT_URL, request.url.secretText))
        try check(dash_curl_allow_http_only(easy))
        try check(dash_curl_set_string(easy, CURLOPT_USERAGENT, policy.userAgent))
        // A proxy from the environment would hide the address that the rule must see.
        try check(dash_curl_set_string(easy, CURLOPT_PROXY, ""))
        try check(dash_curl_set_long(easy, CURLOPT_NOSIGNAL, 1))
        try check(dash_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)))
        try check(dash_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, policy.connectTimeout.milliseconds))
        try check(dash_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, request.followRedirects ? 1 : 0))
        try check(dash_curl_set_long(easy, CURLOPT_MAXREDIRS, policy.maximumRedirects))
        try check(dash_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1))
        try check(dash_curl_set_long(easy, CURLOPT_BUFFERSIZE, 64 * 1024))
        try check(dash_curl_set_long(easy, CURLOPT_IGNORE_CONTENT_LENGTH, request.ignoresContentLength ? 1 : 0))
        try check(dash_curl_set_long(easy, CURLOPT_FORBID_REUSE, request.reusesConnection ? 0 : 1))
        try check(dash_curl_set_long(easy, CURLOPT_FRESH_CONNECT, request.reusesConnection ? 0 : 1))
        try check(dash_curl_do_not_wait_for_resolver(easy))
        if let range = request.range { try check(dash_curl_set_string(easy, CURLOPT_RANGE, range.headerValue)) }
        if request.acceptsCompression { try check(dash_curl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "gzip")) }
        try configureMethod(request)
        try configureHeaders(request)
    }

    private func configureMethod(_ request: UpstreamRequest) throws(Rejected) {
        switch request.method {
        case .get: try check(dash_curl_set_long(easy, CURLOPT_HTTPGET, 1))
        case .head: try check(dash_curl_set_long(easy, CURLOPT_NOBODY, 1))
        case .post, .put, .delete:
            let count = curl_off_t(request.payload.count)
            try check(dash_curl_set_long(easy, CURLOPT_POST, 1))
            try check(dash_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, count))
            // A null pointer would make libcurl ask a read callback: an empty body is an empty string.
            let payload = request.payload.isEmpty ? [0] : request.payload
            let copied = payload.withUnsafeBytes { bytes in
                dash_curl_set_pointer(
                    easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            }
            try check(copied)
            try check(dash_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue))
        }
    }

    private func configureHeaders(_ request: UpstreamRequest) throws(Rejected) {
        // libcurl would add these two by itself to requests with a body.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            lines.append("Content-Type:")
        }
        // "Name;" is how libcurl is told to send a header without a value.
        lines += request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for line in lines {
            guard let list = curl_slist_append(requestHeaders, line) else { throw Rejected() }
            requestHeaders = list
        }
        try check(dash_curl_set_list(easy, CURLOPT_HTTPHEADER, requestHeaders))
        aliases = curl_slist_append(nil, "ICY 200 OK")
        try check(dash_curl_set_list(easy, CURLOPT_HTTP200ALIASES, aliases))
    }

    // MARK: Callbacks

    private func configureCallbacks() throws(Rejected) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        try check(dash_curl_set_pointer(easy, CURLOPT_HEADERDATA, me))
        try check(dash_curl_set_pointer(easy, CURLOPT_WRITEDATA, me))
        try check(dash_curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, me))
        try check(dash_curl_set_pointer(easy, CURLOPT_PREREQDATA, me))
        try check(dash_curl_set_data_function(easy, CURLOPT_HEADERFUNCTION, curlHeaderCallback))
        try check(dash_curl_set_data_function(easy, CURLOPT_WRITEFUNCTION, curlBodyCallback))
        try check(dash_curl_set_open_socket_function(easy, curlOpenSocketCallback))
        try check(dash_curl_set_prereq_function(easy, curlBeforeRequestCallback))
    }

    /// - Returns: whether to go on.
    func receiveHeader(_ line: [UInt8]) -> Bool {
        do {
            try block.feed(line)
        } catch {
            failure =
                error == .tooLarge
                ? UpstreamError(.tooLarge, "the response headers are larger than \(policy.maximumHeaderBytes) bytes")
                : UpstreamError(.protocolViolation, "the response has no sensible status line")
            return false
        }
        guard block.isFinal, head == nil else { return true }
        let head = UpstreamHead(
            status: block.status, headers: block.headers, redirects: block.redirects, url: effectiveURL)
        self.head = head
        hasEnough = !sink.begin(head)
        return !hasEnough
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> BodyVerdict {
        let verdict = sink.receive(bytes)
        switch verdict {
        case .taken: break
        case .full: isPaused = true
        case .enough: hasEnough = true
        case .refused(let error): failure = error
        }
        return verdict
    }

    /// The policy's word on one resolved address; remembers a refusal for the error.
    func permits(_ address: NetworkAddress?) -> Bool {
        if let address, policy.addresses.permits(address) { return true }
        hasRefusedAddress = true
        return false
    }

    private var effectiveURL: UpstreamURL {
        var text: UnsafePointer<CChar>?
        guard block.redirects > 0, dash_curl_get_string(easy, CURLINFO_EFFECTIVE_URL, &text) == CURLE_OK, let text,
            let effective = try? UpstreamURL(String(cString: text))
        else { return url }
        return effective
    }
}
