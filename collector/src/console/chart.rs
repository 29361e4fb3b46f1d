//! Charts drawn on the server: the horizontal is in percent and the vertical in pixels, so that text never scales and no
//! script has to measure. Colours are classes; numbers stand in a table beside each chart.

use muster_model::policy::Severity;
use muster_shared::Time;

use super::locale::Locale;
use super::moment;

/// The start of an hour, and how many findings of each severity began in it.
type Hour = (Time, Vec<(Severity, u32)>);

/// Height of the plot, in pixels.
const HEIGHT: u32 = 168;
/// Grid lines above the ground line.
const STEPS: u32 = 4;

/// A piece of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) class: String,
    pub(crate) y: u32,
    pub(crate) height: u32,
}

/// A column: one hour.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) bars: Vec<Bar>,
    pub(crate) title: String,
}

/// A label under the plot.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    pub(crate) x: String,
    pub(crate) label: String,
}

/// A line across the plot, with the number it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) y: u32,
    pub(crate) text_y: u32,
    pub(crate) label: u32,
}

/// A row of the table beside the chart.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) at: String,
    pub(crate) counts: Vec<u32>,
    pub(crate) total: u32,
}

/// Stacked columns over time.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    pub(crate) columns: Vec<Column>,
    pub(crate) ticks: Vec<Tick>,
    pub(crate) grid: Vec<Grid>,
    /// Hours in which something happened, newest first.
    pub(crate) rows: Vec<Row>,
    pub(crate) total: u32,
    pub(crate) legend: Vec<(String, String)>,
    pub(crate) full_height: u32,
    pub(crate) label_y: u32,
}

