//! Asks the metadata address of a cloud for number and region of this host: plain HTTP to a link-local address, short waits,
//! small answers. Only single values are asked for, so that user data and keys never come along.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::{Identity, plain};

/// How long one question may take, connecting included.
const WAIT: Duration = Duration::from_secs(1);
const ANSWER_CAP_BYTES: u64 = 16 << 10;

/// How a question failed.
enum Failure {
    /// Nobody is there: others need not be tried.
    Silent,
    /// Somebody is there who does not know.
    Refused,
}

/// How one cloud is asked.
type Way = fn(SocketAddr) -> Result<Identity, Failure>;

/// Asks the cloud that is known, or each in turn.
pub(super) fn ask(address: SocketAddr, provider: Option<&str>) -> Option<Identity> {
    let ways: [(&str, Way); 3] = [("aws", ask_ec2), ("gce", ask_gce), ("azure", ask_azure)];
    for (name, way) in ways {
        if provider.is_some_and(|provider| !provider.starts_with(name)) {
            continue;
        }
        match way(address) {
            Ok(identity) => return Some(identity),
            Err(Failure::Silent) => return None,
            Err(Failure::Refused) => {}
        }
    }
    None
}

/// Version 2 of EC2's service: a token first.
fn ask_ec2(address: SocketAddr) -> Result<Identity, Failure> {
    let token = question(address, "PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 60\r\n")?;
    if token.is_empty() || token.len() > 512 || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Failure::Refused);
    }
    let header = format!("X-aws-ec2-metadata-token: {token}\r\n");
    let get = |path: &str| question(address, "GET", path, &header);
    let instance_id = plain(&get("/latest/meta-data/instance-id")?).filter(|id| id.starts_with("i-"));
    let region = get("/latest/meta-data/placement/region").ok().and_then(|text| plain(&text));
    identity("aws", instance_id, region)
}

fn ask_gce(address: SocketAddr) -> Result<Identity, Failure> {
    let get = |path: &str| question(address, "GET", path, "Metadata-Flavor: Google\r\n");
    let instance_id = plain(&get("/computeMetadata/v1/instance/id")?);
    let zone = get("/computeMetadata/v1/instance/zone").ok().and_then(|text| plain(&text));
    // `projects/1/zones/europe-west1-b` is in the region `europe-west1`.
    let region = zone.and_then(|zone| Some(zone.rsplit('/').next()?.rsplit_once('-')?.0.to_owned()));
    identity("gce", instance_id, region)
}

fn ask_azure(address: SocketAddr) -> Result<Identity, Failure> {
    let get = |name: &str| {
        let path = format!("/metadata/instance/compute/{name}?api-version=2021-02-01&format=text");
        question(address, "GET", &path, "Metadata: true\r\n")
    };
    let instance_id = plain(&get("vmId")?);
    let region = get("location").ok().and_then(|text| plain(&text));
    identity("azure", instance_id, region)
}

fn identity(provider: &str, instance_id: Option<String>, region: Option<String>) -> Result<Identity, Failure> {
    let instance_id = Some(instance_id.ok_or(Failure::Refused)?);
    Ok(Identity { provider: Some(provider.to_owned()), instance_id, region })
}

/// The body of a good answer.
fn question(address: SocketAddr, method: &str, path: &str, header: &str) -> Result<String, Failure> {
    let end = Instant::now() + WAIT;
    let mut stream = TcpStream::connect_timeout(&address, WAIT).map_err(|_| Failure::Silent)?;
    let left = || end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()).ok_or(Failure::Silent);
    let silent = |_| Failure::Silent;
    stream.set_write_timeout(Some(left()?)).map_err(silent)?;
    let host = address.ip();
    let request =
        format!("{method} {path} HTTP/1.0\r\nHost: {host}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(silent)?;
    let mut answer: Vec<u8> = Vec::new();
    let mut buffer = [0; 2048];
    // A server that answers byte by byte has no more time than any other.
    loop {
        stream.set_read_timeout(Some(left()?)).map_err(silent)?;
        let count = stream.read(&mut buffer).map_err(silent)?;
        answer.extend_from_slice(buffer.get(..count).unwrap_or_default());
        if u64::try_from(answer.len()).unwrap_or(u64::MAX) > ANSWER_CAP_BYTES {
            return Err(Failure::Refused);
        }
        if count == 0 || is_whole(&answer) {
            return body(&answer).ok_or(Failure::Refused);
        }
    }
}

fn split(answer: &[u8]) -> Option<(&str, &[u8])> {
    let at = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((std::str::from_utf8(answer.get(..at)?).ok()?, answer.get(at + 4..)?))
}

/// Whether all is there that the header promised: some servers leave the connection open.
fn is_whole(answer: &[u8]) -> bool {
    let Some((head, body)) = split(answer) else { return false };
    let lengths = head.lines().filter_map(|line| line.split_once(':'));
    let mut length =
        lengths.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, length)| length.trim());
    length.next_back().and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| body.len() >= length)
}

/// The body when the status is 200.
pub(super) fn body(answer: &[u8]) -> Option<String> {
    let (head, body) = split(answer)?;
    let mut words = head.lines().next()?.split(' ');
    let is_good = words.next()?.starts_with("HTTP/1.") && words.next()? == "200";
    is_good.then(|| String::from_utf8_lossy(body).trim().to_owned())
}
