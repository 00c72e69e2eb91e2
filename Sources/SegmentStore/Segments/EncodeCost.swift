import Contracts

/// What a segment has cost to make, for one whose notice is long gone: as much as others of its rendition, whose owners have
/// measured it (`SegmentNotice.encodeMilliseconds`). Pure.
struct EncodeCost: Sendable {
    private let means: [Substring: Int]

    /// - Parameter records: what the index knows.
    init(_ records: [StoredRecord]) {
        var sums: [Substring: (milliseconds: Int64, count: Int)] = [:]
        for record in records where record.count > 0 {
            let sum = sums[Self.name(record.group.rendition)] ?? (0, 0)
            sums[Self.name(record.group.rendition)] = (
                sum.milliseconds + record.encodeMilliseconds, sum.count + record.count
            )
        }
        means = sums.mapValues { Int($0.milliseconds) / $0.count }
    }

    /// CPU milliseconds of one segment.
    func estimate(rendition: String) -> Int { means[Self.name(rendition)] ?? Self.usual(Self.name(rendition)) }

    /// Where nothing is known at all; only the proportions matter then.
    private static func usual(_ rendition: Substring) -> Int {
        switch rendition {
        case "1080p": 2000
        case "720p": 1000
        case "480p": 500
        case "360p": 300
        case "240p": 200
        default: 50
        }
    }

    /// A fragment of a progressive file costs what the segment costs.
    private static func name(_ rendition: String) -> Substring { rendition.prefix { $0 != "." } }
}
