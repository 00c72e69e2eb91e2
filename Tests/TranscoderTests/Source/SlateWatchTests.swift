import Contracts
import Media
import Testing

@testable import Live

/// What is a slate, and what only looks like one.
@Suite struct SlateWatchTests {
    /// Packets in which pictures begin, `seconds` × 40 of them, with times from `start` on.
    private func film(from start: Int, units: Int, content: Int = 0) -> [[UInt8]] {
        (start..<(start + units)).map { number in
            var packet = [UInt8](repeating: UInt8((number + content) & 0xFF), count: 188)
            let time = [UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)]
            packet.replaceSubrange(0..<13, with: [0x47, 0x41, 0, 0x10, 0, 0, 1, 0xE0, 0, 0, 0x80, 0x80, 5])
            packet.replaceSubrange(14..<17, with: time)
            packet[20] = UInt8(content & 0xFF)
            return packet
        }
    }

    private func verdicts(
        _ packets: [[UInt8]], memory: SlateMemory = SlateMemory(), earlier: SourceBeginning? = nil
    ) -> [SlateWatch.Verdict] {
        var watch = SlateWatch(memory: memory, earlier: earlier)
        return packets.map { watch.look(at: $0[...]) }
    }

    @Test func aChannelIsNone() {
        #expect(Set(verdicts(film(from: 0, units: 30_000))) == [.channel])
    }

    @Test func aLoopIsKnownWhenItBeginsForTheThirdTime() throws {
        let round = film(from: 0, units: 300)
        let found = try #require(verdicts(round + round + round).firstIndex(of: .slate))
        #expect((600..<640).contains(found))
    }

    @Test func continuityCountersDoNotMatter() {
        let round = film(from: 0, units: 300)
        let packets = (round + round + round).enumerated().map { number, packet in
            var packet = packet
            packet[3] = 0x10 | UInt8(number & 15)
            return packet
        }
        #expect(verdicts(packets).contains(.slate))
    }

    /// Some senders begin again a little before where they broke off, and twice the same packet is legal.
    @Test func whatIsSentTwiceIsNoLoop() {
        let all = film(from: 0, units: 2_000)
        #expect(!verdicts(Array(all[..<1000]) + Array(all[700...])).contains(.slate))
        #expect(!verdicts(all.flatMap { [$0, $0] }).contains(.slate))
    }

    /// Timestamps of some channels begin again with each programme; the pictures are others.
    @Test func timesThatBeginAgainAreNoLoop() {
        let programmes = (0..<10).flatMap { film(from: 0, units: 300, content: $0) }
        #expect(Set(verdicts(programmes)) == [.channel])
    }

    @Test func aSeamThatDiffersDoesNotHideALoop() {
        let rounds = (0..<4).flatMap { round in film(from: 0, units: 300) + film(from: 90_000 + round, units: 1) }
        #expect(verdicts(rounds).contains(.slate))
    }

    @Test func whatBeginsAsLongBeforeIsTheSameFile() throws {
        var watch = SlateWatch(memory: SlateMemory(), earlier: nil)
        let film = film(from: 0, units: 100)
        for packet in film { _ = watch.look(at: packet[...]) }
        let beginning = try #require(watch.beginning)
        let again = verdicts(film, earlier: beginning)
        #expect(again.firstIndex(of: .slate) == 15)
        #expect(Set(again[..<15]) == [.suspect])
        #expect(!verdicts(self.film(from: 50, units: 100), earlier: beginning).contains(.slate))
    }

    @Test func aKnownSlateIsKnownAtOnceAndElsewhere() {
        let memory = SlateMemory()
        let round = film(from: 0, units: 300)
        #expect(verdicts(round + round + round, memory: memory).contains(.slate))
        #expect(verdicts(round, memory: memory).firstIndex(of: .slate) == 15)
        // It only begins like one.
        let other = Array(round[..<10]) + film(from: 10, units: 100, content: 7)
        #expect(!verdicts(other, memory: memory).contains(.slate))
        #expect(verdicts(other, memory: memory).last == .channel)
    }

    // MARK: Health

    private func health(_ connected: Int64?, _ lost: Int64, _ error: LiveSourceError) -> SourceHealth {
        var health = SourceHealth(settings: LiveEngineSettings(), now: 0)
        if let connected { health.connected(at: connected * 1_000_000_000) }
        health.lost(error, at: lost * 1_000_000_000)
        return health
    }

    @Test func aChannelOfWhichOnlyASlateWasSeenFails() {
        #expect(health(0, 20, .slate).slateFailure == .failed(LiveSourceError.slate.reason))
        #expect(health(nil, 0, .slate).slateFailure != nil)
        #expect(health(0, 20, LiveSourceError(code: "gone", message: "Gone.")).slateFailure == nil)
    }

    @Test func aChannelThatHasRunIsTriedAgain() {
        // The slate came in the middle of a connection.
        #expect(health(0, 600, .slate).slateFailure == nil)
        var later = health(0, 40, LiveSourceError(code: "gone", message: "Gone."))
        later.connected(at: 41_000_000_000)
        later.lost(.slate, at: 50_000_000_000)
        #expect(later.slateFailure == nil && later.lastReason?.code == "provider_slate")
    }
}
