/// Films in every container, with the oddities of the wild: 1901 to 1926, and the second season of series 55. The numbers
/// stay; see `docs/demo-provider.md`. Change `version` with any change here.
///
/// Most are made of few encodings, so that all of it takes less than a minute on two cores.
enum DemoFilmSet {
    static let version = "1"

    /// Recipes of one stage need only what earlier stages made.
    static var stages: [[FilmRecipe]] { [encodings + texts, remuxes, edits] }

    private static let clock = "movies/1905 MP4 moov at the end.mp4"
    private static let faststart = "movies/1902 MP4 faststart.mp4"
    private static let matroska = "movies/1901 MKV H.264 AAC.mkv"
    private static let avi = "movies/1907 AVI MPEG-4 MP3.avi"
    private static let languages = "parts/two languages.mkv"

    private static func pattern(_ title: String, seconds: String = "24") -> TestPattern {
        TestPattern(width: 854, height: 480, seconds: seconds, title: title)
    }

    private static func hevc(_ parameters: String = "") -> [String] {
        ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=50:log-level=none" + parameters]
    }

    // MARK: Encodings

    private static var encodings: [FilmRecipe] { plainEncodings + oddRates + oddShapes }

    private static var plainEncodings: [FilmRecipe] {
        let base = TestPattern(seconds: "40", title: "720p H.264 AAC")
        let surround = pattern("HEVC, AC-3 5.1")
        let tones = pattern("fra 1000 Hz, eng 1500 Hz")
        return [
            .encode(clock, base, video: MediaRecipe.h264(gop: 50), format: "mp4"),
            .encode(
                "movies/1903 MKV HEVC AC-3 5.1.mkv", surround, audio: [surround.audio(layout: "5.1", channels: 6)],
                video: hevc(), sound: ["-c:a", "ac3", "-b:a", "384k"], format: "matroska"),
            .encode(
                "movies/1904 MKV HEVC 10-bit HDR10.mkv", pattern("HEVC 10 bit HDR10"),
                video: ["-pix_fmt", "yuv420p10le"]
                    + hevc(
                        ":hdr10=1:range=limited:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
                            + ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
                            + ":max-cll=1000,400")
                    + ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"],
                format: "matroska"),
            .encode(
                avi, pattern("AVI MPEG-4 MP3"), video: ["-c:v", "mpeg4", "-vtag", "xvid", "-q:v", "5", "-g", "50"],
                sound: ["-c:a", "libmp3lame", "-b:a", "128k"], format: "avi"),
            .encode(
                languages, tones, audio: [tones.audio(), tones.audio(tone: 1500)], video: MediaRecipe.h264(gop: 50),
                format: "matroska"),
            .encode(
                "movies/1926 MP4 one key frame.mp4", pattern("one key frame"), video: MediaRecipe.h264(gop: 1000),
                format: "mp4"),
        ]
    }

    private static var oddRates: [FilmRecipe] {
        var cinema = pattern("23.976 fps", seconds: "24.024")
        (cinema.rate, cinema.framesPerFlash) = ("24000/1001", 24)
        var fields = TestPattern(width: 720, height: 576, seconds: "24", title: "576i25")
        (fields.rate, fields.framesPerFlash, fields.motion) = ("50", 50, 8)
        // Half the pictures for two seconds, then all of them; those with a flash always.
        let varying = "select='eq(mod(n,25),0)+lt(mod(n,100),50)*not(mod(n,2))+gte(mod(n,100),50)'"
        return [
            .encode(
                "movies/1913 MKV 23.976 fps.mkv", cinema, audio: [cinema.audio(period: "1.001")],
                video: MediaRecipe.h264(gop: 48), format: "matroska"),
            .encode(
                "movies/1914 MKV variable frame rate.mkv", pattern("variable frame rate"),
                video: ["-vf", varying, "-vsync", "vfr"] + MediaRecipe.h264(gop: 50), format: "matroska"),
            .encode(
                "movies/1915 MKV interlaced.mkv", fields,
                video: ["-vf", "interlace=scan=tff:lowpass=off,setsar=16/15"]
                    + MediaRecipe.h264(gop: 50, options: ["-flags:v", "+ildct+ilme", "-x264-params", "tff=1"]),
                format: "matroska"),
        ]
    }

