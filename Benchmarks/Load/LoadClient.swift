import Foundation
import NIOCore
import NIOPosix

/// Many simulated clients on one thread, each with a connection that stays open.
struct LoadClient {
    let port: Int
    /// Seconds from the last connection until figures count, and for how long they count then.
    let warmUp: Double
    let seconds: Double

    /// Connections that are made at a time: below what a server lets wait.
    private static let batch = 100

    /// Runs all scripts to the end. `begun` is called when figures begin to count, and `ended` when they do no more.
    func run(
        _ scripts: [some LoadScript], begun: () async throws -> Void = {}, ended: () async throws -> Void = {}
    ) async throws -> LoadFigures {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let figures = try await run(scripts, on: group.next(), begun, ended)
            try await group.shutdownGracefully()
            return figures
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private func run<Script: LoadScript>(
        _ scripts: [Script], on loop: any EventLoop, _ begun: () async throws -> Void,
        _ ended: () async throws -> Void
    ) async throws -> LoadFigures {
        let book = NIOLoopBoundBox.makeBoxSendingValue(LoadBook(), eventLoop: loop)
        // Where it may: what is measured is the server, not how long this thread waits for a core that the server has.
        try await loop.submit { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10) }.get()
        // Room for most of a segment, as players far away have it.
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(20))
            .channelOption(.socketOption(.so_rcvbuf), value: 512 << 10)
        var channels: [any Channel] = []
        var rest = scripts[...]
        while !rest.isEmpty {
            let futures = rest.prefix(Self.batch).map { script in
                bootstrap.channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            LoadConnection(script: script, port: port, book: book.value))
                    }
                }.connect(host: "127.0.0.1", port: port)
            }
            for future in futures { channels.append(try await future.get()) }
            rest = rest.dropFirst(Self.batch)
        }
        try await Task.sleep(for: .seconds(warmUp))
        try await begun()
        try await loop.submit { book.value.begin() }.get()
        try await Task.sleep(for: .seconds(seconds))
        let figures = try await loop.submit { book.value.end() }.get()
        try await ended()
        for channel in channels { channel.close(promise: nil) }
        return figures
    }
}

/// The figures of all clients of one event loop.
final class LoadBook {
    private var figures = LoadFigures()
    private var beganAt: Double?
    private(set) var isOver = false
    private var open: [ObjectIdentifier: Double] = [:]

    /// Longest that a request may go without an answer.
    private static let patience = 10.0

    static var now: Double { Double(NIODeadline.now().uptimeNanoseconds) / 1e9 }

    func begin() { beganAt = Self.now }

    func end() -> LoadFigures {
        let now = Self.now
        isOver = true
        figures.seconds = now - (beganAt ?? now)
        for due in open.values where now - due > Self.patience { figures.fail("no answer for \(Int(now - due)) s") }
        return figures
    }

    func sent(_ connection: AnyObject, due: Double, at now: Double) {
        open[ObjectIdentifier(connection)] = due
        if let beganAt, due >= beganAt { figures.lateness.add(max(0, now - due)) }
    }

    func answered(_ connection: AnyObject, _ kind: LoadRequest.Kind, status: Int, bytes: Int) {
        guard !isOver, let due = open.removeValue(forKey: ObjectIdentifier(connection)) else { return }
        if status != 200 { figures.fail("\(kind): status \(status)") }
        guard let beganAt, due >= beganAt else { return }
        figures.times[kind, default: []].add(Self.now - due)
        figures.bytes += bytes
    }

    func broke(_ text: String) {
        if !isOver { figures.fail(text) }
    }
}
