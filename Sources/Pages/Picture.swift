import Foundation

/// A picture that travels inside the page.
public struct Picture {
    /// A `data:` address.
    let data: String
    /// What and when, for those who don't see it.
    let alt: String
    /// Where in the clip or film it is.
    let at: String

    public init(jpeg: [UInt8], alt: String, at: String) {
        data = "data:image/jpeg;base64," + Data(jpeg).base64EncodedString()
        (self.alt, self.at) = (alt, at)
    }
}
