enum UpstreamPlaceholder {}
