import TestSupport
import Testing

@Suite struct MultivariantPlaylistTests {
    static let good = """
        #EXTM3U
        #EXT-X-VERSION:6
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Français",LANGUAGE="fr",DEFAULT=YES,AUTOSELECT=YES,URI="audio-fra.m3u8"
        #EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=700000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="a"
        360p.m3u8

        """

    @Test func aGoodOneIsGood() {
        let (playlist, violations) = MultivariantPlaylist.parse(Self.good)
        #expect(violations.list.isEmpty, "\(violations.list)")
        #expect(playlist.variants.first?.width == 640 && playlist.variants.first?.frameRate == 25)
        #expect(playlist.variants.first?.codecs == ["avc1.64001f", "mp4a.40.2"])
        #expect(playlist.media.first?.name == "Français")
    }

    @Test(arguments: [
        ("variant.bandwidth", "BANDWIDTH=900000,", ""), ("variant.bandwidth", ",AVERAGE-BANDWIDTH=700000", ""),
        ("variant.bandwidth", "=700000", "=950000"), ("variant.bandwidth", "=900000", "=9e5"),
        ("variant.codecs", ",CODECS=\"avc1.64001f,mp4a.40.2\"", ""), ("variant.codecs", "avc1.64001f", "avc1.x264"),
        ("variant.resolution", "RESOLUTION=640x360", "RESOLUTION=640"), ("variant.framerate", ",FRAME-RATE=25.000", ""),
        ("independent", "#EXT-X-INDEPENDENT-SEGMENTS\n", ""), ("media.group", "AUDIO=\"a\"", "AUDIO=\"b\""),
        ("media.attribute", "NAME=\"Français\",", ""), ("media.attribute", "AUTOSELECT=YES", "AUTOSELECT=NO"),
        ("variant.uri", "360p.m3u8\n", ""), ("attribute.twice", "AUDIO=\"a\"", "AUDIO=\"a\",AUDIO=\"a\""),
        ("attribute.syntax", "AUDIO=\"a\"", "AUDIO=\"a"), ("attribute.syntax", "AUDIO=\"a\"", "audio=\"a\""),
        ("tag.kind", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:4"), ("tag.unknown", "#EXT-X-VERSION:6", "#EXT-X-NEW"),
        ("uri", "360p.m3u8", "360 p.m3u8"),
    ])
    func aBrokenOneIsFound(rule: String, old: String, new: String) {
        let (_, violations) = MultivariantPlaylist.parse(Self.good.replacing(old, with: new))
        #expect(violations.list.contains { $0.rule == rule }, "\(violations.list)")
    }
}
