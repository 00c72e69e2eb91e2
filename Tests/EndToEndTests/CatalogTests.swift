import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// The catalog of a whole running product, beside a provider whose lists are long.
    @Suite struct CatalogTests {
        private func json(_ stack: DashStack, _ path: String) async throws -> ControlValue {
            let answer = try await SimpleHTTP.send("GET", stack.url + path)
            #expect(answer.status == 200, "\(path): \(answer.text.prefix(300))")
            return try JSONDecoder().decode(ControlValue.self, from: Data(answer.body))
        }

        /// Again while the first load takes longer than a request is held.
        private func list(_ stack: DashStack, _ path: String) async throws -> ControlValue {
            for _ in 0..<4 {
                let answer = try await SimpleHTTP.send("GET", stack.url + path)
                if answer.status != 503 { break }
            }
            return try await json(stack, path)
        }

        @Test(.timeLimit(.minutes(5))) func showsWhatTheProviderHas() async throws {
            var options = DashStack.Options()
            options.gateways = 2
            options.providerOptions = ["--padding-films", "3000", "--padding-series", "1000"]
            try await DashStack.with(options) { stack in
                let films = try await list(stack, "/api/catalog/vod?search=chateau%20express&limit=5")
                #expect(films["items"].list.count == 5 && (films["total"].int ?? 0) > 5)
                #expect(films["items"][0]["name"].text?.hasPrefix("Château Express") == true)
                let all = try await list(stack, "/api/catalog/series?category=203&page=2&limit=10")
                #expect(all["items"].list.allSatisfy { $0["categoryId"].int == 203 } && all["items"].list.count == 10)
                let drawers = try await json(stack, "/api/catalog/vod/categories")["categories"].list
                #expect(drawers.count == 21 && drawers.reduce(0) { $0 + ($1["count"].int ?? 0) } > 3000)

                let film = try await json(stack, "/api/catalog/vod/1906")["item"]
                #expect(film["extension"].text == "mkv" && film["plot"].text?.isEmpty == false)
                let series = try await json(stack, "/api/catalog/series/55")["item"]
                #expect(series["seasons"][0]["episodes"][1]["streamId"].text == "series-55-1-2")
                #expect(series["seasons"][0]["episodes"][1]["episodeStreamId"].text == "episode-550102")
                let guide = try await json(stack, "/api/epg/live-8?limit=3")["programmes"].list
                #expect(guide.count == 3 && guide[0]["title"].text?.hasPrefix("Programme ") == true)

                let channels = try await list(stack, "/api/catalog/live")
                let logo = try #require(channels["items"][1]["image"].text)
                for (accept, type, start) in [
                    ("image/webp", "image/webp", Array("RIFF".utf8)), ("*/*", "image/jpeg", [0xff, 0xd8, 0xff]),
                ] {
                    let picture = try await SimpleHTTP.send(
                        "GET", stack.url + logo + "?width=160", headers: [("accept", accept)])
                    #expect(picture.status == 200 && picture.header("content-type") == type)
                    #expect(picture.body.starts(with: start))
                }
                try await theProviderStaysUnknown(stack, channels)
                try await anotherGatewayNeedsNoProvider(stack)
            }
        }

        /// Not its host and port, and no address of a poster.
        private func theProviderStaysUnknown(_ stack: DashStack, _ channels: ControlValue) async throws {
            let provider = try #require(stack.provider).panel.replacing("http://", with: "")
            for path in [
                "/api/catalog/live", "/api/catalog/vod?limit=500", "/api/catalog/vod/1906", "/api/catalog/series/55",
            ] {
                let answer = try await SimpleHTTP.send("GET", stack.url + path)
                #expect(answer.status == 200 && !answer.text.contains(provider) && !answer.text.contains("http"))
            }
        }

        /// What one gateway has had loaded, another has from Redis.
        private func anotherGatewayNeedsNoProvider(_ stack: DashStack) async throws {
            let provider = try #require(stack.provider)
            try await provider.fault("status", ["where": "api", "status": "500", "times": "0"])
            let answer = try await SimpleHTTP.send("GET", stack.urls[1] + "/api/catalog/vod?search=express")
            #expect(answer.status == 200 && answer.text.contains("Express"))
        }
    }
}
