import Contracts
import Logging
import Redis

/// What the parts of storing and loading stand on.
struct StoreParts: Sendable {
    let storage: any SegmentStorage
    let index: StoredIndex
    let popularity: Popularity
    let media: RedisClient
    let keys: Keys
    let instance: String
    let settings: StorageSettings
    let metrics: StorageMetrics
    let logger: Logger

    func mediaKey(_ segment: StoredSegment) -> String {
        keys.filmSegment(
            segment.stream, version: segment.group.version, rendition: segment.group.rendition, index: segment.index)
    }
}
