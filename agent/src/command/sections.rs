//! `muster-agent sections`: what each section collects and what for, the privilege it needs and what is watched for it.

use std::io::Write;

use anyhow::Context;
use muster_shared::SectionName;

use crate::root::Root;
use crate::section::{Options, collectors};

/// Writes the table to `out`.
pub fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let mut table = String::new();
    let collectors = collectors(&Options::default());
    for name in SectionName::ALL {
        let row = match collectors.iter().find(|collector| collector.name() == *name) {
            Some(collector) => {
                let mut watched = collector.watched(&Root::live());
                watched.extend(collector.events().iter().map(|event| format!("{} (kernel)", event.as_str())));
                let watched =
                    if watched.is_empty() { String::new() } else { format!("\n    watched: {}", watched.join(", ")) };
                let privilege = collector.privilege().explain();
                let (contents, purpose) = (collector.contents(), collector.purpose());
                format!("{name}\n    {contents}\n    why: {purpose}\n    privilege: {privilege}{watched}\n")
            }
            None => format!("{name}\n    not collected by this version\n"),
        };
        table.push_str(&row);
    }
    out.write_all(table.as_bytes()).context("cannot write the list of sections")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_listed_once() {
        let mut out = Vec::new();
        run(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let names: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ')).collect();
        assert!(names.iter().eq(SectionName::ALL.iter().map(|name| name.as_str()).collect::<Vec<_>>().iter()));
        let user = "privilege: CAP_DAC_READ_SEARCH: whether a password is set, and until when it counts, stands in `/etc/shadow`; ";
        assert_eq!(text.matches("\n    why: ").count(), names.len());
        assert!(
            text.contains(user) && text.contains("without it that is missing\n    watched: /etc/passwd, /etc/shadow")
        );
    }
}
