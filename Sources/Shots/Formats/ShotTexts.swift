import Analysis
import Model

/// The forms of a shot list that other programs read.
extension ShotList {
    /// A scene list as PySceneDetect 0.7 writes it: one line a shot, frames counted from 1, the end frame included.
    ///
    /// - Parameter cutList: whether the line `Timecode List:` comes first, which makes it no plain CSV (RFC 4180).
    public func csv(cutList: Bool = false) -> String {
        let header =
            "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),"
            + "Length (frames),Length (timecode),Length (seconds)"
        let rows = shots.map { shot in
            let (start, end) = (clock.milliseconds(shot.start.pts), clock.milliseconds(shot.end.pts))
            let length = timeBase.rescale(shot.end.pts - shot.start.pts, to: Rational(1, 1000))
            func time(_ milliseconds: Int64) -> String {
                "\(ShotClock.text(milliseconds: milliseconds)),\(ShotClock.decimal(milliseconds: milliseconds))"
            }
            return "\(shot.index + 1),\(shot.start.frame + 1),\(time(start)),\(shot.end.frame),\(time(end)),"
                + "\(shot.end.frame - shot.start.frame),\(time(length))"
        }
        let first = cutList ? [(["Timecode List:"] + boundaries).joined(separator: ",")] : []
        return (first + [header] + rows).joined(separator: "\n")
    }

    /// `HH:MM:SS.mmm` of each boundary: a cut's first frame, the middle of a gradual transition.
    public var boundaries: [String] { transitions.map { clock.text($0.middle.pts) } }

    /// An edit decision list in the form of CMX 3600: one event a shot, at the same time in source and record, cuts
    /// only, as the mixed frames of a transition are in the picture already. Timecode is non-drop, counts from the
    /// first frame and is the timestamp rounded to `rate`; the list says so in comments.
    ///
    /// - Parameter name: the recording's file name.
    public func edl(name: String, rate: EditRate) -> String {
        let name = String(name.map { $0.isNewline ? " " : $0 })
        var lines = ["TITLE: \(name)", "FCM: NON-DROP FRAME", ""]
        // Readers take a comment only behind an event: what comes before the first one waits for it.
        var comments = ["* TIMECODE OF \(rate.rate) FRAMES A SECOND"]
        var number: Int64 = 0
        for shot in shots {
            let (start, end) = (rate.frame(shot.start.pts, clock), rate.frame(shot.end.pts, clock))
            guard end > start else {
                comments.append("* SHOT \(shot.index + 1) LEFT OUT: SHORTER THAN A FRAME OF TIMECODE")
                continue
            }
            number += 1
            let (from, to) = (rate.timecode(start), rate.timecode(end))
            lines.append(
                "\(ShotClock.digits(number, 3))  AX       V     C        \(from) \(to) \(from) \(to)")
            lines.append("* FROM CLIP NAME: \(name)")
            lines += comments
            comments = []
            if let opening = opening(of: shot), opening.kind != .cut {
                let mixed = [opening.start, opening.end].map { rate.timecode(rate.frame($0.pts, clock)) }
                lines.append("* AFTER A \(opening.kind.rawValue.uppercased()) FROM \(mixed[0]) TO \(mixed[1])")
            }
        }
        if number > 0 { lines += comments }
        return lines.joined(separator: "\n")
    }
}
