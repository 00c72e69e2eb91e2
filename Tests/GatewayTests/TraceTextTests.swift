import Contracts
import Testing

@testable import Gateway

@Suite struct TraceTextTests {
    private func span(
        _ id: String, in parent: String? = nil, _ service: String, _ name: String, _ milliseconds: ClosedRange<Int64>,
        error: String? = nil, _ attributes: [String: String] = [:]
    ) -> TraceSpan {
        TraceSpan(
            request: "r", id: id, parent: parent, service: service, instance: "\(service)-1", name: name,
            start: 1_795_000_000_000_000 + milliseconds.lowerBound * 1000,
            end: 1_795_000_000_000_000 + milliseconds.upperBound * 1000, error: error, attributes: attributes)
    }

    @Test func showsWhenHowLongWhoAndWhat() {
        let text = TraceText([
            span("d", in: "c", "transcoder", "connect", 600...900, error: "The provider refused."),
            span("a", "gateway", "open the channel", 0...1200, ["stream": "live-8", "quality": "360p"]),
            span("c", "transcoder", "first segment", 10...1190),
        ]).text(of: "r-1")
        #expect(
            text == """
                request r-1: 3 steps, 1200 ms
                     0 ms   1200 ms  ████████████████████████  gateway     open the channel  quality=360p stream=live-8 on gateway-1
                    10 ms   1180 ms  ████████████████████████  transcoder  first segment     on transcoder-1
                   600 ms    300 ms  ············██████······  transcoder    connect         on transcoder-1  ! The provider refused.

                """)
    }

    /// Whatever stands in Redis is shown, and nothing goes on for ever.
    @Test func bearsStepsThatMakeNoSense() {
        let text = TraceText([
            span("a", in: "b", "gateway", "one", 5...5), span("b", in: "a", "gateway", "two", 5...5),
            span("c", in: "gone", "gateway", "three", 5...5), span("c", "gateway", "three again", 5...5),
        ]).text(of: "r")
        #expect(text.split(separator: "\n").count == 5)
    }
}
