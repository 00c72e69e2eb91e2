/// Sends a long body bit by bit. Everything happens on the connection's event loop.
protocol BodySender: AnyObject {
    func start()
    func writabilityChanged()
    /// The connection is gone or about to go; nothing may be sent any more.
    func stop()
}
