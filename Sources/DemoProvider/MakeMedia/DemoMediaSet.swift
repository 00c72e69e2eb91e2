/// What the demo folder holds. Change `version` with any change here, and every cache is made anew.
///
/// The live loops last a whole number of pictures, of sound frames and of beeps, so that nothing is irregular at their seams:
/// AAC (1024 samples) and 25 fps meet every 0.32 s, MP2 (1152) every 0.12 s, AC-3 (1536) every 0.16 s.
enum DemoMediaSet {
    static let version = "1"

    static var all: [MediaRecipe] { channels + oddChannels + films + [slate] }

    /// Not one of `DemoFilmSet`, some of which have no picture.
    static func holds(_ film: Film) -> Bool { all.contains { film.path.hasSuffix("/" + $0.path) } }

    private static func live(
        _ id: Int, _ name: String, _ pattern: TestPattern, audio: [String], offsets: [Int] = [], video: [String],
        sound: [String] = MediaRecipe.aac
    ) -> MediaRecipe {
        MediaRecipe(
            "live/\(id) \(name).ts", pattern, audio: audio, offsets: offsets, video: video, sound: sound,
            format: MediaRecipe.transportStream(service: name))
    }

    private static var channels: [MediaRecipe] {
        let light = TestPattern(width: 640, height: 360, title: "Light 360p", motion: 0)
        let plain = TestPattern(title: "720p25 H.264 AAC")
        var fast = TestPattern(title: "720p50")
        (fast.rate, fast.framesPerFlash, fast.seconds, fast.source) = ("50", 50, "8", "testsrc2")
        var full = TestPattern(width: 1920, height: 1080, title: "1080p25")
        full.seconds = "8"
        var american = TestPattern(title: "29.97 fps")
        (american.rate, american.framesPerFlash, american.seconds) = ("30000/1001", 30, "64.064")
        return [
            live(7, "Demo light 360p", light, audio: [light.audio()], video: MediaRecipe.h264(gop: 25)),
            live(8, "Demo 720p25", plain, audio: [plain.audio()], video: MediaRecipe.h264(gop: 25)),
            live(10, "Demo 720p50", fast, audio: [fast.audio()], video: MediaRecipe.h264(gop: 50)),
            live(
                16, "Demo 29.97 fps", american, audio: [american.audio(period: "1.001")],
                video: MediaRecipe.h264(gop: 30)),
            live(17, "Demo 1080p25", full, audio: [full.audio()], video: MediaRecipe.h264(gop: 25)),
        ]
    }

    private static var oddChannels: [MediaRecipe] {
        let hevc = TestPattern(seconds: "8", title: "HEVC 720p25")
        let silent = TestPattern(title: "no audio")
        let late = TestPattern(title: "audio 5 s late")
        let lateSound = TestPattern(seconds: "11", title: "")
        let two = TestPattern(title: "fra + eng")
        let languages = ["-metadata:s:a:0", "language=fra", "-metadata:s:a:1", "language=eng"]
        return interlacedChannels + [
            live(
                12, "Demo HEVC 720p25", hevc, audio: [hevc.audio()],
                video: [
                    "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=25:min-keyint=25:log-level=none",
                ]),
            live(13, "Demo no audio", silent, audio: [], video: MediaRecipe.h264(gop: 25), sound: []),
            live(
                14, "Demo audio late", late, audio: [lateSound.audio()], offsets: [5], video: MediaRecipe.h264(gop: 25)),
            live(
                15, "Demo two languages", two, audio: [two.audio(), two.audio(tone: 1500)],
                video: MediaRecipe.h264(gop: 25), sound: MediaRecipe.aac + languages),
        ]
    }

    private static var interlacedChannels: [MediaRecipe] {
        var full = TestPattern(
            width: 1920, height: 1080, rate: "50", framesPerFlash: 50, seconds: "8", title: "1080i25 MPEG-2")
        full.motion = 8
        let old = TestPattern(width: 720, height: 576, seconds: "12", title: "576i SAR 16-11")
        let interlaced = ["-flags:v", "+ildct+ilme", "-top", "1"]
        return [
            live(
                9, "Demo 1080i25 MPEG-2 AC-3", full, audio: [full.audio(layout: "5.1", channels: 6)],
                video: [
                    "-vf", "interlace=scan=tff:lowpass=off", "-c:v", "mpeg2video", "-q:v", "5", "-g", "12", "-bf", "2",
                ]
                    + interlaced,
                sound: ["-c:a", "ac3", "-b:a", "384k"]),
            live(
                11, "Demo 576i SAR 16-11 MP2", old, audio: [old.audio()],
                video: [
                    "-vf", "setsar=16/11,setfield=tff", "-c:v", "mpeg2video", "-q:v", "4", "-g", "12", "-bf", "2",
                ] + interlaced,
                sound: ["-c:a", "mp2", "-b:a", "192k"]),
        ]
    }

    private static func film(
        _ path: String, _ title: String, video: [String], sound: [String] = MediaRecipe.aac, format: [String]
    ) -> MediaRecipe {
        let pattern = TestPattern(width: 854, height: 480, seconds: "30", title: title)
        return MediaRecipe(path, pattern, audio: [pattern.audio()], video: video, sound: sound, format: format)
    }

    private static var films: [MediaRecipe] {
        let h264 = MediaRecipe.h264(gop: 50)
        let hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=50:log-level=none"]
        return [
            film(
                "movies/1906 Demo film.mkv", "MKV HEVC AC-3", video: hevc, sound: ["-c:a", "ac3"],
                format: ["-f", "matroska"]),
            film("movies/9061 Demo film.mp4", "MP4", video: h264, format: ["-f", "mp4", "-movflags", "+faststart"]),
            film("movies/9062 Demo moov at end.mp4", "MP4, moov last", video: h264, format: ["-f", "mp4"]),
            film(
                "movies/9063 Demo film.avi", "AVI MPEG-4 MP3",
                video: ["-c:v", "mpeg4", "-vtag", "xvid", "-q:v", "5", "-g", "50"], sound: ["-c:a", "libmp3lame"],
                format: ["-f", "avi"]),
            film("movies/9064 Demo film.flv", "FLV", video: h264, format: ["-f", "flv"]),
            film("movies/9065 Demo film.ts", "TS", video: h264, format: ["-f", "mpegts"]),
            film("series/55 Demo series/S01E01 Pilot.mkv", "S01E01", video: h264, format: ["-f", "matroska"]),
            film("series/55 Demo series/S01E02 Second.mp4", "S01E02", video: h264, format: ["-f", "mp4"]),
        ]
    }

    private static var slate: MediaRecipe {
        var pattern = TestPattern(width: 1280, height: 720, title: "CONNECTED ELSEWHERE", motion: 0)
        (pattern.seconds, pattern.source) = ("8", "color=c=0x601010")
        return MediaRecipe(
            "slate/1 Connected elsewhere.ts", pattern, audio: [pattern.audio(tone: 440)],
            video: MediaRecipe.h264(gop: 25), sound: MediaRecipe.aac,
            format: MediaRecipe.transportStream(service: "slate"))
    }
}
