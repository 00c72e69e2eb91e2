import Foundation
import TestSupport
import Testing

@testable import DemoProvider

/// Films misbehave on demand, and what is read of them is counted.
@Suite struct FilmFaultTests {
    private func target(_ provider: DemoProviderProcess, _ path: String = "/movie/demo/demo/9061.mp4") async throws
        -> String
    {
        let answer = try await SimpleHTTP.send("GET", provider.panel + path)
        return try #require(answer.header("location"))
    }

    private func part(_ url: String, _ range: String) async throws -> SimpleHTTP.Answer {
        try await SimpleHTTP.send("GET", url, headers: [("range", "bytes=" + range)], seconds: 10)
    }

    private func bytes(_ id: Int64) async throws -> [UInt8] {
        let film = try #require(MediaLibrary(folder: try await DemoMedia.folder()).film(id))
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: film.path)))
    }

    @Test func rangesLieInThreeWays() async throws {
        let bytes = try await bytes(9061)
        try await withDemoProvider { provider in
            let url = try await target(provider)
            try await provider.fault("range_lie", ["stream": "vod-9061"])
            let other = try await part(url, "5000-5999")
            #expect(other.status == 206 && other.header("content-range") == "bytes 4000-4999/\(bytes.count)")
            #expect(other.body == Array(bytes[4000..<5000]))
            try await provider.fault("range_lie", ["mode": "bytes"])
            let wrong = try await part(url, "5000-5999")
            #expect(wrong.header("content-range") == "bytes 5000-5999/\(bytes.count)")
            #expect(wrong.body == Array(bytes[4000..<5000]))
            try await provider.fault("range_lie", ["mode": "short"])
            let short = try? await part(url, "5000-5999")
            #expect(short?.body.count ?? 0 <= 500)
            let honest = try await part(url, "5000-5999")
            #expect(honest.status == 206 && honest.body == Array(bytes[5000..<6000]))
            let nonsense = try await SimpleHTTP.send("POST", provider.panel + "/control/fault?kind=range_lie&mode=x")
            #expect(nonsense.status == 400)
        }
    }

    @Test func rangesAreIgnoredAndFilesChange() async throws {
        let bytes = try await bytes(9061)
        try await withDemoProvider { provider in
            let url = try await target(provider)
            try await provider.fault("ignore_range")
            let whole = try await part(url, "5000-5999")
            #expect(whole.status == 200 && whole.body == bytes && whole.header("content-range") == nil)
            try await provider.fault("resize", ["times": "0"])
            #expect(try await part(url, "0-9").header("content-range") == "bytes 0-9/\(bytes.count - 4096)")
            #expect(try await part(url, "\(bytes.count - 10)-").status == 416)
            try await provider.control("clear")
            #expect(try await part(url, "0-9").header("content-range") == "bytes 0-9/\(bytes.count)")
        }
    }

    @Test func aTokenMayOpenOneConnectionOnly() async throws {
        try await withDemoProvider { provider in
            try await provider.change(["single_use_tokens": "true"])
            let url = try await target(provider)
            #expect(try await part(url, "0-9").status == 206)
            #expect(try await part(url, "0-9").status == 403)
            #expect(try await part(try await target(provider), "0-9").status == 206)
        }
    }

    @Test func whatIsReadIsCountedOnceAndTwice() async throws {
        let size = try await bytes(9061).count
        try await withDemoProvider { provider in
            let url = try await target(provider)
            _ = try await part(url, "0-99999")
            _ = try await part(url, "50000-149999")
            _ = try await part(url, "\(size - 1000)-")
            let first = try await provider.report("films")["vod-9061"]
            #expect(first["opened"].int == 3 && first["peak"].int == 1 && first["killed"].int == 0)
            #expect(first["bytes_sent"].int == 201_000 && first["bytes_distinct"].int == 151_000)
            try await provider.control("reset")
            #expect(try await provider.report("films")["vod-9061"]["opened"].int == nil)
        }
    }

    @Test func bytesAreCountedWhereverTheyLie() {
        var coverage = ByteCoverage()
        var model = Set<Int64>()
        var random = Seeded(state: 7)
        for _ in 0..<500 {
            let start = Int64.random(in: 0..<400, using: &random)
            let range = start..<start + Int64.random(in: 0..<30, using: &random)
            coverage.insert(range)
            model.formUnion(range)
            #expect(coverage.count == model.count)
        }
        for (range, next) in zip(coverage.ranges, coverage.ranges.dropFirst()) {
            #expect(range.upperBound < next.lowerBound)
        }
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 31
        }
    }
}
