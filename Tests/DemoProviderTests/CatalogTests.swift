import TestSupport
import Testing

@Suite struct CatalogTests {
    @Test func loginTellsTheAccount() async throws {
        try await withDemoProvider(options: ["--max-connections", "3"]) { provider in
            let login = try await provider.login()
            #expect(login["user_info"]["auth"].int == 1)
            #expect(login["user_info"]["max_connections"].text == "3")
            #expect(login["user_info"]["active_cons"].text == "0")
            let open = try await MediaConnection.open(provider, "/live/demo/demo/7.ts")
            try await open.waitForBytes(1000)
            #expect(try await provider.login()["user_info"]["active_cons"].text == "1")
            await open.close()
        }
    }

    @Test func wrongCredentialsAreToldInFourWays() async throws {
        try await withDemoProvider { provider in
            let wrong = provider.panel + "/player_api.php?username=demo&password=nope"
            #expect(try await provider.catalog("username=x&password=y")["user_info"]["auth"].int == 0)
            for (way, status) in [("401", 401), ("403", 403), ("empty", 200)] {
                try await provider.change(["wrong_login": way])
                let answer = try await SimpleHTTP.send("GET", wrong)
                #expect(answer.status == status)
                #expect(answer.body.isEmpty)
            }
            #expect(try await SimpleHTTP.send("GET", provider.panel + "/live/demo/nope/7.ts").status == 401)
        }
    }

    @Test func everyActionAnswers() async throws {
        try await withDemoProvider(options: ["--padding-films", "100"]) { provider in
            let live = try await provider.login("&action=get_live_streams").list
            #expect(live.contains { $0["stream_id"].int == 8 })
            #expect(try await provider.login("&action=get_live_streams&category_id=2").list.count < live.count)
            for action in ["get_live_categories", "get_vod_categories", "get_series_categories", "get_series"] {
                let list = try await provider.login("&action=" + action).list
                #expect(!list.isEmpty, "\(action)")
            }
            #expect(try await provider.login("&action=get_vod_streams").list.count >= 106)
            let film = try await provider.login("&action=get_vod_info&vod_id=9061")
            #expect(film["movie_data"]["container_extension"].text == "mp4")
            let series = try await provider.login("&action=get_series_info&series_id=55")
            #expect(series["episodes"]["1"].list.map { $0["id"].int } == [550101, 550102])
            let guide = try await provider.login("&action=get_short_epg&stream_id=8&limit=3")
            #expect(guide["epg_listings"].list.count == 3)
            #expect(guide["epg_listings"][0]["title"].text?.hasPrefix("UHJvZ3JhbW1l") == true)
        }
    }

    @Test func playlistAndGuideAreWhole() async throws {
        try await withDemoProvider { provider in
            let list = try await SimpleHTTP.send(
                "GET", provider.panel + "/get.php?username=demo&password=demo&type=m3u_plus&output=ts")
            #expect(list.text.hasPrefix("#EXTM3U"))
            #expect(list.text.contains(provider.panel + "/demo/demo/8\r\n"))
            let guide = try await SimpleHTTP.send("GET", provider.panel + "/xmltv.php?username=demo&password=demo")
            #expect(guide.text.contains("<programme start="))
        }
    }

    @Test func liveAsHLSGrows() async throws {
        try await withDemoProvider { provider in
            let answer = try await SimpleHTTP.send("GET", provider.panel + "/live/demo/demo/7.m3u8")
            let url = try #require(answer.header("location"))
            let playlist = try await SimpleHTTP.send("GET", url).text
            #expect(playlist.contains("#EXT-X-MEDIA-SEQUENCE:"))
            let segment = try #require(playlist.split(separator: "\n").last { $0.hasPrefix("/hls/") })
            let bytes = try await SimpleHTTP.send("GET", provider.cdn + segment)
            #expect(bytes.status == 200 && bytes.body.count % 188 == 0 && bytes.body.first == 0x47)
            var later = playlist
            try await provider.fault("expire_tokens")
            #expect(try await SimpleHTTP.send("GET", url).status == 403)
            let again = try await SimpleHTTP.send("GET", provider.panel + "/live/demo/demo/7.m3u8")
            let fresh = try #require(again.header("location"))
            for _ in 0..<200 where Self.number(later) == Self.number(playlist) {
                later = try await SimpleHTTP.send("GET", fresh).text
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(Self.number(later) != Self.number(playlist))
        }
    }

    private static func number(_ playlist: String) -> Substring? {
        playlist.split(separator: "\n").first { $0.hasPrefix("#EXT-X-MEDIA-SEQUENCE:") }
    }

    @Test func hostileRequestsAreAnsweredOrClosed() async throws {
        try await withDemoProvider { provider in
            for path in [
                "/live/demo/demo/99999999999999999999.ts", "/live/demo/demo/-1.ts", "/..%2f..%2fetc/passwd", "/live",
                "/live/demo/demo/8.exe", "/images/..%2f.version", "/%00",
            ] {
                let status = try await SimpleHTTP.send("GET", provider.panel + path).status
                #expect((400..<500).contains(status), "\(path) gave \(status)")
            }
            #expect(try await SimpleHTTP.send("GET", provider.cdn + "/auth/nonsense").status == 403)
            #expect(try await SimpleHTTP.send("TRACE", provider.panel + "/live/demo/demo/8.ts").status == 405)
            let giant = String(repeating: "x", count: 200_000)
            let answer = try? await SimpleHTTP.send("GET", provider.panel + "/", headers: [("x", giant)])
            #expect(answer == nil || answer?.status == 400 || answer?.status == 431)
            #expect(try await provider.login()["user_info"]["auth"].int == 1)
        }
    }
}
