/// What a service's executable is told by its arguments. To run, it takes none: settings come from the environment.
enum ServiceCommand: Sendable, Equatable {
    case run
    /// Ask the service that runs beside this process how it is.
    case healthcheck(Question)
    case version
    case help
    /// The argument that nobody understands.
    case unknown(String)

    /// What a health check wants to know; the raw value ends the path on the admin server.
    enum Question: String, Sendable, CaseIterable {
        /// Whether the process serves. What orchestrators restart by: a Redis that is away must not end healthy services.
        case live
        /// Whether it has its Redis, too.
        case ready
    }

    /// - Parameter arguments: without the program's name.
    init(_ arguments: [String]) {
        switch arguments.first {
        case nil: self = .run
        case "--healthcheck": self = Self.healthcheck(arguments.dropFirst())
        case "--version" where arguments.count == 1: self = .version
        case "--help" where arguments.count == 1, "-h" where arguments.count == 1: self = .help
        case let first?: self = .unknown(arguments.count == 1 ? first : arguments[1])
        }
    }

    private static func healthcheck(_ rest: ArraySlice<String>) -> ServiceCommand {
        guard let word = rest.first else { return .healthcheck(.live) }
        guard rest.count == 1, let question = Question(rawValue: word) else { return .unknown(rest.last ?? word) }
        return .healthcheck(question)
    }
}
