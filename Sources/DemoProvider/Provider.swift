import NIOCore
import NIOPosix
import Synchronization

/// The provider's whole state, shared by its two listeners. May be used from any thread.
final class Provider: Sendable {
    let channels: [Int64: LiveChannel]
    let slate: LiveChannel?
    let imageFolder: String
    let ledger: ConnectionLedger
    let tokens = TokenTable()
    let faults = FaultBoard()
    let facts = FilmFacts()
    /// For everything that reads files or takes long.
    let files: NIOThreadPool
    private let rules: Mutex<ProviderSettings>
    private let media: Mutex<MediaLibrary>
    private let deliveryPort = Mutex(0)

    init(
        library: MediaLibrary, folder: String, settings: ProviderSettings, ledger: ConnectionLedger,
        files: NIOThreadPool
    ) {
        media = Mutex(library)
        self.ledger = ledger
        self.files = files
        imageFolder = folder + "/images"
        rules = Mutex(settings)
        channels = Dictionary(
            library.channels.map { ($0.id, LiveChannel(source: $0, files: files)) },
            uniquingKeysWith: { first, _ in first })
        slate = (library.slate ?? library.channels.first).map { LiveChannel(source: $0, files: files) }
    }

    /// Films may be added while running; channels stay as they were at the start.
    var library: MediaLibrary { media.withLock { $0 } }
    func takeFilms(of newer: MediaLibrary) { media.withLock { $0.takeFilms(of: newer) } }

    var settings: ProviderSettings { rules.withLock { $0 } }
    func change(_ body: (inout ProviderSettings) -> Void) { rules.withLock { body(&$0) } }

    /// Known once the delivery listener is bound.
    var cdnPort: Int {
        get { deliveryPort.withLock { $0 } }
        set { deliveryPort.withLock { $0 = newValue } }
    }

    /// Begins an address on the delivery host, as this client can reach it.
    func deliveryAddress(for request: Request) -> String {
        "http://\(settings.deliveryHost ?? request.host ?? "127.0.0.1"):\(cdnPort)"
    }

    func film(for target: MediaTarget) -> Film? {
        switch target.kind {
        case .live: nil
        case .movie: library.film(target.id)
        case .series: library.episode(target.id)
        }
    }
}
