/// `get.php?type=m3u_plus&output=ts`: everything as one playlist with the account in its addresses.
struct PlaylistM3U {
    let provider: Provider
    let request: Request

    var text: String {
        let rules = provider.settings
        let base = "http://\(request.host ?? "127.0.0.1"):\(request.port)"
        let account = "\(rules.user)/\(rules.password)"
        let isHLS = ["m3u8", "hls"].contains(request.query["output"] ?? "ts")
        var lines = ["#EXTM3U"]
        for channel in provider.library.channels {
            lines.append(entry(channel.name, guide: "demo.\(channel.id)", group: "Demo"))
            lines.append(isHLS ? "\(base)/live/\(account)/\(channel.id).m3u8" : "\(base)/\(account)/\(channel.id)")
        }
        for film in provider.library.films {
            lines.append(entry(film.name, guide: "", group: "Films"))
            lines.append("\(base)/movie/\(account)/\(film.id).\(film.container)")
        }
        for series in provider.library.series {
            for episode in series.episodes {
                lines.append(
                    entry("\(series.name) S\(episode.season) E\(episode.number)", guide: "", group: "Series"))
                lines.append("\(base)/series/\(account)/\(episode.film.id).\(episode.film.container)")
            }
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private func entry(_ name: String, guide: String, group: String) -> String {
        "#EXTINF:-1 tvg-id=\"\(guide)\" tvg-name=\"\(name)\" tvg-logo=\"\" group-title=\"\(group)\",\(name)"
    }
}
