//! `muster diff`: what differs between two times, and of which hosts that cannot be told.

use serde_json::Value;

use super::noun::DiffArgs;
use super::record::{Done, host_id};
use crate::client::Client;
use crate::output::{self, Column, Format, col};

/// What differs between two times.
pub(super) async fn diff(client: &Client, format: Format, args: DiffArgs) -> Done {
    const COLUMNS: &[Column] = &[
        col("HOST", "/item/host_name"),
        col("CLASS", "/item/class"),
        col("KEY", "/item/key"),
        col("CHANGE", "/operation"),
        col("BEFORE", "/before"),
        col("AFTER", "/after"),
    ];
    let path = match args.what {
        None => "/diff".to_owned(),
        Some(item) if item.starts_with("item_") => format!("/items/{item}/diff"),
        Some(host) => format!("/items/{}/diff", host_id(client, &host).await?),
    };
    let mut query = Vec::new();
    query.extend(args.from.map(|from| ("from", from)));
    query.extend(args.to.map(|to| ("to", to)));
    if !args.list.filter.is_empty() {
        query.push(("filter", args.list.filter));
    }
    let mut not_known = Vec::new();
    let look = |page: &Value| {
        not_known.extend(page.get("not_known").and_then(Value::as_array).into_iter().flatten().cloned());
    };
    let rows = client.list_with(&path, &query, args.list.limit, look).await?;
    output::rows(format, COLUMNS, &rows)?;
    for host in &not_known {
        let text = |name: &str| host.get(name).and_then(Value::as_str).unwrap_or_default();
        output::note(&format!("of {} all is known only since {}", text("host_name"), text("known_since")))?;
    }
    Ok(())
}
