import Foundation

/// A provider's folder in which every channel is the same footage under another number.
struct ChannelShelf {
    /// For `DemoProvider --media`.
    let folder: URL
    let channels: [Int]

    /// - Parameter footage: on the file system of `directory`.
    init(_ footage: URL, count: Int, in directory: URL) throws {
        let files = FileManager.default
        folder = directory.appending(path: "channels-\(UUID().uuidString.prefix(8))")
        let live = folder.appending(path: "live")
        try files.createDirectory(at: live, withIntermediateDirectories: true)
        channels = Array(1...count)
        for channel in channels { try files.linkItem(at: footage, to: live.appending(path: "\(channel) Bunny.ts")) }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
