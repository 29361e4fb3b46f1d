//! Where the roles of an account count, as people write it: one role a line.

use std::collections::BTreeSet;

use muster_model::right::{Reach, Reaches, Role};
use muster_model::text::{Phrase, Word};

use crate::console::form::Field;
use crate::console::locale::Locale;
use crate::service::{ServiceError, invalid};

/// What the field and its errors are called.
const NAME: &str = "reaches";

/// Lines such as `responder: site=berlin, team=db`.
pub(super) fn lines(reaches: &Reaches) -> Vec<String> {
    let line = |(role, reach): (&Role, &Reach)| {
        let kinds = [("site", &reach.sites), ("team", &reach.teams), ("service", &reach.services)];
        let parts = kinds.iter().flat_map(|(kind, names)| names.iter().map(move |name| format!("{kind}={name}")));
        format!("{role}: {}", parts.collect::<Vec<_>>().join(", ")).trim_end().to_owned()
    };
    reaches.iter().map(line).collect()
}

/// The field of a form.
pub(super) fn field(locale: Locale, reaches: &Reaches) -> Field {
    Field::area(locale, NAME).value(lines(reaches).join("\n")).hint(locale.t("hint-reaches"))
}

/// A name as it is compared: in any case, with any sign between its words.
fn folded(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// The role of a name: as the API spells it, or as the check box beside the field does.
fn role_of(name: &str, locale: Locale) -> Option<Role> {
    let name = folded(name);
    let is_it = |role: &Role| role.as_str() == name || folded(&locale.name("role-name", role.as_str())) == name;
    Role::ALL.iter().copied().find(is_it)
}

/// The role that is spelled most like a name.
fn nearest(name: &str) -> Role {
    let name = folded(name);
    let distance = |role: &&Role| strsim::damerau_levenshtein(role.as_str(), &name);
    Role::ALL.iter().min_by_key(distance).copied().unwrap_or(Role::Viewer)
}

/// What stands behind the role: sites, teams and services.
fn places(text: &str) -> Option<Reach> {
    let mut reach = Reach::default();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (kind, name) = part.split_once('=')?;
        let names: &mut BTreeSet<String> = match kind.trim().to_lowercase().as_str() {
            "site" => &mut reach.sites,
            "team" => &mut reach.teams,
            "service" => &mut reach.services,
            _ => return None,
        };
        names.insert(name.trim().to_owned());
    }
    Some(reach)
}

fn line(number: usize, text: &str, locale: Locale) -> Result<(Role, Reach), Phrase> {
    let short = |text: &str| text.chars().take(80).collect::<String>();
    let wrong = || Phrase::new("reach_line").with("number", number.to_string()).with("line", short(text));
    let (name, rest) = text.split_once(':').ok_or_else(wrong)?;
    let no_role = || {
        Phrase::new("reach_no_role")
            .with("number", number.to_string())
            .with("name", short(name.trim()))
            .with("near", nearest(name).as_str())
            .with("roles", Word::list(Role::ALL))
    };
    let role = role_of(name, locale).ok_or_else(no_role)?;
    Ok((role, places(rest).ok_or_else(wrong)?))
}

/// What the lines of a form say. Several lines of a role say together where it counts.
pub(super) fn read(text: &str, locale: Locale) -> Result<Reaches, ServiceError> {
    let mut reaches = Reaches::new();
    for (place, text) in text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        let (role, reach) = line(place.saturating_add(1), text, locale).map_err(|why| invalid("/reaches", why))?;
        reaches.entry(role).or_default().join(&reach);
    }
    Ok(reaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(text: &str) -> Result<Reaches, ServiceError> {
        read(text, Locale::English)
    }

    #[test]
    fn what_is_written_is_read_and_written_again() {
        let text = "cmdb_owner: service=Shop\nresponder: site=berlin, site=paris, team=db team\nviewer:";
        let reaches = english(text).unwrap();
        assert_eq!(lines(&reaches), text.lines().collect::<Vec<_>>());
        assert_eq!(reaches[&Role::Responder].teams.first().unwrap(), "db team");
        assert_eq!(reaches[&Role::Viewer], Reach::default());
    }

    #[test]
    fn several_lines_of_a_role_count_together() {
        let reaches = english("responder: site=fra\nviewer: site=fra\n\nresponder: team=db, site=ber").unwrap();
        assert_eq!(lines(&reaches), ["responder: site=ber, site=fra, team=db", "viewer: site=fra"]);
    }

    #[test]
    fn a_role_is_named_in_any_case_and_as_its_check_box_is() {
        for name in ["cmdb_owner", "CMDB owner", "CMDB_OWNER", "cmdb-owner", " Cmdb Owner "] {
            assert!(english(&format!("{name}: site=fra")).unwrap().contains_key(&Role::CmdbOwner), "{name}");
        }
        let own = Locale::Chinese.name("role-name", "responder");
        let reaches = read(&format!("{own}: site=fra"), Locale::Chinese).unwrap();
        assert!(reaches.contains_key(&Role::Responder), "{own}");
    }

    #[test]
    fn what_is_no_line_is_shown_with_what_would_be_one() {
        for wrong in ["responder", "responder site=berlin", "viewer: place=x", "viewer: berlin"] {
            let error = english(&format!("responder: site=x\n\n{wrong}")).unwrap_err().to_string();
            assert!(error.contains(wrong) && error.contains("line 3"), "{error}");
        }
    }

    #[test]
    fn what_is_no_role_is_told_with_the_nearest() {
        let error = english("respnder: site=fra").unwrap_err().to_string();
        assert!(error.contains("no role respnder") && error.contains("did you mean responder?"), "{error}");
        assert!(error.contains("line 1"), "{error}");
    }
}
