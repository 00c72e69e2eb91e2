import FoundationEssentials
import Glibc
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// One run of the provider: media, listeners, and a clean end.
struct DemoProviderService: Service {
    let configuration: DemoProviderConfiguration

    func runUntilSignalled() async throws {
        var logger = Logger(label: "demo-provider")
        logger.logLevel = .error
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: self, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }

    func run() async throws {
        do {
            if let folder = configuration.makeMedia {
                try await cancelWhenGracefulShutdown { try await Self.makeMedia(folder) }
                return
            }
            let folder = try await cancelWhenGracefulShutdown { try await mediaFolder() }
            try await serve(MediaLibrary(folder: folder), folder)
        } catch is CancellationError {
            // Stopped while media were being made: nothing to undo.
        }
    }

    private static func makeMedia(_ folder: String) async throws {
        try await DemoMediaMaker(folder: folder) { say($0) }.make()
        try await DemoFilmMaker(folder: folder, width: 2, isPolite: false) { say($0) }.make()
        say("DemoProvider media \(folder)")
    }

    private func mediaFolder() async throws -> String {
        if let folder = configuration.media {
            guard FilmFile.exists(folder) else {
                throw DemoProviderConfiguration.Invalid(description: "--media: \(folder) cannot be read")
            }
            return folder
        }
        let folder = DemoMediaCache.folder
        try await DemoMediaMaker(folder: folder) { Self.say($0) }.make()
        return folder
    }

    private func serve(_ library: MediaLibrary, _ folder: String) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let files = NIOThreadPool(numberOfThreads: 2)
        files.start()
        let log = try configuration.log.map { try LogFile(path: $0) }
        let provider = Provider(
            library: library, folder: folder, settings: configuration.settings, ledger: ConnectionLedger(sink: log),
            files: files)
        let server = try await ProviderServer.start(
            provider: provider, host: configuration.host, panelPort: configuration.port, cdnPort: configuration.cdnPort,
            group: group)
        announce(server, library)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await prepareFilms(provider, folder) }
            await waitForEnd(group)
            tasks.cancelAll()
        }
        await server.stop()
        try await group.shutdownGracefully()
        try await files.shutdownGracefully()
    }

    /// Beside everything else: channels play before the last film is made. Of a folder of others nothing is made.
    private func prepareFilms(_ provider: Provider, _ folder: String) async {
        let probe = FilmProbe(provider: provider)
        await probe.run()
        guard configuration.media == nil else { return }
        do {
            let maker = DemoFilmMaker(folder: folder, width: 1, isPolite: true) { line in
                Self.say(line)
                if let library = try? MediaLibrary(folder: folder) { provider.takeFilms(of: library) }
            }
            guard try await maker.make() else { return }
            provider.takeFilms(of: try MediaLibrary(folder: folder))
            Self.say("DemoProvider has all its films")
            await probe.run()
        } catch is CancellationError {
            // Stopped meanwhile; the next start goes on.
        } catch {
            Self.say("DemoProvider goes on without some of its films: \(error)")
        }
    }

    /// Until a signal comes, or standard input ends if that was asked for.
    private func waitForEnd(_ group: any EventLoopGroup) async {
        guard configuration.stopsWithInput,
            let input = try? await NIOPipeBootstrap(group: group).takingOwnershipOfDescriptor(input: dup(STDIN_FILENO))
                .get()
        else {
            try? await gracefulShutdown()
            return
        }
        await withTaskGroup(of: Void.self) { race in
            race.addTask { try? await gracefulShutdown() }
            race.addTask { try? await input.closeFuture.get() }
            await race.next()
            race.cancelAll()
            try? await input.close()
        }
    }

    private func announce(_ server: ProviderServer, _ library: MediaLibrary) {
        let name = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        Self.say("DemoProvider ready panel=http://\(name):\(server.panelPort) cdn=http://\(name):\(server.cdnPort)")
        if library.channels.isEmpty, library.films.isEmpty {
            Self.say("DemoProvider found no media: expected names like 'live/8 Name.ts' and 'movies/1906 Name.mkv'")
        }
    }

    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
