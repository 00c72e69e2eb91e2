import Contracts
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing
import Upstream
import VOD

@testable import Transcoder

/// Whatever a provider sends instead of a film is told clearly, within ten seconds, and after few requests.
@Suite struct BadFilmTests {
    struct Case: Sendable {
        let name: String
        var film = 9061
        var fault: String?
        var parameters: [String: String] = [:]
        let codes: Set<String>
    }

    /// What the acceptance allows.
    private static let bound = Duration.seconds(10)
    /// The same on a machine that has a lot else to do.
    private static let patience = Duration.seconds(40)
    private static let mostRequests = 6

    private static let cases: [Case] = [
        Case(name: "empty file", film: 1925, codes: ["empty_file"]),
        Case(name: "page under a film's name", film: 1924, codes: ["not_media"]),
        Case(name: "page", fault: "html", codes: ["not_media"]),
        Case(name: "nothing", fault: "empty", codes: ["empty_file"]),
        Case(name: "another part", fault: "range_lie", parameters: ["mode": "other"], codes: ["provider_bad_range"]),
        Case(
            name: "other bytes", fault: "range_lie", parameters: ["mode": "bytes"],
            codes: ["not_media", "truncated", "damaged"]),
        Case(name: "half of the bytes", fault: "range_lie", parameters: ["mode": "short"], codes: ["provider_closed"]),
        Case(name: "all of it to a request for a part", film: 1905, fault: "ignore_range", codes: ["not_seekable"]),
        Case(name: "403", fault: "status", parameters: ["status": "403"], codes: ["provider_refused"]),
        Case(name: "404", fault: "status", parameters: ["status": "404"], codes: ["film_unavailable"]),
        Case(name: "458", fault: "status", parameters: ["status": "458"], codes: ["provider_limit"]),
        Case(name: "503", fault: "status", parameters: ["status": "503"], codes: ["provider_error"]),
        Case(name: "no answer", fault: "hang", codes: ["provider_slow"]),
        Case(name: "redirects in circles", fault: "redirect_loop", codes: ["provider_redirect_loop"]),
        Case(
            name: "redirect to a private address", fault: "redirect_private",
            parameters: ["location": "http://10.1.2.3/x"], codes: ["source_refused_address"]),
    ]

    @Test func whatIsNoFilmIsToldInTime() async throws {
        // No range is tried for longer, whatever happens.
        #expect(FilmFetcher.patience < Self.bound)
        try await withDemoProvider { provider in
            for bad in Self.cases {
                try await provider.control("clear")
                try await provider.control("reset")
                if let fault = bad.fault {
                    try await provider.fault(fault, bad.parameters.merging(["times": "0"]) { old, _ in old })
                }
                try await Self.withReader(provider, bad.film) { reader in
                    let began = ContinuousClock.now
                    let code = await Self.failure { _ = try LibavFilmEngine().probe(reader) }
                    let took = ContinuousClock.now - began
                    print("\(bad.name): \(code ?? "no error") after \(took)")
                    #expect(bad.codes.contains(code ?? "none"), "\(bad.name): \(code ?? "no error")")
                    #expect(took < Self.patience, "\(bad.name)")
                }
                let report = try await provider.report("films")["vod-\(bad.film)"]
                #expect(report["opened"].int ?? 0 <= Self.mostRequests, "\(bad.name)")
            }
        }
    }

    /// A file that becomes another one in the middle is not mixed with what it was.
    @Test func aFilmThatChangesInTheMiddleIsOpenedAnew() async throws {
        try await withDemoProvider { provider in
            try await Self.withReader(provider, 1905) { reader in
                let info = try await Self.onThread { try LibavFilmEngine().probe(reader) }
                try await provider.fault("resize", ["times": "0"])
                let began = ContinuousClock.now
                let last = info.grid.segmentCount - 1
                let code = await Self.failure {
                    for segment in [0, last / 2, last] {
                        try LibavFilmEngine().maker(reader, info).make("360p", from: segment, while: { _ in false }) {
                            _, _, _ in
                        }
                    }
                }
                #expect(code == "source_changed")
                #expect(ContinuousClock.now - began < Self.patience)
            }
        }
    }

    // MARK: The world

    private static func withReader(
        _ provider: DemoProviderProcess, _ film: Int, _ body: (FilmReader) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bad-film-\(UUID())").path()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let policy = try UpstreamPolicy(allowPrivate: [try #require(NetworkBlock("127.0.0.0/8"))])
        let reader = FilmReader(
            film: try #require(StreamID("vod-\(film)")), origin: PanelOrigin(provider, film), policy: policy,
            cache: try BlockCache(directory: folder, maximumBytes: 64 << 20, logger: logger), logger: logger)
        #expect(reader.start())
        do { try await body(reader) } catch {
            _ = try? await onThread { reader.stop() }
            throw error
        }
        try await onThread { reader.stop() }
    }

    private static func failure(_ body: @escaping @Sendable () throws -> Void) async -> String? {
        do {
            try await onThread(body)
            return nil
        } catch {
            return FilmFailure.reason(error).code
        }
    }

    /// Readers block: never on the cooperative pool.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }
}

/// The panel's own addresses, which redirect to the delivery host with a token.
private final class PanelOrigin: FilmOrigin {
    private let address: String

    init(_ provider: DemoProviderProcess, _ film: Int) {
        address = "\(provider.panel)/movie/demo/demo/\(film).\(film == 1925 ? "mkv" : "mp4")"
    }

    func reserve(until deadline: ContinuousClock.Instant) throws(FilmSourceError) {}
    func free() {}
    func address(renewing: Bool, until deadline: ContinuousClock.Instant) throws(FilmSourceError) -> UpstreamURL {
        do { return try UpstreamURL(address) } catch { throw .noToken }
    }
    func cancel() {}
}
