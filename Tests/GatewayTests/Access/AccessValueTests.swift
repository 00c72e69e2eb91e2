import Contracts
import Runtime
import Testing

@testable import Gateway

/// The parts of access control that decide without IO.
@Suite struct AccessValueTests {
    private let signer = TokenSigner(secret: Capability.makeSecret())

    @Test func tokensAreReadAsTheyWereSigned() {
        for purpose in [SignedToken.Purpose.login, .playback, .images] {
            let token = SignedToken(
                purpose, account: .random(in: .min ... .max), expiry: .random(in: .min ... .max),
                tag: SignedToken.tag(.live(8)))
            let text = signer.text(token)
            #expect(text.utf8.count == 60 && signer.read(text) == token)
            #expect(TokenSigner(secret: Capability.makeSecret()).read(text) == nil)
        }
    }

    @Test func noCharacterOfATokenCanBeChanged() {
        let text = signer.text(SignedToken(.playback, account: 7, expiry: 4_000_000_000, tag: 9))
        for index in text.indices {
            let other: Character = text[index] == "A" ? "B" : "A"
            var forged = text
            forged.replaceSubrange(index...index, with: String(other))
            #expect(signer.read(forged) == nil, "\(forged)")
        }
        for forged in ["", "A", text + "A", String(text.dropLast()), text + "=", " " + text, text + "\u{0}"] {
            #expect(signer.read(forged) == nil)
        }
    }

