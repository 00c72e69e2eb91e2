import Crypto
import Synchronization

/// Turns a name and a password into an account: slowly for who guesses, at once for who was right before.
///
/// Limits by name and address together come first and are tight; by name alone and by address alone they are generous, because many
/// phones share an address, and because nobody shall lock another out. They count per gateway.
final class LoginDesk: Sendable {
    private struct Device: Hashable {
        let name: String
        let address: String
    }

    private struct State {
        var devices = AttemptBook<Device>(free: 5)
        var names = AttemptBook<String>(free: 100)
        var addresses = AttemptBook<String>(free: 200)
        /// Right passwords of this process' life, as HMACs under a key of its own: apps send theirs with every request.
        var verified: [String: Verified] = [:]
        /// Where they were right: not held up by what others guess from elsewhere.
        var trusted: Set<Device> = []
    }

    private struct Verified {
        let account: UInt64
        let code: String
    }

    private static let maximumRemembered = 20_000

    private let directory: ViewerDirectory
    private let checker: PasswordChecker
    private let key = SymmetricKey(size: .bits256)
    private let state = Mutex(State())

    init(directory: ViewerDirectory, checker: PasswordChecker) {
        self.directory = directory
        self.checker = checker
    }

    /// Throws 401 for a wrong name or password (which of them is not said), 403 for an account that is over, 429 for who guesses.
    /// - Parameter address: see `ClientAddress`.
    func admit(_ name: String, _ password: String, from address: String, now: Int64) async throws -> Viewer {
        guard Viewer.isName(name) else { throw refusal(ofNobodyFrom: address) }
        let device = Device(name: name, address: address)
        if let wait = state.withLock({ Self.wait($0, device, at: .now) }) { throw APIError.tooManyAttempts(wait) }
        let viewer = try await find(name)
        guard try await isRight(password, viewer, device), let viewer else {
            state.withLock { state in
                state.devices.failed(device, at: .now)
                state.names.failed(name, at: .now)
                state.addresses.failed(address, at: .now)
            }
            throw APIError.wrongCredentials
        }
        if viewer.isExpired(at: now) { throw APIError.accountExpired }
        return viewer
    }

    /// Nobody can have such a name, and it may be long: only the address is remembered.
    private func refusal(ofNobodyFrom address: String) -> APIError {
        state.withLock { state in
            if let wait = state.addresses.wait(address, at: .now) { return .tooManyAttempts(wait) }
            state.addresses.failed(address, at: .now)
            return .wrongCredentials
        }
    }

    /// An account that was made a moment ago is known, too.
    private func find(_ name: String) async throws -> Viewer? {
        if let viewer = try await directory.viewer(named: name) { return viewer }
        try? await directory.refresh()
        return try await directory.viewer(named: name)
    }

    private static func wait(_ state: State, _ device: Device, at now: ContinuousClock.Instant) -> Int? {
        if let wait = state.devices.wait(device, at: now) { return wait }
        if state.trusted.contains(device) { return nil }
        return state.names.wait(device.name, at: now) ?? state.addresses.wait(device.address, at: now)
    }

    private func isRight(_ password: String, _ viewer: Viewer?, _ device: Device) async throws -> Bool {
        // Longer than any password: not worth the slow hash, which would be slower still.
        guard password.utf8.count <= 200 else { return false }
        let code = code(device.name, password)
        if let viewer, let known = state.withLock({ $0.verified[device.name] }), known.account == viewer.id,
            ConstantTime.areEqual(known.code, code)
        {
            remember(device, nil)
            return true
        }
        guard try await checker.matches(password, viewer?.password), let viewer else { return false }
        remember(device, Verified(account: viewer.id, code: code))
        return true
    }

    private func code(_ name: String, _ password: String) -> String {
        Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Array("\(name)|\(password)".utf8), using: key))
    }

    private func remember(_ device: Device, _ verified: Verified?) {
        state.withLock { state in
            state.devices.succeeded(device)
            if state.trusted.count >= Self.maximumRemembered { state.trusted = [] }
            state.trusted.insert(device)
            guard let verified else { return }
            if state.verified.count >= Self.maximumRemembered { state.verified = [:] }
            state.verified[device.name] = verified
        }
    }
}
