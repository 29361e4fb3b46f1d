//! What agent and collector say besides reports: enrollment, heartbeat, renewal, acknowledgements.
//!
//! All bodies are JSON over TLS 1.3. A report body is zstd (`content-encoding: zstd`) and its digest stands in the header
//! `content-digest: sha-256=:<base64>:` (RFC 9530), of the bytes as sent. An answer counts as an acknowledgement only when it
//! is JSON, has the right shape and echoes that digest: a captive portal's page is none.

use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::clock::Time;
use crate::id::{AgentId, HostId, ReportId};

/// Where an agent enrolls (server-authenticated TLS, no client certificate).
pub const ENROLL_PATH: &str = "/enroll";
/// Where an enrolled agent posts reports.
pub const REPORTS_PATH: &str = "/agent/v1/reports";
/// Where an enrolled agent says that it lives and what it believes the collector has.
pub const HEARTBEATS_PATH: &str = "/agent/v1/heartbeats";
/// Where an enrolled agent gets its next certificate.
pub const RENEWALS_PATH: &str = "/agent/v1/renewals";

/// Where an enrolled agent asks how it stands: the one thing that an agent may do before it is approved.
pub const STANDING_PATH: &str = "/agent/v1/standing";
/// Where an agent whose certificate ran out gets a challenge (server-authenticated TLS, no client certificate).
pub const CHALLENGE_PATH: &str = "/recover/challenge";
/// Where it answers the challenge with its last key and gets a new certificate.
pub const RECOVER_PATH: &str = "/recover";

/// `type` of the problem of an agent that waits for a person's approval.
pub const PENDING: &str = "pending-approval";
/// `type` of the problem of an agent in quarantine: its reports are set aside, and it keeps them.
pub const QUARANTINED: &str = "quarantined";
/// `type` of the problem that asks a copy of an agent to renew: it becomes an agent of its own.
pub const SPLIT: &str = "split";
/// Problem code: this agent was revoked and never speaks again; its machine may enroll anew.
pub const REVOKED: &str = "revoked";
/// `type` of the problem of an enrollment or recovery that is refused.
pub const REFUSED: &str = "enrollment-refused";

/// `type` of the problem that asks for a whole report: base generation or digest do not fit.
pub const UNKNOWN_BASE: &str = "unknown-base";

/// `type` of the problem of a report whose host is not clear: a person is asked, and the agent keeps what it has to tell.
pub const UNDECIDED: &str = "identity-undecided";

/// Header of a report: milliseconds from the end of its scan to its sending, both by the agent's clock. However wrong that
/// clock is, this is how long the report waited.
pub const WAITED_HEADER: &str = "muster-waited-ms";

/// Largest report body as sent.
pub const MAX_REPORT_BYTES: usize = 8 << 20;
/// Largest report body after inflating.
pub const MAX_INFLATED_BYTES: usize = 64 << 20;
/// Largest ratio of inflated to sent bytes.
pub const MAX_INFLATE_RATIO: usize = 100;

/// Body of `POST /enroll`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrollRequest {
    /// The token's id and secret, as in the enrollment token.
    pub token_id: crate::id::EnrollmentTokenId,
    /// The token's secret.
    pub token_secret: String,
    /// Certificate signing request in PEM. Only its public key is used; names in it are ignored.
    pub csr_pem: String,
    /// What the host calls itself: a hint for the person who approves, not an identity.
    pub hostname: String,
    /// `/etc/machine-id`, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<String>,
    /// System UUID of SMBIOS, when it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_uuid: Option<String>,
    /// System serial of SMBIOS, when it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_serial: Option<String>,
    /// Version of the agent.
    pub agent_version: String,
}

/// Body of `POST /agent/v1/renewals`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewRequest {
    /// Certificate signing request in PEM with the new key.
    pub csr_pem: String,
}

/// Body of `POST /recover/challenge`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRequest {
    /// Who the agent was.
    pub agent_id: AgentId,
}

/// Answer to it, for every id: it does not tell whether there is such an agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Challenge {
    /// Good once, for a minute.
    pub nonce: String,
}

/// Body of `POST /recover`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverRequest {
    /// Who the agent was.
    pub agent_id: AgentId,
    /// The challenge's.
    pub nonce: String,
    /// Certificate signing request in PEM with the new key.
    pub csr_pem: String,
    /// The last key: `SubjectPublicKeyInfo` in DER, base64url.
    pub last_key: String,
    /// Its signature of [`recovery_message`], base64url; ECDSA in ASN.1 form.
    pub signature: String,
}

/// What the last key signs. It begins with words that no TLS handshake and no certificate request begins with, and names
/// agent, challenge and new key, so that the signature serves nothing else.
pub fn recovery_message(agent: AgentId, nonce: &str, csr_pem: &str) -> Vec<u8> {
    let csr = Digest::of(csr_pem.as_bytes());
    format!("muster agent recovery v1\0{agent}\0{nonce}\0{csr}").into_bytes()
}

/// Answer to `GET /agent/v1/standing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingAnswer {
    /// `active`, `pending` or `quarantined`.
    pub standing: String,
    /// Why it is not active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A certificate for an agent: answer to enrollment, renewal and recovery.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credential {
    /// Who the agent is from now on.
    pub agent_id: AgentId,
    /// The agent's certificate in PEM.
    pub certificate_pem: String,
    /// The CA that signs agents and the collector, in PEM.
    pub ca_pem: String,
    /// End of the certificate's life.
    pub not_after: Time,
    /// How often to speak.
    pub settings: Settings,
    /// Whether somebody has to approve the agent before its reports are taken.
    #[serde(default)]
    pub is_pending: bool,
}

