import Contracts
import Media

/// A film's file, opened: what it really is, whatever its name says.
///
/// One thread at a time.
struct FilmFile {
    let source: any RandomAccessSource
    let demuxer: Demuxer
    let container: FilmContainer

    /// Throws what the source throws, or a `FilmError`.
    init(_ source: any RandomAccessSource) throws {
        guard source.size > 0 else { throw FilmError.empty }
        self.source = source
        let head = try source.bytes(at: 0, count: 512)
        if FileHead.isPage(head) { throw FilmError.page }
        if let archive = ArchiveHead(head) { throw archive.isLocked ? FilmError.lockedArchive : FilmError.archive }
        do {
            demuxer = try Demuxer(source: SeekableBytes(source), format: .film)
        } catch is LibavError {
            throw FileHead.isContainer(head) ? FilmError.truncated : FilmError.notMedia
        }
        guard let container = FileHead.container(demuxer.formatName) else { throw FilmError.notMedia }
        self.container = container
    }
}

/// What the first bytes of a file, or libav's name for it, say. Pure.
enum FileHead {
    static func isPage(_ head: [UInt8]) -> Bool {
        let text = String(decoding: head, as: UTF8.self).lowercased()
        let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        return ["<!doctype", "<html", "<?xml", "<head", "<script", "{\""].contains { start.hasPrefix($0) }
    }

    /// The file begins as a film does, so what is missing must have been cut off.
    static func isContainer(_ head: [UInt8]) -> Bool {
        guard head.count >= 12 else { return false }
        let start = Array(head[0..<4])
        if start == [0x1A, 0x45, 0xDF, 0xA3] || start == Array("RIFF".utf8) || start == Array("FLV\u{1}".utf8) {
            return true
        }
        return ["ftyp", "moov", "mdat", "free", "wide", "skip"].contains { Array($0.utf8) == Array(head[4..<8]) }
    }

    static func container(_ format: String) -> FilmContainer? {
        switch format {
        case "mov,mp4,m4a,3gp,3g2,mj2": .mp4
        case "matroska,webm": .matroska
        case "avi": .avi
        case "flv": .flv
        case "mpegts": .mpegts
        case "mpeg": .mpegps
        default: nil
        }
    }
}

extension RandomAccessSource {
    /// So many bytes, or as many as there are.
    func bytes(at position: Int64, count: Int) throws -> [UInt8] {
        var done = 0
        var failure: (any Error)?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do {
                while done < count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[done...])
                    let read = try self.read(at: position + Int64(done), into: rest)
                    if read == 0 { break }
                    done += read
                }
            } catch {
                failure = error
            }
            filled = done
        }
        if let failure { throw failure }
        return bytes
    }
}
