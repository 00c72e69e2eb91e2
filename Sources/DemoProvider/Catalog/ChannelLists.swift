/// Live channels and their categories, as untidy as panels send them.
struct ChannelLists {
    private let library: MediaLibrary
    /// Where logos are.
    private let host: String

    init(_ library: MediaLibrary, host: String) {
        self.library = library
        self.host = host
    }

    var categories: JSON {
        [
            ["category_id": "1", "category_name": "Demo", "parent_id": 0],
            ["category_id": "2", "category_name": "Odd sources", "parent_id": 0],
        ]
    }

    private static func category(_ source: LiveSource) -> String { source.id <= 8 ? "1" : "2" }

    func streams(category: String?) -> JSON {
        .array(
            library.channels.enumerated().compactMap { place, source in
                let own = Self.category(source)
                guard category == nil || category == own else { return nil }
                return [
                    "num": .of(place + 1), "name": .string(source.name), "stream_type": "live",
                    // Numbers are strings in every other entry.
                    "stream_id": place.isMultiple(of: 2) ? .of(source.id) : .text(source.id),
                    // The last has none, as some always do.
                    "stream_icon": place + 1 == library.channels.count
                        ? "" : .string("\(host)/images/live-\(source.id).png"),
                    "epg_channel_id": place.isMultiple(of: 3) ? .null : .string("demo.\(source.id)"),
                    "added": "1700000000", "is_adult": "0", "category_id": .string(own),
                    "category_ids": [.of(Int64(own) ?? 1)], "custom_sid": .null, "tv_archive": 0,
                    "direct_source": "", "tv_archive_duration": place.isMultiple(of: 2) ? 0 : "0",
                ]
            })
    }
}
