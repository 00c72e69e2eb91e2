import Contracts
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import SegmentStore

/// The executable, killed while it writes.
struct KillTests {
    @Test func aKillDuringWritesLeavesNoHalfSegment() async throws {
        try await Ground.with { ground in
            try await withDirectory { directory in
                let environment = [
                    "REDIS_URL": ground.server.url, "REDIS_KEY_PREFIX": ground.keys.prefix, "ADMIN_PORT": "0",
                    "SEGMENT_STORE_URL": "file://\(directory)", "SEGMENT_STORE_MIN_FREE": "0", "REAP_INTERVAL": "100ms",
                ]
                let bytes = 700_000
                var segments: [StoredSegment] = []
                for round in 1...4 {
                    let new = try (0..<24).map { try segment($0, film: round) }
                    segments += new
                    try await ground.announce(new, bytes: bytes)
                    let process = try ChildProcess(
                        try BuiltProduct.path("SegmentStore"), [],
                        environment: environment.merging(["INSTANCE_ID": "store-\(round)"]) { $1 })
                    // In the middle of it: some are written, more are to come.
                    try await eventually {
                        let count = try await ground.stored.stored(new[0].group).count
                        return count >= 2 + round
                    }
                    process.signal(SIGKILL)
                    try await process.waitForExit()
                    try await check(segments, in: directory, bytes: bytes)
                }
                // A successor finishes what the dead ones had taken.
                let last = try ChildProcess(
                    try BuiltProduct.path("SegmentStore"), [],
                    environment: environment.merging(["INSTANCE_ID": "store-last"]) { $1 })
                try await eventually(within: .seconds(60)) {
                    var count = 0
                    for film in 1...4 {
                        count += try await ground.stored.stored(try segment(0, film: film).group).count
                    }
                    return count == segments.count
                }
                #expect(try await last.stop() == 0)
                try await check(segments, in: directory, bytes: bytes)
                #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/.writing").isEmpty)
            }
        }
    }

    /// Every file that has a segment's name has all of its bytes.
    private func check(_ segments: [StoredSegment], in directory: String, bytes: Int) async throws {
        let tree = FileTree(root: directory, minimumFree: 0)
        for one in segments {
            guard let found = try tree.read(one) else { continue }
            #expect(found == content(one, bytes), "\(one)")
        }
    }
}
