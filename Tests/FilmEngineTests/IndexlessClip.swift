import Contracts
import Foundation
import TestSupport

@testable import VOD

/// Films whose files do not tell where anything is.
enum IndexlessClip: String, CaseIterable, Sendable {
    /// `m2ts` has packets of 192 bytes.
    case ts, m2ts, flv, matroska, program

    var container: FilmContainer {
        switch self {
        case .ts, .m2ts: .mpegts
        case .flv: .flv
        case .matroska: .matroska
        case .program: .mpegps
        }
    }

    private var ending: String {
        switch self {
        case .ts, .m2ts, .flv: rawValue
        case .matroska: "mkv"
        case .program: "mpg"
        }
    }

    private var format: [String] {
        switch self {
        case .ts, .m2ts, .flv: []
        // As it is written where nobody can go back and write an index.
        case .matroska: ["-f", "matroska", "-live", "1"]
        case .program: ["-f", "vob"]
        }
    }

    /// 24 s, key frames 5 s apart.
    func short() async throws -> FileSource {
        try await FilmClip.source("indexless-short", ["-i", Self.base(self), "-c", "copy"] + format, ending)
    }

    /// 20 minutes: the short one again and again.
    func long() async throws -> FileSource {
        try await FilmClip.source(
            "indexless-long", ["-stream_loop", "49", "-i", Self.base(self), "-c", "copy"] + format, ending)
    }

    /// The short one as a Matroska file with its index.
    static func indexed() async throws -> String {
        try await FilmClip.path("indexless-indexed", ["-i", base(.matroska), "-c", "copy"], "mkv")
    }

    private static func base(_ clip: IndexlessClip) async throws -> String {
        let media = FilmClip.picture("320x180", seconds: 24) + FilmClip.beeps(seconds: 24)
        guard clip == .program else {
            return try await FilmClip.path(
                "indexless-base",
                media + FilmClip.h264 + ["-g", "125", "-b:v", "300k"] + FilmClip.aac, "mp4")
        }
        return try await FilmClip.path(
            "indexless-base-mpeg",
            media + ["-c:v", "mpeg2video", "-g", "25", "-bf", "2", "-b:v", "600k", "-c:a", "mp2"],
            "mkv")
    }
}
