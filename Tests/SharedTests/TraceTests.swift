import Contracts
import Redis
import Runtime
import TestSupport
import Testing
import Tracing

@testable import Runtime

/// Steps of requests: what a tracer makes of them, and that they come back out of Redis.
@Suite struct TraceTests {
    private struct Refused: Error, CustomStringConvertible { let description = "The provider refused." }

    private func tracer(_ queue: TraceQueue) -> RequestTracer {
        RequestTracer(service: "transcoder", instance: "transcoder-1", queue: queue)
    }

    @Test func aStepKnowsItsRequestItsParentAndWhatHappened() throws {
        let queue = TraceQueue()
        let tracer = tracer(queue)
        #expect(throws: Refused.self) {
            try tracer.withSpan("open", context: .request("r-1")) { span in
                span.attributes["stream"] = "live-8"
                try tracer.withSpan("connect") { span in
                    span.attributes["tries"] = 2
                    throw Refused()
                }
            }
        }
        let steps = queue.take()
        #expect(steps.map(\.request) == ["r-1", "r-1"])
        let (connect, open) = (try #require(steps.first), try #require(steps.last))
        #expect(open.name == "open" && open.parent == nil && open.attributes == ["stream": "live-8"])
        #expect(connect.name == "connect" && connect.parent == open.id && connect.attributes == ["tries": "2"])
        #expect(connect.error == "The provider refused." && connect.service == "transcoder")
        #expect(open.start <= connect.start && connect.start <= connect.end && connect.end <= open.end)
        #expect(queue.take().isEmpty)
    }

    /// The request of the task counts where no message named one; without any nothing is kept.
    @Test func aStepWithoutARequestIsNotKept() async {
        let queue = TraceQueue()
        let tracer = tracer(queue)
        await tracer.withSpan("nobody asked") { span in
            await Task.yield()
            #expect(!span.isRecording)
        }
        #expect(queue.take().isEmpty)
        await RequestScope.with("r-2") {
            await tracer.withSpan("asked") { span in
                await Task.yield()
                #expect(span.isRecording)
            }
        }
        #expect(queue.take().map(\.request) == ["r-2"])
    }

    @Test func whatIsTooMuchIsDropped() {
        let queue = TraceQueue()
        let tracer = tracer(queue)
        for index in 0..<(TraceQueue.capacity + 10) {
            let span = tracer.startSpan("step \(index)", context: .request("r"))
            for fact in 0..<20 { span.attributes["fact \(fact)"] = String(repeating: "x", count: 1000) }
            span.end()
            span.end()
        }
        let steps = queue.take()
        #expect(steps.count == TraceQueue.capacity && steps.last?.name == "step \(TraceQueue.capacity - 1)")
        #expect(steps.allSatisfy { $0.attributes.count == 8 })
        #expect(steps.allSatisfy { $0.attributes.values.allSatisfy { $0.count == 200 } })
    }

    @Test func aSecretIsNotKept() throws {
        let secret = "pass-\(RequestScope.makeID())"
        Secrets.register(secret)
        let queue = TraceQueue()
        let span = tracer(queue).startSpan("get \(secret)", context: .request("r"))
        span.attributes["url"] = "http://example.com/\(secret)/1.ts"
        span.setStatus(SpanStatus(code: .error, message: "refused \(secret)"))
        span.end()
        let step = try #require(queue.take().first)
        #expect(!"\(step)".contains(secret))
    }

    @Test func carriersWithNamesCarryTheRequest() {
        struct Headers: Injector, Extractor {
            func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
                carrier[key] = value
            }
            func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        }
        let tracer = tracer(TraceQueue())
        var headers: [String: String] = [:]
        tracer.inject(.request("r-3"), into: &headers, using: Headers())
        #expect(headers == ["x-request-id": "r-3"])
        var context = InstrumentationContext.topLevel
        tracer.extract(headers, into: &context, using: Headers())
        #expect(context.requestID == "r-3")
        tracer.extract(["x-request-id": "bad id\n"], into: &context, using: Headers())
        #expect(context.requestID != "bad id\n")
    }

    @Test func stepsComeBackOutOfRedis() async throws {
        try await withRedis { redis, prefix in
            let keys = Keys(prefix: prefix)
            let store = TraceStore(redis: redis, keys: keys)
            let queue = TraceQueue()
            let (one, other) = ("r-4", "r-5")
            for index in 0..<5 {
                tracer(queue).startSpan("step \(index)", context: .request(one)).end()
            }
            tracer(queue).startSpan("alone", context: .request(other)).end()
            await TraceWriter(queue: queue, store: store, logger: quietLogger()).flush()
            let steps = try await store.spans(of: one)
            #expect(steps.map(\.name) == (0..<5).map { "step \($0)" })
            #expect(try await store.spans(of: other).map(\.name) == ["alone"])
            #expect(try await store.spans(of: "unknown").isEmpty)
            let left = try await redis.send(["PTTL", .text(keys.traces)]).integer ?? 0
            #expect((1...TraceStore.lifetime).contains(left))
            // What cannot be read does not hide the rest.
            _ = try await redis.send(["RPUSH", .text(keys.traces), "{}"])
            #expect(try await store.spans(of: other).map(\.name) == ["alone"])
        }
    }
    /// However many requests start something, or try to: one list of bounded length.
    @Test func theOldestStepsOfAllGo() async throws {
        try await withRedis { redis, prefix in
            let keys = Keys(prefix: prefix)
            let store = TraceStore(redis: redis, keys: keys)
            func step(_ number: Int) -> TraceSpan {
                TraceSpan(
                    request: "r-\(number)", id: "\(number)", parent: nil, service: "gateway", instance: "g",
                    name: "step",
                    start: 0, end: 1)
            }
            try await store.append((0..<TraceStore.most).map(step))
            try await store.append([step(TraceStore.most)])
            #expect(try await store.spans(of: "r-0").isEmpty)
            #expect(try await store.spans(of: "r-1").count == 1)
            #expect(try await store.spans(of: "r-\(TraceStore.most)").count == 1)
            #expect(try await redis.send(["LLEN", .text(keys.traces)]).integer == Int64(TraceStore.most))
        }
    }
}
