import Live
import TestSupport
import Testing

/// Playlists that go wrong from one version to the next.
@Suite struct PlaylistHistoryTests {
    typealias Edit = @Sendable (inout [String]) -> Void

    static let faults: [(String, Edit)] = [
        ("sequence.back", { $0.swapAt(4, 5) }),
        ("playlist.shrunk", { $0[3] = $0[1] }),
        (
            "sequence.gap",
            {
                $0.removeAll(); $0 = [one(0), one(9)]
            }
        ),
        ("targetduration.changed", { $0[3].replace("TARGETDURATION:4", with: "TARGETDURATION:5") }),
        (
            "targetduration",
            { for index in $0.indices { $0[index].replace("TARGETDURATION:4", with: "TARGETDURATION:3") } }
        ),
        ("targetduration", { $0[0].replace("#EXT-X-TARGETDURATION:4\n", with: "") }),
        ("tag.value", { $0[0].replace("TARGETDURATION:4", with: "TARGETDURATION:4.0") }),
        ("version.changed", { $0[3].replace("VERSION:6", with: "VERSION:7") }),
        ("segment.changed", { $0[3].replace("EXTINF:1.000000", with: "EXTINF:1.000011") }),
        ("segment.changed", { $0[3].replace("-1700000001.ts", with: "-1700000009.ts") }),
        ("discontinuity.changed", { $0[3].replace("#EXTINF:1.0", with: "#EXT-X-DISCONTINUITY\n#EXTINF:1.0") }),
        ("discontinuity.sequence", { $0[4].replace("DISCONTINUITY-SEQUENCE:0", with: "DISCONTINUITY-SEQUENCE:1") }),
        ("discontinuity.sequence", { $0[4].replace("#EXT-X-DISCONTINUITY-SEQUENCE:0\n", with: "") }),
        ("server.control", { $0[2].replace("HOLD-BACK=12.0", with: "HOLD-BACK=11.9") }),
        ("endlist", { $0[2] += "#EXT-X-ENDLIST\n" }),
        ("pdt.linear", { for index in 2...5 { $0[index].replace("22:13:47.250Z", with: "22:13:47.252Z") } }),
        ("pdt.changed", { $0[3].replace("22:13:47.250Z", with: "22:13:47.251Z") }),
        ("pdt.syntax", { $0[3].replace("22:13:47.250Z", with: "22:13:47.250") }),
        ("pdt.back", { for index in 2...5 { $0[index].replace("22:13:47.250Z", with: "22:12:47.250Z") } }),
        ("window", { $0[3] = $0[3].trimmed(to: 1) }),
        ("extinf.syntax", { $0[0].replace("EXTINF:1.000000,", with: "EXTINF:1.000,") }),
        ("extinf.syntax", { $0[0].replace("EXTINF:1.000000,", with: "EXTINF:1.000000") }),
        ("extinf.missing", { $0[0].replace("#EXTINF:1.000000,\n", with: "") }),
        ("extm3u", { $0[0].replace("#EXTM3U\n", with: "\n") }),
        ("encoding", { $0[0] = "\u{FEFF}" + $0[0] }),
        ("encoding", { $0[0].removeLast() }),
        ("tag.twice", { $0[0].replace("#EXT-X-VERSION:6\n", with: "#EXT-X-VERSION:6\n#EXT-X-VERSION:6\n") }),
        ("tag.kind", { $0[0] += "#EXT-X-STREAM-INF:BANDWIDTH=1\nx\n" }),
        ("tag.unknown", { $0[0] += "#EXT-X-MADE-UP\n" }),
        ("tag.order", { $0[0] += "#EXT-X-MEDIA-SEQUENCE:5\n" }),
        ("uri.twice", { $0[1].replace("-1700000001.ts", with: "-1700000000.ts") }),
        ("sequence.start", { $0[0].replace("MEDIA-SEQUENCE:1700000000", with: "MEDIA-SEQUENCE:0") }),
        (
            "playlist.type",
            { $0[0].replace("#EXT-X-VERSION:6\n", with: "#EXT-X-VERSION:6\n#EXT-X-PLAYLIST-TYPE:EVENT\n") }
        ),
    ]

    @Test(arguments: faults.indices)
    func aBrokenPlaylistIsFound(index: Int) async throws {
        let (rule, edit) = Self.faults[index]
        let report = try await RecordingBuilder.make().recording(edit: edit).validate()
        #expect(report.has(rule), "\(rule): \(report)")
    }

    @Test func renditionsThatDisagreeAreFound() async throws {
        let builder = try await RecordingBuilder.make()
        let date = builder.recording {
            for index in $0.indices { $0[index].replace("22:13:47.250Z", with: "22:13:47.251Z") }
        }
        #expect(date.validate().has("renditions.date"))
        let broken = builder.recording { versions in
            for index in versions.indices {
                versions[index].replace(
                    "#EXTINF:2.000000,\n../../key/360p/1700000000000-1700000002",
                    with: "#EXT-X-DISCONTINUITY\n#EXTINF:2.000000,\n../../key/360p/1700000000000-1700000002")
            }
        }
        #expect(broken.validate().has("renditions.discontinuity"))
    }

    @Test func aStallIsFound() async throws {
        var expectations = HLSExpectations.live
        expectations.longestStall = 1.5
        let recording = try await RecordingBuilder.make().recording()
        #expect(recording.validate(expectations).isValid)
        var slow = recording
        slow.renditions[0].versions[3] = .init(bytes: slow.renditions[0].versions[2].bytes, time: .seconds(16))
        #expect(slow.validate(expectations).has("stall"))
    }

    @Test func anEndedPlaylistIsLegal() async throws {
        let report = try await RecordingBuilder.make().recording { $0[5] += "#EXT-X-ENDLIST\n" }.validate()
        #expect(report.isValid, "\(report)")
    }

    private static func one(_ index: Int) -> String {
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:\(1_700_000_000 + index)\n"
            + "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.250Z\n#EXTINF:1.000000,\n\(index).ts\n"
    }
}

extension String {
    /// Only the last so many segments of a playlist stay, and its first sequence number goes with them.
    fileprivate func trimmed(to count: Int) -> String {
        let parts = components(separatedBy: "#EXT-X-PROGRAM-DATE-TIME")
        let removed = parts.count - 1 - count
        var head = parts[0]
        head.replace("MEDIA-SEQUENCE:1700000000", with: "MEDIA-SEQUENCE:\(1_700_000_000 + removed)")
        return ([head] + parts.suffix(count)).joined(separator: "#EXT-X-PROGRAM-DATE-TIME")
    }

    private func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
