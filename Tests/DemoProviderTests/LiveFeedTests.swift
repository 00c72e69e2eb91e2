import TestSupport
import Testing

@testable import DemoProvider

@Suite struct LiveFeedTests {
    private func plan(_ id: Int64, version: UInt8? = nil) async throws -> LoopPlan {
        let library = try MediaLibrary(folder: try await DemoMedia.folder())
        return try #require(library.channels.first { $0.id == id }).plan(tableVersion: version)
    }

    private func span(_ plan: LoopPlan, start: Int64 = 0, generation: Int = 0) -> LiveSpan {
        LiveSpan(plan: plan, start: start, generation: generation, firstSegment: 0)
    }

    @Test(arguments: [0, 12345, 90000, 1_400_000, 1_450_000, 10_000_000] as [Int64])
    func burstBeginsWithTablesAndAKeyFrameWithinTwoSeconds(position: Int64) async throws {
        let span = span(try await plan(7))
        var feed = LiveFeed(joining: span, at: position, burst: 180_000)
        #expect(position - feed.position <= 180_000)
        var bytes: [UInt8] = []
        feed.write(until: position, newest: span, base: 0, limit: .max / 2, into: &bytes)
        feed.write(until: position + 90000, newest: span, base: 0, limit: .max / 2, into: &bytes)
        let listing = TransportListing(bytes)
        #expect(listing.firstPIDs.contains(0))
        #expect(listing.randomAccessFirst == true)
        #expect(listing.continuityErrors == 0)
    }

    @Test func allViewersGetTheSameTimesAtTheSameMoment() async throws {
        let span = span(try await plan(7))
        var early = LiveFeed(joining: span, at: 0, burst: 0)
        var late = LiveFeed(joining: span, at: 4_000_000, burst: 0)
        var first: [UInt8] = []
        var second: [UInt8] = []
        early.write(until: 4_500_000, newest: span, base: 5, limit: .max / 2, into: &first)
        late.write(until: 4_500_000, newest: span, base: 5, limit: .max / 2, into: &second)
        let one = TransportListing(first)
        let two = TransportListing(second)
        #expect(one.clocks.last == two.clocks.last)
        #expect(try #require(one.presentation[one.video]).suffix(10) == two.presentation[two.video]?.suffix(10))
    }

    @Test func anotherFileGoesOnWhereTheFirstStopped() async throws {
        let first = span(try await plan(7))
        let second = span(try await plan(9, version: 1), start: 450_000, generation: 1)
        var feed = LiveFeed(joining: first, at: 0, burst: 0)
        var bytes: [UInt8] = []
        feed.write(until: 400_000, newest: first, base: 0, limit: .max / 2, into: &bytes)
        feed.write(until: 900_000, newest: second, base: 0, limit: .max / 2, into: &bytes)
        let listing = TransportListing(bytes)
        #expect(listing.continuityErrors == 0)
        let steps = TransportListing.steps(listing.clocks)
        #expect(try #require(steps.min()) >= 0)
        #expect(try #require(steps.max()) <= 18000)
    }

    @Test func aNewTableVersionKeepsAValidChecksum() async throws {
        let plan = try await plan(7, version: 9)
        for index in plan.tables {
            var bytes: [UInt8] = []
            plan.append(index, base: 0, continuity: 0, to: &bytes)
            let section = try #require(Section(TransportPacket(start: 0), bytes))
            #expect(bytes[section.start + 5] >> 1 & 0x1F == 9)
            #expect(SectionVersion.checksum(bytes, section.start..<section.end + 4) == 0)
        }
    }

    @Test func segmentsOfTheHLSFaceJoinExactly() async throws {
        let span = span(try await plan(7))
        let segmenter = LiveSegmenter(span)
        let window = segmenter.window(at: span.plan.length * 2 + 500_000, count: 12)
        #expect(window.count == 12)
        let bytes = window.flatMap { segmenter.bytes(number: $0.number, base: 0) ?? [] }
        let listing = TransportListing(bytes)
        #expect(TransportListing.steps(try #require(listing.decoding[listing.video])) == [3600])
        for (one, next) in zip(window, window.dropFirst()) {
            #expect(next.number == one.number + 1)
            #expect(next.start == one.start + one.duration)
        }
    }
}
