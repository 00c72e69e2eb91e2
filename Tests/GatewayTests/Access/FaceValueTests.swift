import Contracts
import Foundation
import NIOCore
import Testing

@testable import Gateway

/// The Xtream face's texts: what the provider is not trusted with (issue 4, acceptance).
@Suite struct FaceValueTests {
    private let rows = FaceRows(base: "https://tv.example", imageAccess: "")

    private func entry(_ name: String) -> Contracts.CatalogEntry {
        var entry = Contracts.CatalogEntry(id: 8, number: 1, name: name)
        entry.guideID = "demo.8\"<"
        return entry
    }

    @Test func namesCannotBreakOutOfAPlaylist() {
        let guest = FaceGuest(name: "a b", password: "p/ä?", viewer: nil)
        let playlist = FacePlaylist(rows: rows, guest: guest, output: "ts", qualities: ["360p"])
        let text = playlist.channel(entry("News\"\r\n#EXTINF:-1,evil\nhttp://evil/\u{2028}x"), group: "a\nb")
        let lines = text.split(separator: "\r\n")
        #expect(lines.count == 4 && lines.filter { $0.hasPrefix("#EXTINF:-1 ") }.count == 2, "\(text)")
        #expect(lines[1] == "https://tv.example/live/a%20b/p%2F%C3%A4%3F/8.ts")
        #expect(lines[3].hasSuffix("/8.ts?quality=360p") && !text.contains("\u{2028}"))
        #expect(lines[0].filter { $0 == "\"" }.count == 8)
    }

    @Test func namesCannotBreakOutOfXML() throws {
        let text =
            FaceXMLTV.head + FaceXMLTV.channel(entry("</tv><script>&\u{1}"), icon: "")
            + FaceXMLTV.programme(
                .init(title: "]]><x>", description: "a & b", start: 1_795_000_000, end: 1_795_003_600), of: entry("x"))
            + FaceXMLTV.foot
        let parser = XMLNames(text)
        #expect(parser.names == ["tv", "channel", "display-name", "programme", "title", "desc"], "\(text)")
        #expect(text.contains("start=\"20261118") && text.contains(" +0000\""))
    }

    @Test func percentTextIsReadBack() {
        for text in ["", "plain-._~", "a b/c?d#e&f=g", "äöü€🎬", "100%"] {
            #expect(PercentText.decode(PercentText.encode(text)) == text)
        }
        for odd in ["%", "%2", "%zz", "%ff"] { #expect(PercentText.decode(odd) == nil) }
    }

    @Test func filesAreNamedAsPanelsNameThem() {
        #expect(FaceFile("1906.MKV").number == "1906" && FaceFile("1906.MKV").container == "mkv")
        #expect(FaceFile("8").container == nil && FaceFile("").number == "")
        #expect(FaceFile("8.m3u8.ts").container == "m3u8.ts")
    }

    @Test func theAccountIsToldAsPanelsDo() throws {
        let guest = FaceGuest(name: "ama", password: "pw", viewer: nil)
        let data = JSONBody.encode(FaceAccount(guest, base: "https://[::1]:3443", playing: 1, now: 1_795_000_000_000))
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(data.readableBytesView)) as? [String: [String: Any]])
        #expect(json["user_info"]?["auth"] as? Int == 1 && json["user_info"]?["active_cons"] as? String == "1")
        // `int(None)` is what some apps make of an end that is not told.
        #expect((json["user_info"]?["exp_date"] as? String).flatMap { Int32($0) } != nil)
        #expect(json["server_info"]?["url"] as? String == "[::1]")
        #expect(json["server_info"]?["https_port"] as? String == "3443")
        #expect(json["server_info"]?["time_now"] as? String == "2026-11-18 11:06:40")
    }
}

/// Names of the elements of a well-formed document, in order, each once; empty if it is none.
private final class XMLNames {
    private(set) var names: [String] = []

    init(_ text: String) {
        var open: [Substring] = []
        var rest = text.drop { $0 != "?" }.drop { $0 != ">" }.dropFirst()
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let tag = rest[rest.index(after: start)..<end]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else {
                    names = []
                    return
                }
            } else {
                let name = tag.prefix { $0 != " " && $0 != "/" }
                if !names.contains(String(name)) { names.append(String(name)) }
                if !tag.hasSuffix("/") { open.append(name) }
            }
            rest = rest[rest.index(after: end)...]
        }
        if !open.isEmpty { names = [] }
    }
}
