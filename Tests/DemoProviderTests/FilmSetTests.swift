import Foundation
import TestSupport
import Testing

@testable import DemoProvider

/// The made films are what `docs/demo-provider.md` says, as `ffprobe` sees them.
@Suite struct FilmSetTests {
    private func film(_ id: Int64) async throws -> Film {
        try #require(MediaLibrary(folder: try await DemoMedia.folder()).film(id))
    }

    private func probe(_ id: Int64) async throws -> ControlValue {
        let output = FileManager.default.temporaryDirectory.path + "/probe-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let arguments = ["-v", "quiet", "-show_format", "-show_streams", "-of", "json", "-o", output]
        let child = try TestSupport.ChildProcess("ffprobe", arguments + [try await film(id).path])
        _ = try await child.waitForExit()
        return try ControlValue(json: [UInt8](Data(contentsOf: URL(fileURLWithPath: output))))
    }

    private func bytes(_ id: Int64) async throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: try await film(id).path)))
    }

    private func count(_ pattern: [UInt8], in bytes: [UInt8]) -> Int {
        Data(bytes).ranges(of: Data(pattern)).count
    }

    @Test(arguments: [
        (1901, "matroska", "h264", "aac"), (1902, "mp4", "h264", "aac"), (1903, "matroska", "hevc", "ac3"),
        (1904, "matroska", "hevc", "aac"), (1905, "mp4", "h264", "aac"), (1907, "avi", "mpeg4", "mp3"),
        (1908, "avi", "mpeg4", "mp3"), (1909, "flv", "h264", "aac"), (1910, "flv", "h264", "aac"),
        (1911, "mpegts", "h264", "aac"), (1912, "matroska", "h264", "aac"), (1913, "matroska", "h264", "aac"),
        (1914, "matroska", "h264", "aac"), (1915, "matroska", "h264", "aac"), (1916, "mp4", "h264", "aac"),
        (1917, "avi", "mpeg4", "mp3"), (1918, "matroska", "h264", "aac"), (1919, "mp4", "h264", ""),
        (1920, "matroska", "h264", "aac"), (1921, "matroska", "h264", "aac"), (1922, "matroska", "h264", "aac"),
        (1923, "matroska", "h264", "aac"), (1926, "mp4", "h264", "aac"),
    ]) func eachIsWhatItIsSaidToBe(id: Int64, format: String, video: String, audio: String) async throws {
        let report = try await probe(id)
        #expect(report["format"]["format_name"].text?.contains(format) == true)
        let streams = report["streams"].list
        #expect(streams.first { $0["codec_type"].text == "video" }?["codec_name"].text == video)
        #expect(streams.first { $0["codec_type"].text == "audio" }?["codec_name"].text ?? "" == audio)
    }

    @Test func theOdditiesAreThere() async throws {
        func video(_ id: Int64) async throws -> ControlValue { try await probe(id)["streams"][0] }
        #expect(try await video(1904)["pix_fmt"].text == "yuv420p10le")
        #expect(try await video(1904)["color_transfer"].text == "smpte2084")
        #expect(try await video(1913)["avg_frame_rate"].text == "24000/1001")
        // "tt" or "tb": both display the top field first.
        #expect(try await video(1915)["field_order"].text?.hasPrefix("t") == true)
        #expect(try await abs(video(1916)["side_data_list"][0]["rotation"].int ?? 0) == 90)
        let odd = try await video(1917)
        #expect(odd["width"].int == 853 && odd["height"].int == 479)
        #expect(try await video(1918)["sample_aspect_ratio"].text == "64:45")
        let late = try await video(1920)["start_time"].text.flatMap { Double($0) } ?? 0
        #expect(late > 1.4 && late < 1.6)
        let tracks = try await probe(1922)["streams"].list
        #expect(tracks.map { $0["codec_name"].text } == ["h264", "aac", "aac", "subrip", "ass"])
        #expect(tracks.dropFirst().map { $0["tags"]["language"].text } == ["fra", "eng", "fra", "eng"])
        #expect(try await probe(1903)["streams"][1]["channels"].int == 6)
    }

    @Test func indexesAreMissingWhereTheyShall() async throws {
        #expect(count(Array("idx1".utf8), in: try await bytes(1907)) == 1)
        #expect(count(Array("idx1".utf8), in: try await bytes(1908)) == 0)
        let cues: [UInt8] = [0x1C, 0x53, 0xBB, 0x6B]
        #expect(count(cues, in: try await bytes(1901)) >= 2)
        #expect(count(cues, in: try await bytes(1912)) == 0)
        #expect(count(Array("keyframes".utf8), in: try await bytes(1909)) == 1)
        #expect(count(Array("keyframes".utf8), in: try await bytes(1910)) == 0)
        let (front, end) = (try await bytes(1902), try await bytes(1905))
        #expect(Data(front).range(of: Data("moov".utf8))?.lowerBound ?? .max < 1000)
        #expect(Data(end).range(of: Data("moov".utf8))?.lowerBound ?? 0 > end.count / 2)
        let (whole, cut) = (try await bytes(1901).count, try await bytes(1921).count)
        #expect(cut == whole * 60 / 100)
    }

    @Test func whatIsNoFilmIsServedAllTheSame() async throws {
        try await withDemoProvider { provider in
            func get(_ file: String) async throws -> SimpleHTTP.Answer {
                let answer = try await SimpleHTTP.send("GET", provider.panel + "/movie/demo/demo/" + file)
                return try await SimpleHTTP.send("GET", try #require(answer.header("location")))
            }
            let page = try await get("1924.mp4")
            #expect(page.status == 200 && page.text.hasPrefix("<!DOCTYPE html>"))
            let empty = try await get("1925.mkv")
            #expect(empty.status == 200 && empty.body.isEmpty)
            let series = try await provider.login("&action=get_series_info&series_id=55")
            #expect(series["episodes"]["2"].list.map { $0["id"].int } == [550_201, 550_202, 550_203])
        }
    }
}
