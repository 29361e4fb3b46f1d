//! A domain definition of libvirt, as libvirt itself writes it: element by element, no entities but the five of XML, no
//! document types. What is not understood is passed over.

/// What is kept of a definition.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Domain {
    pub(super) name: String,
    pub(super) hypervisor: String,
    pub(super) uuid: String,
    pub(super) memory_bytes: Option<u64>,
    pub(super) vcpus: Option<u64>,
    pub(super) architecture: String,
    pub(super) machine: String,
    pub(super) disks: Vec<String>,
    pub(super) macs: Vec<String>,
}

/// Deeper than this nothing is that we read.
const DEPTH_CAP: usize = 16;

/// Reads a definition; `None` when it is none.
pub(super) fn parse(text: &str) -> Option<Domain> {
    let mut domain = Domain::default();
    let mut path: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = split_tag(after)?;
        rest = after;
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            if path.pop() != Some(name.trim()) {
                return None;
            }
            continue;
        }
        let is_empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let name = tag.split_whitespace().next()?;
        path.push(name);
        if path.len() > DEPTH_CAP {
            return None;
        }
        let content = if is_empty { "" } else { after.split('<').next().unwrap_or_default() };
        domain.take(&path, tag, &unescape(content.trim()));
        if is_empty {
            path.pop();
        }
    }
    (path.is_empty() && !domain.name.is_empty()).then_some(domain)
}

/// What is between `<` and the `>` that ends the tag; one within quotes does not.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    let mut quote: Option<char> = None;
    let end = text.find(|c: char| {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        c == '>' && quote.is_none()
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// The value of an attribute.
fn attribute(tag: &str, name: &str) -> String {
    let value = tag.match_indices(name).find_map(|(at, _)| {
        let is_name = tag.get(..at)?.ends_with(char::is_whitespace);
        let value = tag.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| is_name && matches!(c, '"' | '\''))?;
        value.get(1..)?.split(quote).next()
    });
    value.map(unescape).unwrap_or_default()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

impl Domain {
    fn take(&mut self, path: &[&str], tag: &str, content: &str) {
        match path {
            ["domain"] => self.hypervisor = attribute(tag, "type"),
            ["domain", "name"] => content.clone_into(&mut self.name),
            ["domain", "uuid"] => content.clone_into(&mut self.uuid),
            ["domain", "memory"] => self.memory_bytes = memory(content, &attribute(tag, "unit")),
            ["domain", "vcpu"] => self.vcpus = content.parse().ok(),
            ["domain", "os", "type"] => {
                self.architecture = attribute(tag, "arch");
                self.machine = attribute(tag, "machine");
            }
            ["domain", "devices", "disk", "source"] => {
                let source = ["file", "dev", "volume", "name"].map(|name| attribute(tag, name));
                self.disks.extend(source.into_iter().find(|source| !source.is_empty()));
            }
            ["domain", "devices", "interface", "mac"] => self.macs.push(attribute(tag, "address").to_ascii_lowercase()),
            _ => {}
        }
    }
}

/// The units of libvirt's format; KiB when none is said.
fn memory(content: &str, unit: &str) -> Option<u64> {
    let factor: u64 = match unit {
        "" | "KiB" | "k" => 1 << 10,
        "b" | "bytes" => 1,
        "MiB" | "M" => 1 << 20,
        "GiB" | "G" => 1 << 30,
        "TiB" | "T" => 1 << 40,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    content.parse::<u64>().ok()?.checked_mul(factor)
}
