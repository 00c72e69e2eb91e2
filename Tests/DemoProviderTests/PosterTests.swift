import Foundation
import TestSupport
import Testing

@testable import DemoProvider

@Suite struct PosterTests {
    @Test(arguments: [("vod-1906.png", 400, 600), ("series-55.png", 400, 600), ("live-8.png", 256, 256)])
    func aPosterIsAPicture(name: String, width: Int, height: Int) async throws {
        let png = try #require(PosterPainter(name)).png
        #expect(png.count < 60_000)
        try await MediaCommand.withTemporaryDirectory { directory in
            try MediaCommand.writeFile(png, "\(directory)/poster.png")
            let output = try await MediaCommand.run(
                "ffprobe",
                [
                    "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0",
                    "\(directory)/poster.png",
                ])
            #expect(output.trimmingCharacters(in: .whitespacesAndNewlines) == "png,\(width),\(height)")
        }
        #expect(try #require(PosterPainter(name)).png == png)
    }

    @Test(arguments: ["vod-.png", "vod-1906.jpg", "film-1.png", "vod-99999999999999999999.png", "../vod-1.png", ""])
    func nothingElseIsPainted(name: String) { #expect(PosterPainter(name) == nil) }

    @Test func theListsSayWherePostersAre() async throws {
        try await withDemoProvider(options: ["--padding-films", "50", "--padding-series", "30"]) { provider in
            for (action, field, count) in [
                ("get_live_streams", "stream_icon", 10), ("get_vod_streams", "stream_icon", 56),
                ("get_series", "cover", 31),
            ] {
                let list = try await provider.login("&action=" + action).list
                #expect(list.count >= count)
                // Some of the first have a JPEG in the media folder, and the last channel has nothing.
                let address = try #require(list.dropLast().last?[field].text)
                let answer = try await SimpleHTTP.send("GET", address)
                #expect(answer.status == 200 && answer.body.starts(with: [0x89, 0x50, 0x4e, 0x47]))
            }
            let categories = try await provider.login("&action=get_vod_categories").list
            #expect(categories.count == 21)
        }
    }
}
