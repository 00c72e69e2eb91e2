/// Which build this is: in health answers, heartbeats and `dash_build_info`.
public enum BuildInfo {
    public static let version = "0.1.0"
}
