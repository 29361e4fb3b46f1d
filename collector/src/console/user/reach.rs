//! Where the roles of an account count, as people write it: one role a line.

use std::collections::BTreeSet;

use muster_model::right::{Reach, Reaches, Role};
use muster_model::text::Phrase;

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

fn line(text: &str) -> Option<(Role, Reach)> {
    let (role, parts) = text.split_once(':')?;
    let role = Role::ALL.iter().copied().find(|known| known.as_str() == role.trim())?;
    let mut reach = Reach::default();
    for part in parts.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (kind, name) = part.split_once('=')?;
        let names: &mut BTreeSet<String> = match kind.trim() {
            "site" => &mut reach.sites,
            "team" => &mut reach.teams,
            "service" => &mut reach.services,
            _ => return None,
        };
        names.insert(name.trim().to_owned());
    }
    Some((role, reach))
}

/// What the lines of a form say.
pub(super) fn read(text: &str) -> Result<Reaches, ServiceError> {
    let mut reaches = Reaches::new();
    for text in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = || {
            let shown: String = text.chars().take(80).collect();
            invalid("/reaches", Phrase::new("reach_line").with("line", shown))
        };
        let (role, reach) = line(text).ok_or_else(wrong)?;
        reaches.insert(role, reach);
    }
    Ok(reaches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_written_again() {
        let text = "cmdb_owner: service=Shop\nresponder: site=berlin, site=paris, team=db team\nviewer:";
        let reaches = read(text).unwrap();
        assert_eq!(lines(&reaches), text.lines().collect::<Vec<_>>());
        assert_eq!(reaches[&Role::Responder].teams.first().unwrap(), "db team");
        assert_eq!(reaches[&Role::Viewer], Reach::default());
    }

    #[test]
    fn what_is_no_line_is_shown_with_what_would_be_one() {
        for wrong in ["responder", "responder site=berlin", "nobody: site=x", "viewer: place=x", "viewer: berlin"] {
            let error = read(wrong).unwrap_err();
            assert!(error.to_string().contains(wrong), "{error}");
        }
    }
}