    @Test func base64IsReadBackAndOnlyInItsOneForm() {
        for count in 0..<70 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        for odd in ["A", "AB=", "A+", "A/", "AB", "é"] { #expect(Base64URL.decode(odd) == nil, "\(odd)") }
    }

    @Test func whoGuessesWaitsLongerEachTime() {
        var book = AttemptBook<String>(free: 3)
        let start = ContinuousClock.now
        for _ in 0..<2 { book.failed("a", at: start) }
        #expect(book.wait("a", at: start) == nil)
        var waits: [Int] = []
        for _ in 0..<10 {
            book.failed("a", at: start)
            waits.append(book.wait("a", at: start) ?? 0)
        }
        #expect(waits == [31, 61, 121, 241, 301, 301, 301, 301, 301, 301])
        #expect(book.wait("b", at: start) == nil)
        #expect(book.wait("a", at: start + .seconds(301)) == nil)
        book.failed("a", at: start + .seconds(2_000))
        #expect(book.wait("a", at: start + .seconds(2_000)) == nil, "a quarter of an hour later it is forgotten")
        book.succeeded("a")
        #expect(book.count == 0)
    }

    @Test func attemptsAndPacesAreBounded() {
        var attempts = AttemptBook<Int>(free: 1)
        var paces = RateBook<Int>(rate: 1, burst: 2)
        let start = ContinuousClock.now
        for number in 0..<60_000 {
            attempts.failed(number, at: start)
            _ = paces.take(number, at: start)
        }
        #expect(attempts.count <= 20_000 && paces.count <= 50_001)
    }

    @Test func aBucketGivesItsBurstAndThenItsRate() {
        var book = RateBook<String>(rate: 2, burst: 3)
        let start = ContinuousClock.now
        for _ in 0..<3 { #expect(book.take("a", at: start) == nil) }
        #expect(book.take("a", at: start) == 1)
        #expect(book.take("b", at: start) == nil)
        #expect(book.take("a", at: start + .milliseconds(600)) == nil)
        #expect(book.take("a", at: start + .milliseconds(600)) == 1)
        #expect(book.take("a", at: start + .seconds(60)) == nil)
    }

    @Test func addressesCountAsWhoTheyBelongTo() {
        let clients = ClientAddress(trustedProxies: [CIDRs.loopback, CIDRs.ten].compactMap { $0 })
        #expect(clients.find(peer: "203.0.113.9", forwarded: "1.1.1.1") == "203.0.113.9", "not a trusted proxy")
        #expect(clients.find(peer: "127.0.0.1", forwarded: "6.6.6.6, 1.1.1.1, 10.0.0.3") == "1.1.1.1")
        #expect(clients.find(peer: "127.0.0.1", forwarded: nil) == "127.0.0.1")
        #expect(clients.find(peer: nil, forwarded: "1.1.1.1") == "-")
        #expect(ClientAddress.group("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2")
        #expect(ClientAddress.group("2001:db8::6") == "2001:db8:0:0")
        #expect(ClientAddress.group("::ffff:192.0.2.1") == "::ffff:192.0.2.1")
        #expect(ClientAddress.group("192.0.2.1") == "192.0.2.1")
    }

    @Test func aProxysOwnHeaderCountsOnlyFromATrustedOne() {
        let clients = ClientAddress(trustedProxies: [CIDRs.loopback].compactMap { $0 })
        for real in ["198.51.100.7", "2001:db8::7", "::ffff:192.0.2.1"] {
            #expect(clients.find(peer: "127.0.0.1", forwarded: "1.1.1.1", real: real) == real)
            #expect(clients.find(peer: "203.0.113.9", forwarded: "1.1.1.1", real: real) == "203.0.113.9")
        }
        let long = String(repeating: "1", count: 60)
        for odd in ["", "2.2.2.2, 3.3.3.3", "10.0.0.0/8", "2.2.2.2:80", "abc", "localhost", "2.2.2", long] {
            #expect(clients.find(peer: "127.0.0.1", forwarded: "1.1.1.1", real: odd) == "1.1.1.1", "\(odd)")
        }
        #expect(clients.find(peer: "127.0.0.1", forwarded: nil, real: "abc") == "127.0.0.1")
    }

    @Test func whatIsNotNamedNeedsAViewer() {
        let table: [(String?, RouteAccess)] = [
            (nil, .open), ("/health", .open), ("/api/health/live", .open), ("/", .open), ("/assets/**", .open),
            ("/admin", .open), ("/api/login", .own), ("/api/me", .viewer), ("/api/anything/new", .viewer),
            ("/api/catalog/live", .viewer), ("/api/admin/viewers/{name}", .own), ("/api/xtream", .own),
            ("/player_api.php", .own), ("/live/{user}/{password}/{file}", .own), ("/api/stats/streams", .figures),
            ("/api/images/{key}", .images), ("/api/live/{streamId}/direct", .playback),
            ("/api/stream/vod/{id}", .playback), ("/api/hls/{streamId}/master.m3u8", .playback),
            ("/api/hls/{streamId}/{item}", .playback), ("/api/hls/{streamId}/s/{session}/{item}", .playback),
            ("/api/hls/{streamId}/{item}/{rendition}/{file}", .capability),
            ("/api/hls/{streamId}/{item}/{rendition}/{file}/{piece}", .capability),
        ]
        for (template, access) in table { #expect(RouteAccess(template) == access, "\(template ?? "nil")") }
    }

    @Test func expiryIsReadAsOperatorsWriteIt() throws {
        #expect(try ExpiryText.parse("2027-01-31", now: 0) == 1_801_440_000_000)
        #expect(try ExpiryText.parse("2027-01-30T12:00:01Z", now: 0) == 1_801_310_401_000)
        #expect(try ExpiryText.parse("30d", now: 5) == 30 * 86_400_000 + 5)
        #expect(try ExpiryText.parse("never", now: 5) == nil)
        for odd in ["", "d", "0d", "2027-02-30", "2027-01-31T25:00:00Z", "2027-01-31 12:00", "tomorrow"] {
            #expect(throws: ExpiryText.Failure.self, "\(odd)") { try ExpiryText.parse(odd, now: 0) }
        }
    }

    @Test func passwordsAreNotKept() throws {
        let hash = try PasswordHash.make("correct horse")
        #expect(hash.matches("correct horse") && !hash.matches("correct horsf") && !hash.matches(""))
        #expect(try PasswordHash.make("correct horse") != hash, "the salt differs")
        #expect(hash.rounds >= 210_000)
    }

    private enum CIDRs {
        static let loopback = CIDR("127.0.0.0/8")
        static let ten = CIDR("10.0.0.0/8")
    }
}
