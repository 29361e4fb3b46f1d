//! The text form of a time that every record has several of, `2026-11-23T08:00:00.000Z`, written and read by plain arithmetic.
//!
//! Other years and other forms of RFC 3339 are left to the library for dates, which takes several times as long to read one. Tests
//! compare the two.

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// Days from the first of March of the year 0, with which an era of 400 years begins, to 1970.
const TO_1970: i64 = 719_468;
/// Days of an era.
const ERA: i64 = 146_097;
/// The years that are written with four digits.
const YEARS: std::ops::RangeInclusive<i64> = 0..=9_999;

/// Bytes of the text form.
pub(super) const LENGTH: usize = 24;
/// How it looks: a digit where a zero stands.
const FORM: &[u8; LENGTH] = b"0000-00-00T00:00:00.000Z";

/// Year, month and day of a number of days since 1970. Years begin in March here: then the day that comes and goes is the last one.
const fn date(days: i64) -> (i64, i64, i64) {
    let day = days + TO_1970;
    let era = day.div_euclid(ERA);
    let of_era = day.rem_euclid(ERA);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    if month < 10 { (year + era * 400, month + 3, of_month) } else { (year + era * 400 + 1, month - 9, of_month) }
}

/// Days since 1970.
const fn days((year, month, day): (i64, i64, i64)) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    year.div_euclid(400) * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - TO_1970
}

/// The text of milliseconds since 1970; `None` where four digits do not do.
pub(super) fn write(ms: i64) -> Option<[u8; LENGTH]> {
    let (year, month, day) = date(ms.div_euclid(DAY_MS));
    if !YEARS.contains(&year) {
        return None;
    }
    let of_day = ms.rem_euclid(DAY_MS);
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    let mut text = *FORM;
    let numbers = [
        (year, 0, 4),
        (month, 5, 2),
        (day, 8, 2),
        (hour, 11, 2),
        (minute, 14, 2),
        (second, 17, 2),
        (of_day % 1_000, 20, 3),
    ];
    for (mut number, at, digits) in numbers {
        for place in text.get_mut(at..at + digits)?.iter_mut().rev() {
            *place = b'0' + u8::try_from(number % 10).ok()?;
            number /= 10;
        }
    }
    Some(text)
}

/// The milliseconds of a text of just this form; `None` of another one, or of a time that there is not.
pub(super) fn read(text: &[u8]) -> Option<i64> {
    let text: &[u8; LENGTH] = text.try_into().ok()?;
    let fits = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    if !text.iter().zip(FORM).all(fits) {
        return None;
    }
    let number = |at: usize, digits: usize| {
        text.iter().skip(at).take(digits).fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
    };
    let (civil, hour, minute, second) =
        ((number(0, 4), number(5, 2), number(8, 2)), number(11, 2), number(14, 2), number(17, 2));
    let is_time = (1..=12).contains(&civil.1) && hour < 24 && minute < 60 && second < 60;
    let day = days(civil);
    // A day that there is not is another one when it is written.
    (is_time && date(day) == civil)
        .then(|| day * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1_000 + number(20, 3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_the_library(ms: i64) -> String {
        format!("{:.3}", jiff::Timestamp::from_millisecond(ms).unwrap())
    }

    fn written(ms: i64) -> Option<String> {
        write(ms).map(|text| String::from_utf8(text.to_vec()).unwrap())
    }

    #[test]
    fn days_around_the_ends_of_months_years_and_centuries_are_right() {
        for year in [0, 1, 4, 100, 400, 1599, 1600, 1900, 1969, 1970, 1972, 2000, 2023, 2024, 2026, 2100, 9998] {
            let begin = days((year, 1, 1));
            for day in begin - 2..begin + 370 {
                let ms = day * DAY_MS;
                let text = by_the_library(ms);
                if !text.starts_with('-') {
                    assert_eq!(written(ms), Some(text.clone()));
                    assert_eq!(read(text.as_bytes()), Some(ms), "{text}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_time_or_another_form_is_left_to_the_library() {
        for text in [
            "2023-02-29T00:00:00.000Z",
            "2023-13-01T00:00:00.000Z",
            "2023-00-01T00:00:00.000Z",
            "2023-01-00T00:00:00.000Z",
            "2023-04-31T00:00:00.000Z",
            "2023-01-01T24:00:00.000Z",
            "2023-01-01T00:60:00.000Z",
            "2023-01-01T00:00:60.000Z",
            "2023-01-01T00:00:00.00Z",
            "2023-01-01T00:00:00Z",
            "2023-01-01 00:00:00.000Z",
            "2023-01-01T00:00:00.000z",
            "",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(written(-62_167_219_200_001), None, "the year before 0");
    }

    proptest! {
        #[test]
        fn every_time_is_written_and_read_as_the_library_does(ms in -62_167_219_200_000_i64..=253_402_207_200_000) {
            let text = by_the_library(ms);
            prop_assert_eq!(written(ms), Some(text.clone()));
            prop_assert_eq!(read(text.as_bytes()), Some(ms));
        }
    }
}
