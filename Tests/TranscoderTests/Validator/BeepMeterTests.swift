import TestSupport
import Testing

@Suite struct BeepMeterTests {
    /// Sound is late, in time, or early, by a known number of milliseconds.
    @Test(arguments: [0, 120, -60])
    func theOffsetIsMeasured(milliseconds: Int) async throws {
        let media = try await MediaCommand.withTemporaryDirectory { directory in
            try await MediaCommand.run(
                "ffmpeg",
                ["-loglevel", "error", "-f", "lavfi", "-i"]
                    + [
                        "testsrc2=s=320x180:r=25,drawbox=c=white:t=fill:enable='lt(mod(t,1),0.03)',drawbox=c=black:t=fill:enable='gte(mod(t,1),0.03)'"
                    ]
                    + [
                        "-f", "lavfi", "-i",
                        "aevalsrc='if(lt(mod(t+10-\(Double(milliseconds) / 1000),1),0.04),0.8*sin(2*PI*1000*t),0)':s=48000",
                    ]
                    + [
                        "-t", "6", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "96k", "-f",
                        "mpegts", "\(directory)/beep.ts",
                    ])
            return try MediaCommand.readFile("\(directory)/beep.ts")
        }
        let found = try await BeepMeter.measure(media)
        #expect(found.count >= 4, "\(found)")
        for beep in found { #expect(abs(beep.offset - Double(milliseconds)) <= 12, "\(found)") }
    }
}
