import FoundationEssentials

/// A file that a live channel plays: `live/8 Name.ts`.
struct LiveSource: Sendable {
    /// A loop is held in memory whole; a longer file is refused.
    static let largestFile = 1 << 30

    let id: Int64
    let name: String
    let path: String

    /// Reads and analyses the file. Blocks for as long as that takes: not for event loops.
    func plan(tableVersion: UInt8? = nil) throws -> LoopPlan {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size <= Self.largestFile else {
            throw TransportStreamError(description: "the file is larger than 1 GiB")
        }
        return try LoopPlan([UInt8](Data(contentsOf: URL(filePath: path))), tableVersion: tableVersion)
    }
}
