//! Times as fields, pages and addresses write them.
//!
//! | written | read |
//! | --- | --- |
//! | `2024-01-11T09:10:35Z`, `Thu, 11 Jan 2024 09:10:35 GMT`, `2024-01-11 09:10:35 UTC+8` | second, in the zone it names |
//! | `2024-01-11 09:10:35`, `Jan 11 09:10:35 2024`, `20240111091035` | second, in the zone given |
//! | `2024年1月11日 09:10`, `2024-01-11（周四）下午3:05`, `January 11, 2024 at 3:05 pm`, `11 Jan 2024 09.10 GMT` | minute |
//! | `2024/01/11`, `2024.1.11`, `二〇二四年一月十一日`, `民國113年1月11日`, `28/02/2024`, `11 January 2024` | day |
//! | `1704935435`, `1704935435000`, `1.704935435e9`, micro- and nanoseconds, in a field | second |
//! | `03/08/2024`, `24-03-08`, `1月11日 09:10`, `昨天` | nothing: the year, or which is the day, is anyone's guess |
//!
//! A clock that contradicts itself (`13:05 am`), or whose zone is unknown, leaves the day alone: a wrong hour would
//! make a copy the origin.

mod clock;
mod date;
mod epoch;
mod normal;
mod scan;
mod url;
mod zone;

pub use url::date_in_url;

use crate::types::{Precision, Timestamp};
use clock::Clock;
use date::TimePlace;
use jiff::civil;
use jiff::tz::Offset;
use zone::Zone;

/// Years that a page of news can carry; other numbers of four digits are no years.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2099;

/// The first time that `text` writes, with its own zone or else `zone_seconds` east of UTC. Midnight is taken
/// as written; a run of eight digits is a date only when it is all of the text, or a clock follows. `None` when there is
/// no date, or none that is certain.
pub fn parse_time(text: &str, zone_seconds: i32) -> Option<Timestamp> {
    let text = normal::normal(text.trim())?;
    date::first(&text, TimePlace::Page)?.stamp(zone_seconds)
}

/// As [`parse_time`], for the value of a metadata field: there `00:00:00` says no more than the day, numbers of the
/// right size count seconds, milli-, micro- or nanoseconds since 1970, and 14 digits are a date and a clock.
pub fn parse_field_time(text: &str, zone_seconds: i32) -> Option<Timestamp> {
    let text = normal::normal(text.trim())?;
    let found = match epoch::parse(&text) {
        Some(seconds) => Some(Timestamp { seconds, zone: zone_seconds, precision: Precision::Second }),
        None => {
            date::first(epoch::without_fraction(&text), TimePlace::Field).and_then(|found| found.stamp(zone_seconds))
        }
    };
    let mut time = found?;
    if (time.seconds + i64::from(time.zone)).rem_euclid(86_400) == 0 {
        time.precision = Precision::Day;
    }
    Some(time)
}

/// A date with what was written of its time of day and zone.
struct WrittenTime {
    date: civil::Date,
    clock: Option<Clock>,
    zone: Option<Zone>,
    is_year_first: bool,
}

impl WrittenTime {
    fn day(year: u32, month: u32, day: u32) -> Option<Self> {
        let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
        let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(WrittenTime { date, clock: None, zone: None, is_year_first: false })
    }

    fn year_first(self) -> Self {
        WrittenTime { is_year_first: true, ..self }
    }

    fn stamp(self, zone_seconds: i32) -> Option<Timestamp> {
        let moment = |clock: &Clock| civil::Time::new(clock.hour, clock.minute, clock.second.unwrap_or(0), 0).ok();
        let moment = self.clock.as_ref().and_then(moment).map(|time| self.date.to_datetime(time));
        let east = match (self.zone, moment) {
            (Some(zone), Some(moment)) => zone.east(moment),
            _ => Some(zone_seconds),
        };
        let (moment, zone, precision) = match (moment, east) {
            (Some(moment), Some(zone)) if self.clock.is_some_and(|clock| clock.second.is_some()) => {
                (moment, zone, Precision::Second)
            }
            (Some(moment), Some(zone)) => (moment, zone, Precision::Minute),
            _ => (self.date.to_datetime(civil::Time::midnight()), zone_seconds, Precision::Day),
        };
        let instant = Offset::from_seconds(zone).ok()?.to_timestamp(moment).ok()?;
        Some(Timestamp { seconds: instant.as_second(), zone, precision })
    }
}

