//! Sends one message by e-mail, through the one server of the configuration.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use muster_model::notification::delivery::Outcome;
use muster_model::notification::form::mail::Mail;
use muster_model::notification::one_line;
use muster_shared::Time;

use super::Post;

/// How long one answer of the server may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long all of it may take.
const WHOLE: Duration = Duration::from_mins(1);
const MAX_KEPT: usize = 200;

/// How the connection to a mail server is made safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// It begins in plain and must go on in TLS.
    StartTls,
    /// It is TLS from the start.
    Implicit,
    /// It is plain: on loopback only.
    None,
}

impl MailTls {
    /// The name in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StartTls => "starttls",
            Self::Implicit => "implicit",
            Self::None => "none",
        }
    }
}

/// The mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is made safe.
    pub tls: MailTls,
    /// Who writes, such as `Muster <muster@example.com>`.
    pub from: String,
    /// The name that we sign in with.
    pub user: Option<String>,
    /// The file that holds the password.
    pub password_file: Option<PathBuf>,
}

impl MailSettings {
    /// What stands behind the `@` of the sender.
    pub fn domain(&self) -> &str {
        self.from.trim_end_matches('>').rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }
}

/// Whether a text names a sender.
pub(crate) fn is_sender(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

fn transport(post: &Post, settings: &MailSettings) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let parameters = || {
        let mut builder = TlsParameters::builder(settings.host.clone());
        if !post.roots.is_empty() {
            builder = builder.add_root_certificate(Certificate::from_pem(&post.roots).map_err(|e| e.to_string())?);
        }
        builder.build_rustls().map_err(|error| error.to_string())
    };
    let tls = match settings.tls {
        MailTls::StartTls => Tls::Required(parameters()?),
        MailTls::Implicit => Tls::Wrapper(parameters()?),
        MailTls::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
        .port(settings.port)
        .tls(tls)
        .timeout(Some(PATIENCE))
        .hello_name(ClientId::Domain(settings.domain().to_owned()));
    if let (Some(user), Some(path)) = (&settings.user, &settings.password_file) {
        let password = std::fs::read_to_string(path)
            .map_err(|error| format!("reading the password of the mail server {}: {error}", path.display()))?;
        builder = builder.credentials(Credentials::new(user.clone(), password.trim_end().to_owned()));
    }
    Ok(builder.build())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn message(settings: &MailSettings, to: &str, mail: Mail, now: Time) -> Result<Message, String> {
    let from: Mailbox = settings.from.parse().map_err(|_| format!("'{}' is no sender", settings.from))?;
    let to: Address = to.parse().map_err(|_| "the address is none that mail goes to".to_owned())?;
    let since = Duration::from_millis(u64::try_from(now.millis()).unwrap_or_default());
    let mut builder = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(mail.subject)
        .date(SystemTime::UNIX_EPOCH + since)
        .message_id(Some(mail.message_id))
        // No holiday answers, please.
        .raw_header(header("Auto-Submitted", "auto-generated"));
    if let Some(thread) = mail.thread {
        builder = builder.in_reply_to(thread.clone()).references(thread);
    }
    let told = MultiPart::alternative_plain_html(mail.text, mail.html);
    if mail.files.is_empty() {
        return builder.multipart(told).map_err(|error| error.to_string());
    }
    let lines = ContentType::parse("text/csv; charset=utf-8").map_err(|error| error.to_string())?;
    let whole = mail.files.into_iter().fold(MultiPart::mixed().multipart(told), |whole, file| {
        whole.singlepart(Attachment::new(file.name).body(file.text, lines.clone()))
    });
    builder.multipart(whole).map_err(|error| error.to_string())
}

/// What the server's answer means. A refusal of our name is a matter of the configuration: it is tried again.
fn judged(error: &lettre::transport::smtp::Error) -> Outcome {
    let mut problem = error.to_string();
    if let Some(source) = std::error::Error::source(error)
        && !problem.contains(&source.to_string())
    {
        problem = format!("{problem}: {source}");
    }
    let problem = one_line(&problem, MAX_KEPT);
    let code = error.status().map(u16::from).unwrap_or_default();
    let is_ours = matches!(code, 530 | 534 | 535 | 538);
    if error.is_permanent() && !is_ours {
        Outcome::Never { problem }
    } else {
        Outcome::Later { problem, after_ms: None }
    }
}

/// Sends a mail once.
pub(super) async fn send(post: &Post, to: &str, mail: Mail, now: Time) -> Outcome {
    let Some(settings) = &post.settings.mail else {
        let problem = "no mail server is configured".to_owned();
        return Outcome::Later { problem, after_ms: None };
    };
    let message = match message(settings, to, mail, now) {
        Ok(message) => message,
        Err(problem) => return Outcome::Never { problem },
    };
    let transport = match transport(post, settings) {
        Ok(transport) => transport,
        Err(problem) => return Outcome::Later { problem, after_ms: None },
    };
    match tokio::time::timeout(WHOLE, transport.send(message)).await {
        Ok(Ok(response)) => {
            let said = response.message().collect::<Vec<_>>().join(" ");
            Outcome::Taken { answer: one_line(&format!("{} {said}", response.code()), MAX_KEPT) }
        }
        Ok(Err(error)) => judged(&error),
        Err(_) => Outcome::Later { problem: "it took too long".into(), after_ms: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_has_its_headers_and_no_others() {
        let settings = MailSettings {
            host: "localhost".into(),
            port: 25,
            tls: MailTls::None,
            from: "Muster <muster@example.com>".into(),
            user: None,
            password_file: None,
        };
        let mail = Mail {
            subject: "disk full Bcc: eve@example.com ü 磁盘".into(),
            text: "text\n.\nQUIT\n".into(),
            html: "<p>text</p>".into(),
            message_id: "<dlv_1@example.com>".into(),
            thread: Some("<tkt_1@example.com>".into()),
            files: Vec::new(),
        };
        let at = Time::from_millis(1_790_000_000_000);
        let bytes = message(&settings, "ann@example.com", mail.clone(), at).unwrap().formatted();
        let text = String::from_utf8(bytes).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for expected in [
            "From: Muster <muster@example.com>",
            "To: ann@example.com",
            "Message-ID: <dlv_1@example.com>",
            "In-Reply-To: <tkt_1@example.com>",
            "References: <tkt_1@example.com>",
            "Date: Mon, 21 Sep 2026 14:13:20 +0000",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(head.lines().any(|line| line == expected), "{expected} in\n{head}");
        }
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert_eq!(settings.domain(), "example.com");
        assert!(message(&settings, "ann@example.com>\r\nRCPT TO:<eve@x", mail, at).is_err());
    }
}
