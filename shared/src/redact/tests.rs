//! A corpus of command lines as they are found on servers: the secret `S3cr3t…` must be gone, the rest must be there.

use proptest::prelude::*;

use super::*;

/// Line and what it becomes.
const CORPUS: &[(&str, &str)] = &[
    ("mysqldump -u root -pS3cr3t --all-databases", "mysqldump -u root -p[redacted] --all-databases"),
    ("/usr/bin/mysql -uroot -p'S3cr3t x' shop", "/usr/bin/mysql -uroot -p[redacted] shop"),
    ("mysql -p shop", "mysql -p shop"),
    ("mysql --password=S3cr3t -h db", "mysql --password=[redacted] -h db"),
    ("backup --password S3cr3t --to /srv", "backup --password [redacted] --to /srv"),
    ("backup -password S3cr3t", "backup -password [redacted]"),
    ("PGPASSWORD=S3cr3t pg_dump -h db shop", "PGPASSWORD=[redacted] pg_dump -h db shop"),
    ("PGPASSWORD='S3cr3t;&x' pg_dump shop", "PGPASSWORD='[redacted]' pg_dump shop"),
    ("export DB_PASS=S3cr3t && run", "export DB_PASS=[redacted] && run"),
    ("PASSWORD=$DB_PASSWORD run --token ${TOKEN}", "PASSWORD=$DB_PASSWORD run --token ${TOKEN}"),
    ("curl -u admin:S3cr3t https://x/y", "curl -u admin:[redacted] https://x/y"),
    ("curl --user=admin:S3cr3t https://x/y", "curl --user=admin:[redacted] https://x/y"),
    ("curl -uadmin:S3cr3t https://x", "curl -uadmin:[redacted] https://x"),
    ("curl https://ann:S3cr3t@x.example/p?q=1", "curl https://ann:[redacted]@x.example/p?q=1"),
    ("psql postgres://ann:S3cr3t/a@db:5432/shop", "psql postgres://ann:[redacted]@db:5432/shop"),
    ("psql postgresql://ann:S3cr3t@h/d?sslmode=require", "psql postgresql://ann:[redacted]@h/d?sslmode=require"),
    ("wget 'https://x/y?access_token=S3cr3t&page=2'", "wget 'https://x/y?access_token=[redacted]&page=2'"),
    ("curl 'https://x/?api_key=S3cr3t'", "curl 'https://x/?api_key=[redacted]'"),
    ("curl -H 'Authorization: Bearer S3cr3t' https://x", "curl -H 'Authorization: Bearer [redacted]' https://x"),
    ("curl -H \"Authorization: Basic S3cr3t==\" https://x", "curl -H \"Authorization: Basic [redacted]\" https://x"),
    ("curl -H 'X-Api-Key: S3cr3t' https://x", "curl -H 'X-Api-Key: [redacted]' https://x"),
    ("curl -H 'PRIVATE-TOKEN:S3cr3t' https://x", "curl -H 'PRIVATE-TOKEN:[redacted]' https://x"),
    ("curl -H 'Cookie: a=S3cr3t; b=S3cr3t' https://x", "curl -H 'Cookie: [redacted]; [redacted]' https://x"),
    (
        "curl -d '{\"user\": \"ann\", \"password\": \"S3cr3t\"}' u",
        "curl -d '{\"user\": \"ann\", \"password\": [redacted]' u",
    ),
    (
        "curl -d '{\"password\":\"S3cr3t\",\"user\":\"ann\"}' u",
        "curl -d '{\"password\":\"[redacted]\",\"user\":\"ann\"}' u",
    ),
    ("curl -d \"{\\\"token\\\":\\\"S3cr3t\\\"}\" u", "curl -d \"{\\\"token\\\":\\\"[redacted]\\\"}\" u"),
    (
        "app 'Server=db;User Id=sa;Password=S3cr3t;Encrypt=yes'",
        "app 'Server=db;User Id=sa;Password=[redacted];Encrypt=yes'",
    ),
    ("app \"Server=db;Pwd={S3cr3t;x};Port=1\"", "app \"Server=db;Pwd={[redacted]};Port=1\""),
    ("app --dsn 'host=db user=x password=S3cr3t dbname=y'", "app --dsn 'host=db user=x password=[redacted] dbname=y'"),
    ("mount -o username=x,password=S3cr3t,uid=0 //h/s /m", "mount -o username=x,password=[redacted],uid=0 //h/s /m"),
    ("sshpass -p S3cr3t ssh ann@host", "sshpass -p [redacted] ssh ann@host"),
    ("sshpass -pS3cr3t ssh ann@host", "sshpass -p[redacted] ssh ann@host"),
    ("ldapsearch -D cn=x -w S3cr3t -b dc=y", "ldapsearch -D cn=x -w [redacted] -b dc=y"),
    ("redis-cli -a S3cr3t ping", "redis-cli -a [redacted] ping"),
    ("smbclient //h/s -U ann%S3cr3t -c ls", "smbclient //h/s -U ann%[redacted] -c ls"),
    ("snmpwalk -v2c -c S3cr3t host", "snmpwalk -v2c -c [redacted] host"),
    ("docker login -u ann -p S3cr3t registry", "docker login -u ann -p [redacted] registry"),
    ("docker run -p 80:80 nginx", "docker run -p 80:80 nginx"),
    ("docker run -e MYSQL_ROOT_PASSWORD=S3cr3t db", "docker run -e MYSQL_ROOT_PASSWORD=[redacted] db"),
    ("docker login --password-stdin registry", "docker login --password-stdin registry"),
    ("openssl rsa -passin pass:S3cr3t -in k", "openssl rsa -passin [redacted] -in k"),
    ("gpg --batch --passphrase S3cr3t -d f", "gpg --batch --passphrase [redacted] -d f"),
    ("restic --password-file /etc/restic/pw backup", "restic --password-file /etc/restic/pw backup"),
    ("echo root:S3cr3t | chpasswd", "echo [redacted] | chpasswd"),
    ("echo S3cr3t | sudo -S ls", "echo [redacted] | sudo -S ls"),
    ("sh -c 'mysql -pS3cr3t shop'", "sh -c 'mysql -p[redacted] shop'"),
    ("bash -c \"sh -c 'run --token S3cr3t'\"", "bash -c \"sh -c 'run --token [redacted]'\""),
    ("mysql -e \"ALTER USER x IDENTIFIED BY 'S3cr3t'\"", "mysql -e \"ALTER USER x IDENTIFIED BY [redacted]\""),
    ("mysql -e \"SET PASSWORD = 'S3cr3t'\"", "mysql -e \"SET PASSWORD = [redacted]\""),
    ("aws --x AKIAIOSFODNN7EXAMPLE", "aws --x [redacted]"),
    ("AWS_SECRET_ACCESS_KEY=S3cr3t/x+y aws s3 ls", "AWS_SECRET_ACCESS_KEY=[redacted] aws s3 ls"),
    ("git clone https://ghp_S3cr3tS3cr3tS3cr3tS3@github.com/a/b", "git clone https://[redacted]@github.com/a/b"),
    ("x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.S3cr3t", "x [redacted]"),
    ("x --key=S3cr3tabcdef0123456789ABC", "x --key=[redacted]"),
    ("x --key=/etc/ssl/private/x.pem --cert=y.pem", "x --key=/etc/ssl/private/x.pem --cert=y.pem"),
    ("az storage x --account-key S3cr3t", "az storage x --account-key [redacted]"),
    ("java -Dspring.datasource.password=S3cr3t -jar a.jar", "java -Dspring.datasource.password=[redacted] -jar a.jar"),
    (
        "app --dbPassword=S3cr3t --no-password --ask-password x",
        "app --dbPassword=[redacted] --no-password --ask-password x",
    ),
    ("openssl enc -aes-256-cbc -k S3cr3t -in a", "openssl enc -aes-256-cbc -k [redacted] -in a"),
    ("openssl enc -kfile /etc/key -in a", "openssl enc -kfile /etc/key -in a"),
    ("htpasswd -b /etc/users ann S3cr3t", "htpasswd -b /etc/users [redacted] [redacted]"),
    ("htpasswd -nbB ann S3cr3t && x", "htpasswd -nbB ann [redacted] && x"),
    ("lftp -u ann,S3cr3t -e 'mirror /srv' ftp.x", "lftp -u ann,[redacted] -e 'mirror /srv' ftp.x"),
    ("mosquitto_pub -u ann -P S3cr3t -t a -m b", "mosquitto_pub -u ann -P [redacted] -t a -m b"),
    ("ncat --proxy p:80 --proxy-auth ann:S3cr3t h 1", "ncat --proxy p:80 --proxy-auth ann:[redacted] h 1"),
    ("twine upload -u ann -p S3cr3t dist/x", "twine upload -u ann -p [redacted] dist/x"),
    ("useradd -m -p S3cr3t ann", "useradd -m -p [redacted] ann"),
    ("swaks --to a@b -au ann -ap S3cr3t", "swaks --to a@b -au ann -ap [redacted]"),
    ("sendemail -f a@b -xu ann -xp S3cr3t", "sendemail -f a@b -xu ann -xp [redacted]"),
    ("ssh-keygen -q -N S3cr3t -f k", "ssh-keygen -q -N [redacted] -f k"),
    ("curl https://api.telegram.org/bot12:S3cr3t/send?x=1", "curl https://api.telegram.org/bot[redacted]?x=1"),
    ("curl -d @f 'https://hooks.slack.com/services/T0/B0/S3cr3t'", "curl -d @f 'https://hooks.slack.com/[redacted]'"),
    ("cd /tmp;mysql -uroot -pS3cr3t shop", "cd /tmp;mysql -uroot -p[redacted] shop"),
    ("X=$(mysql -pS3cr3t shop)", "X=$(mysql -p[redacted] shop)"),
    ("true&&/usr/bin/mysql -pS3cr3t", "true&&/usr/bin/mysql -p[redacted]"),
    ("(mysqldump -pS3cr3t shop | gzip) > /x", "(mysqldump -p[redacted] shop | gzip) > /x"),
    ("echo 'root:S3cr3t'|chpasswd", "echo [redacted]|chpasswd"),
    ("echo S3cr3t|sudo -S id", "echo [redacted]|sudo -S id"),
    ("ls|sort|uniq -c", "ls|sort|uniq -c"),
    ("sudo -S id <<< S3cr3t", "sudo -S id <<< [redacted]"),
    ("chpasswd <<<'root:S3cr3t'", "chpasswd <<<[redacted]"),
    ("curl -fsSLu admin:S3cr3t https://x", "curl -fsSLu admin:[redacted] https://x"),
    ("zip -rP S3cr3t a.zip b", "zip -rP [redacted] a.zip b"),
    ("curl --cert c.pem:S3cr3t https://x", "curl --cert c.pem:[redacted] https://x"),
    (
        "mysql -e \"ALTER USER x IDENTIFIED WITH caching_sha2_password BY 'S3cr3t'\"",
        "mysql -e \"ALTER USER x IDENTIFIED WITH caching_sha2_password BY [redacted]\"",
    ),
    (
        "mysql -e \"SET PASSWORD FOR 'a'@'%' = PASSWORD('S3cr3t')\"",
        "mysql -e \"SET PASSWORD FOR 'a'@'%' [redacted] [redacted]\"",
    ),
    ("curl https://API.Telegram.org:443/bot1:S3cr3t/x", "curl https://API.Telegram.org:443/bot[redacted]"),
    ("curl https://discord.com/api/v10/webhooks/1/S3cr3t", "curl https://discord.com/api/v10/webhooks/[redacted]"),
    ("sqlplus -s system/S3cr3t@db @/opt/x.sql", "sqlplus -s system/[redacted] @/opt/x.sql"),
    ("sqlplus / as sysdba", "sqlplus / as sysdba"),
    ("exp scott/S3cr3t file=/x/y.dmp", "exp scott/[redacted] file=/x/y.dmp"),
    ("curl -o vault -u ann:S3cr3t https://x", "curl -o vault -u ann:[redacted] https://x"),
    ("docker exec -it db mysql -pS3cr3t", "docker exec -it db mysql -p[redacted]"),
    ("sudo -E mysql -pS3cr3t", "sudo -E mysql -p[redacted]"),
    ("rabbitmqctl add_user ann S3cr3t", "rabbitmqctl add_user ann [redacted]"),
    ("vault login S3cr3t", "vault login [redacted]"),
    ("mc alias set n https://x K S3cr3t", "mc alias set n https://x [redacted] [redacted]"),
    ("redis-cli AUTH S3cr3t", "redis-cli AUTH [redacted]"),
    ("aws configure set aws_secret_access_key S3cr3t", "aws configure set aws_secret_access_key [redacted]"),
    ("wpa_passphrase net S3cr3t", "wpa_passphrase net [redacted]"),
    ("nmcli con modify w wifi-sec.psk S3cr3t", "nmcli con modify w wifi-sec.psk [redacted]"),
    ("lftp -e 'open -u bob,S3cr3t host'", "lftp -e 'open -u bob,[redacted] host'"),
    ("echo S3cr3t | docker login --password-stdin r", "echo [redacted] | docker login --password-stdin r"),
    ("curl -H 'X-Auth: S3cr3tabcdef0123456789ABC' x", "curl -H 'X-Auth: [redacted]' x"),
    ("curl -H 'Authorization: GenieKey S3cr3t' x", "curl -H 'Authorization: [redacted] [redacted]' x"),
    ("app 'jdbc:sqlserver://h;user=a;password={S3cr3t}'", "app 'jdbc:sqlserver://h;user=a;password={[redacted]}'"),
    ("app ann:S3cr3t@tcp(db:3306)/shop", "app ann:[redacted]@tcp(db:3306)/shop"),
    ("curl https://discord.com/api/webhooks/$HOOK", "curl https://discord.com/api/webhooks/$HOOK"),
    ("curl discord.com/api/webhooks/1/S3cr3t | x", "curl discord.com/api/webhooks/[redacted] | x"),
    (
        "curl -d '<a><password>S3cr3t x</password><b>y</b></a>' u",
        "curl -d '<a><password>[redacted]</password><b>y</b></a>' u",
    ),
    ("x '<ns:Password type=\"t\">S3cr3t</ns:Password>'", "x '<ns:Password type=\"t\">[redacted]</ns:Password>'"),
    ("x <token><![CDATA[S3cr3t]]></token>", "x <token><![CDATA[[redacted]]]></token>"),
    ("x '<key>S3cr3tabcdef0123456789ABC</key><key>plain</key>'", "x '<key>[redacted]</key><key>plain</key>'"),
    ("x '<passwordFile>/etc/pw</passwordFile>'", "x '<passwordFile>/etc/pw</passwordFile>'"),
    ("mount -t cifs -o rw,user=ann%S3cr3t,uid=0 //h/s /m", "mount -t cifs -o rw,user=ann%[redacted],uid=0 //h/s /m"),
    ("mount -o username=ann%S3cr3t //h/s /m", "mount -o username=ann%[redacted] //h/s /m"),
    ("curl 'https://x/?user=ann%40example.org&a=1'", "curl 'https://x/?user=ann%40example.org&a=1'"),
    ("isql shop ann S3cr3t -b", "isql shop ann [redacted] [redacted]"),
    ("isql -v shop ann S3cr3t", "isql -v shop ann [redacted]"),
    ("isql -U sa -P S3cr3t", "isql -U sa -P [redacted]"),
    (
        "php -r \"new PDO('mysql:host=db', 'ann', 'S3cr3t');\"",
        "php -r \"new PDO('mysql:host=db', 'ann', '[redacted]');\"",
    ),
    (
        "php -r 'mysqli_connect(\"h\", \"ann\", \"S3cr3t\", \"d\");'",
        "php -r 'mysqli_connect(\"h\", \"ann\", \"[redacted]\", \"d\");'",
    ),
    (
        "php -r 'mysqli_connect(\"h\", \"u\", \"S3cr\\\"3t, S3cr3t\");'",
        "php -r 'mysqli_connect(\"h\", \"u\", \"[redacted]\");'",
    ),
    (
        "php -r \"mysqli_connect(\\\"h\\\", \\\"u\\\", \\\"S3cr3t\\\");\"",
        "php -r \"mysqli_connect(\\\"h\\\", \\\"u\\\", \\\"[redacted]\\\");\"",
    ),
    ("php -r 'mysqli_connect($h, $u, $p);'", "php -r 'mysqli_connect($h, $u, $p);'"),
    ("python -c \"s.login('ann', 'S3cr3t')\"", "python -c \"s.login('ann', '[redacted]')\""),
    ("php -r '$password = \"S3cr3t\"; run();'", "php -r '$password = [redacted]; run();'"),
    ("php -r \"\\$db_pass = 'S3cr3t';\"", "php -r \"\\$db_pass = [redacted];\""),
    (
        "expect -c 'spawn ssh a@b; expect \"assword:\"; send -- \"S3cr3t\\r\"; interact'",
        "expect -c 'spawn ssh a@b; expect \"assword:\"; send -- [redacted]; interact'",
    ),
    ("systemctl restart token", "systemctl restart token"),
    ("run-parts --report /etc/cron.daily", "run-parts --report /etc/cron.daily"),
    (
        "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.hourly; }",
        "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.hourly; }",
    ),
    ("rsync -a ann@host:/srv/ /backup/ > /dev/null 2>&1", "rsync -a ann@host:/srv/ /backup/ > /dev/null 2>&1"),
    ("find / -name '*.log' -mtime +7 -delete", "find / -name '*.log' -mtime +7 -delete"),
];

