//! What happens on any day at a service desk: incidents that people call about, and requests of the catalogue. Most are done in
//! time, some wait for an answer, some come back, a few take too long.

use serde_json::json;

use super::super::agenda::{agree, event, moved, open, parts, post, reject, say};
use super::super::chance::Chance;
use super::{DAY_MS, MINUTE_MS, Plot, Start};

/// Title, category, service, impact, urgency, what was done.
type Trouble = (&'static str, &'static str, &'static str, u8, u8, &'static str);

const TROUBLES: &[Trouble] = &[
    ("Search in the shop finds nothing", "application", "shop", 2, 2, "The index was built anew."),
    ("Pages of the shop load slowly", "performance", "storefront", 2, 3, "A slow query got an index."),
    ("A customer was charged twice", "application", "payments", 3, 2, "The second charge was taken back."),
    ("Mail to partners is delayed", "mail", "mail", 2, 3, "The queue was stuck behind one domain."),
    ("Cannot open the shared calendar", "mail", "mail", 3, 3, "The delegation was set anew."),
    ("A share is read-only", "storage", "files", 3, 2, "The rights of the folder were wrong."),
    ("A file was deleted by mistake", "storage", "files", 3, 3, "It was taken from last night's snapshot."),
    ("Builds wait for a runner", "application", "builds", 3, 3, "A runner had run out of disk and was cleaned."),
    ("A pipeline fails since this morning", "application", "builds", 3, 3, "The base image was pinned."),
    ("A dashboard shows no data", "monitoring", "watch", 3, 3, "The data source had another name."),
    ("A name does not resolve", "network", "names", 2, 2, "The zone had a typing error."),
    ("Sign-in to the intranet fails", "account", "mail", 3, 2, "The account was locked and was opened."),
    ("The printer on floor 3 is offline", "hardware", "files", 3, 3, "It was switched on."),
    ("Order confirmation arrives late", "application", "checkout", 2, 3, "Workers were restarted with more memory."),
    ("Basket loses its content", "application", "basket", 2, 2, "The time to live was raised."),
    ("Certificate warning in the browser", "security", "storefront", 2, 2, "The chain was completed."),
];

const CALLERS: &[&str] = &["liam", "maja", "noor"];
const WORKERS: &[&str] = &["anna", "ben", "chiara", "david"];

/// How one of the everyday incidents goes.
fn incident(plot: &mut Plot, chance: &mut Chance, handle: &str, start: Start) {
    let Some((title, category, service, impact, urgency, done)) = chance.one_of(TROUBLES).copied() else { return };
    let (caller, worker) = (chance.word(CALLERS), chance.word(WORKERS));
    let body = json!({
        "kind": "incident", "title": title, "category": category, "impact": impact, "urgency": urgency,
        "items": [format!("@id:{service}")], "description": "Reported by phone; it began today.",
    });
    plot.then(start, 0, open(caller, handle, body));
    let group = if category == "network" { "network" } else { "service desk" };
    // Priority 1 and 2 are answered in minutes, all else within hours; now and then nobody looks in time.
    let is_late = chance.happens(12);
    let answered = if is_late { 420 + chance.below(600) } else { 2 + chance.below(12) };
    let assign = json!({"event": "assign", "assignment_group": group, "assignee": format!("@user:{worker}")});
    plot.then(start, answered, event(worker, handle, assign));
    plot.then(start, answered + 5, say(worker, handle, "I am looking at it."));
    let mut over = answered + 20 + chance.below(if is_late { 4_000 } else { 300 });
    if chance.happens(18) {
        let hold = json!({"event": "hold", "reason": "caller", "comment": "Since when, and for whom else?"});
        plot.then(start, over, event(worker, handle, hold));
        over += 60 + chance.below(900);
        plot.then(start, over, say(caller, handle, "Since this morning, and for my colleague too."));
        over += 20 + chance.below(60);
    }
    let code = chance.word(&["fixed", "fixed", "fixed", "workaround", "user_error"]);
    let resolve = json!({"event": "resolve", "close_code": code, "close_notes": done, "cause_item": "none"});
    plot.then(start, over, event(worker, handle, resolve.clone()));
    if chance.happens(7) {
        let comment = json!({"event": "reopen", "comment": "The caller says that it is back."});
        plot.then(start, over + 200, event(worker, handle, comment));
        plot.then(start, over + 420, event(worker, handle, resolve));
        over += 420;
    }
    if chance.happens(40) {
        plot.then(start, over + 30 + chance.below(1_000), moved("chiara", handle, "confirm"));
    }
}

/// Item of the catalogue, whether somebody votes on it, what it is for.
const WISHES: &[(&str, bool, &str)] = &[
    ("laptop", true, "The old one is five years old."),
    ("mailbox", false, "For the team of returns."),
    ("vm", true, "To try the new search."),
    ("licence", true, "For the drawings of the trade fair."),
    ("share", false, "The scans do not fit any more."),
    ("screen", false, "For the desk at the window."),
];

fn request(plot: &mut Plot, chance: &mut Chance, handle: &str, start: Start) {
    let Some((offer, is_voted, why)) = chance.one_of(WISHES).copied() else { return };
    let (caller, worker) = (chance.word(CALLERS), chance.word(WORKERS));
    let order = json!({"answers": {"why": why}});
    plot.then(start, 0, post(caller, &format!("/catalogue/@id:{offer}/requests"), handle, order));
    plot.then(start, 3, moved(caller, handle, "submit"));
    let mut over = 10;
    if is_voted {
        plot.then(start, over, moved(caller, handle, "request_approval"));
        over += 60 + chance.below(1_400);
        if chance.happens(12) {
            plot.then(start, over, reject("ines", handle, "Not in this quarter's budget."));
            return;
        }
        plot.then(start, over, agree(handle, caller));
    }
    over += 30 + chance.below(400);
    plot.then(start, over, moved(worker, handle, "fulfil"));
    let longest = if chance.happens(10) { 14_000 } else { 2_000 };
    over += 100 + chance.below(longest);
    plot.then(start, over, parts(worker, handle, "done"));
    let complete = json!({"event": "complete", "close_code": "complete"});
    plot.then(start, over + 20, event(worker, handle, complete));
    if chance.happens(70) {
        plot.then(start, over + 300 + chance.below(2_000), moved(caller, handle, "close"));
    }
}

/// All days.
pub(super) fn write(plot: &mut Plot) {
    let mut chance = plot.chance("day");
    for day in 1..=i64::from(plot.wanted.days) {
        let midnight = plot.begins.plus_millis(day * DAY_MS);
        // The epoch began on a Thursday.
        let is_weekend = matches!((midnight.millis().div_euclid(DAY_MS) + 3) % 7, 5 | 6);
        let (incidents, requests) = if is_weekend { (1, 0) } else { (2 + chance.below(3), 1 + chance.below(2)) };
        for n in 0..incidents {
            let at = Start(midnight.plus_millis((7 * 60 + chance.below(600)) * MINUTE_MS));
            if at.0 < plot.until {
                incident(plot, &mut chance, &format!("inc-{day}-{n}"), at);
            }
        }
        for n in 0..requests {
            let at = Start(midnight.plus_millis((8 * 60 + chance.below(480)) * MINUTE_MS));
            if at.0 < plot.until {
                request(plot, &mut chance, &format!("req-{day}-{n}"), at);
            }
        }
    }
}