/// True for the name of a month in English, whole or cut: `May`, `Sept.`.
pub fn is_month(word: &str) -> bool {
    date::take_month(word).is_some_and(|(_, rest)| rest.is_empty())
}

/// True for a word that only qualifies a clock: half of the day (`pm`, `a.m.`) or a zone (`EST`).
pub fn qualifies_clock(word: &str) -> bool {
    let half = word.replace('.', "").to_ascii_lowercase();
    matches!(half.as_str(), "am" | "pm") || zone::is_abbreviation(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEIJING: i32 = 8 * 3600;

    /// The time as `2024-01-11 09:10:35 second` in its own zone.
    fn shown(time: Option<Timestamp>) -> String {
        let Some(time) = time else { return "none".into() };
        let local = jiff::Timestamp::from_second(time.seconds + i64::from(time.zone)).unwrap();
        let clock = Offset::UTC.to_datetime(local).strftime("%F %T").to_string();
        format!("{clock} {}", serde_json::to_value(time.precision).unwrap().as_str().unwrap())
    }

    #[test]
    fn many_ways_to_write_a_time() {
        for (text, want) in [
            ("2023-05-06 07:08:09", "2023-05-06 07:08:09 second"),
            ("发布于 2023-05-06 07:08 浏览 2023 次", "2023-05-06 07:08:00 minute"),
            ("2023年5月6日 7:08", "2023-05-06 07:08:00 minute"),
            ("2023年05月06日07时08分09秒", "2023-05-06 07:08:09 second"),
            ("2023/5/6 下午3:05", "2023-05-06 15:05:00 minute"),
            ("2023.5.6", "2023-05-06 00:00:00 day"),
            ("20230506", "2023-05-06 00:00:00 day"),
            ("2023-05-06T07:08:09.250+08:00", "2023-05-06 07:08:09 second"),
            ("May 6, 2023 at 3:05 pm", "2023-05-06 15:05:00 minute"),
            ("Updated 6 May 2023", "2023-05-06 00:00:00 day"),
            ("2023-02-30", "none"),
            ("电话 2023-0506", "none"),
            ("编号 20230506123", "none"),
            ("", "none"),
        ] {
            assert_eq!(shown(parse_time(text, BEIJING)), want, "{text}");
        }
    }

    #[test]
    fn dates_in_other_spellings() {
        for (text, want) in [
            ("二〇二三年十一月廿六日", "2023-11-26 00:00:00 day"),
            ("民國112年11月26日", "2023-11-26 00:00:00 day"),
            ("中華民國一百一十二年", "none"),
            ("２０２３／１１／２６　１７：３０", "2023-11-26 17:30:00 minute"),
            ("2023—11—26", "2023-11-26 00:00:00 day"),
            ("2023-11-2617:30", "2023-11-26 17:30:00 minute"),
            ("26/11/2023 17:30", "2023-11-26 17:30:00 minute"),
            ("11/26/2023", "2023-11-26 00:00:00 day"),
            ("5/6/2023", "none"),
            ("Tuesday, 5/6/2023", "none"),
            ("Saturday 05/06/2023", "2023-05-06 00:00:00 day"),
            ("26.11.2023", "2023-11-26 00:00:00 day"),
            ("23-11-26 17:30", "none"),
            ("23年11月26日", "none"),
            ("11月26日 17:30", "none"),
            ("前天 17:30", "none"),
            ("26-Nov-2023", "2023-11-26 00:00:00 day"),
            ("Sunday, 26-Nov-23 09:30:15 GMT", "2023-11-26 09:30:15 second"),
            ("November 26th, 2023", "2023-11-26 00:00:00 day"),
            ("the 26th of Nov., 2023", "2023-11-26 00:00:00 day"),
            ("2023 Nov 26", "2023-11-26 00:00:00 day"),
            ("Marketing 8, 2023", "none"),
            ("2023-11-26T09:30:15Z[Etc/UTC]", "2023-11-26 09:30:15 second"),
            ("1970-01-01 08:00:00", "none"),
            ("0000-00-00 00:00:00", "none"),
        ] {
            assert_eq!(shown(parse_time(text, BEIJING)), want, "{text}");
        }
    }

    #[test]
    fn parts_of_the_day_and_what_contradicts_them() {
        for (text, want) in [
            ("上午12:20", "00:20"),
            ("上午9:20", "09:20"),
            ("中午12:20", "12:20"),
            ("中午1:20", "13:20"),
            ("下午12:20", "12:20"),
            ("下午 5:20", "17:20"),
            ("下午17:20", "17:20"),
            ("凌晨2:20", "02:20"),
            ("凌晨12:20", "00:20"),
            ("早上7:20", "07:20"),
            ("傍晚6:20", "18:20"),
            ("晚9:20", "21:20"),
            ("晚上9时20分", "21:20"),
            ("晚上9点半", "21:30"),
            ("（星期日）17:20", "17:20"),
            (" 周日 17:20", "17:20"),
            ("T17:20", "17:20"),
            (" | 17:20", "17:20"),
            (" 12:20 am", "00:20"),
            (", 12:20 p.m.", "12:20"),
            (" at 5pm", "17:00"),
            (" 17:20 PM", "17:20"),
            // The day alone.
            ("上午9时", "day"),
            (" 13:20 am", "day"),
            ("凌晨9:20", "day"),
            ("晚上12:20", "day"),
            ("深夜1:20", "day"),
            (" 24:00", "day"),
            (" 25:61", "day"),
            ("", "day"),
        ] {
            let time = parse_time(&format!("2023-11-26{text}"), BEIJING).unwrap();
            let local = shown(Some(time));
            let got = if time.precision == Precision::Day { "day" } else { &local[11..16] };
            assert_eq!(got, want, "{text}");
            assert!(local.starts_with("2023-11-26"), "{text}: {local}");
        }
        assert_eq!(shown(parse_time("AM 12:20 2023-11-26", BEIJING)), "2023-11-26 00:20:00 minute");
    }

    #[test]
    fn zones_in_words_and_figures() {
        for (text, utc) in [
            ("2023-11-26 17:30:15 UTC+8", "2023-11-26T09:30:15Z"),
            ("2023-11-26 17:30 GMT+08:00", "2023-11-26T09:30:00Z"),
            ("2023-11-26 17:30 +08", "2023-11-26T09:30:00Z"),
            ("2023-11-26T17:30:15.123456+0800", "2023-11-26T09:30:15Z"),
            ("2023-11-26 09:30:15.5+00", "2023-11-26T09:30:15Z"),
            ("Sun, 26 Nov 2023 09:30:15 GMT", "2023-11-26T09:30:15Z"),
            ("Sun, 26 Nov 2023 04:30:15 -0500", "2023-11-26T09:30:15Z"),
            ("Sun Nov 26 2023 17:30:15 GMT+0800 (中国标准时间)", "2023-11-26T09:30:15Z"),
            ("Sun Nov 26 04:30:15 EST 2023", "2023-11-26T09:30:15Z"),
            ("Sun Nov 26 09:30:15 +0000 2023", "2023-11-26T09:30:15Z"),
            ("2023-11-26 17:30 CST", "2023-11-26T09:30:00Z"),
            ("Nov. 26, 2023 3:30 AM CST", "2023-11-26T09:30:00Z"),
            ("Nov. 26, 2023 at 4:30 a.m. ET", "2023-11-26T09:30:00Z"),
            ("July 4, 2023 5:30 a.m. ET", "2023-07-04T09:30:00Z"),
            ("PUBLISHED: 09:30 GMT, 26 November 2023 | UPDATED: 11:00 GMT, 27 November 2023", "2023-11-26T09:30:00Z"),
            ("Sun 26 Nov 2023 09.30 GMT", "2023-11-26T09:30:00Z"),
            ("26 November 2023 0930 GMT", "2023-11-26T09:30:00Z"),
            ("26 Nov 2023, 03:00 PM IST", "2023-11-26T09:30:00Z"),
            ("北京时间2023年11月26日17:30", "2023-11-26T09:30:00Z"),
            ("2023年11月26日 北京时间17:30", "2023-11-26T09:30:00Z"),
            ("美东时间2023年11月26日4:30", "2023-11-26T09:30:00Z"),
        ] {
            let time = parse_time(text, 0).unwrap();
            assert_eq!(jiff::Timestamp::from_second(time.seconds).unwrap().to_string(), utc, "{text}");
        }
        // Of these nobody knows the hour.
        for text in [
            "Sun Nov 26 17:30:15 CST 2023",
            "2023-11-26 17:30 XQT",
            "2023-11-26 17:30-09:00",
            "当地时间2023年11月26日17:30",
            "Nov 26, 2003 4:30 a.m. ET",
        ] {
            assert_eq!(parse_time(text, BEIJING).unwrap().precision, Precision::Day, "{text}");
        }
    }

    #[test]
    fn a_zone_that_is_written_wins() {
        let there = parse_time("2023-05-06T07:08:09Z", BEIJING).unwrap();
        let here = parse_time("2023-05-06 15:08:09", BEIJING).unwrap();
        assert_eq!((there.seconds, there.zone, here.zone), (here.seconds, 0, BEIJING));
    }

    #[test]
    fn midnight_in_a_field_is_a_day() {
        assert_eq!(parse_field_time("2023-05-06 00:00:00", BEIJING).unwrap().precision, Precision::Day);
        assert_eq!(parse_time("2023-05-06 00:00:00", BEIJING).unwrap().precision, Precision::Second);
        assert_eq!(parse_field_time("1683302400", BEIJING).unwrap().precision, Precision::Day);
    }

    #[test]
    fn numbers_in_a_field() {
        for text in [
            "1700991015",
            "1700991015.0",
            "1700991015.75",
            "1700991015123",
            "1700991015123.0",
            "1.700991015123e12",
            "1.700991015e+09",
            "1700991015123456",
            "1700991015123456789",
            "20231126173015",
            "20231126173015.0",
            "20231126T093015Z",
            "20231126 17:30:15",
        ] {
            assert_eq!(
                shown(parse_field_time(text, BEIJING)).trim_end_matches("second").trim(),
                match text.ends_with('Z') {
                    true => "2023-11-26 09:30:15",
                    false => "2023-11-26 17:30:15",
                },
                "{text}"
            );
        }
        for (text, want) in [
            ("202311261730", "2023-11-26 17:30:00 minute"),
            ("20231126.0", "2023-11-26 00:00:00 day"),
            ("112-11-26", "2023-11-26 00:00:00 day"),
            ("23年11月26日 17:30", "2023-11-26 17:30:00 minute"),
            (r#"{"$date":"2023-11-26T09:30:15Z"}"#, "2023-11-26 09:30:15 second"),
            ("2023112617", "none"),
            ("0", "none"),
            ("20231399", "none"),
            ("45256.73", "none"),
            ("datetime.datetime(2023, 11, 26, 17, 30, 15)", "none"),
        ] {
            assert_eq!(shown(parse_field_time(text, BEIJING)), want, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "\\PC{0,40}|[0-9年月日时:/ .TZ+-]{0,30}|(Mar|May|pm|CST|周五|晚| |,|[0-9]){0,16}") {
            parse_time(&text, BEIJING);
            parse_field_time(&text, BEIJING);
        }

        #[test]
        fn what_jiff_writes_is_read(seconds in 640_000_000i64..4_000_000_000, hours in -11i32..=13) {
            let offset = Offset::from_seconds(hours * 3600).unwrap();
            let zoned = jiff::Timestamp::from_second(seconds).unwrap().to_zoned_datetime(offset.to_time_zone());
            for form in ["%Y-%m-%dT%H:%M:%S%:z", "%a, %d %b %Y %H:%M:%S %z", "%B %d, %Y %I:%M:%S %p %z", "%Y年%m月%d日 %H:%M:%S UTC%:z"] {
                let text = zoned.strftime(form).to_string();
                let read = parse_time(&text, BEIJING).unwrap();
                proptest::prop_assert_eq!((read.seconds, read.zone), (seconds, hours * 3600), "{}", text);
            }
        }
    }

    #[test]
    fn addresses_that_carry_a_date() {
        for (url, want) in [
            ("http://n.example/20230506/x.html", "2023-05-06 00:00:00 day"),
            ("http://n.example/2023/05/06/1.html", "2023-05-06 00:00:00 day"),
            ("http://n.example/c/2023-05/06/content_1.htm", "2023-05-06 00:00:00 day"),
            ("http://n.example/n1/2023/0506/c1-2.html", "2023-05-06 00:00:00 day"),
            ("http://n.example/202305/t20230506_77.html", "2023-05-06 00:00:00 day"),
            ("http://n.example/world/2023/may/06/x", "2023-05-06 00:00:00 day"),
            ("http://n.example/a/20230506103000", "2023-05-06 00:00:00 day"),
            ("http://n.example/a/2023050612345", "none"),
            ("http://20230506.example/a", "none"),
            ("n.example", "none"),
        ] {
            assert_eq!(shown(date_in_url(url, BEIJING)), want, "{url}");
        }
    }
}
