import Logging
import Testing

@testable import Redis

/// However often it is tried again, an outage is told once.
@Suite struct RedisOutageTests {
    @Test func anOutageIsToldOnceAndItsEndToo() {
        var outage = RedisOutage()
        let first = [outage.connected(), outage.lost(wasGood: true)]
        #expect(first == [.info, .warning])
        let tries = (0..<100).map { _ in outage.failed() }
        #expect(tries == [.warning] + Array(repeating: .debug, count: 99))
        #expect(outage.attempts == 100)
        let back = [outage.connected(), outage.lost(wasGood: true)]
        #expect(back == [.info, .warning])
        #expect(outage.attempts == 0)
    }

    @Test func connectionsThatDoNotHoldArePartOfIt() {
        var outage = RedisOutage()
        let levels = (0..<50).flatMap { _ in [outage.connected(), outage.lost(wasGood: false)] }
        #expect(levels.filter { $0 != .debug } == [.info, .warning])
    }

    @Test func aServerThatWasNeverThereIsToldOnceToo() {
        var outage = RedisOutage()
        let levels = [outage.failed(), outage.failed(), outage.failed(), outage.connected()]
        #expect(levels == [.warning, .debug, .debug, .info])
    }
}
