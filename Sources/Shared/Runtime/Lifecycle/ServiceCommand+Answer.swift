import Probe

extension ServiceCommand {
    /// What an executable says and ends with when it was not asked to run.
    struct Answer: Sendable, Equatable {
        let code: Int32
        /// One or more whole lines; on standard error if `code` is not 0.
        let text: String
    }

    /// Carries the command out. `nil`: the service shall run.
    func answer(for service: ServiceKind, settings: Settings) async -> Answer? {
        switch self {
        case .run: nil
        case .healthcheck(let question): await Self.check(question, service, settings)
        case .version: Answer(code: 0, text: "\(service.rawValue) \(BuildInfo.version)\n")
        case .help: Answer(code: 0, text: Self.help(service))
        case .unknown(let argument):
            Answer(
                code: ServiceHost.ExitCode.usage,
                text: "\(service.rawValue): \"\(argument)\" is not understood; --help says what is\n")
        }
    }

    /// Reads `ADMIN_PORT` and nothing else, so that no other setting can make a living service look dead.
    private static func check(_ question: Question, _ service: ServiceKind, _ settings: Settings) async -> Answer {
        let name = service.rawValue
        let port: Int
        do {
            port = try CommonSettings.adminPort(settings, service: service)
        } catch {
            return Answer(code: 1, text: "\(name): \(error.description)\n")
        }
        guard port > 0 else {
            return Answer(code: 1, text: "\(name): with ADMIN_PORT=0 nobody knows where to ask; give it a number\n")
        }
        switch await HealthProbe(port: port, path: "/health/\(question.rawValue)").ask() {
        case .well: return Answer(code: 0, text: "\(name): \(question.rawValue)\n")
        case .refused(let status):
            return Answer(code: 1, text: "\(name): not \(question.rawValue) (status \(status))\n")
        case .silent: return Answer(code: 1, text: "\(name): no answer on port \(port)\n")
        }
    }

    private static func help(_ service: ServiceKind) -> String {
        """
        \(service.rawValue) \(BuildInfo.version), a service of DASH WebTV.

          (no argument)                runs until SIGTERM or SIGINT; README.md lists the environment variables it reads
          --healthcheck [live|ready]   asks the service that runs on ADMIN_PORT (\(service.defaultAdminPort)); 0 if it is well, else 1
          --version
          --help

        Exit codes: 0 orderly stop, 64 wrong argument, 70 a part failed (start it again), 78 wrong setting (do not).

        """
    }
}
