/// What can go wrong inside an engine, other than in libav.
enum LiveEngineError: Error {
    /// The system has no more threads.
    case noThread
}
