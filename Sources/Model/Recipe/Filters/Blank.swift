extension Filter {
    /// Too many frames show next to nothing.
    public static let blank = Filter("blank", judges: "blank", .atMost, key: "max_blank", standard: 0.2) {
        "More than \($0) of the frames are blank."
    }
}
