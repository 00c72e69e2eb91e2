import TestSupport

/// Transport streams that tests feed to the engine, made by the `ffmpeg` command once per run.
///
/// Picture and sound say where they are: at each full second the picture is white and a beep of 1 kHz is heard, for 100 ms.
enum EngineClip: String, CaseIterable, Sendable {
    case hd25, interlaced, hd50, sdAnamorphic, ntsc, noSound, lateSound, twoLanguages, hevc, small, sound

    private static let store = ClipStore()

    func bytes() async throws -> [UInt8] { try await Self.store.bytes(of: self) }

    /// Seconds.
    var length: Int {
        switch self {
        case .hd25: 10
        case .interlaced: 4
        default: 6
        }
    }

    var arguments: [String] {
        let flash = "drawbox=c=white:t=fill:enable='lt(mod(t,1),0.1)'"
        func video(_ size: String, _ rate: String, _ filter: String = "null") -> [String] {
            ["-f", "lavfi", "-i", "testsrc2=s=\(size):r=\(rate),\(flash),\(filter)"]
        }
        func sound(_ layout: String = "0.5*S|0.5*S", pitch: Int = 1000) -> [String] {
            let tone = "sin(\(pitch)*2*PI*t)*lt(mod(t,1),0.1)"
            let expression = layout.replacing("S", with: tone)
            return ["-f", "lavfi", "-i", "aevalsrc='\(expression)':s=48000"]
        }
        let x264 = [
            "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "25", "-b:v", "3M", "-pix_fmt", "yuv420p",
        ]
        let aac = ["-c:a", "aac", "-b:a", "96k"]
        switch self {
        case .hd25: return video("1280x720", "25") + sound() + x264 + aac
        case .interlaced:
            return video("1920x1080", "50", "interlace") + sound("0.5*S|0.5*S|0|0|0|0")
                + ["-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-b:v", "12M", "-g", "12", "-bf", "2"]
                + ["-c:a", "ac3", "-b:a", "384k"]
        case .hd50: return video("1280x720", "50") + sound() + x264 + aac
        case .sdAnamorphic:
            return video("720x576", "50", "interlace,setsar=16/11") + sound() + x264 + ["-flags", "+ildct+ilme"]
                + ["-c:a", "mp2", "-b:a", "192k"]
        case .ntsc: return video("704x480", "30000/1001") + sound() + x264 + aac
        case .noSound: return video("640x360", "25") + x264
        case .lateSound:
            return video("640x360", "25") + ["-itsoffset", "2"] + sound() + x264 + aac
        case .twoLanguages:
            return video("640x360", "25") + sound() + sound(pitch: 700) + x264 + aac
                + [
                    "-map", "0", "-map", "1", "-map", "2", "-metadata:s:a:0", "language=fra", "-metadata:s:a:1",
                    "language=eng",
                ]
        case .hevc:
            return video("640x360", "25") + sound()
                + ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=25:log-level=none"] + aac
        case .sound: return video("640x360", "25") + sound() + x264 + aac
        case .small: return video("480x270", "25") + sound() + x264 + aac
        }
    }
}

private actor ClipStore {
    private var clips: [EngineClip: Task<[UInt8], any Error>] = [:]

    func bytes(of clip: EngineClip) async throws -> [UInt8] {
        if let task = clips[clip] { return try await task.value }
        let task = Task {
            try await MediaCommand.withTemporaryDirectory { directory in
                let path = "\(directory)/clip.ts"
                try await MediaCommand.run(
                    "ffmpeg",
                    ["-loglevel", "error"] + clip.arguments + ["-t", "\(clip.length)", "-f", "mpegts", path])
                return try MediaCommand.readFile(path)
            }
        }
        clips[clip] = task
        return try await task.value
    }
}
