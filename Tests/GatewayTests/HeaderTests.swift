import Contracts
import HTTPTypes
import Runtime
import Testing

@testable import Gateway

@Suite struct HeaderTests {
    @Test(arguments: [
        ("gzip", true), ("deflate, GZIP;q=0.5", true), ("*", true), ("br", false), ("gzip;q=0", false),
        ("gzip; q=0.0", false),
        ("", false), (nil, false), ("xgzip", false),
    ])
    func readsAcceptEncoding(header: String?, accepts: Bool) {
        #expect(PlaylistResponse.acceptsGzip(header) == accepts)
    }

    @Test(arguments: [
        (#""a""#, true), (#"W/"a""#, true), (#""x", "a""#, true), ("*", true), (#""b""#, false), ("a", false),
        (nil, false),
    ])
    func comparesETags(header: String?, matches: Bool) {
        #expect(ETagList.contains(header, #""a""#) == matches)
    }

    @Test(arguments: [
        ("tv.example.com", true), ("127.0.0.1:3000", true), ("[::1]:3000", true), ("a b", false), ("x/y", false),
        ("a\"><script>", false), ("", false), ("evil@host", false),
    ])
    func acceptsOnlyHosts(text: String, accepted: Bool) {
        #expect(PublicAddress.isHost(text) == accepted)
    }

    @Test(arguments: [
        ("abcdefgh", true), ("a-_9aaaa", true), ("short", false), ("has space", false), ("weird/../..", false),
    ])
    func validatesSessions(name: String, accepted: Bool) {
        #expect(((try? PlaybackSession(validating: name)) != nil) == accepted)
    }

    @Test func mintsSessionsOf128Bits() throws {
        let names = Set((0..<1000).map { _ in PlaybackSession.mint().name })
        #expect(names.count == 1000)
        #expect(names.allSatisfy { $0.utf8.count == 22 && (try? PlaybackSession(validating: $0)) != nil })
    }

    @Test func encodesBase64URLWithoutPadding() {
        #expect(Base64URL.encode([]) == "")
        #expect(Base64URL.encode([0xff]) == "_w")
        #expect(Base64URL.encode([0xfb, 0xff]) == "-_8")
        #expect(Base64URL.encode(Array("Many hands".utf8)) == "TWFueSBoYW5kcw")
    }
}

@Suite struct SegmentAddressTests {
    @Test func readsNames() throws {
        let name = try SegmentName(stream: Samples.stream, rendition: "720p", file: "1795000000123-1795000001.ts")
        #expect(name.epoch == 1_795_000_000_123 && name.sequence == 1_795_000_001)
    }

    @Test(arguments: [
        "", ".ts", "1.ts", "1-2", "1-2.mp4", "-1-2.ts", "1--2.ts", "a-b.ts", "1-2-3.ts", "1-99999999999999999999.ts",
        "1-+2.ts", "../1-2.ts", "1-2.ts.ts",
    ])
    func refusesOtherFiles(file: String) {
        #expect(throws: APIError.self) { try SegmentName(stream: Samples.stream, rendition: "720p", file: file) }
    }

    @Test func admitsOnlyItsOwnCapability() throws {
        let capability = try #require(Capability(secret: Capability.makeSecret()))
        let other = try #require(Capability(secret: Capability.makeSecret()))
        let text = capability.text(Samples.stream, epoch: 7)
        #expect(text.utf8.count == 22)
        #expect(capability.admits(text, to: Samples.stream, epoch: 7))
        #expect(!capability.admits(text, to: Samples.stream, epoch: 8))
        #expect(!capability.admits(text, to: .live(9), epoch: 7))
        #expect(!other.admits(text, to: Samples.stream, epoch: 7))
        #expect(!capability.admits("", to: Samples.stream, epoch: 7))
        #expect(Capability(secret: "zz") == nil && Capability(secret: String(repeating: "ag", count: 32)) == nil)
    }

    /// A known answer, so that a gateway of another version opens the same addresses.
    @Test func derivesCapabilitiesAsWritten() throws {
        let capability = try #require(Capability(secret: String(repeating: "00", count: 32)))
        #expect(capability.text(Samples.stream, epoch: 1) == Self.expected)
    }

    /// `printf 'live-8|1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00 -binary | head -c 16 | base64`
    private static let expected = "oHr4o3f3q1l36lCyrmCwJg"
}

@Suite struct GatewaySettingsTests {
    private func settings(_ environment: [String: String], production: Bool = false) throws -> GatewaySettings {
        try GatewaySettings(Settings(environment: environment), environment: production ? .production : .development)
    }

    @Test func hasTheDefaultsOfTheInterface() throws {
        let settings = try settings([:])
        #expect(settings.port == 3000 && settings.defaultQuality == .p720 && settings.cacheBytes == 268_435_456)
        #expect(settings.origins == .any)
        #expect(try self.settings(["ACCESS": "open"], production: true).origins == .only([]))
    }

    @Test func readsItsVariables() throws {
        let settings = try settings([
            "PUBLIC_URL": "https://tv.example.com/", "CORS_ORIGINS": "https://a.example,https://b.example",
            "MAX_QUALITY": "480p",
            "LIVE_START_TIMEOUT": "7s", "GATEWAY_CACHE_BYTES": "64M",
        ])
        #expect(settings.publicURL == "https://tv.example.com")
        #expect(settings.origins == .only(["https://a.example", "https://b.example"]))
        #expect(
            settings.maximumQuality == .p480 && settings.startTimeout == .seconds(7) && settings.cacheBytes == 64 << 20)
    }

    /// What the TokenService takes for "never used twice" is no reason not to start.
    @Test func aTokenNeedNotBeGoodForAnything() throws {
        let settings = try settings(["LIVE_TOKEN_TTL": "0"])
        #expect(settings.tokenTimeToLive == .zero)
        #expect(LiveRoute.token(StreamSnapshot(), settings) == LiveAnswer.Token(cached: false, expiresIn: 0))
    }

    @Test func readsTheProxysHeader() throws {
        let settings = try settings(["REAL_IP_HEADER": "cf-connecting-ip"])
        #expect(settings.realAddressHeader == HTTPField.Name("CF-Connecting-IP"))
        #expect(try self.settings([:]).realAddressHeader == nil)
    }

    @Test(arguments: [
        ("LIVE_TOKEN_TTL", "86401"), ("REAL_IP_HEADER", "X Real IP"), ("REAL_IP_HEADER", "X-Real-IP:"),
        ("PORT", "70000"), ("MAX_QUALITY", "721p"), ("LIVE_START_TIMEOUT", "0"), ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("GATEWAY_CACHE_BYTES", "5"), ("PUBLIC_URL", "ftp://x"), ("MAX_CONNECTIONS", "one"),
    ])
    func namesWhatIsWrong(name: String, value: String) {
        let error = #expect(throws: SettingsError.self) { try settings([name: value]) }
        #expect(error?.description.contains(name) == true)
    }
}
