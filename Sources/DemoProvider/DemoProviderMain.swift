@main enum DemoProviderMain { static func main() {} }
