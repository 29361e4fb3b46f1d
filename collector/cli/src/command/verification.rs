//! `muster change verify` and `muster release verify`: what agents see of it.

use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Format, col};

/// The hosts that have another version, one a line; of those that are not named how many there are.
fn elsewhere(format: Format, waves: &[Value]) -> Done {
    let mut rows = Vec::new();
    for wave in waves {
        let (name, number) = (wave.get("name"), |field: &str| wave.get(field).and_then(Value::as_u64).unwrap_or(0));
        let others = wave.get("others").and_then(Value::as_array).cloned().unwrap_or_default();
        let left = number("hosts").saturating_sub(number("deployed") + others.len() as u64);
        for mut other in others {
            if let Some(fields) = other.as_object_mut() {
                fields.insert("wave".into(), json!(name));
                let version = fields.get("version").cloned().filter(|version| !version.is_null());
                fields.insert("version".into(), version.unwrap_or_else(|| json!("not installed")));
            }
            rows.push(other);
        }
        if left > 0 {
            rows.push(json!({"wave": name, "name": format!("and {left} more")}));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    output::say("")?;
    let columns =
        [col("WAVE", "/wave"), col("HOST", "/name"), col("PACKAGE", "/package"), col("INSTALLED", "/version")];
    Ok(output::rows(format, &columns, &rows)?)
}

/// What agents see of a change or release.
pub(super) async fn verify(client: &Client, format: Format, number: &str) -> Done {
    let seen = client.get(&format!("/tickets/{number}/verification")).await?.body;
    let all = |pointer: &str| seen.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default();
    if format != Format::Table {
        return Ok(output::record(format, &[col("suggestion", "/suggestion"), col("seen", "")], &seen)?);
    }
    let waves = all("/deployment/waves");
    if !waves.is_empty() {
        let columns = [
            col("WAVE", "/name"),
            col("STATE", "/phase"),
            col("HOSTS", "/hosts"),
            col("DEPLOYED", "/deployed"),
            col("WENT WRONG", "/failed"),
            col("INCIDENTS", "/incidents"),
        ];
        output::rows(format, &columns, &waves)?;
        return elsewhere(format, &waves);
    }
    let times = all("/times");
    if !times.is_empty() {
        let columns = [
            col("FROM", "/starts_at"),
            col("TO", "/ends_at"),
            col("HOSTS", "/hosts"),
            col("DONE", "/counts/done"),
            col("NOT SEEN", "/counts/no_data"),
            col("EXTRA", "/counts/extra"),
            col("TAKEN BACK", "/counts/not_done"),
        ];
        return Ok(output::rows(format, &columns, &times)?);
    }
    let columns = [col("HOST", "/host_name"), col("CHECK", "/what"), col("SEEN", "/seen"), col("VERDICT", "/verdict")];
    Ok(output::rows(format, &columns, &all("/verification/results"))?)
}
