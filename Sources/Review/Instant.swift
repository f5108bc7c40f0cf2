import Foundation

/// A moment as RFC 3339 writes it.
public enum Instant {
    /// `2026-05-04T14:00:00.50+02:00` as `2026-05-04T12:00:00.5Z`; nil for what is no RFC 3339 date and time.
    ///
    /// The fraction keeps its digits up to nanoseconds, less final zeros, so that equal moments are equal text. A leap
    /// second becomes the second after it.
    public static func utc(_ text: String) -> String? {
        let form =
            #/
            ([0-9]{4})-([0-9]{2})-([0-9]{2}) [Tt\ ] ([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:\.([0-9]+))?
            (?:[Zz]|([+\-])([0-9]{2}):([0-9]{2}))
            /#
        guard let match = text.wholeMatch(of: form)?.output,
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
            let hour = Int(match.4), let minute = Int(match.5), let second = Int(match.6)
        else { return nil }
        let (offsetHour, offsetMinute) = (match.9.flatMap { Int($0) } ?? 0, match.10.flatMap { Int($0) } ?? 0)
        guard (1...12).contains(month), day >= 1, day <= days(in: month, of: year), hour < 24, minute < 60,
            second <= 60,
            offsetHour < 24, offsetMinute < 60
        else { return nil }
        let offset = (offsetHour * 60 + offsetMinute) * (match.8 == "-" ? -60 : 60)
        let seconds = ((dayNumber(year, month, day) * 24 + hour) * 60 + minute) * 60 + second - offset
        var fraction = match.7.map { String($0.prefix(9)) } ?? ""
        while fraction.hasSuffix("0") { fraction.removeLast() }
        guard let date = format(seconds: seconds) else { return nil }
        return date + (fraction.isEmpty ? "" : "." + fraction) + "Z"
    }

    /// The day of a moment that `utc` wrote, counted from the first of year 0; nil for other text.
    static func day(_ moment: String) -> Int? {
        let numbers = moment.prefix(10).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let day = numbers[2],
            year >= 0, (1...12).contains(month), day >= 1, day <= days(in: month, of: year)
        else { return nil }
        return dayNumber(year, month, day)
    }

    /// The Monday of a day's week. Day 0 was a Saturday.
    static func monday(_ day: Int) -> Int { day - (day + 5) % 7 }

    /// A day as `2026-05-04`.
    static func date(_ day: Int) -> String? { format(seconds: day * 86_400).map { String($0.prefix(10)) } }

    private static func days(in month: Int, of year: Int) -> Int {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Days since the first day of year 0 in the Gregorian calendar.
    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let leaps = year == 0 ? 0 : (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1
        return year * 365 + leaps + (1..<month).reduce(0) { $0 + days(in: $1, of: year) } + day - 1
    }

    private static func format(seconds: Int) -> String? {
        guard seconds >= 0 else { return nil }
        var (rest, year) = (seconds / 86_400, 0)
        year = rest / 366
        while dayNumber(year + 1, 1, 1) <= rest { year += 1 }
        guard year <= 9999 else { return nil }
        rest -= dayNumber(year, 1, 1)
        var month = 1
        while rest >= days(in: month, of: year) {
            rest -= days(in: month, of: year)
            month += 1
        }
        let second = seconds % 86_400
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let paddedYear = String(repeating: "0", count: 4 - String(year).count) + String(year)
        let time = [second / 3600, second / 60 % 60, second % 60].map(two).joined(separator: ":")
        return "\(paddedYear)-\(two(month))-\(two(rest + 1))T\(time)"
    }
}
