extension Filter {
    /// Out of focus, or enlarged from little.
    public static let blurred = Filter(
        "blurred", judges: "sharpness", .atLeast, key: "min_sharpness", standard: 2, in: 0...(.infinity)
    ) {
        "Sharpness, the median variance of the Laplacian, is below \($0)."
    }
}
