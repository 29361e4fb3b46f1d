//! Waves begin, soak, are out no more, and stop for what is new.

use super::*;

fn wave(name: &str, soak_minutes: u32) -> Wave {
    let abort = Abort { failed_percent: Some(10), urgent_incident: true };
    Wave { name: name.into(), hosts: "site:berlin".into(), soak_minutes, abort }
}

fn look(deployed: usize) -> Look {
    Look { hosts: 10, deployed, ..Look::default() }
}

const fn minute(n: i64) -> Time {
    Time::from_millis(n * MINUTE_MS)
}

fn phases(states: &[WaveState]) -> Vec<Phase> {
    states.iter().map(|state| state.phase).collect()
}

#[test]
fn a_wave_begins_when_the_one_before_has_soaked() {
    let waves = [wave("first", 60), wave("second", 0), wave("third", 0)];
    let judged = |before: &[WaveState], deployed: [usize; 3], is_moving, at| {
        judge(&waves, before, deployed.map(look).into(), 90, is_moving, minute(at))
    };
    let none = judged(&[], [9, 0, 0], false, 0);
    assert_eq!(phases(&none), [Phase::Waiting; 3], "nothing begins before it is deployed");
    let began = judged(&none, [8, 0, 0], true, 1);
    assert_eq!(phases(&began), [Phase::Open, Phase::Waiting, Phase::Waiting]);
    let out = judged(&began, [9, 0, 0], true, 5);
    assert_eq!(phases(&out), [Phase::Soaking, Phase::Waiting, Phase::Waiting]);
    assert_eq!((out[0].out_at, out[0].soaks_until), (Some(minute(5)), Some(minute(65))));
    let back = judged(&out, [8, 0, 0], true, 30);
    assert_eq!((back[0].phase, back[0].out_at), (Phase::Open, None), "what is out no more soaks anew");
    let again = judged(&back, [10, 0, 0], true, 31);
    let stopped = judged(&again, [10, 0, 0], false, 91);
    assert_eq!(phases(&stopped), [Phase::Done, Phase::Waiting, Phase::Waiting], "nothing begins while it is stopped");
    // Two that are out already follow at once: there is nothing that they soak for.
    let on = judged(&stopped, [10, 10, 9], true, 92);
    assert_eq!(phases(&on), [Phase::Done; 3]);
}

#[test]
fn what_went_wrong_stops_a_wave_until_somebody_takes_it_on() {
    let waves = [wave("first", 60)];
    let judged = |before: &[WaveState], failed: usize, incidents: &[&str]| {
        let failed = (0..failed).map(|n| format!("web-{n}")).collect();
        let incidents = incidents.iter().map(|number| (*number).to_owned()).collect();
        let look = Look { failed, incidents, ..look(5) };
        judge(&waves, before, vec![look], 100, true, minute(1)).remove(0)
    };
    let one = judged(&[], 1, &[]);
    assert_eq!(waves[0].stop(&one), None, "ten of a hundred are not more than ten");
    let mut two = judged(&[one], 2, &[]);
    assert_eq!(waves[0].stop(&two).unwrap().say, "wave_stop_failed");
    two.failed_taken_on.clone_from(&two.failed);
    let same = judged(&[two.clone()], 2, &[]);
    assert_eq!(waves[0].stop(&same), None, "somebody let it go on with these");
    assert!(waves[0].stop(&judged(&[two.clone()], 3, &[])).is_some(), "another one is news");
    two.failed_taken_on = vec!["web-7".into(), "web-8".into()];
    assert!(waves[0].stop(&judged(&[two], 2, &[])).is_some(), "as many others are news too");
    let mut loud = judged(&[same], 2, &["INC-000001"]);
    assert_eq!(waves[0].stop(&loud).unwrap().say, "wave_stop_incident");
    loud.incidents_taken_on = vec!["INC-000001".into()];
    assert_eq!(waves[0].stop(&loud), None);
    let quiet = [Wave { abort: Abort::default(), ..wave("first", 60) }];
    let state =
        judge(&quiet, &[], vec![Look { incidents: vec!["INC-000001".into()], ..look(0) }], 100, true, minute(1));
    assert_eq!(quiet[0].stop(&state[0]), None, "it stops for what was asked for alone");
}

#[test]
fn a_wave_that_means_nobody_any_more_waits_for_a_word() {
    let waves = [wave("first", 0), wave("second", 0)];
    let judged = |before: &[WaveState]| judge(&waves, before, vec![Look::default(), look(0)], 100, true, minute(1));
    let mut gone = judged(&[]);
    assert_eq!(
        (phases(&gone), waves[0].stop(&gone[0]).unwrap().say.as_ref()),
        (vec![Phase::Open, Phase::Waiting], "wave_stop_empty")
    );
    gone[0].empty_taken_on = true;
    let on = judged(&gone);
    assert_eq!((phases(&on), waves[0].stop(&on[0])), (vec![Phase::Done, Phase::Open], None));
}

#[test]
fn a_share_of_many_hosts_is_a_share_of_all() {
    let waves = [Wave { abort: Abort { failed_percent: Some(50), urgent_incident: false }, ..wave("first", 0) }];
    let failed = (0..200).map(|n| format!("big-{n}")).collect();
    let look = Look { hosts: 220, failed, ..Look::default() };
    let state = judge(&waves, &[], vec![look], 100, true, minute(1)).remove(0);
    assert!(waves[0].stop(&state).is_some());
}

#[test]
fn a_wave_has_a_name_of_its_own_and_bounds() {
    let mut waves = vec![wave("first", 60), wave(" First ", MAX_SOAK_MINUTES + 1), wave(" ", 0)];
    waves[2].abort.failed_percent = Some(100);
    waves.push(Wave { hosts: " ".into(), ..wave("a: b", 0) });
    let found = slips(&waves, "/w");
    let at: Vec<&str> = found.iter().map(|slip| slip.pointer.as_str()).collect();
    assert_eq!(
        at,
        ["/w/1/name", "/w/1/soak_minutes", "/w/2/name", "/w/2/abort/failed_percent", "/w/3/name", "/w/3/hosts"]
    );
    assert!(slips(&[wave("first", 0), wave("second", MAX_SOAK_MINUTES)], "/w").is_empty());
}
