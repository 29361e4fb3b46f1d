//! A mail server that takes everything and keeps it: plain SMTP on loopback.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use muster_collector::service::Service;
use muster_collector::service::notification::{Keyring, MailSettings, MailTls, Post, PostSettings};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::lab::Lab;

pub(crate) struct Mailbox {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<String>>>,
}

async fn talk(stream: TcpStream, mails: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"220 mailbox\r\n").await?;
    let (mut line, mut mail, mut is_data) = (String::new(), String::new(), false);
    while stream.read_line(&mut line).await? > 0 {
        let said = line.trim_end().to_owned();
        line.clear();
        let answer = match (is_data, said.as_str()) {
            (true, ".") => {
                is_data = false;
                mails.lock().unwrap().push(std::mem::take(&mut mail));
                "250 kept\r\n"
            }
            (true, text) => {
                mail.push_str(text);
                mail.push('\n');
                continue;
            }
            (false, "DATA") => {
                is_data = true;
                "354 go on\r\n"
            }
            (false, "QUIT") => "221 bye\r\n",
            (false, _) => "250 fine\r\n",
        };
        stream.get_mut().write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

impl Mailbox {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, mails) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let kept = Arc::clone(&mails);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&kept)));
            }
        });
        Self { address, mails }
    }

    /// The use cases of a lab, with mail that goes here.
    pub(crate) fn service(&self, lab: &Lab) -> Service {
        let mail = MailSettings {
            host: "127.0.0.1".into(),
            port: self.address.port(),
            tls: MailTls::None,
            from: "Muster <muster@example.org>".into(),
            user: None,
            password_file: None,
        };
        let keyring = Keyring::open(&lab.dir.path().join("pki/notification.key")).unwrap();
        let settings = PostSettings { mail: Some(mail), ..PostSettings::default() };
        lab.restarted().with_post(Post::new(keyring, settings).unwrap())
    }

    /// What came since, in plain text: lines that the transport folded are whole again.
    pub(crate) fn take(&self) -> Vec<String> {
        let mails = std::mem::take(&mut *self.mails.lock().unwrap());
        mails.into_iter().map(|mail| mail.replace("=\n", "").replace("=3D", "=")).collect()
    }
}
