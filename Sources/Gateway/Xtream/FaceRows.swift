// Properties are named as panels name them in JSON.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Contracts

/// Entries of lists in the panel's own shapes, as IPTV apps expect them.
struct FaceRows: Sendable {
    /// `https://host` of this gateway.
    let base: String
    /// For addresses of posters: apps have no cookie. Empty with `ACCESS=open`.
    let imageAccess: String

    struct Category: Encodable {
        let category_id: String
        let category_name: String
        let parent_id = 0
    }

    struct Channel: Encodable {
        let num: Int64
        let name: String
        let stream_type = "live"
        let stream_id: Int64
        let stream_icon: String
        let epg_channel_id: String?
        let added: String
        let is_adult: String
        let category_id: String
        let category_ids: [Int64]
        let custom_sid = ""
        // What the provider keeps of the past cannot be played through us.
        let tv_archive = 0
        let tv_archive_duration = 0
        let direct_source = ""
    }

    struct Film: Encodable {
        let num: Int64
        let name: String
        let stream_type = "movie"
        let stream_id: Int64
        let stream_icon: String
        let rating: String
        let rating_5based: Double
        let added: String
        let is_adult: String
        let category_id: String
        let category_ids: [Int64]
        let container_extension: String
        let custom_sid = ""
        let direct_source = ""
    }

    struct Series: Encodable {
        let num: Int64
        let name: String
        let series_id: Int64
        let cover: String
        let plot: String
        let cast: String
        let director: String
        let genre: String
        let releaseDate: String
        let last_modified: String
        let rating: String
        let rating_5based: Double
        let backdrop_path: [String]
        let youtube_trailer: String
        let episode_run_time: String
        let category_id: String
        let category_ids: [Int64]
    }

    static func category(_ category: CatalogIndex.Category) -> Category {
        Category(category_id: String(category.id), category_name: category.name)
    }

    func channel(_ entry: Contracts.CatalogEntry) -> Channel {
        Channel(
            num: entry.number, name: entry.name, stream_id: entry.id, stream_icon: image(entry.image),
            epg_channel_id: entry.guideID, added: Self.text(entry.added), is_adult: entry.isAdult ? "1" : "0",
            category_id: Self.text(entry.categories.first), category_ids: entry.categories)
    }

    func film(_ entry: Contracts.CatalogEntry) -> Film {
        Film(
            num: entry.number, name: entry.name, stream_id: entry.id, stream_icon: image(entry.image),
            rating: entry.rating.map { "\($0)" } ?? "", rating_5based: (entry.rating ?? 0) / 2,
            added: Self.text(entry.added), is_adult: entry.isAdult ? "1" : "0",
            category_id: Self.text(entry.categories.first), category_ids: entry.categories,
            container_extension: entry.containerExtension ?? "mp4")
    }

    func series(_ entry: Contracts.CatalogEntry) -> Series {
        Series(
            num: entry.number, name: entry.name, series_id: entry.id, cover: image(entry.image), plot: entry.plot ?? "",
            cast: entry.cast ?? "", director: entry.director ?? "", genre: entry.genre ?? "",
            releaseDate: entry.releaseDate ?? "", last_modified: Self.text(entry.added),
            rating: entry.rating.map { "\($0)" } ?? "", rating_5based: (entry.rating ?? 0) / 2,
            backdrop_path: entry.backdrop.map { [image($0)] } ?? [], youtube_trailer: entry.trailer ?? "",
            episode_run_time: entry.episodeMinutes.map(String.init) ?? "",
            category_id: Self.text(entry.categories.first), category_ids: entry.categories)
    }

    /// The address of a poster on this gateway; empty without one.
    func image(_ key: String?) -> String {
        guard let key else { return "" }
        return "\(base)/api/images/\(key)" + (imageAccess.isEmpty ? "" : "?access=\(imageAccess)")
    }

    static func text(_ number: Int64?) -> String { number.map { String($0) } ?? "" }
}
