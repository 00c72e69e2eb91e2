import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Nonsense gets the error format of API.md, costs the provider nothing and stops nobody.
    @Suite(.serialized) struct BadInputTests {
        @Test(.timeLimit(.minutes(3)))
        func nonsenseIsAnsweredInOneFormatAndBreaksNothing() async throws {
            try await DashStack.with { stack in
                let long = String(repeating: "9", count: 3000)
                let requests: [(path: String, statuses: Set<Int>)] = [
                    ("/api/live/abc", [400, 404]), ("/api/live/-1", [400, 404]),
                    ("/api/live/\(long)", [400, 404, 414]),
                    ("/api/live/8?quality=4k", [400]), ("/api/live/8?session=%0d%0a", [400]),
                    ("/api/hls/live-0x8/master.m3u8", [400, 404]), ("/api/hls/live-8/999p.m3u8", [400, 404]),
                    ("/api/hls/live-8/../../etc/passwd", [400, 404]),
                    ("/api/hls/live-8/x/720p/1-1.ts", [400, 403, 404]),
                    ("/api/hls/live-8/x/720p/-5--7.ts", [400, 403, 404]),
                    ("/api/hls/live-8/720p.m3u8?_HLS_msn=abc", [400]),
                    ("/api/hls/live-8/720p.m3u8?_HLS_part=1", [400]), ("/api/nothing", [404]), ("/nothing", [404]),
                    ("/%00", [400, 404]),
                ]
                for request in requests {
                    let answer = try await SimpleHTTP.send("GET", stack.url + request.path)
                    #expect(
                        request.statuses.contains(answer.status), "\(request.path): \(answer.status) \(answer.text)")
                    let error = try JSONDecoder().decode(ControlValue.self, from: Data(answer.body))
                    #expect(
                        error["error"].text?.isEmpty == false && error["code"].text?.isEmpty == false, "\(answer.text)")
                    #expect(error["requestId"].text?.isEmpty == false, "\(answer.text)")
                }
                let counters = try await stack.requireProvider().counters()
                #expect(counters.opened == 0)
                let dead = stack.services.filter { !$0.isRunning }.map(\.name)
                #expect(dead.isEmpty)
            }
        }
    }
}
