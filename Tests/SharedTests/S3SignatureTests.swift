import Testing

@testable import S3

/// The examples that AWS publishes ("Signature Calculations for the Authorization Header: Transferring Payload in a Single
/// Chunk" and "Authenticating Requests: Using Query Parameters" of the S3 API reference), signatures included.
struct S3SignatureTests {
    private static let credentials = S3Credentials(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    private let signer = SigV4(credentials: credentials, region: "us-east-1")
    /// 24 May 2013, 00:00 UTC.
    private static let moment: Int64 = 1_369_353_600_000
    private let date = S3Date(milliseconds: moment)
    private let host = ("host", "examplebucket.s3.amazonaws.com")
    private let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    private func headers(_ more: [(String, String)], hash: String) -> [(name: String, value: String)] {
        ([host, ("x-amz-date", date.stamp), ("x-amz-content-sha256", hash)] + more).map { (name: $0.0, value: $0.1) }
    }

    private func signature(_ request: SigV4.Request) -> String {
        let text = signer.authorization(request, at: date)
        return String(text.split(separator: "=").last ?? "")
    }

    @Test func getsAnObject() {
        let request = SigV4.Request(
            path: "/test.txt", headers: headers([("Range", "bytes=0-9")], hash: nothing), payloadHash: nothing)
        #expect(
            signer.authorization(request, at: date)
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func putsAnObject() {
        let hash = SigV4.hash(Array("Welcome to Amazon S3.".utf8))
        #expect(hash == "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        let more = [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")]
        let request = SigV4.Request(
            method: "PUT", path: "/test$file.text", headers: headers(more, hash: hash), payloadHash: hash)
        #expect(signature(request) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    }

    @Test func asksForTheLifecycle() {
        let request = SigV4.Request(
            path: "/", query: [("lifecycle", "")], headers: headers([], hash: nothing), payloadHash: nothing)
        #expect(signature(request) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    }

    @Test func listsObjects() {
        let request = SigV4.Request(
            path: "/", query: [("prefix", "J"), ("max-keys", "2")], headers: headers([], hash: nothing),
            payloadHash: nothing)
        #expect(signature(request) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test func presignsAURL() {
        let bucket = S3Bucket(
            name: "examplebucket", prefix: "", region: "us-east-1", addressing: .virtual,
            endpoint: "https://s3.amazonaws.com", credentials: Self.credentials)
        // Any moment of the day gives the same URL.
        for later: Int64 in [0, 1, 86_399_999] {
            #expect(
                bucket.presigner(now: Self.moment + later, lasting: 86_400).url("test.txt")
                    == "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                    + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                    + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                    + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
        }
        #expect(bucket.presigner(now: Self.moment + 5, lasting: 172_800).expiry == Self.moment + 172_800_000)
        #expect(
            bucket.presigner(now: Self.moment + 86_400_000, lasting: 86_400).url("test.txt")
                != bucket.presigner(now: Self.moment, lasting: 86_400).url("test.txt"))
    }

    @Test func bucketsAreAddressedEitherWay() {
        for (addressing, origin, path) in [
            (S3Bucket.Addressing.path, "http://127.0.0.1:9000", "/films/a/b.ts"),
            (.virtual, "http://films.127.0.0.1:9000", "/a/b.ts"),
        ] {
            let bucket = S3Bucket(
                name: "films", prefix: "a", region: "auto", addressing: addressing, endpoint: "http://127.0.0.1:9000",
                credentials: Self.credentials)
            let place = bucket.place(key: bucket.key("b.ts"))
            #expect(place.origin == origin && place.path == path)
            #expect(bucket.name(ofKey: "a/b.ts") == "b.ts" && bucket.name(ofKey: "ab.ts") == nil)
        }
    }

    @Test func namesAreEncodedOnce() {
        #expect(S3Encoding.encode("a b/ü+%", keepsSlash: true) == "a%20b/%C3%BC%2B%25")
        #expect(S3Encoding.encode("a/b~c_d-e.f") == "a%2Fb~c_d-e.f")
        #expect(S3Encoding.query([("b", "1"), ("a", "x y"), ("a-b", "")]) == "a=x%20y&a-b=&b=1")
    }

    @Test func answersAreRead() throws {
        let bucket = S3Bucket(
            name: "films", prefix: "p", region: "auto", addressing: .path, endpoint: "http://127.0.0.1",
            credentials: Self.credentials)
        let text = """
            <?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>true</IsTruncated>\
            <NextContinuationToken>a&amp;b&#x3D;</NextContinuationToken><Contents><Key>p/one.ts</Key>\
            <LastModified>2013-05-24T00:00:01.000Z</LastModified><Size>7</Size></Contents><Contents><Key>q/two.ts</Key>\
            <LastModified>2013-05-24T00:00:00Z</LastModified><Size>8</Size></Contents></ListBucketResult>
            """
        let page = try S3Page(Array(text.utf8), bucket: bucket)
        #expect(page.next == "a&b=")
        #expect(page.objects == [S3Page.Object(name: "one.ts", byteCount: 7, modified: Self.moment + 1000)])
        for bad in ["", "<html>", text.replacing("<NextContinuationToken>", with: "<X>")] {
            #expect(throws: S3Error.self) { try S3Page(Array(bad.utf8), bucket: bucket) }
        }
        #expect(S3XML.escape("a<b>&\"") == "a&lt;b&gt;&amp;&quot;")
    }

    @Test func nothingSecretIsPrinted() {
        var dumped = ""
        dump(Self.credentials, to: &dumped)
        for text in ["\(Self.credentials)", String(reflecting: Self.credentials), dumped] {
            #expect(!text.contains("AKIA") && !text.contains("wJal"))
        }
    }
}
