import CCurl

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Starts libcurl once per process, before the first handle is made.
enum CurlGlobal {
    /// A broken connection must be an error code, not a signal that ends the process (libcurl-thread(3)).
    private static let result: CURLcode = {
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    }()

    static func start() throws(UpstreamError) {
        guard result == CURLE_OK else { throw UpstreamError(.protocolViolation, "libcurl does not start") }
    }
}
