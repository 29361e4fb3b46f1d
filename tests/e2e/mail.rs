//! E-mail through a real mail server (Exim, as Debian ships it): TLS, sign-in, the message as it lies in the mailbox, a server
//! that is away while the collector is killed, and an address that nobody takes.

use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};

const EXIM: &str = "/usr/sbin/exim4";
/// Who owns the mailbox when the tests run as root, for whom Exim delivers nothing.
const NOBODY: u32 = 65_534;

/// A mail server: each connection is a process of Exim that speaks over it. Mail for `example.com` goes to one mailbox, and is
/// taken from those only who signed in over TLS.
struct Exim {
    dir: PathBuf,
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A folder that another account may write to.
fn open_folder(path: &Path) {
    std::fs::create_dir_all(path).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

fn configuration(dir: &Path) -> String {
    let me = rustix::process::geteuid().as_raw();
    let owner = if me == 0 { NOBODY } else { me };
    let group = if me == 0 { NOBODY } else { rustix::process::getegid().as_raw() };
    let dir = dir.display();
    let mut text = format!("exim_user = {me}\nexim_group = {}\n", if me == 0 { 0 } else { group });
    write!(
        text,
        "primary_hostname = mail.example.com\nspool_directory = {dir}/spool\nlog_file_path = {dir}/log/%slog\n\
         tls_advertise_hosts = *\ntls_certificate = {dir}/cert.pem\ntls_privatekey = {dir}/key.pem\n\
         auth_advertise_hosts = ${{if def:tls_in_cipher{{*}}}}\nacl_smtp_rcpt = rcpt\nkeep_environment =\n\
         begin acl\nrcpt:\n  deny !authenticated = *\n  accept domains = example.com\n  deny message = no such domain\n\
         begin routers\nall:\n  driver = accept\n  transport = inbox\n\
         begin transports\ninbox:\n  driver = appendfile\n  directory = {dir}/mail/inbox\n  maildir_format\n\
         \x20 create_directory\n  user = {owner}\n  group = {group}\n\
         begin authenticators\nplain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n\
         \x20 server_condition = ${{if and{{{{eq{{$auth2}}{{muster}}}}{{eq{{$auth3}}{{correct horse}}}}}}}}\n\
         \x20 server_set_id = $auth2\n"
    )
    .unwrap();
    text
}

fn speak(dir: &Path, stream: TcpStream, is_implicit: bool) {
    let mut command = Command::new(EXIM);
    command.arg("-C").arg(dir.join("exim.conf")).args(["-bs", "-odi"]);
    if is_implicit {
        command.arg("-tls-on-connect");
    }
    let (input, output) = (OwnedFd::from(stream.try_clone().unwrap()), OwnedFd::from(stream));
    let child = command.stdin(Stdio::from(input)).stdout(Stdio::from(output)).stderr(Stdio::null()).spawn();
    let mut child = child.unwrap();
    std::thread::spawn(move || child.wait());
}

impl Exim {
    /// Everything that it needs, and the server on `port` (0 is any).
    fn start(dir: &Path, port: u16, is_implicit: bool) -> Self {
        for folder in ["", "spool", "log", "mail"] {
            open_folder(&dir.join(folder));
        }
        std::fs::write(dir.join("exim.conf"), configuration(dir)).unwrap();
        if !dir.join("cert.pem").exists() {
            let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
            std::fs::write(dir.join("cert.pem"), made.cert.pem()).unwrap();
            std::fs::write(dir.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        }
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, place) = (Arc::clone(&stop), dir.to_owned());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                speak(&place, stream.unwrap(), is_implicit);
            }
        });
        Self { dir: dir.to_owned(), port, stop, thread: Some(thread) }
    }

    fn settings(&self, tls: &str) -> Vec<(&'static str, String)> {
        let password = self.dir.join("password");
        std::fs::write(&password, "correct horse\n").unwrap();
        vec![
            ("MUSTER_NOTIFICATION_MAIL_SERVER", format!("localhost:{}", self.port)),
            ("MUSTER_NOTIFICATION_MAIL_TLS", tls.to_owned()),
            ("MUSTER_NOTIFICATION_MAIL_FROM", "Muster <muster@example.org>".to_owned()),
            ("MUSTER_NOTIFICATION_MAIL_USER", "muster".to_owned()),
            ("MUSTER_NOTIFICATION_MAIL_PASSWORD_FILE", password.display().to_string()),
            ("MUSTER_NOTIFICATION_CA_FILE", self.dir.join("cert.pem").display().to_string()),
        ]
    }

    fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.dir.join("log").join(name)).unwrap_or_default();
        format!("{}{}{}", read("mainlog"), read("rejectlog"), read("paniclog"))
    }

    /// The messages in the mailbox, in no order.
    fn mailbox(&self) -> Vec<String> {
        let Ok(folder) = std::fs::read_dir(self.dir.join("mail/inbox/new")) else { return Vec::new() };
        folder.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }

    /// Waits for so many messages.
    async fn messages(&self, count: usize, collector: &Collector) -> Vec<String> {
        let found = until("the mail is there", async || Ok(Some(self.mailbox()).filter(|mail| mail.len() >= count)));
        let found = found.await;
        assert!(found.is_ok(), "{found:?}\n{}\n{}", self.log(), collector.log());
        let found = found.unwrap();
        assert_eq!(found.len(), count, "{found:?}");
        found
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// A header of a message, unfolded.
fn header(message: &str, name: &str) -> String {
    let head = message.split("\n\n").next().unwrap().replace("\n ", " ").replace("\n\t", " ");
    let found: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix(&format!("{name}: "))).collect();
    assert_eq!(found.len(), 1, "{name} in {head}");
    found[0].to_owned()
}