/// Case 112.
#[test]
fn the_corpus_is_redacted_and_stays_readable() {
    let wrong: Vec<(String, &str)> = CORPUS
        .iter()
        .map(|(line, expected)| (command_line(line), *expected))
        .filter(|(is, wanted)| is != wanted)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(!CORPUS.iter().any(|(_, expected)| expected.contains("S3cr3t")));
}

#[test]
fn what_is_redacted_stays_as_it_is() {
    for (line, _) in CORPUS {
        let once = command_line(line);
        assert_eq!(command_line(&once), once, "{line}");
    }
}

#[test]
fn in_prose_only_what_has_the_form_of_a_secret_is_one() {
    for (text, expected) in [
        ("Password Reset Service", "Password Reset Service"),
        ("The token of the day: 12:30", "The token of the day: 12:30"),
        ("Backup to ftp://ann:S3cr3t@h/x nightly", "Backup to ftp://ann:[redacted]@h/x nightly"),
        ("Ann, password=S3cr3t", "Ann, password=[redacted]"),
        ("Ann,Room 1,PIN,pw:S3cr3t", "Ann,Room 1,PIN,pw:[redacted]"),
        ("deploy ghp_S3cr3tS3cr3tS3cr3tS3", "deploy [redacted]"),
        ("<password>S3cr3t</password>", "<password>[redacted]</password>"),
        ("ann@host.example", "ann@host.example"),
        ("", ""),
    ] {
        assert_eq!(prose(text), expected);
        assert_eq!(prose(expected), expected, "what is redacted stays as it is");
    }
}

