import Contracts
import FoundationEssentials
import NIOCore
import S3

/// Films' segments straight from the bucket (`SEGMENT_DELIVERY=presigned`): viewers' bytes leave from there, whose egress costs
/// nothing at most stores, and not through the gateway.
struct BucketDelivery: Sendable {
    let bucket: S3Bucket
    let segments: StoredSegments
    /// Unix ms.
    var now: @Sendable () -> Int64 = { Int64(Date.now.timeIntervalSince1970 * 1000) }

    /// Seconds from the beginning of the (UTC) day on: an address works for at least a day after it was handed out.
    private static let lifetime = 172_800
    /// Seconds that a playlist with such addresses may be kept, so that there is time to play it.
    static let longestPlaylistAge: Int64 = 6 * 3600

    /// The stored segments of one rendition, and their addresses of today. The same for the whole day while nothing more is
    /// stored.
    struct Listing: Sendable {
        fileprivate let group: StoredGroup
        fileprivate let stored: StoredSegments.Promised
        fileprivate let presigner: S3Presigner

        /// Where a segment is; `nil`: not stored.
        func address(of index: Int) -> String? {
            guard stored.map.contains(index), let segment = StoredSegment(group: group, index: index) else {
                return nil
            }
            return presigner.url(segment.path)
        }

        func contains(_ index: Int) -> Bool { stored.map.contains(index) }
        /// Bytes of one segment, on average.
        var meanBytes: Int { stored.meanBytes }
        /// Tells listings apart that lead to different texts.
        var name: String {
            "\(presigner.expiry) "
                + stored.map.bytes.readableBytesView.map { String($0, radix: 16) }.joined(separator: " ")
        }
    }

    /// What is stored of a rendition, once it is sure that it stays there until the addresses expire.
    /// - Returns: `nil`: nothing, or it cannot be known now. Everything comes through the gateway then.
    func listing(of film: StreamID, version: String, rendition: String) async -> Listing? {
        guard let group = StoredGroup(stream: film, version: version, rendition: rendition) else { return nil }
        let presigner = bucket.presigner(now: now(), lasting: Self.lifetime)
        guard let stored = try? await segments.promise(group, until: presigner.expiry), stored.map.count > 0 else {
            return nil
        }
        return Listing(group: group, stored: stored, presigner: presigner)
    }
}
