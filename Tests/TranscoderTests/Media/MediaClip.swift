import Foundation
import Logging
import Media
import Testing

/// Short media made by the `ffmpeg` command, as bytes. Nothing stays on disk.
enum MediaClip {
    enum Failure: Error { case ffmpegFailed(String) }

    /// - Parameters:
    ///   - arguments: the words between `ffmpeg` and the output file.
    ///   - name: the file name, whose ending picks the container.
    static func make(_ arguments: String, as name: String = "clip.ts") throws -> [UInt8] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "dash-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let output = directory.appending(path: name)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1"] + arguments.split(separator: " ").map(String.init)
            + ["-y", output.path]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure.ffmpegFailed(String(decoding: complaint, as: UTF8.self))
        }
        return [UInt8](try Data(contentsOf: output))
    }

    /// 1080i25, top field first, moving, with 5.1 sound: as broadcast.
    static func broadcast() throws -> [UInt8] {
        try make(
            "-f lavfi -i testsrc2=s=1920x1080:r=50:d=2 -f lavfi -i sine=1000:r=48000:d=2 "
                + "-filter_complex [0:v]interlace=scan=tff[v];[1:a]pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0[a] "
                + "-map [v] -map [a] -metadata:s:a:0 language=deu "
                + "-c:v mpeg2video -flags +ildct+ilme -top 1 -b:v 8M -g 12 -bf 2 -c:a ac3 -b:a 384k -f mpegts")
    }
}

/// Bytes from memory, in pieces of any size, with an error or the end after the last.
final class MemorySource: ByteSource {
    struct Lost: Error, Equatable {}

    private let bytes: [UInt8]
    private let piece: Int
    private let failsAtEnd: Bool
    private(set) var position = 0
    let isSeekable: Bool

    init(_ bytes: [UInt8], piece: Int = 1 << 20, isSeekable: Bool = false, failsAtEnd: Bool = false) {
        self.bytes = bytes
        self.piece = piece
        self.isSeekable = isSeekable
        self.failsAtEnd = failsAtEnd
    }

    var size: Int64? { isSeekable ? Int64(bytes.count) : nil }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = min(buffer.count, piece, bytes.count - position)
        if count == 0, failsAtEnd { throw Lost() }
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }

    func seek(to target: Int64) throws -> Bool {
        guard isSeekable, target <= bytes.count else { return false }
        position = Int(target)
        return true
    }
}

/// Everything in a clip, decoded.
struct DecodedClip {
    var streams: [StreamDescription] = []
    var video: [Frame] = []
    var audio: [Frame] = []
    var packets = 0
    var videoRate: Rational?
    var skipped = 0

    /// Damaged clips make libav talk; nobody reads it here.
    private static let silence: Void = LibavLog.install(Logger(label: "media-tests") { _ in SwiftLogNoOpLogHandler() })

    init(_ source: any ByteSource, format: Demuxer.Format = .mpegts) throws {
        Self.silence
        let demuxer = try Demuxer(source: source, format: format)
        var decoders: [Int: Decoder] = [:]
        while let packet = try demuxer.readPacket() {
            packets += 1
            if decoders[packet.stream] == nil {
                let stream = demuxer.streams[packet.stream]
                guard stream.kind != .other, stream.isDecodable else { continue }
                decoders[packet.stream] = try Decoder(for: stream, of: demuxer)
            }
            guard let decoder = decoders[packet.stream] else { continue }
            add(try decoder.decode(packet), decoder.stream.kind)
        }
        for decoder in decoders.values {
            add(try decoder.drain(), decoder.stream.kind)
            skipped += decoder.skippedPackets
            if decoder.stream.kind == .video { videoRate = decoder.declaredFrameRate }
        }
        streams = demuxer.streams
    }

    private mutating func add(_ frames: [Frame], _ kind: StreamDescription.Kind) {
        if kind == .video { video += frames } else { audio += frames }
    }
}
