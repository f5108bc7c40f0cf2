public import Model

/// The files of a recording that lies in several, such as an OME-TIFF set with or without a companion file.
public enum StackSet {
    /// The files that belong to one recording with this file, in their order and this one among them; whichever of
    /// them is given, they are the same. The file alone where its metadata speaks of no other, or it is no such file.
    ///
    /// The others are looked for in the file's folder, by their names, else by their UUIDs. A companion without planes
    /// is the last. `StackProbe` and `StackReader` take all of them as one recording.
    /// - Throws: `Fault` with `.unreadable` where a file is missing (names it), `.mismatch` where the file carries the
    ///   metadata of a recording that it is no file of, `.corrupt` where its companion can't be read.
    public static func files(of path: String) throws(Fault) -> [String] {
        try StackFormat.set(of: path)
    }
}
