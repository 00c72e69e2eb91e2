/// Measures how far sound is from picture in recorded output, by media in which a white picture and a beep of 1 kHz
/// begin together at each full second (as DemoProvider's do).
public enum BeepMeter {
    public struct Measurement: Sendable, Hashable {
        /// When the white picture is shown, in seconds of the recording's timestamps.
        public let flash: Double
        /// The beep's start less the flash's, in milliseconds; positive: sound is late.
        public let offset: Double
    }

    /// A flash and its beep are looked for this near to each other, in seconds.
    private static let reach = 0.45

    /// - Parameters:
    ///   - media: Anything that `ffmpeg` reads; segments of MPEG-TS behind each other.
    ///   - start: Seconds of the recording's timestamps from which `flash` is counted. `ffmpeg` prints times with six digits, so
    ///     hours into a film they would be coarse.
    public static func measure(_ media: [UInt8], from start: Double = 0) async throws -> [Measurement] {
        try await MediaCommand.withTemporaryDirectory { directory in
            let input = "\(directory)/input"
            try MediaCommand.writeFile(media, input)
            // Timestamps stay as they are, so streams that begin apart are told apart.
            let common = ["-loglevel", "error", "-copyts", "-i", input]
            try await MediaCommand.run(
                "ffmpeg",
                common + [
                    "-map", "0:v:0", "-vf",
                    "setpts=PTS-\(start)/TB,scale=16:16,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=\(directory)/flash",
                ]
                    + ["-fps_mode", "passthrough", "-f", "null", "-"])
            try await MediaCommand.run(
                "ffmpeg",
                common + ["-map", "0:a:0", "-af"]
                    + [
                        "asetpts=PTS-\(start)/TB,aresample=48000,pan=mono|c0=c0,asetnsamples=48:p=0,astats=metadata=1:reset=1,"
                            + "ametadata=print:key=lavfi.astats.Overall.RMS_level:file=\(directory)/beep"
                    ]
                    + ["-f", "null", "-"])
            let flashes = starts(samples(try MediaCommand.readFile("\(directory)/flash")), above: 140, pause: 0.3)
            // Decibels below full scale; a beep is far above whatever noise an encoder leaves.
            let beeps = starts(samples(try MediaCommand.readFile("\(directory)/beep")), above: -26, pause: 0.3)
            return flashes.compactMap { flash in
                let beep = beeps.filter { abs($0 - flash) < reach }.min { abs($0 - flash) < abs($1 - flash) }
                return beep.map { Measurement(flash: flash, offset: ($0 - flash) * 1000) }
            }
        }
    }

    /// Time and value, as the `metadata` filters print them: a line with `pts_time:`, then one with the value.
    private static func samples(_ text: [UInt8]) -> [(time: Double, value: Double)] {
        var result: [(time: Double, value: Double)] = []
        var time: Double?
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            if let range = line.firstRange(of: "pts_time:") {
                time = Double(line[range.upperBound...].prefix { !$0.isWhitespace })
            } else if let equals = line.lastIndex(of: "="), let now = time {
                // Silence is printed as -inf.
                result.append((now, Double(line[line.index(after: equals)...]) ?? -.infinity))
            }
        }
        return result
    }

    /// When the value rises above a limit after it has been below for a while.
    private static func starts(_ samples: [(time: Double, value: Double)], above limit: Double, pause: Double)
        -> [Double]
    {
        var result: [Double] = []
        var quietSince = samples.first?.time
        for sample in samples {
            if sample.value > limit {
                if let since = quietSince, sample.time - since >= pause { result.append(sample.time) }
                quietSince = nil
            } else {
                quietSince = quietSince ?? sample.time
            }
        }
        return result
    }
}
