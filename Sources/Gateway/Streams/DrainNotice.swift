import ServiceLifecycle

/// Stopped before the server: tells everybody who is held that this gateway goes, so that the server can finish its
/// requests instead of waiting for endless ones.
struct DrainNotice: Service {
    let views: StreamViews
    let films: FilmViews

    func run() async throws {
        try? await gracefulShutdown()
        views.drain()
        films.drain()
    }
}
