import Runtime
import Testing

@testable import S3

struct S3SettingsTests {
    private let good = [
        "SEGMENT_STORE_URL": "s3://films/a/b/", "AWS_ACCESS_KEY_ID": "key-key",
        "AWS_SECRET_ACCESS_KEY": "secret-secret",
    ]

    private func bucket(_ more: [String: String] = [:]) throws -> S3Bucket {
        try S3Bucket(Settings(environment: good.merging(more) { $1 }))
    }

    @Test func defaultsAreAWS() throws {
        let bucket = try self.bucket(["AWS_REGION": "eu-west-3"])
        #expect(bucket.place(key: bucket.key("x.ts")).origin == "https://films.s3.eu-west-3.amazonaws.com")
        #expect(bucket.place(key: bucket.key("x.ts")).path == "/a/b/x.ts")
        let r2 = try self.bucket(["S3_ENDPOINT": "https://account.r2.cloudflarestorage.com/", "S3_REGION": "auto"])
        #expect(r2.place(key: "x").origin == "https://account.r2.cloudflarestorage.com")
        #expect(r2.place(key: "x").path == "/films/x")
        // Signed is what clients send as Host: without the scheme's own port.
        let ports = [
            "https://s3.example:443": "s3.example", "http://minio:80": "minio", "http://minio:443": "minio:443",
        ]
        for (endpoint, host) in ports {
            #expect(try self.bucket(["S3_ENDPOINT": endpoint]).place(key: "x").host == host)
        }
        let both = try self.bucket([
            "S3_ENDPOINT": "http://minio:9000", "S3_PUBLIC_ENDPOINT": "https://cdn.example.com",
            "S3_ADDRESSING": "virtual",
        ])
        #expect(both.place(key: "x").origin == "http://films.minio:9000")
        #expect(
            both.presigner(now: 1_795_300_000_000, lasting: 90_000).url("x").hasPrefix(
                "https://films.cdn.example.com/a/b/x?"))
    }

    @Test(arguments: [
        ("SEGMENT_STORE_URL", "s3://Films"), ("SEGMENT_STORE_URL", "s3://fi"),
        ("SEGMENT_STORE_URL", "s3://films/a%20b"),
        ("S3_ENDPOINT", "ftp://x"), ("S3_ENDPOINT", "https://user:pass@x"), ("S3_ENDPOINT", "https://x/path"),
        ("S3_REGION", "EU West"), ("S3_ADDRESSING", "host"), ("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""),
    ])
    func aBadSettingIsNamed(name: String, value: String) {
        let error = #expect(throws: SettingsError.self) { try bucket([name: value]) }
        #expect(error?.description.contains("secret-secret") == false)
        #expect(error?.description.contains(name.replacing("AWS_", with: "S3_")) == true || error?.name == name)
    }
}
