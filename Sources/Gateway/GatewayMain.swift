import Hummingbird
@main enum GatewayMain { static func main() {} }
