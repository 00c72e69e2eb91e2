import NIOHTTP1

/// The panel's lists: `/player_api.php`, `/get.php`, `/xmltv.php`. May take long, so it runs off the event loop.
struct Catalog: Sendable {
    let provider: Provider

    func answer(_ request: Request) -> Answer {
        let rules = provider.settings
        guard request.query["username"] == rules.user, request.query["password"] == rules.password else {
            return refusal(rules)
        }
        switch request.segments.first {
        case "get.php": return .text(PlaylistM3U(provider: provider, request: request).text, type: "audio/x-mpegurl")
        case "xmltv.php": return .text(Guide(provider.library).xml, type: "application/xml")
        default: return .json(lists(request, rules))
        }
    }

    private func refusal(_ rules: ProviderSettings) -> Answer {
        switch rules.wrongLogin {
        case .unauthorised: .json(["user_info": ["auth": 0]])
        case .status401: .status(401)
        case .status403: .status(403)
        case .empty: Answer(headers: ["content-type": "text/html; charset=UTF-8"], body: .bytes([]))
        }
    }

    private func lists(_ request: Request, _ rules: ProviderSettings) -> JSON {
        let query = request.query
        let category = query["category_id"]
        let channels = ChannelLists(provider.library, host: "http://\(request.host ?? "127.0.0.1"):\(request.port)")
        let films = FilmLists(library: provider.library, facts: provider.facts, request: request, provider: provider)
        switch query["action"] {
        case "get_live_categories": return channels.categories
        case "get_live_streams": return channels.streams(category: category)
        case "get_vod_categories": return films.categories(padding: rules.paddingFilms)
        case "get_vod_streams": return films.streams(category: category, padding: rules.paddingFilms)
        case "get_vod_info": return films.info(id: Int64(query["vod_id"] ?? ""))
        case "get_series_categories": return films.seriesCategories(padding: rules.paddingSeries)
        case "get_series": return films.series(category: category, padding: rules.paddingSeries)
        case "get_series_info": return films.seriesInfo(id: Int64(query["series_id"] ?? query["series"] ?? ""))
        case "get_short_epg":
            return Guide(provider.library).listing(
                id: Int64(query["stream_id"] ?? ""), limit: Int(query["limit"] ?? "") ?? 4)
        case "get_simple_data_table":
            return Guide(provider.library).listing(id: Int64(query["stream_id"] ?? ""), limit: 48)
        case nil, "", "get_account_info":
            return AccountInfo(provider: provider, rules: rules, host: request.host ?? "127.0.0.1", port: request.port)
                .json
        // Panels answer unknown actions like the login.
        default: return []
        }
    }
}
