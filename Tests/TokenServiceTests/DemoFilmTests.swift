import Contracts
import FoundationEssentials
import TestSupport
import Testing
import Upstream

@testable import TokenService

/// The real DemoProvider process, and addresses that bytes come from.
@Suite(.serialized) struct DemoFilmTests {
    @Test func everyKindOfFilmResolvesToItsBytes() async throws {
        try await withDemoProvider(options: ["--hops", "2"]) { provider in
            try await TokenServiceFixture.with(
                settings: [
                    "STARSHARE_BASE_URL": provider.panel, "STARSHARE_USERNAME": "demo", "STARSHARE_PASSWORD": "demo",
                ], panel: { _ in nil }
            ) { fixture, _ in
                let client = try UpstreamClient(
                    policy: UpstreamPolicy(allowPrivate: [#require(NetworkBlock("127.0.0.1"))]))
                for (stream, magic) in [
                    ("vod-1906", [0x1A, 0x45, 0xDF, 0xA3]), ("vod-9063", Array("RIFF".utf8)),
                    ("episode-550101", [0x1A, 0x45, 0xDF, 0xA3]), ("series-55-1-1", [0x1A, 0x45, 0xDF, 0xA3]),
                ] {
                    let answer = try await fixture.requester.token(
                        for: #require(StreamID(stream)), failedSerial: nil, deadline: .now + .seconds(20),
                        request: "test-request")
                    guard case .token(let token, _) = answer, let url = token.url else {
                        Issue.record("\(stream): \(answer)")
                        continue
                    }
                    #expect(!url.contains("/demo/"), "no credentials")
                    var request = UpstreamRequest(try UpstreamURL(url))
                    request.range = UpstreamRange(first: 0, last: 3)
                    let response = try await client.request(request)
                    #expect(response.status == 206 && response.body == magic)
                }
                let none = try await fixture.requester.token(
                    for: .vod(777), failedSerial: nil, deadline: .now + .seconds(20), request: "test-request")
                guard case .failure(let reason, _) = none else {
                    Issue.record("\(none)")
                    return
                }
                #expect(reason.code == "film_unavailable")
                #expect(try await provider.counters().opened == 4, "resolving opens no media connection")
                try await describe(fixture, provider)
            }
        }
    }
    private func describe(_ fixture: TokenServiceFixture, _ provider: DemoProviderProcess) async throws {
        let requester = MetadataRequester(redis: fixture.redis, subscriber: fixture.subscriber, keys: fixture.keys)
        guard case .value(let film) = try await requester.film(9061, deadline: .now + .seconds(20), request: "r"),
            case .value(let series) = try await requester.series(55, deadline: .now + .seconds(20), request: "r")
        else {
            Issue.record("no metadata")
            return
        }
        #expect(film.title == "Demo film" && film.containerExtension == "mp4" && film.year == 2026)
        let poster = try #require(film.poster)
        let address = try await MetadataStore(redis: fixture.redis, keys: fixture.keys).image(poster)
        #expect(address == provider.panel + "/images/vod-9061.jpg")
        #expect(series.episode(season: 1, number: 2)?.id == 550_102)
        for text in [try film.json(), try series.json()] {
            #expect(!text.contains("127.0.0.1") && !text.contains("http"))
        }
    }
}
