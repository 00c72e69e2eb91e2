import Synchronization

/// Films' playlists, rendered and compressed once for all their viewers. Bounded: the least recently used go.
final class PlaylistShelf: Sendable {
    struct Key: Hashable, Sendable {
        /// Everything that the text depends on.
        let film: String
        let version: String
        let rendition: String
        let prefix: String
        let capability: String
        /// `BucketDelivery.Listing.name`; empty: there is none.
        let listing: String
    }

    private struct State {
        var entries: [Key: (playlist: RenderedPlaylist, used: UInt64)] = [:]
        var clock: UInt64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: playlists. One of three hours takes about 250 KB with its gzip, 1.5 MB with presigned addresses.
    init(capacity: Int) { self.capacity = capacity }

    var count: Int { state.withLock { $0.entries.count } }

    /// Renders outside of the lock: two that come at once may both render, to the same text.
    func playlist(_ key: Key, render: () -> String) -> RenderedPlaylist {
        let known = state.withLock { state in
            state.clock += 1
            state.entries[key]?.used = state.clock
            return state.entries[key]?.playlist
        }
        if let known { return known }
        let rendered = RenderedPlaylist(render())
        state.withLock { state in
            state.entries[key] = (rendered, state.clock)
            while state.entries.count > capacity, let oldest = state.entries.min(by: { $0.value.used < $1.value.used })
            {
                state.entries[oldest.key] = nil
            }
        }
        return rendered
    }
}
