import CCurl

extension UpstreamError {
    /// In our words: libcurl's own messages may name hosts.
    init(curl code: CURLcode) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self.init(.dns, "the server's name does not resolve")
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED:
            self.init(.connect, "no connection to the server")
        case CURLE_OPERATION_TIMEDOUT:
            self.init(.timeout, "no answer within the deadline")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            self.init(.tls, "the TLS connection failed (libcurl code \(code.rawValue))")
        case CURLE_TOO_MANY_REDIRECTS:
            self.init(.tooManyRedirects, "the server redirects without end")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_SSL_SHUTDOWN_FAILED:
            self.init(.closed, "the connection ended before the response did")
        case CURLE_ABORTED_BY_CALLBACK:
            self.init(.cancelled, "the request was cancelled")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
            self.init(.protocolViolation, "the server redirects to something that is not http or https")
        default:
            self.init(.protocolViolation, "the exchange failed (libcurl code \(code.rawValue))")
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, never negative, within what libcurl takes.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
