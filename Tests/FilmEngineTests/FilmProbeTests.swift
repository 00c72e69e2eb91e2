import Contracts
import Media
import TestSupport
import Testing
import VOD

@Suite struct FilmProbeTests {
    @Test func whatAFileReallyIs() async throws {
        let expected: [(PurityClip, FilmContainer, String, FilmInfo.Access)] = [
            (.mkvAC3, .matroska, "h264", .indexed), (.mp4Late, .mp4, "h264", .indexed),
            (.aviMP3, .avi, "mpeg4", .indexed), (.ts, .mpegts, "h264", .bisected),
            (.interlacedTS, .mpegts, "mpeg2video", .bisected), (.hevcOpus, .matroska, "hevc", .indexed),
        ]
        for (clip, container, codec, access) in expected {
            let info = try FilmProbe.probe(try await clip.source())
            #expect(info.container == container && info.video.codec == codec && info.access == access, "\(clip)")
            #expect(info.version.count == 12)
            #expect(try FilmInfo(json: info.json()) == info)
            #expect(!info.isTruncated)
        }
    }

    @Test func lengthsAndRates() async throws {
        let film = try FilmProbe.probe(try await PurityClip.film24.source())
        #expect(film.grid.rateNumerator == 24000 && film.grid.rateDenominator == 1001)
        #expect((526...528).contains(film.grid.frameCount))
        let fast = try FilmProbe.probe(try await PurityClip.hd60.source())
        #expect(fast.grid.rateNumerator == 30000 && fast.grid.rateDenominator == 1001)
        #expect(fast.video.rateNumerator == 60000)
        let hevc = try FilmProbe.probe(try await PurityClip.hevcOpus.source())
        #expect(hevc.video.bitDepth == 10 && hevc.decision.mode == .transcode)
    }

    @Test func soundAloneIsARenditionOfItsOwn() async throws {
        let source = try await FilmClip.source(
            "noise-in-one-language",
            // Noise takes all the bits that it may have.
            FilmClip.picture("320x180", seconds: 12) + ["-f", "lavfi", "-i", "anoisesrc=d=12:r=48000:a=0.5"]
                + FilmClip.h264 + ["-c:a", "ac3"],
            "mkv")
        let film = try FilmRecording(source, ["360p", "audio"])
        #expect(film.info.audioTracks.isEmpty && film.info.soundTrack?.name == "audio")
        #expect(film.info.videoTracks.filter { $0.name == "360p" }.allSatisfy { $0.codecs.contains("mp4a") })
        let report = film.validate()
        #expect(report.violations.isEmpty, "\(report)")
        let sound = film.segments["audio"]?.values.reduce(0) { $0 + $1.count } ?? 0
        #expect(sound > 0 && sound * 8 < 12 * 85_000, "\(sound) bytes")
        let silent = try await FilmClip.source(
            "silent", FilmClip.picture("320x180", seconds: 4) + FilmClip.h264, "mkv")
        #expect(try FilmProbe.probe(silent).soundTrack == nil)
    }

    @Test func severalLanguagesAreAGroup() async throws {
        let source = try await FilmClip.source(
            "languages",
            FilmClip.picture("320x180", seconds: 12) + FilmClip.beeps(seconds: 12)
                + FilmClip.beeps(pitch: 700, seconds: 12)
                + ["-map", "0", "-map", "1", "-map", "2", "-metadata:s:a:0", "language=fra", "-metadata:s:a:1"]
                + ["language=eng"] + FilmClip.h264 + ["-c:a", "ac3"], "mkv")
        let film = try FilmRecording(source, ["360p", "audio-fra", "audio-eng"])
        #expect(film.info.audioTracks.map(\.name) == ["audio-fra", "audio-eng"])
        #expect(film.info.audioTracks.map(\.title) == ["Français", "English"])
        #expect(film.info.videoTracks.allSatisfy { !$0.codecs.contains("mp4a") })
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
        // One language alone is the same to the byte, and needs no picture.
        var random = SmallRandom(state: 5)
        for _ in 0..<4 {
            let segment = Int(random.next() % UInt64(film.info.grid.segmentCount))
            try SegmentMaker(source: source, info: film.info).make(
                ["audio-eng"], from: segment, while: { $0 == segment }
            ) {
                name, number, bytes, _ in
                #expect(SegmentMakerTests.difference(bytes, film.segments[name]?[number] ?? []) == nil)
            }
        }
    }

