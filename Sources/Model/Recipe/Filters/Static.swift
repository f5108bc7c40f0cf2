extension Filter {
    /// Hardly anything moves.
    public static let `static` = Filter("static", judges: "motion", .atLeast, key: "min_motion", standard: 0.002) {
        "Less than \($0) of the picture changes from one sampled picture to the next."
    }
}
