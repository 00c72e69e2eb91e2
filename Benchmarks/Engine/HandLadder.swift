import ArgumentParser
import Media

/// A ladder without an engine around it: decode, cascade, encode, one thread.
struct HandLadder {
    struct Rung {
        let lines: Int
        let rateFactor: Double
        let maxRate: Int
        let bufferSize: Int
        let preset: String
        let options: [String: String]

        init(parsing text: String) throws {
            let words = text.split(separator: ",").map(String.init)
            guard words.count >= 5, let lines = Int(words[0]), let factor = Double(words[1]), let rate = Int(words[2]),
                let buffer = Int(words[3])
            else {
                throw ValidationError("a rung is lines,crf,maxrate,bufsize,preset[,option=value…], not \(text)")
            }
            (self.lines, rateFactor, maxRate, bufferSize, preset) = (lines, factor, rate, buffer, words[4])
            options = Dictionary(
                words.dropFirst(5).map { word in
                    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                    return (parts[0], parts.count > 1 ? parts[1] : "1")
                }, uniquingKeysWith: { $1 })
        }
    }

    private(set) var streams: [Int: [UInt8]] = [:]
    private let rungs: [Rung]
    private var scalers: [Scaler] = []
    private var encoders: [VideoEncoder] = []
    private var index: Int64 = 0

    init(rungs: [Rung]) { self.rungs = rungs }

    mutating func run(_ source: any ByteSource) throws {
        let demuxer = try Demuxer(source: source)
        guard let stream = demuxer.streams.first(where: { $0.kind == .video }) else { return }
        let decoder = try Decoder(for: stream, of: demuxer)
        while let packet = try demuxer.readPacket() {
            guard packet.stream == stream.index else { continue }
            for frame in try decoder.decode(packet) { try encode(frame) }
        }
        for frame in try decoder.drain() { try encode(frame) }
        for (rung, encoder) in zip(rungs, encoders) { add(try encoder.flush(), to: rung) }
    }

    private mutating func encode(_ frame: Frame) throws {
        if encoders.isEmpty { try open(for: frame) }
        var picture = frame
        for (position, rung) in rungs.enumerated() {
            picture = try scalers[position].scale(picture)
            add(try encoders[position].encode(picture, index: index, forceIDR: index % 50 == 0), to: rung)
        }
        index += 1
    }

    private mutating func open(for frame: Frame) throws {
        let colour = frame.colour.delivered
        for rung in rungs {
            let size = PictureSize(of: frame, height: rung.lines)
            scalers.append(try Scaler(size: size, colour: colour))
            encoders.append(
                try VideoEncoder(
                    VideoEncoderParameters(
                        size: size, frameRate: Rational(25, 1), colour: colour, rateFactor: rung.rateFactor,
                        maxRate: rung.maxRate, bufferSize: rung.bufferSize, preset: rung.preset, options: rung.options))
            )
        }
    }

    private mutating func add(_ packets: [EncodedPacket], to rung: Rung) {
        for packet in packets { streams[rung.lines, default: []] += packet.data }
    }
}
