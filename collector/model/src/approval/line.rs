//! Stages as lines that people write: one for each stage, parts between bars. What is read of a line and written again is the same.
//!
//! A stage is `name | approvers | rule | hours | then | options`. Approvers are `peer`, `service_owners`, `board`, `security`, `manager`,
//! `user:ann`, `group:linux`, `on_call:ecab` and `role:auditor`. The rule is `any`, `all`, a number or `50%`; then is `remind`, `reject`,
//! `escalate` or `escalate to role:administrator`; options are `each`, `skip` and `when_unreachable`. Only the first two have to be there.

use muster_shared::id::UserId;
use serde_json::{Value, json};

use super::seat::Approver;
use super::stage::Wanted;
use super::tally::{RejectRule, Rule};
use crate::catalogue::line::{Odd, lines, names, parts};
use crate::right::Role;

/// An approver as the API takes it; people by whatever they are named.
fn approver(text: &str) -> Option<Value> {
    let Some((kind, name)) = text.split_once(':') else {
        return Approver::PLAIN.contains(&text).then(|| json!(text));
    };
    let (kind, name) = (kind.trim_end(), name.trim_start());
    let is_known = match kind {
        "user" | "group" | "on_call" => !name.is_empty(),
        "role" => Role::ALL.iter().any(|role| role.as_str() == name),
        _ => false,
    };
    is_known.then(|| json!({ kind: name }))
}

fn rule(text: &str) -> Option<Value> {
    match text {
        "" | "any" => Some(json!("any")),
        "all" => Some(json!("all")),
        _ => match text.strip_suffix('%') {
            Some(percent) => percent.trim_end().parse::<u8>().ok().map(|percent| json!({"percent": percent})),
            None => text.parse::<u32>().ok().map(|count| json!({"count": count})),
        },
    }
}

fn stage(line: &str) -> Option<Value> {
    let [name, approvers, agree, hours, then, options] = parts(line);
    let approvers: Option<Vec<Value>> = names(approvers).iter().map(|text| approver(text)).collect();
    let mut stage = json!({"name": name, "approvers": approvers?, "rule": rule(agree)?});
    let fields = stage.as_object_mut()?;
    let mut put = |field: &str, value: Value| fields.insert(field.to_owned(), value);
    if !hours.is_empty() {
        let hours: u32 = hours.trim_end_matches('h').trim_end().parse().ok()?;
        put("due_hours", json!(hours));
    }
    match then {
        "" => {}
        "remind" | "reject" | "escalate" => {
            put("on_timeout", json!(then));
        }
        _ => {
            put("on_timeout", json!("escalate"));
            put("escalate_to", approver(then.strip_prefix("escalate to ")?.trim())?);
        }
    }
    for option in names(options) {
        match option.as_str() {
            "each" => put("each_member", json!(true)),
            "skip" => put("skip_nobody", json!(true)),
            "when_unreachable" => put("reject_rule", json!(option)),
            _ => return None,
        };
    }
    Some(stage)
}

/// Stages out of lines, as the API takes them.
pub fn read(text: &str) -> Result<Vec<Value>, Odd> {
    lines(text).map(|(n, line)| stage(line).ok_or(Odd(n))).collect()
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
    fn a_line_that_says_nothing_known_is_named() {
        let odd = [
            "a | user",
            "a | nobody",
            "a | peer:x",
            "a | role:king",
            "a | peer | most",
            "a | peer | any | soon",
            "a | peer | any | 1 | escalate ann",
            "a | peer | any | 1 | remind | often",
        ];
        for line in odd {
            assert_eq!(read(&format!("b | peer\n{line}")), Err(Odd(2)), "{line}");
        }
    }
}
