//! Stages as lines that people write: one for each stage, parts between bars. What is read of a line and written again is the same.
//!
//! A stage is `name | approvers | rule | hours | then | options`. Approvers are `peer`, `service_owners`, `board`, `security`, `manager`,
//! `user:ann`, `group:linux`, `on_call:ecab` and `role:auditor`. The rule is `any`, `all`, a number or `50%`; then is `remind`, `reject`,
//! `escalate` or `escalate to role:administrator`; options are `each`, `skip` and `when_unreachable`. Only the first two have to be there.

use muster_shared::id::UserId;
use serde_json::{Map, Value, json};

use super::seat::Approver;
use super::stage::Wanted;
use super::tally::{RejectRule, Rule};
use crate::catalogue::line::{lines, names, parts};
use crate::right::Role;
use crate::text::Phrase;

/// A part of a line that says nothing known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddPart {
    /// The line, counted from 1.
    pub line: usize,
    part: &'static str,
    text: String,
}

impl OddPart {
    /// What is wrong with the part, and what would be right.
    pub fn phrase(&self) -> Phrase {
        Phrase::new(self.part).with("value", self.text.clone())
    }
}

type Part<T> = Result<T, (&'static str, String)>;

/// An approver as the API takes it; people by whatever they are named.
fn approver(text: &str) -> Part<Value> {
    let odd = || ("stage_part_approver", text.to_owned());
    let Some((kind, name)) = text.split_once(':') else {
        return if Approver::PLAIN.contains(&text) { Ok(json!(text)) } else { Err(odd()) };
    };
    let (kind, name) = (kind.trim_end(), name.trim_start());
    match kind {
        "user" | "group" | "on_call" if !name.is_empty() => Ok(json!({ kind: name })),
        "role" if Role::ALL.iter().any(|role| role.as_str() == name) => Ok(json!({ kind: name })),
        "role" => Err(("stage_part_role", name.to_owned())),
        _ => Err(odd()),
    }
}

fn rule(text: &str) -> Part<Value> {
    let odd = || ("stage_part_rule", text.to_owned());
    match text {
        "" | "any" => Ok(json!("any")),
        "all" => Ok(json!("all")),
        _ => match text.strip_suffix('%') {
            Some(percent) => percent.trim_end().parse::<u8>().map(|percent| json!({"percent": percent})),
            None => text.parse::<u32>().map(|count| json!({"count": count})),
        }
        .map_err(|_| odd()),
    }
}

fn stage(line: &str) -> Part<Value> {
    let [name, approvers, agree, hours, then, options] = parts(line);
    let approvers: Vec<Value> = names(approvers).iter().map(|text| approver(text)).collect::<Part<_>>()?;
    let mut stage = Map::new();
    let mut put = |field: &str, value: Value| stage.insert(field.to_owned(), value);
    put("name", json!(name));
    put("approvers", json!(approvers));
    put("rule", rule(agree)?);
    if !hours.is_empty() {
        let count = hours.trim_end_matches('h').trim_end().parse::<u32>();
        put("due_hours", json!(count.map_err(|_| ("stage_part_hours", hours.to_owned()))?));
    }
    match then {
        "" => {}
        "remind" | "reject" | "escalate" => {
            put("on_timeout", json!(then));
        }
        _ => {
            let whom = then.strip_prefix("escalate to ").ok_or_else(|| ("stage_part_then", then.to_owned()))?;
            put("on_timeout", json!("escalate"));
            put("escalate_to", approver(whom.trim())?);
        }
    }
    for option in names(options) {
        match option.as_str() {
            "each" => put("each_member", json!(true)),
            "skip" => put("skip_nobody", json!(true)),
            "when_unreachable" => put("reject_rule", json!(option)),
            _ => return Err(("stage_part_option", option)),
        };
    }
    Ok(Value::Object(stage))
}

/// Stages out of lines, as the API takes them.
pub fn read(text: &str) -> Result<Vec<Value>, OddPart> {
    let odd = |line, (part, text)| OddPart { line, part, text };
    lines(text).map(|(n, line)| stage(line).map_err(|why| odd(n, why))).collect()
}

/// An approver as a line says it.
pub fn approver_text(approver: &Approver, name: &dyn Fn(UserId) -> String) -> String {
    let named = match approver {
        Approver::User(user) => name(*user),
        Approver::Group(group) | Approver::OnCall(group) => group.clone(),
        Approver::Role(role) => role.to_string(),
        Approver::Peer | Approver::ServiceOwners | Approver::Board | Approver::Security | Approver::Manager => {
            return approver.as_str().to_owned();
        }
    };
    format!("{}:{named}", approver.as_str())
}

/// A rule as a line says it.
pub fn rule_text(rule: Rule) -> String {
    match rule {
        Rule::Any => "any".into(),
        Rule::All => "all".into(),
        Rule::Count(count) => count.to_string(),
        Rule::Percent(percent) => format!("{percent}%"),
    }
}

/// Stages as lines, with people as `name` says.
pub fn write(stages: &[Wanted], name: &dyn Fn(UserId) -> String) -> String {
    let line = |stage: &Wanted| {
        let approvers: Vec<String> = stage.approvers.iter().map(|approver| approver_text(approver, name)).collect();
        let then = match &stage.escalate_to {
            Some(approver) => format!("escalate to {}", approver_text(approver, name)),
            None => stage.on_timeout.as_str().to_owned(),
        };
        let options = [
            (stage.each_member, "each"),
            (stage.skip_nobody, "skip"),
            (stage.reject_rule == RejectRule::WhenUnreachable, "when_unreachable"),
        ];
        let options: Vec<&str> = options.into_iter().filter_map(|(is_set, word)| is_set.then_some(word)).collect();
        let all = [
            stage.name.clone(),
            approvers.join(", "),
            rule_text(stage.rule),
            stage.due_hours.to_string(),
            then,
            options.join(", "),
        ];
        all.join(" | ").trim_end_matches([' ', '|']).to_owned()
    };
    stages.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::rule::shipped;
    use super::*;

    #[test]
    fn what_is_read_and_written_again_is_the_same() {
        let ann = UserId::from_bytes([7; 16]);
        let text = format!(
            "peer | peer | any | 48 | remind\n\
             security | role:access_reviewer, user:{ann} | 2 | 24 | escalate to on_call:it security | each, skip\n\
             board | board, manager, group:linux | 50% | 120 | escalate | when_unreachable\n\
             owner | service_owners, security | all | 1 | reject"
        );
        let typed = |text: &str| -> Vec<Wanted> {
            read(text).unwrap().into_iter().map(|stage| serde_json::from_value(stage).unwrap()).collect()
        };
        let id = |user: UserId| user.to_string();
        let stages = typed(&text);
        assert_eq!(write(&stages, &id), text);
        assert_eq!(stages[1].escalate_to, Some(Approver::OnCall("it security".into())));
        assert_eq!(stages[2].rule, Rule::Percent(50));
        assert_eq!(
            write(&typed("x|role: auditor\n\n y | manager"), &id),
            "x | role:auditor | any | 72 | remind\ny | manager | any | 72 | remind"
        );
        for rule in shipped() {
            assert_eq!(typed(&write(&rule.stages, &id)), rule.stages);
        }
    }

    #[test]
    fn the_part_of_a_line_that_says_nothing_known_is_named() {
        let odd = [
            ("a | user", "stage_part_approver", "user"),
            ("a | nobody", "stage_part_approver", "nobody"),
            ("a | manager, peer:x", "stage_part_approver", "peer:x"),
            ("a | role:king", "stage_part_role", "king"),
            ("a | peer | most", "stage_part_rule", "most"),
            ("a | peer | 300%", "stage_part_rule", "300%"),
            ("a | peer | any | soon", "stage_part_hours", "soon"),
            ("a | peer | any | 1 | escalate ann", "stage_part_then", "escalate ann"),
            ("a | peer | any | 1 | escalate to ann", "stage_part_approver", "ann"),
            ("a | peer | any | 1 | remind | often", "stage_part_option", "often"),
        ];
        for (line, part, text) in odd {
            let expected = OddPart { line: 2, part, text: text.to_owned() };
            assert_eq!(read(&format!("b | peer\n{line}")), Err(expected), "{line}");
        }
    }
}
