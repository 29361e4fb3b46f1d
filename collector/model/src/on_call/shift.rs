//! Turns: who is on call at a moment, and all turns between two moments.

use muster_shared::Time;
use muster_shared::id::{OverrideId, UserId};

use super::{Layer, Override, Rota, Unit};
use crate::zone::{Zone, plus_days};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The longest time whose turns are told.
pub const MAX_SPAN_MS: i64 = 92 * DAY_MS;

/// Why somebody is on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// It is their turn in this layer.
    Layer(String),
    /// They stand in.
    Override(OverrideId),
}

/// A turn of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// From when on.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// Who; nobody in a gap.
    pub who: Option<(UserId, Because)>,
}

/// The number of the turn that a moment is in; none before the first one.
fn turn(layer: &Layer, zone: &Zone, at: Time) -> Option<i64> {
    let every = i64::from(layer.every.max(1));
    if layer.unit == Unit::Hour {
        let since = at.since(zone.on(layer.starts_on, layer.handover));
        return (since >= 0).then(|| since.div_euclid(every * HOUR_MS));
    }
    // Asked of instants and not of what clocks show: an hour that is there twice belongs to one turn.
    let today = zone.local(at).date();
    let is_before = at < zone.on(today, layer.handover);
    let days = layer.starts_on.duration_until(today).as_hours() / 24 - i64::from(is_before);
    let length = if layer.unit == Unit::Week { every * 7 } else { every };
    (days >= 0).then(|| days.div_euclid(length))
}

fn member(layer: &Layer, zone: &Zone, at: Time) -> Option<UserId> {
    if layer.hours.as_ref().is_some_and(|hours| !hours.hold(zone, at)) {
        return None;
    }
    let count = i64::try_from(layer.members.len()).ok().filter(|count| *count > 0)?;
    let place = usize::try_from(turn(layer, zone, at)? % count).ok()?;
    layer.members.get(place).copied()
}

/// Who is on call at a moment, and why.
pub fn who(rota: &Rota, overrides: &[Override], at: Time) -> Option<(UserId, Because)> {
    let stands_in = overrides.iter().filter(|it| it.rota == rota.id && it.from <= at && at < it.to);
    // Of several the newest counts: it was said last.
    if let Some(it) = stands_in.max_by_key(|it| it.id) {
        return Some((it.user, Because::Override(it.id)));
    }
    let by_layer = |layer: &Layer| Some((member(layer, &rota.zone, at)?, Because::Layer(layer.name.clone())));
    rota.layers.iter().rev().find_map(by_layer)
}

/// Moments between two at which a layer may change hands.
fn turning_points(layer: &Layer, zone: &Zone, from: Time, to: Time) -> Vec<Time> {
    let mut points = Vec::new();
    if layer.unit == Unit::Hour {
        let (first, step) = (zone.on(layer.starts_on, layer.handover), i64::from(layer.every.max(1)) * HOUR_MS);
        let skipped = from.since(first).div_euclid(step).max(0);
        let mut point = first.plus_millis(skipped * step);
        while point < to {
            points.push(point);
            point = point.plus_millis(step);
        }
    }
    let (mut day, last) = (plus_days(zone.local(from).date(), -1), zone.local(to).date());
    while day <= last {
        points.push(zone.on(day, layer.handover));
        if let Some(hours) = &layer.hours {
            points.extend([zone.on(day, hours.from), zone.on(day, hours.to)]);
        }
        day = plus_days(day, 1);
    }
    points
}

/// All turns between two moments, gaps too, without a break.
pub fn shifts(rota: &Rota, overrides: &[Override], from: Time, to: Time) -> Vec<Shift> {
    let to = to.min(from.plus_millis(MAX_SPAN_MS));
    let mut points = vec![from];
    points.extend(overrides.iter().filter(|it| it.rota == rota.id).flat_map(|it| [it.from, it.to]));
    points.extend(rota.layers.iter().flat_map(|layer| turning_points(layer, &rota.zone, from, to)));
    points.retain(|point| (from..to).contains(point));
    points.sort_unstable();
    points.dedup();
    let mut shifts: Vec<Shift> = Vec::new();
    for at in points {
        let who = who(rota, overrides, at);
        match shifts.last_mut() {
            Some(last) if last.who == who => {}
            last => {
                if let Some(last) = last {
                    last.to = at;
                }
                shifts.push(Shift { from: at, to, who });
            }
        }
    }
    shifts
}

#[cfg(test)]
mod tests;