    private static var oddShapes: [FilmRecipe] {
        [
            .encode(
                "movies/1917 AVI odd size.avi", pattern("853 x 479"),
                video: ["-vf", "scale=853:479", "-c:v", "mpeg4", "-vtag", "xvid", "-q:v", "5", "-g", "50"],
                sound: ["-c:a", "libmp3lame", "-b:a", "128k"], format: "avi"),
            .encode(
                "movies/1918 MKV anamorphic.mkv",
                TestPattern(width: 720, height: 576, seconds: "24", title: "576p SAR 64-45"),
                video: ["-vf", "setsar=64/45"] + MediaRecipe.h264(gop: 50), format: "matroska"),
            .encode(
                "movies/1919 MP4 no audio.mp4", pattern("no audio"), audio: [], video: MediaRecipe.h264(gop: 50),
                format: "mp4"),
        ]
    }

    // MARK: Made of others

    private static var remuxes: [FilmRecipe] {
        let season = "series/55 Demo series/S02E0"
        return [
            .remux(matroska, of: clock, format: ["-f", "matroska"]),
            .remux(faststart, of: clock, format: ["-f", "mp4", "-movflags", "+faststart"]),
            .remux(
                "movies/1909 FLV with key frames.flv", of: clock,
                format: ["-f", "flv", "-flvflags", "add_keyframe_index"]
            ),
            .remux("movies/1910 FLV without key frames.flv", of: clock, format: ["-f", "flv"]),
            .remux("movies/1911 TS.ts", of: clock, format: ["-f", "mpegts"]),
            .remux(
                "movies/1920 MKV late picture.mkv", of: clock,
                inputs: ["-itsoffset", "1.5", "-i", "{folder}/" + clock], maps: ["-map", "1:v", "-map", "0:a"],
                format: ["-f", "matroska"]),
            .remux(
                "movies/1922 MKV languages and subtitles.mkv", of: languages,
                inputs: ["-i", "{folder}/" + DemoSubtitles.french, "-i", "{folder}/" + DemoSubtitles.english],
                maps: ["-map", "0", "-map", "1", "-map", "2"],
                format: [
                    "-metadata:s:a:0", "language=fra", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0",
                    "language=fra", "-metadata:s:s:1", "language=eng", "-f", "matroska",
                ]),
            .remux(season + "1 Back again.avi", of: avi, format: ["-f", "avi"]),
            .remux(season + "2 Still here.flv", of: clock, format: ["-f", "flv"]),
            .remux(season + "3 The end.ts", of: clock, format: ["-f", "mpegts"]),
        ]
    }

    private static var edits: [FilmRecipe] {
        [
            FilmRecipe(path: "movies/1908 AVI without index.avi", origin: .edit(of: avi, .withoutIndex)),
            FilmRecipe(path: "movies/1912 MKV without Cues.mkv", origin: .edit(of: matroska, .withoutCues)),
            FilmRecipe(path: "movies/1916 MP4 turned.mp4", origin: .edit(of: faststart, .turned)),
            FilmRecipe(path: "movies/1921 MKV truncated.mkv", origin: .edit(of: matroska, .cut(percent: 60))),
            FilmRecipe(path: "movies/1923 MKV named MP4.mp4", origin: .edit(of: matroska, .copy)),
        ]
    }

    private static var texts: [FilmRecipe] {
        [
            FilmRecipe(
                path: "movies/1924 A page.mp4",
                origin: .text("<!DOCTYPE html><html><body><h1>This film was removed</h1></body></html>\n")),
            FilmRecipe(path: "movies/1925 Empty.mkv", origin: .text("")),
            FilmRecipe(path: DemoSubtitles.french, origin: .text(DemoSubtitles.srt)),
            FilmRecipe(path: DemoSubtitles.english, origin: .text(DemoSubtitles.ass)),
        ]
    }
}