/// Most files that a collector may want to be watched.
pub const MAX_WATCHED_FILES: usize = 64;
/// The longest path of one.
const MAX_WATCHED_BYTES: usize = 256;

/// Whether a collector may want this path to be watched: a plain absolute one, of files and not of what the kernel shows as such.
pub fn is_watchable(path: &str) -> bool {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(char::is_control);
    let is_of_kernel = matches!(path.split('/').nth(1), Some("proc" | "sys" | "dev"));
    let is_absolute = path.starts_with('/');
    is_absolute && path.len() <= MAX_WATCHED_BYTES && path.split('/').skip(1).all(is_plain) && !is_of_kernel
}

/// What the collector wants of the agent. There are no remote commands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Time between heartbeats.
    pub heartbeat_seconds: u32,
    /// Time between full scans.
    pub scan_seconds: u32,
    /// Take the next certificate now: with it comes another CA to believe.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub renew: bool,
    /// Sections to leave out, by name: of a newer collector's some may not be known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Files whose size, mode, owner and SHA-256 are to be told, and whose changes are told at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { heartbeat_seconds: 300, scan_seconds: 3_600, renew: false, exclude: Vec::new(), files: Vec::new() }
    }
}

/// Body of `POST /agent/v1/heartbeats`: at most 300 bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// The kernel's boot id.
    pub boot_id: String,
    /// Generation that the agent believes to be at the collector.
    pub generation: u64,
    /// Root hash of the last scan. Equal to the collector's, it counts as a report without differences.
    pub root: Digest,
    /// The agent's clock.
    pub at: Time,
    /// When it looked last, by the same clock: a heartbeat says again what that look saw. Without it the look is this moment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<Time>,
    /// How long the answer may be held back: it comes earlier when the collector wants something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_seconds: Option<u32>,
}

/// Answer to a heartbeat.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HeartbeatAck {
    /// The collector does not have what the agent believes: send everything.
    pub send_full: bool,
    /// Somebody asked for a fresh look: scan now.
    pub recheck: bool,
    /// How often to speak.
    pub settings: Settings,
    /// Whether this collector holds answers back for an agent that wants to wait.
    #[serde(default)]
    pub can_wait: bool,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportResult {
    /// The same report was stored before.
    Duplicate,
    /// Older than what the collector has (a restored spool or VM snapshot): kept aside, not merged.
    Stale,
    /// Durable and merged; and whatever else a newer collector calls it: the echo says that it has the report.
    #[serde(other)]
    Stored,
}

/// Answer to a report. Sent after the commit is durable.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportAck {
    /// Which report.
    pub report_id: ReportId,
    /// Echo of the `content-digest` header.
    pub content_digest: String,
    /// What became of it.
    pub result: ReportResult,
    /// The host that the report was merged into.
    pub host_id: HostId,
    /// Generation that the collector has now.
    pub generation: u64,
    /// How often to speak.
    pub settings: Settings,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heartbeat_is_small() {
        let heartbeat = Heartbeat {
            boot_id: "0b1f5d5e-9d3a-4c57-8b57-3c2a8b8e6a11".into(),
            generation: u64::MAX,
            root: Digest::of(b"x"),
            at: Time::from_millis(1_790_000_000_000),
            looked_at: Some(Time::from_millis(1_790_000_000_000)),
            wait_seconds: Some(300),
        };
        let bytes = serde_json::to_vec(&heartbeat).unwrap();
        assert!(bytes.len() <= 300, "{} bytes: {}", bytes.len(), String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_collector_names_plain_files_and_nothing_of_the_kernels() {
        for (path, is_one) in [
            ("/etc/nginx/nginx.conf", true),
            ("/procession/x", true),
            ("/etc/nginx/", false),
            ("/", false),
            ("etc/passwd", false),
            ("/etc/../root/.ssh/id", false),
            ("/etc//x", false),
            ("/proc/1/environ", false),
            ("/sys/kernel/x", false),
            ("/dev/sda", false),
            ("/etc/a\nb", false),
            ("", false),
        ] {
            assert_eq!(is_watchable(path), is_one, "{path:?}");
        }
        assert!(!is_watchable(&format!("/{}", "x".repeat(MAX_WATCHED_BYTES))));
    }

    /// An agent and a newer collector: what the agent does not know in an answer changes nothing of what it knows (case 106).
    #[test]
    fn answers_of_a_newer_collector_are_read() {
        let settings = r#""settings": {"heartbeat_seconds": 1, "scan_seconds": 2, "brand_new": 3}"#;
        let (report, host) = (ReportId::from_bytes([1; 16]), HostId::from_bytes([2; 16]));
        let ack = format!(
            r#"{{"report_id": "{report}", "content_digest": "d", "result": "shelved", "host_id": "{host}", "generation": 4, {settings}, "brand_new": {{}}}}"#
        );
        let ack: ReportAck = serde_json::from_str(&ack).unwrap();
        assert_eq!((ack.result, ack.generation, ack.settings.scan_seconds), (ReportResult::Stored, 4, 2));
        let ack = format!(r#"{{"send_full": false, "recheck": true, {settings}, "can_wait": true, "brand_new": 1}}"#);
        assert!(serde_json::from_str::<HeartbeatAck>(&ack).unwrap().recheck);
    }
}
