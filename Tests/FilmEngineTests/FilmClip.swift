import Foundation
import Logging
import Media
import TestSupport

@testable import VOD

/// Films that tests play, made by the `ffmpeg` command once per machine and kept.
///
/// Picture and sound say where they are: at each full second the picture is white and a beep of 1 kHz is heard, for 100 ms.
enum FilmClip {
    /// Change it with any recipe.
    private static let version = 2
    private static let store = Store()
    /// Damaged clips make libav talk; nobody reads it here.
    private static let silence: Void = LibavLog.install(Logger(label: "film-tests") { _ in SwiftLogNoOpLogHandler() })

    static func source(_ name: String, _ arguments: [String], _ ending: String) async throws -> FileSource {
        try await store.path(name, arguments, ending).source
    }

    static func path(_ name: String, _ arguments: [String], _ ending: String) async throws -> String {
        try await store.path(name, arguments, ending)
    }

    /// An MP4 whose pictures lie on their side and are to be turned: the matrix of its first track (ISO/IEC 14496-12 §8.3.2) says 90° to
    /// the left. Which option of the `ffmpeg` command writes it depends on the version.
    static func turned(_ path: String) throws -> FileSource {
        var bytes = try MediaCommand.readFile(path)
        let header = Array("tkhd".utf8)
        guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: header) }) else {
            throw FileSource.Stopped()
        }
        // Behind the name: version, times, track, duration, layer and volume.
        let matrix = place + 44
        let rows: [[UInt8]] = [
            [0, 0, 0, 0], [0xFF, 0xFF, 0, 0], [0, 0, 0, 0],
            [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0],
            [0, 0, 0, 0], [0, 0, 0, 0], [0x40, 0, 0, 0],
        ]
        bytes.replaceSubrange(matrix..<matrix + 36, with: rows.joined())
        let copy = "\(path).turned.mp4"
        try Data(bytes).write(to: URL(filePath: copy), options: .atomic)
        return try FileSource(copy)
    }

    // MARK: Recipes

    static func picture(_ size: String = "640x360", rate: String = "25", seconds: Int = 22, filter: String = "null")
        -> [String]
    {
        let flash = "drawbox=c=white:t=fill:enable='lt(mod(t,1),0.1)'"
        return ["-f", "lavfi", "-i", "testsrc2=s=\(size):r=\(rate):d=\(seconds),\(flash),\(filter)"]
    }

    static func beeps(_ layout: String = "0.5*S|0.5*S", pitch: Int = 1000, rate: Int = 48_000, seconds: Int = 22)
        -> [String]
    {
        let expression = layout.replacing("S", with: "sin(\(pitch)*2*PI*t)*lt(mod(t,1),0.1)")
        return ["-f", "lavfi", "-i", "aevalsrc='\(expression)':s=\(rate):d=\(seconds)"]
    }

    static let h264 = [
        "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "50", "-b:v", "1M", "-pix_fmt", "yuv420p",
    ]
    /// So many bits that noise stays noise.
    static let h264Large = [
        "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "50", "-crf", "30", "-pix_fmt", "yuv420p",
    ]
    static let aac = ["-c:a", "aac", "-b:a", "96k"]

    private actor Store {
        private var made: [String: Task<String, any Error>] = [:]

        func path(_ name: String, _ arguments: [String], _ ending: String) async throws -> String {
            let key = "\(name).\(ending)"
            if let task = made[key] { return try await task.value }
            let task = Task { try await Self.make(name, arguments, ending) }
            made[key] = task
            return try await task.value
        }

        private static func make(_ name: String, _ arguments: [String], _ ending: String) async throws -> String {
            FilmClip.silence
            let folder = FileManager.default.temporaryDirectory.appending(path: "dash-test-films-\(version)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.appending(path: "\(name).\(ending)").path
            if FileManager.default.fileExists(atPath: path) { return path }
            let unfinished = folder.appending(path: "\(UUID().uuidString).\(ending)").path
            try await MediaCommand.run("ffmpeg", ["-loglevel", "error"] + arguments + [unfinished])
            // Another process may have been quicker; both made the same.
            _ = try? FileManager.default.moveItem(atPath: unfinished, toPath: path)
            return path
        }
    }
}

extension String {
    fileprivate var source: FileSource { get throws { try FileSource(self) } }
}

/// A file on disk, with a count of what was read.
final class FileSource: RandomAccessSource {
    struct Stopped: Error {}

    let size: Int64
    private let handle: FileHandle
    private(set) var reads = 0
    private(set) var bytesRead: Int64 = 0
    /// Throws instead of reading from then on.
    var stopsAfterReads = Int.max

    init(_ path: String) throws {
        handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        size = Int64(try handle.seekToEnd())
    }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        reads += 1
        if reads > stopsAfterReads { throw Stopped() }
        guard position < size else { return 0 }
        try handle.seek(toOffset: UInt64(position))
        let data = try handle.read(upToCount: buffer.count) ?? Data()
        data.copyBytes(to: buffer)
        bytesRead += Int64(data.count)
        return data.count
    }
}

/// Bytes in memory.
final class BytesSource: RandomAccessSource {
    private let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    var size: Int64 { Int64(bytes.count) }

    func read(at position: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard position < bytes.count else { return 0 }
        let count = min(buffer.count, bytes.count - Int(position))
        buffer.copyBytes(from: bytes[Int(position)..<Int(position) + count])
        return count
    }
}