/// The step between grid lines: 1, 2 or 5 times a power of ten.
fn step(max: u32) -> u32 {
    let least = max.div_ceil(STEPS).max(1);
    let mut ten = 1_u32;
    loop {
        for factor in [1, 2, 5] {
            let step = ten.saturating_mul(factor);
            if step >= least {
                return step;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// A share in percent with three digits.
fn percent(part: usize, of: usize) -> String {
    let thousandths = part.saturating_mul(100_000) / of.max(1);
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

/// The drift of each hour, worst at the bottom.
pub(crate) fn drift(hours: &[Hour], locale: Locale) -> Chart {
    let sum = |counts: &[(Severity, u32)]| counts.iter().map(|(_, n)| n).sum::<u32>();
    let max = hours.iter().map(|(_, counts)| sum(counts)).max().unwrap_or_default();
    let step = step(max);
    let top = step * STEPS;
    let scale = |n: u32| u32::try_from(u64::from(n) * u64::from(HEIGHT) / u64::from(top)).unwrap_or(HEIGHT);
    let count = hours.len();
    let column = |(i, hour): (usize, &Hour)| {
        let (at, counts) = hour;
        let mut reached = 0;
        let bars = counts.iter().filter(|(_, n)| *n > 0).map(|(severity, n)| {
            let (from, to) = (scale(reached), scale(reached + n));
            reached += n;
            let height = (to - from).max(2);
            Bar { class: format!("fill-{}", severity.as_str()), y: HEIGHT.saturating_sub(from + height), height }
        });
        Column {
            x: percent(i * 10 + 1, count * 10),
            width: percent(8, count * 10),
            bars: bars.collect(),
            title: format!("{} – {}", moment::exact(*at), sum(counts)),
        }
    };
    let rows = hours.iter().rev().filter(|(_, counts)| sum(counts) > 0).map(|(at, counts)| Row {
        at: moment::exact(*at),
        counts: counts.iter().map(|(_, n)| *n).collect(),
        total: sum(counts),
    });
    let grid = (0..=STEPS).map(|n| {
        let y = HEIGHT - scale(n * step);
        Grid { y, text_y: y + 4, label: n * step }
    });
    let name =
        |severity: &Severity| (format!("fill-{}", severity.as_str()), locale.name("severity", severity.as_str()));
    Chart {
        columns: hours.iter().enumerate().map(column).filter(|column| !column.bars.is_empty()).collect(),
        ticks: ticks(hours.iter().map(|(at, _)| *at).collect::<Vec<_>>().as_slice()),
        grid: grid.collect(),
        rows: rows.collect(),
        total: hours.iter().map(|(_, counts)| sum(counts)).sum(),
        legend: Severity::ALL.iter().rev().map(name).collect(),
        full_height: HEIGHT + 26,
        label_y: HEIGHT + 20,
    }
}

/// Labels at round hours: about six of them; days when the range is long.
fn ticks(hours: &[Time]) -> Vec<Tick> {
    let (every, is_days) = match hours.len() {
        0..=8 => (1, false),
        9..=30 => (6, false),
        31..=72 => (12, false),
        73..=240 => (24, true),
        n => (i64::try_from(n / 7).unwrap_or(24).max(1), true),
    };
    let hour = |at: &Time| at.millis().div_euclid(3_600_000);
    let labelled = hours.iter().enumerate().filter(|(_, at)| hour(at) % every == 0);
    labelled
        .map(|(i, at)| Tick {
            x: percent(i * 2 + 1, hours.len() * 2),
            label: if is_days { moment::month_day(*at) } else { moment::clock(*at) },
        })
        .collect()
}

/// A row of a bar list.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    pub(crate) label: String,
    pub(crate) href: Option<String>,
    pub(crate) count: usize,
    pub(crate) width: String,
}

/// Numbers as bars beside each other, the longest being full.
pub(crate) fn shares(rows: Vec<(String, Option<String>, usize)>) -> Vec<Share> {
    let max = rows.iter().map(|(_, _, count)| *count).max().unwrap_or_default();
    rows.into_iter().map(|(label, href, count)| Share { label, href, width: percent(count, max), count }).collect()
}

/// The points of a small line: totals over the range, `width` by `height`.
pub(crate) fn spark(hours: &[Hour]) -> String {
    let (width, height, points) = (120_usize, 28_u64, 40_usize);
    let size = hours.len().div_ceil(points).max(1);
    let totals: Vec<u64> =
        hours.chunks(size).map(|some| some.iter().flat_map(|(_, c)| c).map(|(_, n)| u64::from(*n)).sum()).collect();
    let max = totals.iter().copied().max().unwrap_or_default().max(1);
    let last = totals.len().saturating_sub(1).max(1);
    let point = |(i, n): (usize, &u64)| format!("{},{}", i * width / last, height + 1 - n * height / max);
    totals.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_numbers() {
        assert_eq!([0, 1, 4, 5, 25, 81].map(step), [1, 1, 1, 2, 10, 50]);
    }

    #[test]
    fn columns_stack_from_the_ground() {
        let hours: Vec<Hour> = (0..24)
            .map(|h| {
                (
                    Time::from_millis(h * 3_600_000),
                    vec![(Severity::Critical, u32::from(h == 3)), (Severity::Info, u32::from(h == 3) * 3)],
                )
            })
            .collect();
        let chart = drift(&hours, Locale::English);
        assert_eq!((chart.total, chart.columns.len(), chart.rows.len()), (4, 1, 1));
        let bars = &chart.columns[0].bars;
        assert_eq!((bars[0].y + bars[0].height, bars[1].y), (HEIGHT, 0));
        assert_eq!(bars[1].y + bars[1].height, bars[0].y);
        assert_eq!(chart.ticks.len(), 4);
        assert!(drift(&[], Locale::English).columns.is_empty());
        assert!(!spark(&hours).is_empty() && spark(&[]).is_empty());
    }

    #[test]
    fn the_longest_bar_is_full() {
        let rows = shares(vec![("a".into(), None, 1), ("b".into(), None, 4)]);
        assert_eq!((rows[0].width.as_str(), rows[1].width.as_str()), ("25.000%", "100.000%"));
        assert_eq!(shares(vec![("a".into(), None, 0)])[0].width, "0.000%");
    }
}