/// However often whatever is looked for stands there, it is one way through it: more would take minutes.
#[test]
fn what_stands_there_over_and_over_is_read_once() {
    for part in
        ["<password>", "<password", "<a", "login(", "login('", "user=a%", "user=", "send ", "$password = ", "isql a "]
    {
        let text = part.repeat((1 << 18) / part.len());
        assert!(command_line(&text).len() <= TEXT_CAP_BYTES, "{part}");
        let _ = prose(&text);
    }
}

#[test]
fn arguments_of_a_process_are_words_already() {
    let argv = ["mysql", "-pa b", "--defaults-file=/x", "-e", "SET PASSWORD = 'S3cr3t'", "--token", "a b"];
    assert_eq!(
        arguments(argv),
        ["mysql", "-p[redacted]", "--defaults-file=/x", "-e", "SET PASSWORD = [redacted]", "--token", "[redacted]"]
    );
}

#[test]
fn long_text_is_cut() {
    let text = "é".repeat(2 << 20);
    assert!(command_line(&text).len() <= TEXT_CAP_BYTES);
    assert!(arguments([text.as_str()]).concat().len() <= TEXT_CAP_BYTES);
}

/// What stands behind the cut is told apart, and a secret there is not: not even by a digest.
#[test]
fn a_change_behind_the_cut_is_a_change() {
    let command = |end: &str| command_line(&format!("echo {} && {end}", "z".repeat(2 * TEXT_CAP_BYTES)));
    assert_ne!(command("curl http://a"), command("curl http://b"));
    assert_eq!(command("run --password=one"), command("run --password=two"));
    for across in TEXT_CAP_BYTES - 24..TEXT_CAP_BYTES + 8 {
        let command = |secret: &str| command_line(&format!("{} --password {secret} and more", "z".repeat(across)));
        assert_eq!(command("one"), command("two"), "{across}");
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(?s).{0,200}", words in proptest::collection::vec("[-a-z=:'\"\\\\${}@/;|& ]{0,12}", 0..12)) {
        prop_assert!(command_line(&text).len() <= (text.len() + 1) * (MARK.len() + 2));
        let _ = arguments(words.iter().map(String::as_str));
        let _ = command_line(&words.concat());
    }

    #[test]
    fn a_password_after_its_option_never_stays(secret in "[A-Za-z0-9!#%+]{3}Zq9[A-Za-z0-9!#%+]{3}") {
        for line in [
            format!("x --password={secret} y"), format!("x --password {secret} y"), format!("DB_PASSWORD={secret} x"),
            format!("x https://u:{secret}@h/"), format!("x 'https://h/?token={secret}&a=b'"), format!("mysql -p{secret}"),
        ] {
            prop_assert!(!command_line(&line).contains("Zq9"), "{line} -> {}", command_line(&line));
        }
    }
}
