extension Filter {
    /// Letterboxed or pillarboxed.
    public static let border = Filter("border", judges: "border", .atMost, key: "max_border", standard: 0.12) {
        "A black border takes more than \($0) of the picture’s width or height."
    }
}
