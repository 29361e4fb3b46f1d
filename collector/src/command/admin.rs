//! What the host's own commands may ask for, and the 0600 socket on which a running collector answers them.
//!
//! One JSON line each way. Who can open the socket could write the data files as well: it asks for no password.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use muster_model::right::{Actor, Reaches, Role, Scope};
use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

use super::{exit, local};
use crate::service::account::{NewUser, UserEdit};
use crate::service::{Call, Service, ServiceError, audit};

/// The socket's name in the data directory.
pub(crate) const SOCKET: &str = "admin.sock";

/// What can be asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Request {
    /// Make an account.
    AddUser { name: String, roles: Vec<String>, display_name: Option<String>, password: Option<String> },
    /// Make a one-time sign-in link.
    SignInLink { name: String },
    /// Make an enrollment token.
    CreateToken { name: String, uses: u32, minutes: u32 },
    /// How the CAs stand, or a step of a rollover.
    Ca { step: CaStep, force: bool },
    /// Read everything again, and see that the audit trail goes on from ends that it had once.
    Verify { anchors: String },
    /// Hold everything that is committed now, as long as the connection stays open: for a backup.
    Hold,
    /// Answer as the API does; the bytes of a file follow.
    Api(local::Asked),
    /// How the collector and its data are.
    Doctor,
    /// What `muster quickstart` needs: an administrator, an API token, a sign-in link, an enrollment token.
    Bootstrap { user: String, password: String },
}

/// What is done about the CA.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaStep {
    /// Nothing.
    Show,
    /// The next one is made.
    Rotate,
    /// It takes the place of the current one.
    Switch,
    /// The one before is believed no more.
    Drop,
}

/// The answer.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// Whether all is well.
    pub(crate) ok: bool,
    /// For people.
    pub(crate) text: String,
    /// What the command ends with when not all is well.
    #[serde(default)]
    pub(crate) exit: Option<u8>,
    /// For programs.
    #[serde(default)]
    pub(crate) data: serde_json::Value,
}

impl Answer {
    fn text(text: impl Into<String>) -> Self {
        Self { ok: true, text: text.into(), exit: None, data: serde_json::Value::Null }
    }
}

/// The host's own commands act as the system, which may everything.
pub(crate) const fn call() -> Call {
    Call { actor: Actor::System("command"), via: "command", request_id: None }
}

/// Does what is asked.
pub(crate) async fn answer(service: &Service, request: Request) -> Result<Answer, ServiceError> {
    match request {
        Request::AddUser { name, roles, display_name, password } => {
            let roles = parse_roles(&roles)?;
            let stored = service
                .create_user(
                    &call(),
                    NewUser { name, display_name, password, roles, reaches: Reaches::new(), manager: None },
                )
                .await?;
            let link = service.create_sign_in_link(&call(), stored.value.id).await?;
            Ok(Answer::text(format!("user {} made\nsign in once within 15 minutes: {link}", stored.value.name)))
        }
        Request::SignInLink { name } => {
            let user = user_named(service, &name).await?;
            Ok(Answer::text(service.create_sign_in_link(&call(), user).await?))
        }
        Request::CreateToken { name, uses, minutes } => {
            let (text, _) = service.create_enrollment_token(&call(), &name, uses, minutes).await?;
            Ok(Answer::text(text))
        }
        Request::Ca { step, force } => {
            let rollover = match step {
                CaStep::Show => service.rollover(&call()).await?,
                CaStep::Rotate => service.rotate_ca(&call()).await?,
                CaStep::Switch => service.switch_ca(&call(), force).await?,
                CaStep::Drop => service.drop_ca(&call(), force).await?,
            };
            Ok(Answer::text(rollover.text()))
        }
        Request::Verify { anchors } => {
            let problems = service.verify(&call(), &audit::anchors(&anchors)?).await?;
            let ok = problems.is_empty();
            let anchor = service.audit_head(&call()).await?.to_string();
            let whole = format!("journal, checkpoint, index and audit trail are whole\nanchor of the trail: {anchor}");
            let text = if ok { whole } else { problems.join("\n") };
            Ok(Answer { ok, text, exit: None, data: serde_json::json!({ "anchor": anchor }) })
        }
        // Answered where the connection is at hand (`converse`).
        Request::Hold | Request::Api(_) => Err(ServiceError::Busy("this is answered over the socket only".into())),
        Request::Doctor => doctor(service).await,
        Request::Bootstrap { user, password } => bootstrap(service, user, password).await,
    }
}

