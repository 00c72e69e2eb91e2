import Contracts
import Testing
import Upstream

@testable import TokenService

@Suite struct ListSplitterTests {
    private func split(_ text: String, pieces: Int, longest: Int = 64 * 1024) throws -> (
        elements: [String], skipped: Int
    ) {
        var splitter = ListSplitter(longest: longest)
        var elements: [String] = []
        let bytes = Array(text.utf8)
        var place = 0
        while place < bytes.count {
            let end = min(place + pieces, bytes.count)
            try splitter.feed(Array(bytes[place..<end])) { elements.append(String(decoding: $0, as: UTF8.self)) }
            place = end
        }
        try splitter.finish()
        return (elements, splitter.skipped)
    }

    /// However the bytes arrive.
    @Test(arguments: [1, 2, 3, 7, 1000]) func cutsAListIntoItsElements(pieces: Int) throws {
        let list = #"[ {"a":"x,]}\"","b":[1,{"c":2}]} , 7 ,"t\\",[], null ]"#
        #expect(
            try split(list, pieces: pieces).elements
                == [#"{"a":"x,]}\"","b":[1,{"c":2}]} "#, "7 ", #""t\\""#, "[]", "null "])
        #expect(try split("\u{feff}  []  ", pieces: pieces).elements.isEmpty)
        #expect(
            try split(#"{"0":{"a":1}, "12" : {"a":2}}"#, pieces: pieces).elements
                == [#"{"0":{"a":1}}"#, #"{"12" : {"a":2}}"#])
        #expect(try split("{}", pieces: pieces).elements.isEmpty)
    }

    @Test(arguments: ["", "  ", "<html>", #""text""#, "null", #"{"user_info":{"auth":0}}"#, #"{"0":1,"x":2}"#])
    func takesOnlyLists(text: String) { #expect(throws: ListSplitter.Failure.notAList) { try split(text, pieces: 3) } }

    @Test(arguments: ["[", "[1,2", #"[{"a":"]"#, #"{"0":{"a":1}"#])
    func noticesThatTheEndIsMissing(text: String) {
        #expect(throws: ListSplitter.Failure.truncated) { try split(text, pieces: 3) }
    }

    @Test func passesOverWhatIsTooLong() throws {
        let long = String(repeating: "x", count: 50)
        let (elements, skipped) = try split(#"[1,"\#(long)",2]"#, pieces: 5, longest: 20)
        #expect(elements == ["1", "2"] && skipped == 1)
    }
}

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws -> LenientJSON { try LenientJSON(Array(text.utf8)) }

    @Test func readsEveryKindOfValue() throws {
        #expect(
            try read(#" {"a":[1,-2.5,1e3,true,false,null,""],"b":{"c":"\u00e9\n\/\ud83d\ude00"}} "#)
                == .object([
                    "a": .list([.number(1), .number(-2.5), .number(1000), .flag(true), .flag(false), .null, .text("")]),
                    "b": .object(["c": .text("é\n/😀")]),
                ]))
    }

    @Test func forgivesWhatPanelsDo() throws {
        #expect(try read("\"a\u{1}\tb\"") == .text("a\u{1}\tb"))
        #expect(try LenientJSON([0x22, 0xe9, 0x22]) == .text("\u{fffd}"))
        #expect(try read(#""\ud83dx""#) == .text("\u{fffd}x"))
        #expect(try read(#"{"a":1,"a":2}"#) == .object(["a": .number(2)]))
    }

    @Test(arguments: [
        "", "  ", "{", "[1,]", "[1 2]", #"{"a"}"#, #"{"a":}"#, #"{a:1}"#, "tru", "nan", "+1", "0x10", "1e", #""a"#,
        #""\x""#, #""\u12g4""#, #""\u+123""#, "[] []", "<html>",
    ]) func refusesWhatIsNoJSON(text: String) { #expect(throws: JSONReader.Malformed.self) { try read(text) } }

    @Test func refusesBottomlessNesting() {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(throws: JSONReader.Malformed.self) { try read(deep) }
    }
}

@Suite struct EntryReadingTests {
    private func cleaner() throws -> PanelCleaner {
        PanelCleaner(
            panel: Panel(
                base: try UpstreamURL("http://panel.example:8080"), username: "some-user", password: "s3cret-word"))
    }

    private func read(_ text: String, _ kind: CatalogKind, place: Int = 9) throws -> EntryReading? {
        EntryReading(try LenientJSON(Array(text.utf8)), kind, place: place, try cleaner())
    }

    @Test func readsAChannel() throws {
        let reading = try #require(
            try read(
                #"""
                {"num":"3","name":" TF1\u0000 HD ","stream_type":"live","stream_id":"8","stream_icon":"/logos/8.png",
                "epg_channel_id":"tf1.fr","added":"1700000000","category_id":"2","category_ids":[2,"5"],"tv_archive":1,
                "tv_archive_duration":"7","is_adult":"1"}
                """#, .live))
        let entry = reading.entry
        #expect(entry.id == 8 && entry.number == 3 && entry.name == "TF1 HD" && entry.categories == [2, 5])
        #expect(entry.guideID == "tf1.fr" && entry.archiveDays == 7 && entry.added == 1_700_000_000 && entry.isAdult)
        #expect(reading.images == [entry.image: "http://panel.example:8080/logos/8.png"])
    }

    @Test func readsAFilm() throws {
        let entry = try #require(
            try read(
                #"""
                {"name":"The film (1999)","stream_id":7,"rating":"7.1","container_extension":"MKV","added":null,
                "category_id":null,"stream_icon":"http://panel.example/x?password=s3cret-word"}
                """#, .vod)
        ).entry
        #expect(entry.year == 1999 && entry.rating == 7.1 && entry.containerExtension == "mkv" && entry.number == 9)
        #expect(entry.image == nil && entry.added == nil && entry.categories.isEmpty)
    }

    @Test func readsASeries() throws {
        let entry = try #require(
            try read(
                #"""
                {"num":1,"name":"Série","series_id":55,"cover":"http://i.example/c.jpg","plot":"At some-user's PANEL.example",
                "cast":"A","director":"","genre":"Drama","releaseDate":"2001-01-02","last_modified":"1700000000",
                "rating":"","rating_5based":3.5,"backdrop_path":["http://i.example/b.jpg"],"youtube_trailer":"x1",
                "episode_run_time":"45","category_id":"20"}
                """#, .series)
        ).entry
        #expect(entry.id == 55 && entry.year == 2001 && entry.rating == 7 && entry.episodeMinutes == 45)
        #expect(entry.plot == "At …'s …" && entry.director == nil && entry.trailer == "x1")
        #expect(entry.image != nil && entry.backdrop != nil && entry.added == 1_700_000_000)
    }

    @Test(arguments: ["{}", "[]", "null", "7", #"{"name":"x"}"#, #"{"stream_id":7}"#, #"{"stream_id":-7,"name":"x"}"#])
    func takesNothingForNoEntry(text: String) throws { #expect(try read(text, .vod)?.entry == nil) }

    @Test func gathersChunksWithoutDoubles() throws {
        var load = CatalogLoad(kind: .vod, cleaner: try cleaner())
        func add(_ text: String) { Array(text.utf8).withUnsafeBufferPointer { load.add($0) } }
        let name = String(repeating: "long name ", count: 29)
        for id in 1...2000 { add(#"{"stream_id":\#(id),"name":"\#(name)","stream_icon":"http://i.example/\#(id)"}"#) }
        add(#"{"stream_id":7,"name":"again"}"#)
        add(#"{"3":{"stream_id":9000,"name":"of an object"}}"#)
        add("nonsense")
        load.finish()
        let chunks = load.take()
        #expect(load.entries == 2001 && load.skipped == 2 && chunks.count == load.chunks && chunks.count > 2)
        let lines = try chunks.flatMap { try #require(CatalogChunk.unpack($0.packed)) }
        #expect(lines.count == load.bytes && lines.count { $0 == 0x0a } == 2001)
        #expect(chunks.reduce(0) { $0 + $1.images.count } == 2000)
        #expect(load.take().isEmpty)
    }

    @Test func readsCategories() throws {
        let answer = try LenientJSON(
            Array(
                #"""
                [{"category_id":"10","category_name":"Films\t"},{"category_id":11,"category_name":null},{"category_id":"x"},
                {"category_id":10,"category_name":"again"},7]
                """#.utf8))
        #expect(
            CategoryReading.list(answer, try cleaner())
                == [CatalogCategory(id: 10, name: "Films"), CatalogCategory(id: 11, name: "11")])
    }

    @Test func readsAGuide() throws {
        let answer = try LenientJSON(
            Array(
                #"""
                {"epg_listings":[
                {"title":"TmV3cw==","description":"QWJvdXQu","start_timestamp":"2000","stop_timestamp":"3000"},
                {"title":"T2xk","description":"","start_timestamp":1,"stop_timestamp":900},
                {"title":"plain title!","start_timestamp":"1000","stop_timestamp":"2000"},
                {"title":"bm8gdGltZQ==","start":"2026-01-01 00:00:00"},{"title":"","start_timestamp":5,"stop_timestamp":9000}]}
                """#.utf8))
        let guide = GuideReading(answer, try cleaner(), now: 1000).metadata
        #expect(
            guide.programmes == [
                .init(title: "plain title!", description: nil, start: 1000, end: 2000),
                .init(title: "News", description: "About.", start: 2000, end: 3000),
            ])
    }
}
