import Foundation
import TestSupport
import Testing

@testable import DemoProvider

@Suite struct FilmTests {
    private func target(_ provider: DemoProviderProcess, _ path: String) async throws -> String {
        let answer = try await SimpleHTTP.send("GET", provider.panel + path)
        return try #require(answer.header("location"))
    }

    private func file(_ id: Int64) async throws -> (film: Film, bytes: [UInt8]) {
        let film = try #require(MediaLibrary(folder: try await DemoMedia.folder()).film(id))
        return (film, [UInt8](try Data(contentsOf: URL(fileURLWithPath: film.path))))
    }

    @Test func rangesAreExact() async throws {
        let bytes = try await file(9061).bytes
        try await withDemoProvider { provider in
            let url = try await target(provider, "/movie/demo/demo/9061.mp4")
            let whole = try await SimpleHTTP.send("GET", url)
            #expect(whole.status == 200 && whole.body == bytes)
            let part = try await SimpleHTTP.send("GET", url, headers: [("range", "bytes=1000-1999")])
            #expect(part.status == 206 && part.body == Array(bytes[1000..<2000]))
            #expect(part.header("content-range") == "bytes 1000-1999/\(bytes.count)")
            let tail = try await SimpleHTTP.send("GET", url, headers: [("range", "bytes=-500")])
            #expect(tail.status == 206 && tail.body == Array(bytes.suffix(500)))
            let beyond = try await SimpleHTTP.send("GET", url, headers: [("range", "bytes=\(bytes.count)-")])
            #expect(beyond.status == 416)
            #expect(beyond.header("content-range") == "bytes */\(bytes.count)")
            let head = try await SimpleHTTP.send("HEAD", url)
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.header("content-length") == "\(bytes.count)")
            #expect(try await provider.opened("vod-9061") == 3, "HEAD and 416 open nothing")
        }
    }

    @Test func episodesAreFoundByIdAndByPlace() async throws {
        try await withDemoProvider { provider in
            for path in ["/series/demo/demo/550102.mp4", "/series/demo/demo/55/1/2.mp4"] {
                let url = try await target(provider, path)
                #expect(try await SimpleHTTP.send("HEAD", url).status == 200)
            }
            #expect(try await SimpleHTTP.send("GET", provider.panel + "/series/demo/demo/55/1/9.mp4").status == 404)
        }
    }

    @Test func aSecondReaderKillsTheFirstOrCountsAsOneMore() async throws {
        try await withDemoProvider(options: ["--throttle", "0.5"]) { provider in
            let path = "/movie/demo/demo/1906.mkv"
            let first = try await MediaConnection.open(provider, path)
            try await first.waitForBytes(1000)
            let second = try await MediaConnection.open(provider, path)
            try await first.waitForClose()
            try await second.waitForBytes(1000)
            try await provider.change(["one_reader_per_title": "false"])
            let third = try await MediaConnection.open(provider, path)
            try await third.waitForBytes(1000)
            #expect(!second.isClosed)
            #expect(try await provider.counters().open == 2)
            await second.close()
            await third.close()
        }
    }

    @Test func filmsAreThrottledAfterTheirBeginning() async throws {
        let film = try await file(9061).film
        try await withDemoProvider { provider in
            let url = try await target(provider, "/movie/demo/demo/9061.mp4")
            #expect(try await SimpleHTTP.send("GET", url).body.count == Int(film.size))
            // 200 kb/s at most, whatever is known of the film by now: far too slow to end soon.
            try await provider.change(["throttle": "0.1"])
            let slow = try await MediaConnection.open(provider, "/movie/demo/demo/9061.mp4")
            try await slow.waitForBytes(Int(film.size) * 3 / 100)
            let answer = try await SimpleHTTP.send("GET", provider.panel + "/control/connections", seconds: 5)
            #expect(answer.status == 200)
            #expect(slow.received < Int(film.size) / 2)
            #expect(!slow.isClosed)
            await slow.close()
        }
    }

    @Test(
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-0", .part(0..<1)), ("bytes=5-", .part(5..<100)),
            ("bytes=-7", .part(93..<100)),
            ("bytes=-700", .part(0..<100)), ("bytes=50-700", .part(50..<100)), ("bytes=100-", .unsatisfiable),
            ("bytes=-0", .unsatisfiable), ("bytes=9-3", .whole), ("bytes=1-2,4-5", .whole), ("items=1-2", .whole),
            ("bytes=x-2", .whole), ("bytes=-", .whole), ("bytes=99999999999999999999-", .whole),
        ] as [(String?, ByteRange)])
    func rangeHeaders(header: String?, expected: ByteRange) {
        #expect(ByteRange(header: header, size: 100) == expected)
    }
}
