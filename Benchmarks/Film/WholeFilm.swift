import Contracts
import Foundation
import Media
import TestSupport

/// A film from its first to its last segment in one quality, by two viewers who begin at its start and in its middle, so that both
/// encoding threads work; beside one `ffmpeg` process with all cores.
struct WholeFilm {
    private(set) var ours = Samples()
    private(set) var theirs = Samples()
    private(set) var line = ""
    private(set) var ratios = Samples()
    /// CPU seconds of all services over the length of ours.
    private(set) var cpu = Samples()

    private static let rung = LiveLadder.p720

    /// - Parameter films: names of the same footage, one for each run.
    init(_ stack: FilmStack, _ films: ArraySlice<String>, footage: FilmFootage, in directory: URL) async throws {
        let command = FilmCommand(rung: Self.rung, size: PictureSize(width: 1280, height: 720))
        let output = directory.appending(path: "whole.ts")
        let arguments = command.arguments(footage.url, to: output)
        line = Tool.ffmpeg.line(arguments)
        for film in films {
            let before = ServiceCPU.now(stack.stack)
            let our = try await Self.watch(stack.master(film))
            cpu.add(ServiceCPU.now(stack.stack).cores(since: before, over: 1).reduce(0) { $0 + $1.cores })
            try await stack.waitUntilIdle()
            let their = try command.time(arguments)
            ours.add(our)
            theirs.add(their)
            ratios.add(their / our)
        }
    }

    private static func watch(_ master: String) async throws -> Double {
        let began = ContinuousClock.now
        let viewing = try await Viewing.begin(master, rendition: rung.name)
        let segments = try await viewing.load().segments
        let middle = segments.count / 2
        try await withThrowingTaskGroup(of: Void.self) { group in
            for half in [segments[..<middle], segments[middle...]] {
                group.addTask { for segment in half { _ = try await viewing.fetch(segment) } }
            }
            try await group.waitForAll()
        }
        return (ContinuousClock.now - began).inSeconds
    }
}