    @Test func oddPicturesComeOutUprightAndSquare() async throws {
        let anamorphic = try await FilmClip.source(
            "anamorphic", FilmClip.picture("720x576", seconds: 3, filter: "setsar=64/45") + FilmClip.h264, "mkv")
        let wide = try FilmProbe.probe(anamorphic)
        #expect(wide.video.displayWidth == 1024 && wide.video.displayHeight == 576)
        #expect(
            wide.videoTracks.filter { $0.name != "original" }.map { [$0.width, $0.height] } == [
                [854, 480], [640, 360],
            ])
        let lying = try await FilmClip.path("lying", FilmClip.picture("640x360", seconds: 3) + FilmClip.h264, "mp4")
        let turned = try FilmClip.turned(lying)
        let info = try FilmProbe.probe(turned)
        #expect(info.video.rotation == 270 && info.video.displayWidth == 360 && info.video.displayHeight == 640)
        #expect(info.videoTracks.map { [$0.width, $0.height] } == [[360, 640]])
        let report = try FilmRecording(turned, ["360p"]).validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
    }

    @Test func brightFilmsAreToneMapped() async throws {
        // FFmpeg 5.1 believes the encoder's options, 7.1 what the pictures say.
        let hdr =
            "format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
        let source = try await FilmClip.source(
            "hdr",
            FilmClip.picture("1280x720", seconds: 2, filter: hdr) + [
                "-c:v", "libx265", "-preset", "ultrafast", "-color_primaries", "bt2020", "-color_trc", "smpte2084",
                "-colorspace", "bt2020nc", "-x265-params", "log-level=none:keyint=25",
            ], "mkv")
        let film = try FilmRecording(source, ["360p"])
        #expect(film.info.video.transfer == "pq" && film.info.video.colour == "bt709")
        #expect(film.info.videoTracks.map(\.name) == ["720p", "480p", "360p"])
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
    }

    @Test func refusalsAreClear() async throws {
        func code(_ bytes: [UInt8]) -> FilmError.Code? {
            do {
                _ = try FilmProbe.probe(BytesSource(bytes))
                return nil
            } catch { return (error as? FilmError)?.code }
        }
        #expect(code([]) == .empty)
        #expect(code(Array("<!DOCTYPE html><html><body>Not found</body></html>".utf8)) == .notMedia)
        #expect(code(Array(repeating: 0x55, count: 100_000)) == .notMedia)
        let whole = try MediaCommand.readFile(
            try await FilmClip.path("short", FilmClip.picture("320x180", seconds: 3) + FilmClip.h264, "mp4"))
        // Without the moov at its end there is no telling what it is.
        #expect(code(Array(whole.prefix(whole.count / 2))) == .truncated)
        // Archives, with and without a password.
        #expect(code([0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0] + [UInt8](repeating: 7, count: 600)) == .notMedia)
        #expect(code([0x50, 0x4B, 3, 4, 20, 0, 1, 0, 8, 0] + [UInt8](repeating: 7, count: 600)) == .encrypted)
        let rar: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 7]
        #expect(code(rar + [1, 0, 9, 9, 9, 9, 12, 1, 5, 0] + [UInt8](repeating: 7, count: 600)) == .notMedia)
        #expect(code(rar + [1, 0, 9, 9, 9, 9, 0x8C, 0, 4, 0] + [UInt8](repeating: 7, count: 600)) == .encrypted)
        #expect(code(rar + [0, 1, 1, 0x73, 0x80, 0, 13, 0] + [UInt8](repeating: 7, count: 600)) == .encrypted)
        #expect(code([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C] + [UInt8](repeating: 7, count: 600)) == .notMedia)
        let sound = try MediaCommand.readFile(
            try await FilmClip.path("sound", FilmClip.beeps(seconds: 2) + FilmClip.aac, "mp4"))
        #expect(code(sound) == .noVideo)
    }

    /// Cut in the middle, the film ends where its bytes end, and is whole up to there.
    @Test func halfAFileIsHalfAFilm() async throws {
        let path = try await FilmClip.path(
            "fast",
            FilmClip.picture("320x180") + FilmClip.beeps() + FilmClip.h264 + FilmClip.aac + [
                "-movflags", "+faststart",
            ],
            "mp4")
        let whole = try MediaCommand.readFile(path)
        let film = try FilmRecording(BytesSource(Array(whole.prefix(whole.count / 2))), ["360p"])
        #expect(film.info.isTruncated)
        #expect((200...350).contains(film.info.grid.frameCount))
        let report = film.validate(bitrate: false)
        #expect(report.violations.isEmpty, "\(report)")
    }

    /// What the source throws comes out as it is, wherever it stops.
    @Test func aSourceThatStopsStopsTheWork() async throws {
        let source = try await PurityClip.mkvAC3.source()
        let info = try FilmProbe.probe(source)
        for reads in [0, 1, 3, 6] {
            source.stopsAfterReads = source.reads + reads
            #expect(throws: FileSource.Stopped.self) {
                try SegmentMaker(source: source, info: info).make(["360p"], from: 2) { _, _, _, _ in }
            }
            source.stopsAfterReads = source.reads + reads
            if reads < 2 { #expect(throws: FileSource.Stopped.self) { try FilmProbe.probe(source) } }
        }
    }

    /// Nothing that the source could not give for a moment becomes a fact: neither a missing index nor a missing end.
    @Test func aSourceThatStopsLateMakesNoRecord() async throws {
        let source = try await PurityClip.mkvAC3.source()
        let before = source.reads
        _ = try FilmProbe.probe(source)
        let whole = source.reads - before
        for reads in max(0, whole - 16)..<whole {
            source.stopsAfterReads = source.reads + reads
            #expect(throws: FileSource.Stopped.self) { try FilmProbe.probe(source) }
        }
    }
}
