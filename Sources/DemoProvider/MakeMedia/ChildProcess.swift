import Glibc

/// Runs a program and waits for it without blocking a thread. `Foundation.Process` would need all of Foundation.
enum ChildProcess {
    /// Runs a program found in PATH, with no input and its output thrown away (`ffmpeg` is told where to write).
    ///
    /// A cancelled task kills the program and waits for its end.
    /// - Returns: the exit status; 128 + signal if it was killed.
    static func run(_ program: String, _ arguments: [String], errors: String = "/dev/null") async throws -> Int32 {
        let child = try spawn(program, arguments, errors: errors)
        var isKilled = false
        while true {
            var status: CInt = 0
            let result = waitpid(child, &status, WNOHANG)
            if result == child { return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F }
            if result < 0, errno != EINTR { throw ChildProcessError(program: program, code: errno) }
            if Task.isCancelled, !isKilled {
                kill(child, SIGKILL)
                isKilled = true
            }
            if isKilled { await Task.yield() } else { try? await Task.sleep(for: .milliseconds(30)) }
        }
    }

    private static func spawn(_ program: String, _ arguments: [String], errors: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, program, &actions, nil, &words, environ)
        guard code == 0 else { throw ChildProcessError(program: program, code: code) }
        return child
    }
}

/// A program could not be started, or failed.
struct ChildProcessError: Error, CustomStringConvertible {
    let program: String
    let code: CInt
    var description: String { "cannot run \(program) (error \(code)); is it installed?" }
}