async fn made(api: &Api, path: &str, body: Value) -> String {
    api.post(path, &body).await.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Whoever has these addresses is told of tickets.
async fn tell(api: &Api, addresses: &[&str], topics: &[&str]) {
    let channel = json!({"name": addresses[0], "kind": "email", "addresses": addresses});
    let channel = made(api, "/channels", channel).await;
    made(api, "/subscriptions", json!({"name": addresses[0], "topics": topics, "target": channel})).await;
}

async fn open(api: &Api, title: &str) -> String {
    let body = json!({"kind": "incident", "title": title, "impact": 3, "urgency": 3});
    api.post("/tickets", &body).await.unwrap()["number"].as_str().unwrap().to_owned()
}

/// Whether the server is there; where it must be, a test fails without it.
#[expect(clippy::print_stderr, reason = "a test that was not run says so")]
fn is_installed() -> bool {
    let found = Path::new(EXIM).exists();
    assert!(found || std::env::var_os("CI").is_none(), "{EXIM} is not installed; tests/run does");
    if !found {
        eprintln!("not run: {EXIM} is not installed");
    }
    found
}

async fn start(dir: &Path, exim: &Exim, tls: &str) -> Collector {
    let settings = exim.settings(tls);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Collector::start(dir, &settings).await.unwrap()
}

#[tokio::test]
async fn mail_goes_over_starttls_threads_by_ticket_and_what_nobody_takes_is_a_dead_letter() {
    if !is_installed() {
        return;
    }
    let (dir, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let exim = Exim::start(place.path(), 0, false);
    let collector = start(dir.path(), &exim, "starttls").await;
    let (api, _) = collector.bootstrap().await.unwrap();
    tell(&api, &["ann@example.com"], &["ticket.opened", "ticket.commented"]).await;
    let number = open(&api, "disk full\nBcc: eve@example.com <b>ü磁</b>").await;
    let first = exim.messages(1, &collector).await.remove(0);
    assert!(first.contains("esmtpsa"), "signed in, over TLS: {first}");
    assert_eq!(
        (header(&first, "To"), header(&first, "From")),
        ("ann@example.com".into(), "Muster <muster@example.org>".into())
    );
    assert!(!first.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{first}");
    let (_, html) = first.split_once("text/html").expect("a part in HTML");
    assert!(first.contains("multipart/alternative") && html.contains("&lt;b&gt;"), "{first}");
    let thread = header(&first, "References");
    assert!(thread.starts_with("<tkt_") && thread.ends_with("@example.org>"), "{thread}");
    assert!(header(&first, "Message-ID").starts_with("<dlv_"));
    api.post(&format!("/tickets/{number}/comments"), &json!({"text": "on my way"})).await.unwrap();
    let both = exim.messages(2, &collector).await;
    let second = both.iter().find(|message| **message != first).unwrap();
    assert_eq!(header(second, "References"), thread);
    assert_ne!(header(second, "Message-ID"), header(&first, "Message-ID"));
    tell(&api, &["bob@elsewhere.example"], &["ticket.opened"]).await;
    open(&api, "another").await;
    let dead = until("it is given up", async || Ok(api.list("/deliveries?state=dead").await?.pop())).await.unwrap();
    assert_eq!(dead["to"], "bob@elsewhere.example");
    assert!(dead["failure"].as_str().unwrap().contains("no such domain"), "{dead}");
    assert_eq!(exim.messages(3, &collector).await.len(), 3, "who takes it got it all the same");
}

#[tokio::test]
async fn a_server_that_is_away_while_the_collector_is_killed_gets_the_mail_once_when_it_is_back() {
    if !is_installed() {
        return;
    }
    let (dir, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let exim = Exim::start(place.path(), 0, true);
    let mut collector = start(dir.path(), &exim, "implicit").await;
    let (api, _) = collector.bootstrap().await.unwrap();
    tell(&api, &["ann@example.com"], &["ticket.opened"]).await;
    let port = exim.port;
    drop(exim);
    open(&api, "while the server was away").await;
    let failed = until("a try failed", async || {
        let waiting = api.list("/deliveries?state=waiting").await?;
        Ok(waiting.into_iter().find(|delivery| delivery["failure"].is_string()))
    });
    let failed = failed.await.unwrap();
    collector.kill().unwrap();
    let exim = Exim::start(place.path(), port, true);
    collector.restart().await.unwrap();
    let message = exim.messages(1, &collector).await.remove(0);
    assert_eq!(header(&message, "Message-ID"), format!("<{}@example.org>", failed["id"].as_str().unwrap()));
    let (api, _) = collector.bootstrap().await.unwrap();
    let state = until("its end is written", async || {
        let delivery = api.get(&format!("/deliveries/{}", failed["id"].as_str().unwrap())).await?;
        Ok(Some(delivery).filter(|delivery| delivery["state"] == "delivered"))
    });
    assert!(state.await.unwrap()["answer"].as_str().unwrap().starts_with("250"));
}
