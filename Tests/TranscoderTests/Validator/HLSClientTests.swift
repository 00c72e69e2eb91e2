import TestSupport
import Testing

/// The recording client against a server that publishes a good stream version by version.
@Suite struct HLSClientTests {
    @Test(arguments: [true, false])
    func aWholeStreamIsRecordedAndJudged(blocking: Bool) async throws {
        let builder = try await RecordingBuilder.make()
        let server = try await Self.serve(builder)
        var options = HLSClient.Options()
        options.usesBlockingReload = blocking
        // Without blocking, the server has everything at once, and the client need not wait.
        let client = HLSClient("http://127.0.0.1:\(server.port)/hls/master.m3u8", options: options)
        let recording = try await client.record(segments: blocking ? 6 : 3, within: .seconds(60))
        try await server.stop()
        let report = recording.validate()
        #expect(report.isValid, "\(report)")
        #expect(report.counts["segments"] ?? 0 >= (blocking ? 12 : 6))
        #expect(recording["360p"]?.segments[RecordingBuilder.firstSequence] == builder.variants[0].segments[0])
        #expect(recording.arrivals["180p"]?.count == recording["180p"]?.segments.count)
    }

    @Test func failuresAreSeen() async throws {
        let builder = try await RecordingBuilder.make()
        let server = try await Self.serve(builder, brokenSegment: 1)
        var options = HLSClient.Options()
        options.renditions = ["360p"]
        let client = HLSClient("http://127.0.0.1:\(server.port)/hls/master.m3u8", options: options)
        let recording = try await client.record(within: .seconds(60)) { $0.completeSegments >= 4 }
        try await server.stop()
        #expect(recording.renditions.map(\.name) == ["360p"])
        #expect(recording.failures.filter { $0.rule == "http.status" && $0.place == "360p seq 1700000001" }.count == 3)
        #expect(recording.validate().has("http.status"))
    }

    @Test func patienceEnds() async throws {
        let builder = try await RecordingBuilder.make()
        let server = try await Self.serve(builder)
        let client = HLSClient("http://127.0.0.1:\(server.port)/hls/master.m3u8")
        await #expect(throws: HLSClient.Failed.self) { try await client.record(segments: 99, within: .seconds(2)) }
        try await server.stop()
    }

    /// A first request gets three segments; one with `_HLS_msn` gets up to that one; past the end it waits for ever.
    private static func serve(_ builder: RecordingBuilder, brokenSegment: Int? = nil) async throws -> ScriptedHTTPServer
    {
        try await ScriptedHTTPServer.start { request in
            let file = request.path.split(separator: "/").last.map(String.init) ?? ""
            let playlistType = [("Content-Type", "application/vnd.apple.mpegurl")]
            if file == "master.m3u8" { return [.response(200, playlistType, body: builder.master)] }
            if file.hasSuffix(".m3u8") {
                let asked = request.target.split(separator: "=").last.flatMap { Int64($0) }
                let end = asked.map { Int($0 - RecordingBuilder.firstSequence) + 1 } ?? 3
                guard end <= builder.durations.count else { return [.stall] }
                return [.response(200, playlistType, body: builder.playlist(String(file.dropLast(5)), end: end))]
            }
            let name = request.path.split(separator: "/").dropLast().last.map(String.init) ?? ""
            guard let sequence = file.split(separator: "-").last.flatMap({ Int64($0.dropLast(3)) }),
                let variant = builder.variants.first(where: { $0.name == name })
            else { return [.response(404)] }
            let index = Int(sequence - RecordingBuilder.firstSequence)
            if index == brokenSegment { return [.response(404)] }
            return [.response(200, [("Content-Type", "video/mp2t")], body: variant.segments[index])]
        }
    }
}
