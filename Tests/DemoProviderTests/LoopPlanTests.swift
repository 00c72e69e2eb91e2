import Foundation
import TestSupport
import Testing

@testable import DemoProvider

/// The restamper, faster than real time: three rounds of a file must look like one endless stream.
@Suite struct LoopPlanTests {
    private func plan(_ id: Int) async throws -> LoopPlan {
        let library = try MediaLibrary(folder: try await DemoMedia.folder())
        return try #require(library.channels.first { $0.id == Int64(id) }).plan()
    }

    private func rounds(_ plan: LoopPlan, _ count: Int64, base: Int64 = 900_000) -> TransportListing {
        let span = LiveSpan(plan: plan, start: 0, generation: 0, firstSegment: 0)
        var feed = LiveFeed(joining: span, at: 0, burst: 0)
        var bytes: [UInt8] = []
        feed.write(until: plan.length * count - 1, newest: span, base: base, limit: .max / 2, into: &bytes)
        return TransportListing(bytes)
    }

    @Test(arguments: [(7, 3600, 1920), (9, 3600, 2880), (11, 3600, 2160), (15, 3600, 1920)])
    func threeRoundsAreContinuous(id: Int, frame: Int64, sound: Int64) async throws {
        let plan = try await plan(id)
        let listing = rounds(plan, 3)
        #expect(listing.continuityErrors == 0)
        #expect(listing.lostSync == 0)
        #expect(TransportListing.steps(try #require(listing.decoding[listing.video])) == [frame])
        #expect(TransportListing.steps(try #require(listing.presentation[listing.audio])) == [sound])
        #expect(plan.length % frame == 0 && plan.length % sound == 0)
        let clockSteps = TransportListing.steps(listing.clocks)
        #expect(try #require(clockSteps.min()) > 0)
        #expect(try #require(clockSteps.max()) <= 9000, "PCR at least each 100 ms")
    }

    @Test func cadenceOf2997RunsOn() async throws {
        let listing = rounds(try await plan(16), 2)
        #expect(TransportListing.steps(try #require(listing.decoding[listing.video])) == [3003])
        #expect(TransportListing.steps(try #require(listing.presentation[listing.audio])) == [1920])
    }

    @Test func clockWrapsWithoutAStep() async throws {
        let plan = try await plan(7)
        let listing = rounds(plan, 2, base: WrappingTime.period - plan.length)
        #expect(TransportListing.steps(try #require(listing.decoding[listing.video])) == [3600])
        #expect(listing.clocks.contains { $0 > WrappingTime.period - 90000 })
        #expect(listing.clocks.contains { $0 < 90000 })
        #expect(try #require(TransportListing.steps(listing.clocks).max()) <= 9000)
    }

    @Test func filesThatAreNoTransportStreamAreRefused() async throws {
        #expect(throws: TransportStreamError.notTransportStream) { try LoopPlan([UInt8](repeating: 7, count: 5000)) }
        #expect(throws: TransportStreamError.notTransportStream) { try LoopPlan([]) }
        let nullPackets = (0..<20).flatMap { _ in [0x47, 0x1F, 0xFF, 0x10] + [UInt8](repeating: 0xFF, count: 184) }
        #expect(throws: TransportStreamError.noProgram) { try LoopPlan(nullPackets) }
    }
}
