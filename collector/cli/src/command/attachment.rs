//! Files on tickets: what is there, putting one there, fetching it, taking it off.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::record::Done;
use crate::careful;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

const FILES: &[Column] = &[
    col("ID", "/id"),
    col("NAME", "/name"),
    col("BYTES", "/size_bytes"),
    col("VISIBLE TO", "/visibility"),
    col("BY", "/added_by"),
    time("WHEN", "/added_at"),
    col("SHA-256", "/sha256"),
];

fn place(number: &str) -> String {
    format!("/tickets/{number}/attachments")
}

pub(super) async fn list(client: &Client, format: Format, number: &str) -> Done {
    Ok(output::rows(format, FILES, &client.whole(&place(number)).await?)?)
}

pub(super) async fn attach(
    client: &Client,
    format: Format,
    number: &str,
    file: &str,
    name: Option<String>,
    internal: bool,
) -> Done {
    let mut bytes = Vec::new();
    let own = if file == "-" {
        std::io::stdin().read_to_end(&mut bytes).context("reading standard input")?;
        None
    } else {
        bytes = std::fs::read(file).with_context(|| format!("reading {file}"))?;
        Path::new(file).file_name().and_then(|name| name.to_str()).map(str::to_owned)
    };
    let name = name.or(own).context("say by --name what it is called")?;
    let visibility = if internal { "internal" } else { "public" };
    let query = [("name", name), ("visibility", visibility.to_owned())];
    let answer = client.upload(&place(number), &query, bytes).await?;
    Ok(output::record(format, FILES, &answer.body)?)
}

/// The file of an id, or the only one of a name.
async fn find(client: &Client, number: &str, file: &str) -> anyhow::Result<Value> {
    let files = client.whole(&place(number)).await?;
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let fits = |value: &&Value| [text(value, "id"), text(value, "name")].iter().flatten().any(|own| own == file);
    let mut found = files.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.clone()),
        (None, _) => bail!("{number} has no file {file}; `files {number}` lists those that it has"),
        (Some(_), Some(_)) => bail!("several files of {number} are called {file}; name one by its id"),
    }
}

fn id_of(file: &Value) -> String {
    file.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(super) async fn download(client: &Client, number: &str, file: &str, out: Option<PathBuf>) -> Done {
    let found = find(client, number, file).await?;
    let path = format!("{}/{}", place(number), id_of(&found));
    let mut bytes = Vec::new();
    client.copy(&path, &[], &mut bytes).await?;
    let out = match out {
        Some(out) if out.as_os_str() == "-" => return Ok(careful::stdout().write_all(&bytes)?),
        Some(out) => out,
        // What a collector calls a file is no path of this machine.
        None => {
            let name = found.get("name").and_then(Value::as_str).unwrap_or_default();
            Path::new(name)
                .file_name()
                .map(PathBuf::from)
                .context("it has no name; say by --out where it is written")?
        }
    };
    let mut target = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&out)
        .with_context(|| format!("writing {}", out.display()))?;
    target.write_all(&bytes).with_context(|| format!("writing {}", out.display()))?;
    Ok(output::say(&format!("{} ({} bytes)", out.display(), bytes.len()))?)
}

pub(super) async fn detach(client: &Client, number: &str, file: &str) -> Done {
    let found = find(client, number, file).await?;
    let version = found.get("version").and_then(Value::as_u64).unwrap_or_default();
    client.remove(&format!("{}/{}", place(number), id_of(&found)), &format!("\"{version}\"")).await?;
    Ok(output::say(&format!("{file} is off {number}"))?)
}