/// What the collector knows of itself and its data. Nothing is read again: that is `verify`.
async fn doctor(service: &Service) -> Result<Answer, ServiceError> {
    let stats = service.stats().await?;
    let mut lines = vec![format!("version: {}", muster_shared::VERSION), format!("commits: {}", stats.sequence)];
    if let Some(demo) = service.load_demo().await? {
        lines
            .push(format!("demo: everything is made up: {} hosts, {} days, seed {}", demo.hosts, demo.days, demo.seed));
    }
    lines.extend(stats.facts.iter().map(|(name, text)| format!("{name}: {text}")));
    let mib = |bytes: u64| bytes.div_ceil(1 << 20);
    lines.extend(stats.bytes.iter().map(|(part, bytes)| format!("{part} on disk: {} MiB", mib(*bytes))));
    let ok = stats.problems.is_empty();
    lines.push(if ok { "nothing is wrong".into() } else { format!("wrong: {}", stats.problems.join("\nwrong: ")) });
    Ok(Answer { ok, text: lines.join("\n"), exit: None, data: serde_json::json!({ "problems": stats.problems }) })
}

fn parse_roles(names: &[String]) -> Result<Vec<Role>, ServiceError> {
    let parse = |name: &String| {
        let all = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
        let found = Role::ALL.iter().copied().find(|role| role.as_str() == name);
        found.ok_or_else(|| crate::service::invalid("/roles", format!("'{name}' is no role; the roles are {}", all())))
    };
    names.iter().map(parse).collect()
}

async fn user_named(service: &Service, name: &str) -> Result<UserId, ServiceError> {
    let found = service.find_user_by_name(&name.to_lowercase()).await?;
    found.map(|user| user.value.id).ok_or_else(|| ServiceError::NotFound { kind: "user", id: name.to_owned() })
}

async fn bootstrap(service: &Service, user: String, password: String) -> Result<Answer, ServiceError> {
    let known = service.find_user_by_name(&user).await?;
    // The administrator of a demo was made without a password: this is the first start of it.
    let is_new = known.as_ref().is_none_or(|known| known.value.password_hash.is_none());
    let id = if let Some(known) = known {
        if is_new {
            let edit = UserEdit { password: Some(password), ..UserEdit::default() };
            service.update_user(&call(), known.value.id, edit, None).await?;
        }
        known.value.id
    } else {
        let roles = vec![Role::Administrator];
        let new = NewUser {
            name: user,
            display_name: None,
            password: Some(password),
            roles,
            reaches: Reaches::new(),
            manager: None,
        };
        service.create_user(&call(), new).await?.value.id
    };
    let (api_token, _) = service.create_api_token(&call(), id, "quickstart", vec![Scope::All], 90).await?;
    let link = service.create_sign_in_link(&call(), id).await?;
    let (enrollment_token, _) = service.create_enrollment_token(&call(), "quickstart", 1, 60).await?;
    let data = serde_json::json!({
        "is_new": is_new, "api_token": api_token, "sign_in_link": link, "enrollment_token": enrollment_token,
    });
    Ok(Answer { ok: true, text: String::new(), exit: None, data })
}

/// Answers on the socket until `stop`.
pub(crate) fn listen(service: Arc<Service>, dir: &Path, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let path = dir.join(SOCKET);
    // Left behind by a killed process: the data directory's lock is ours, so nobody listens there.
    drop(std::fs::remove_file(&path));
    let listener = UnixListener::bind(&path).with_context(|| format!("listening on {}", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
        .with_context(|| format!("protecting {}", path.display()))?;
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            if let Ok((stream, _)) = accepted {
                let service = Arc::clone(&service);
                tokio::spawn(async move {
                    if let Err(error) = converse(&service, stream).await {
                        tracing::debug!(%error, "admin socket");
                    }
                });
            }
        }
        drop(std::fs::remove_file(path));
    });
    Ok(())
}

