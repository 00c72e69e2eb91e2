#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a password: asked for twice without echo on a terminal, else the first line of standard input.
enum PasswordPrompt {
    static func ask() throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine() else { throw ViewerAccess.failure("A password is read from standard input.") }
            return line
        }
        let first = try silently("Password: ")
        guard try silently("Again: ") == first else { throw ViewerAccess.failure("These are two different passwords.") }
        return first
    }

    private static func silently(_ prompt: String) throws -> String {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw ViewerAccess.failure("The terminal cannot be read.") }
        var quiet = before
        quiet.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        // To standard error: standard output may be a file.
        _ = write(STDERR_FILENO, prompt, prompt.utf8.count)
        let line = readLine()
        _ = write(STDERR_FILENO, "\n", 1)
        guard let line else { throw ViewerAccess.failure("No password was given.") }
        return line
    }
}
