@main enum DashBench { static func main() {} }
