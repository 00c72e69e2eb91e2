/// The pictures and sounds that demo media are made of: a clock, and a flash with a beep for measuring sync.
///
/// Each full second (of the frame rate's own kind: every 30 frames at 29.97) one frame is white and a tone of 40 ms begins
/// with that frame's first instant.
struct TestPattern {
    var width = 1280
    var height = 720
    /// Frames per second as `ffmpeg` writes it, and as the number of frames between two flashes.
    var rate = "25"
    var framesPerFlash = 25
    var seconds = "16"
    var title: String
    /// `color` costs the least to encode; `testsrc2` has motion everywhere.
    var source = "color=c=0x203848"
    /// A box that moves by this many pixels a frame; 0 for none.
    var motion = 6

    private static let fonts = [
        "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    ]

    /// A lavfi description with one video output.
    var video: String {
        let joint = source.contains("=") ? ":" : "="
        var graph = "\(source)\(joint)s=\(width)x\(height):r=\(rate):d=\(seconds)"
        if motion > 0 {
            let box = height / 8
            graph +=
                "[bg];color=c=0xE0A030:s=\(box)x\(box):r=\(rate):d=\(seconds)[box];"
                + "[bg][box]overlay=x='mod(n*\(motion),W)':y='H*3/4':shortest=1"
        }
        if let font = Self.fonts.first(where: FilmFile.exists) {
            graph +=
                ",drawtext=fontfile=\(font):fontcolor=white:fontsize=h/6:x=(w-tw)/2:y=h/4:text='%{pts\\:hms}'"
                + ",drawtext=fontfile=\(font):fontcolor=white:fontsize=h/16:x=(w-tw)/2:y=h/2:text='\(title)'"
        }
        return graph + ",drawbox=color=white:t=fill:enable='eq(mod(n,\(framesPerFlash)),0)',format=yuv420p"
    }

    /// A lavfi description with one audio output.
    /// - Parameters:
    ///   - tone: pitch of the beep, hertz.
    ///   - layout: `stereo`, `5.1` …; every channel beeps.
    ///   - period: seconds between two beeps.
    func audio(tone: Int = 1000, layout: String = "stereo", channels: Int = 2, period: String = "1") -> String {
        let beep = "if(lt(mod(t\\,\(period))\\,0.04)\\,0.5*sin(2*PI*\(tone)*t)\\,0)"
        let all = Array(repeating: beep, count: channels).joined(separator: "|")
        return "aevalsrc=exprs=\(all):c=\(layout):s=48000:d=\(seconds)"
    }
}
