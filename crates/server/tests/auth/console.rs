//! The program itself, as it is called on the console. On the embedded database.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};

use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use crate::browser::Browser;

pub const ANSWERS: &str = r#"{"tenant":{"displayName":"Example","domain":"example.org"},
    "administrator":{"displayName":"Ada","userPrincipalName":"ada@example.org"}}"#;

fn program(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pimlico"));
    command.args(words).arg("--data").arg(data).current_dir(data.parent().unwrap()).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub async fn run(data: &Path, words: &[&str], input: &str) -> (bool, String) {
    let mut child = program(data, words).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that needs no input may have ended before it is written.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let Output { status, stdout, stderr } =
        timeout(Duration::from_mins(1), child.wait_with_output()).await.unwrap().unwrap();
    (status.success(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// A server on a free port, and the address that it printed.
pub async fn serve(data: &Path, words: &[&str]) -> (tokio::process::Child, String) {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let all = [&["serve", "--listen", "127.0.0.1:0"], words].concat();
    let mut child = program(data, &all).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let found = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(at) = line.find("http://") {
                return line[at..].trim().to_owned();
            }
        }
        panic!("the server said nothing")
    };
    let url = timeout(Duration::from_mins(1), found).await.unwrap();
    (child, url)
}

pub async fn stop(mut child: tokio::process::Child) {
    child.kill().await.unwrap();
}

pub struct Folder(pub tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[tokio::test]
async fn nothing_is_served_before_it_is_set_up_and_it_is_set_up_once() {
    let folder = Folder::new();
    let data = folder.path("data");
    let (ok, said) = run(&data, &["serve", "--listen", "127.0.0.1:0"], "").await;
    assert!(!ok && said.contains("pimlico init"), "{said}");
    let (ok, said) = run(&data, &["init", "--from", "-"], ANSWERS).await;
    assert!(ok, "{said}");
    let password =
        said.split("one-time password: ").nth(1).unwrap().lines().next().unwrap().trim().to_owned();
    let (ok, said) = run(&data, &["init", "--from", "-"], ANSWERS).await;
    assert!(!ok && said.contains("`Example` is set up here already"), "{said}");
    let (ok, said) = run(&data, &["serve", "--lab"], "").await;
    assert!(!ok && said.contains("no lab's"), "{said}");

    let (child, url) = serve(&data, &[]).await;
    let mut browser = Browser::new(&url);
    let heard = browser.sign_in("ada@example.org", &password).await.ok();
    assert_eq!(heard.body["state"], "passwordChange");
    let (ok, said) = run(&data, &["serve", "--listen", "127.0.0.1:0"], "").await;
    assert!(!ok && said.contains("another server"), "{said}");
    stop(child).await;
}

#[tokio::test]
async fn questions_are_asked_until_the_answers_are_right() {
    let folder = Folder::new();
    let answers = "Example\nnonsense\nexample.org\nAda\nada\n";
    let (ok, said) = run(&folder.path("data"), &["init"], answers).await;
    assert!(ok && said.contains("domain `nonsense` is none") && said.contains("ada@example.org"), "{said}");
    let (ok, said) = run(&folder.path("other"), &["init"], "Example\n").await;
    assert!(!ok && said.contains("--from"), "{said}");
}

#[tokio::test]
async fn who_sits_at_the_server_brings_people_back_also_while_it_runs() {
    let folder = Folder::new();
    let data = folder.path("data");
    let (ok, said) = run(&data, &["init", "--from", "-"], ANSWERS).await;
    assert!(ok, "{said}");
    let (child, url) = serve(&data, &[]).await;
    let (ok, said) = run(&data, &["recover", "nobody@example.org"], "").await;
    assert!(!ok && said.contains("`nobody@example.org`"), "{said}");
    let (ok, said) = run(&data, &["recover", "ADA@example.org"], "").await;
    assert!(ok && said.contains("Enrolment code") && said.contains("for a day"), "{said}");
    let password = said.split("One-time password:").nth(1).unwrap().lines().next().unwrap().trim().to_owned();
    Browser::new(&url).sign_in("ada@example.org", &password).await.ok();
    stop(child).await;
}

#[tokio::test]
async fn who_is_nobody_is_given_no_database_and_no_key() {
    let folder = Folder::new();
    let data = folder.path("data");
    std::fs::create_dir(&data).unwrap();
    let (ok, said) = run(&data, &["recover", "ada@example.org", "--new-key"], "").await;
    assert!(!ok && said.contains("has no database"), "{said}");
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "nothing is made");
    let (ok, said) = run(&data, &["init", "--from", "-"], ANSWERS).await;
    assert!(ok, "{said}");
    let (ok, said) = run(&data, &["recover", "adda@example.org", "--new-key"], "").await;
    assert!(!ok && said.contains("`adda@example.org` is nobody's"), "{said}");
    assert!(!data.join("pimlico.new").exists());
}

#[tokio::test]
async fn a_labs_data_is_served_as_a_lab_only_and_goes_on_where_it_was() {
    let folder = Folder::new();
    let data = folder.path("lab");
    let (child, url) = serve(&data, &["--lab"]).await;
    let mut browser = Browser::new(&url);
    browser.post("/api/lab/clock", serde_json::json!({ "advanceMinutes": 60 })).await.ok();
    stop(child).await;
    let (ok, said) = run(&data, &["serve", "--listen", "127.0.0.1:0"], "").await;
    assert!(!ok && said.contains("--lab"), "{said}");
    let file = data.join("lab.json");
    let lab: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(lab["address"], url);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["lab.json", "pimlico.key"] {
            let mode = std::fs::metadata(data.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
    let (child, url) = serve(&data, &["--lab"]).await;
    let heard = Browser::new(&url).get("/api/lab").await.ok();
    assert_eq!(heard.body["offsetMillis"], 3_600_000);
    assert_eq!(heard.body["accounts"][0]["password"], lab["accounts"][0]["password"]);
    stop(child).await;
}

#[tokio::test]
async fn a_backup_is_made_while_the_server_runs_and_brought_back_while_it_does_not() {
    let folder = Folder::new();
    let (data, copy) = (folder.path("lab"), folder.path("copy.db"));
    let copy_name = copy.to_str().unwrap();
    let (child, url) = serve(&data, &["--lab"]).await;
    let (ok, said) = run(&data, &["backup", copy_name], "").await;
    assert!(ok, "{said}");
    let (ok, said) = run(&data, &["backup", copy_name], "").await;
    assert!(!ok && said.contains("is there already"), "{said}");
    Browser::new(&url).post("/api/lab/clock", serde_json::json!({ "advanceMinutes": 60 })).await.ok();
    let (ok, said) = run(&data, &["restore", copy_name, "--force"], "").await;
    assert!(!ok && said.contains("stop it first"), "{said}");
    stop(child).await;
    let (ok, said) = run(&data, &["restore", copy_name], "").await;
    assert!(!ok && said.contains("--force"), "{said}");
    let (ok, said) = run(&data, &["restore", copy_name, "--force"], "").await;
    assert!(ok, "{said}");
    let (child, url) = serve(&data, &["--lab"]).await;
    assert_eq!(Browser::new(&url).get("/api/lab").await.ok().body["offsetMillis"], 0);
    stop(child).await;

    std::fs::write(&copy, "this is no database, but long enough to be taken for the head of one").unwrap();
    let (ok, said) = run(&data, &["restore", copy_name, "--force"], "").await;
    assert!(!ok && said.contains("is no database"), "{said}");
    let words = ["backup", "elsewhere.db", "--database", "postgres://user@127.0.0.1/pimlico"];
    let (ok, said) = run(&data, &words, "").await;
    assert!(!ok && said.contains("pg_dump"), "{said}");
}

#[tokio::test]
async fn another_key_is_refused() {
    let folder = Folder::new();
    let data = folder.path("data");
    let (ok, said) = run(&data, &["init", "--from", "-"], ANSWERS).await;
    assert!(ok, "{said}");
    std::fs::write(data.join("pimlico.key"), [7; 32]).unwrap();
    let (ok, said) = run(&data, &["serve", "--listen", "127.0.0.1:0"], "").await;
    assert!(!ok && said.contains("is not the one of this database"), "{said}");
}

#[tokio::test]
async fn who_lost_the_key_goes_on_with_a_new_one() {
    let folder = Folder::new();
    let data = folder.path("data");
    let (ok, said) = run(&data, &["init", "--from", "-"], ANSWERS).await;
    assert!(ok, "{said}");
    let key = data.join("pimlico.key");
    for lost in [true, false] {
        // Gone, or emptied by a power cut.
        if lost {
            std::fs::remove_file(&key).unwrap();
        } else {
            std::fs::write(&key, "").unwrap();
        }
        for words in [["serve", "--listen=127.0.0.1:0"], ["recover", "ada@example.org"]] {
            let (ok, said) = run(&data, &words, "").await;
            assert!(!ok && said.contains("recover USER --new-key"), "{said}");
            assert_eq!(key.exists(), !lost, "a key that fits nothing was made");
        }
        let (ok, said) = run(&data, &["recover", "ada@example.org", "--new-key"], "").await;
        assert!(ok && said.contains("A new key is in place"), "{said}");
        let told = |name: &str| said.split(name).nth(1).unwrap().lines().next().unwrap().trim().to_owned();
        let (password, code) = (told("One-time password:"), told("Enrolment code:"));
        let (child, url) = serve(&data, &[]).await;
        let mut browser = Browser::new(&url);
        browser.sign_in("ada@example.org", &password).await.ok();
        let new = serde_json::json!({ "new": format!("plenty of new letters {lost}") });
        browser.post("/api/session/password", new).await.ok();
        browser.post("/api/account/totp", serde_json::json!({ "enrolmentCode": code })).await.ok();
        let (ok, said) = run(&data, &["recover", "ada@example.org", "--new-key"], "").await;
        assert!(!ok && said.contains("stop it first"), "{said}");
        stop(child).await;
    }
}

#[tokio::test]
async fn what_was_ended_stays_ended_after_a_restore_and_the_restore_is_written_down() {
    let folder = Folder::new();
    let (data, copy) = (folder.path("data"), folder.path("copy.db"));
    let copy_name = copy.to_str().unwrap();
    let (ok, said) = run(&data, &["init", "--from", "-"], ANSWERS).await;
    assert!(ok, "{said}");
    let first = said.split("one-time password: ").nth(1).unwrap().lines().next().unwrap().trim().to_owned();
    let (child, url) = serve(&data, &[]).await;
    let (ok, said) = run(&data, &["backup", copy_name], "").await;
    assert!(ok, "{said}");
    let mut browser = Browser::new(&url);
    browser.sign_in("ada@example.org", &first).await.ok();
    let (ok, said) = run(&data, &["backup", folder.path("later.db").to_str().unwrap()], "").await;
    assert!(ok, "{said}");
    stop(child).await;

    let (ok, said) = run(&data, &["restore", copy_name, "--force"], "").await;
    assert!(ok && said.contains("newest row") && said.contains("Add "), "{said}");
    assert!(!data.join("pimlico.restoring").exists());
    let (child, url) = serve(&data, &[]).await;
    Browser::new(&url).sign_in("ada@example.org", &first).await.refused(401, "InvalidCredentials");
    stop(child).await;
    let later = folder.path("later.db");
    let (ok, said) = run(&data, &["restore", later.to_str().unwrap(), "--force"], "").await;
    assert!(ok && said.contains("Sign-in"), "{said}");
    let (child, url) = serve(&data, &[]).await;
    let mut again = Browser::new(&url);
    again.cookie.clone_from(&browser.cookie);
    assert_eq!(again.state().await, "anonymous", "the session of the copy counts no more");
    stop(child).await;
    let url = format!("sqlite://{}", data.join("pimlico.db").display());
    let storage = server::storage::Storage::open(&url).await.unwrap();
    let newest = server::storage::audit::newest(&mut storage.read().await.unwrap(), 5).await.unwrap();
    let told = newest.iter().find(|row| row.activity == "Restore database").unwrap();
    assert!(told.details.iter().any(|(name, value)| name == "File" && value.ends_with("later.db")));
}