async fn converse(service: &Arc<Service>, stream: UnixStream) -> anyhow::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read.take(64 << 10));
    let mut line = String::new();
    read.read_line(&mut line).await?;
    let request = serde_json::from_str(&line);
    let request = match request {
        Ok(Request::Hold) => return hold_for(service, read, write).await,
        Ok(Request::Api(asked)) => {
            // What was read beyond the line belongs to the file.
            let began = std::io::Cursor::new(read.buffer().to_vec());
            let rest = read.into_inner().into_inner();
            return local::serve(Arc::clone(service), asked, began.chain(rest), write).await;
        }
        request => request,
    };
    let answer = match request {
        Ok(request) => answer(service, request).await.map_err(|error| (error.to_string(), exit_of(&error))),
        Err(error) => Err((format!("the request is malformed: {error}"), None)),
    };
    let refused = |(text, exit)| Answer { ok: false, text, exit, data: serde_json::Value::Null };
    let answer = answer.unwrap_or_else(refused);
    write.write_all((serde_json::to_string(&answer)? + "\n").as_bytes()).await?;
    Ok(())
}

/// What a refusal ends a command with, where it is no plain failure.
pub(super) const fn exit_of(error: &ServiceError) -> Option<u8> {
    match error {
        ServiceError::Conflict(_) | ServiceError::Stale { .. } | ServiceError::Transition(_) => Some(exit::CONFLICT),
        _ => None,
    }
}

/// Holds everything that is committed now until who asked goes away.
async fn hold_for(
    service: &Service,
    mut read: BufReader<tokio::io::Take<OwnedReadHalf>>,
    mut write: OwnedWriteHalf,
) -> anyhow::Result<()> {
    let (answer, held) = match service.hold().await {
        Ok(held) => {
            let data = serde_json::json!({ "sequence": held.sequence, "files": held.files });
            (Answer { ok: true, text: String::new(), exit: None, data }, Some(held))
        }
        Err(error) => (Answer { ok: false, text: error.to_string(), exit: None, data: serde_json::Value::Null }, None),
    };
    write.write_all((serde_json::to_string(&answer)? + "\n").as_bytes()).await?;
    // Nothing more is said: this ends when the other end is closed.
    read.read_line(&mut String::new()).await?;
    drop(held);
    Ok(())
}

/// Files of a store that stay as long as this lives.
pub(crate) struct HeldFiles {
    pub(crate) sequence: u64,
    pub(crate) files: Vec<String>,
    pub(crate) guard: Box<dyn std::any::Any + Send>,
}

/// Lets a running collector hold its files; `None` when none listens.
pub(crate) async fn hold(dir: &Path) -> anyhow::Result<Option<HeldFiles>> {
    #[derive(Deserialize)]
    struct Told {
        sequence: u64,
        files: Vec<String>,
    }
    let Some((answer, stream)) = converse_with(dir, &Request::Hold).await? else { return Ok(None) };
    anyhow::ensure!(answer.ok, "{}", answer.text);
    let Told { sequence, files } =
        serde_json::from_value(answer.data).context("the collector's answer is malformed")?;
    Ok(Some(HeldFiles { sequence, files, guard: Box::new(stream) }))
}

/// Asks a running collector; `None` when none listens.
pub(crate) async fn ask(dir: &Path, request: &Request) -> anyhow::Result<Option<Answer>> {
    Ok(converse_with(dir, request).await?.map(|(answer, _)| answer))
}

async fn converse_with(dir: &Path, request: &Request) -> anyhow::Result<Option<(Answer, BufReader<UnixStream>)>> {
    let Some(mut stream) = connect(dir, request).await? else { return Ok(None) };
    let line = line(&mut stream).await?;
    Ok(Some((serde_json::from_str(&line).context("the collector's answer is malformed")?, stream)))
}

/// Asks a running collector and lets the caller read the answer; `None` when none listens.
pub(super) async fn connect(dir: &Path, request: &Request) -> anyhow::Result<Option<BufReader<UnixStream>>> {
    let Ok(mut stream) = UnixStream::connect(dir.join(SOCKET)).await else { return Ok(None) };
    stream.write_all((serde_json::to_string(request)? + "\n").as_bytes()).await?;
    Ok(Some(BufReader::new(stream)))
}

/// A line of an answer.
pub(super) async fn line(stream: &mut BufReader<UnixStream>) -> anyhow::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await.context("the collector did not answer")?;
    Ok(line)
}
