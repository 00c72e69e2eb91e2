import Crypto
import Executors
import FoundationEssentials
import Upstream

/// Objects in a bucket of any S3-compatible store, over libcurl. Signs, retries (three tries with back-off, inside the
/// request's deadline), and reads the answers.
///
/// Its endpoint is the operator's own choice, so that a private address is allowed; redirects are never followed.
public final class S3Client: Sendable {
    private static let tries = 3
    private static let firstPause: Duration = .milliseconds(100)

    public let bucket: S3Bucket
    private let client: UpstreamClient
    private let signer: SigV4
    private let deadline: Duration
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - deadline: of one request, all its tries together.
    ///   - now: Unix ms; for tests.
    public init(
        _ bucket: S3Bucket, deadline: Duration = .seconds(10),
        now: @escaping @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970 * 1000) }
    ) throws(S3Error) {
        self.bucket = bucket
        self.deadline = deadline
        self.now = now
        signer = SigV4(credentials: bucket.credentials, region: bucket.region)
        do {
            let policy = try UpstreamPolicy(
                userAgent: "dash-webtv", allowPrivate: ["0.0.0.0/0", "::/0"].compactMap { NetworkBlock($0) },
                maximumRedirects: 0)
            client = try UpstreamClient(policy: policy, maximumActive: 32, maximumQueued: 1024)
        } catch {
            throw S3Error(.unavailable, "no connection can be made: \(error.message)")
        }
    }

    /// Ends what runs.
    public func shutdown() async { await client.shutdown() }

    // MARK: Objects; names are below the bucket's prefix

    public func put(_ name: String, _ bytes: [UInt8], contentType: String) async throws(S3Error) {
        var call = Call(method: .put, key: bucket.key(name))
        call.payload = bytes
        call.headers = [
            ("content-type", contentType), ("cache-control", "public, max-age=31536000, immutable"),
        ]
        _ = try await send(call)
    }

    /// `nil`: there is no such object.
    /// - Parameter limit: more bytes than these are an error.
    public func get(_ name: String, limit: Int) async throws(S3Error) -> [UInt8]? {
        var call = Call(method: .get, key: bucket.key(name))
        call.limit = limit
        call.isMissingAnAnswer = true
        return try await send(call)
    }

    /// At most 1000 names; what is not there counts as deleted.
    public func delete(_ names: [String]) async throws(S3Error) {
        guard !names.isEmpty else { return }
        let objects = names.map { "<Object><Key>\(S3XML.escape(bucket.key($0)))</Key></Object>" }.joined()
        var call = Call(method: .post, key: nil)
        call.query = [("delete", "")]
        call.setXML("<Delete><Quiet>true</Quiet>\(objects)</Delete>")
        let answer = S3XML(try await send(call) ?? [])
        if let failure = answer.elements("Error").first {
            throw S3Error(status: 200, code: failure.text("Code"))
        }
    }

    /// A page of at most 1000 objects, in order of their names.
    /// - Parameter token: `S3Page.next` of the page before.
    public func list(after token: String?) async throws(S3Error) -> S3Page {
        var call = Call(method: .get, key: nil)
        call.query = [("list-type", "2"), ("max-keys", "1000")]
        if !bucket.prefix.isEmpty { call.query.append(("prefix", "\(bucket.prefix)/")) }
        if let token { call.query.append(("continuation-token", token)) }
        return try S3Page(try await send(call) ?? [], bucket: bucket)
    }

    // MARK: The bucket

    /// Lets pages of these origins read objects (presigned URLs are fetched by players in browsers).
    /// - Parameter origins: `*` or `https://…`.
    public func allowOrigins(_ origins: [String]) async throws(S3Error) {
        let allowed = origins.map { "<AllowedOrigin>\(S3XML.escape($0))</AllowedOrigin>" }.joined()
        var call = Call(method: .put, key: nil)
        call.query = [("cors", "")]
        call.setXML(
            "<CORSConfiguration><CORSRule>\(allowed)<AllowedMethod>GET</AllowedMethod><AllowedMethod>HEAD</AllowedMethod>"
                + "<AllowedHeader>*</AllowedHeader><ExposeHeader>Content-Length</ExposeHeader>"
                + "<ExposeHeader>Content-Range</ExposeHeader><MaxAgeSeconds>86400</MaxAgeSeconds></CORSRule>"
                + "</CORSConfiguration>")
        _ = try await send(call)
    }

    // MARK: Requests

    private struct Call {
        let method: UpstreamRequest.Method
        /// `nil`: the bucket itself.
        let key: String?
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var payload: [UInt8] = []
        var limit = 8 << 20
        /// 404 of an object is an answer.
        var isMissingAnAnswer = false

        init(method: UpstreamRequest.Method, key: String?) {
            self.method = method
            self.key = key
        }

        /// S3 demands a checksum of these bodies.
        mutating func setXML(_ text: String) {
            payload = Array(text.utf8)
            let digest = Data(Insecure.MD5.hash(data: payload)).base64EncodedString()
            headers = [("content-type", "application/xml"), ("content-md5", digest)]
        }
    }

    /// - Returns: the body; `nil` if the object is missing.
    private func send(_ call: Call) async throws(S3Error) -> [UInt8]? {
        let end = ContinuousClock.now + deadline
        var pause = Self.firstPause
        var attempt = 1
        while true {
            do throws(S3Error) {
                return try await once(call, within: end - .now)
            } catch {
                attempt += 1
                // Anything between half and the whole, so that many stores do not come back at once.
                let wait = pause * Double.random(in: 0.5...1)
                guard error.isRetriable, attempt <= Self.tries, .now + wait < end else { throw error }
                do { try await Task.sleep(for: wait, clock: .loop) } catch {
                    throw S3Error(.cancelled, "the request was cancelled")
                }
                pause *= 2
            }
        }
    }

    private func once(_ call: Call, within time: Duration) async throws(S3Error) -> [UInt8]? {
        let response: UpstreamResponse
        do throws(UpstreamError) {
            response = try await client.request(try request(call, within: time))
        } catch {
            if error.code == .cancelled { throw S3Error(.cancelled, "the request was cancelled") }
            throw S3Error(.unavailable, "the bucket does not answer (\(error.code))", isRetriable: error.isRetriable)
        }
        if response.head.isSuccess { return response.body }
        let code = S3XML(Array(response.body.prefix(8192))).text("Code")
        if response.status == 404, call.isMissingAnAnswer, code != "NoSuchBucket" { return nil }
        throw S3Error(status: response.status, code: code)
    }

    private func request(_ call: Call, within time: Duration) throws(UpstreamError) -> UpstreamRequest {
        let place = bucket.place(key: call.key)
        let date = S3Date(milliseconds: now())
        let hash = SigV4.hash(call.payload)
        var headers = call.headers + [("x-amz-date", date.stamp), ("x-amz-content-sha256", hash)]
        if let token = bucket.credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        let signed = SigV4.Request(
            method: call.method.rawValue, path: place.path, query: call.query,
            headers: headers + [("host", place.host)], payloadHash: hash)
        headers.append(("authorization", signer.authorization(signed, at: date)))
        let query = call.query.isEmpty ? "" : "?" + S3Encoding.query(call.query)
        let url = try UpstreamURL("\(place.origin)\(S3Encoding.encode(place.path, keepsSlash: true))\(query)")
        var request = UpstreamRequest(url, method: call.method, payload: call.payload)
        request.headers = headers.map { UpstreamHeader($0.name, $0.value) }
        request.followRedirects = false
        request.body = .whole(limit: call.limit)
        request.deadline = max(.milliseconds(1), time)
        return request
    }
}
