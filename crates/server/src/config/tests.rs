use clap::Parser;

use super::*;

fn serve(flags: &str, toml: &str) -> Result<Serve, String> {
    let words = ["pimlico", "serve"].into_iter().chain(flags.split_whitespace());
    let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
    let Command::Serve(args) = cli.command else { return Err("not serve".into()) };
    let file = File::parse("pimlico.toml", toml).map_err(|wrong| wrong.0)?;
    Serve::of(args, &file).map_err(|wrong| wrong.0)
}

#[test]
fn flags_go_before_the_file_and_the_file_before_the_usual() {
    let chosen = serve("--listen 127.0.0.1:1", "listen = \"127.0.0.1:2\"\ndata = \"there\"").unwrap();
    assert_eq!(chosen.listen.port(), 1);
    assert_eq!(chosen.place.data, PathBuf::from("there"));
    assert_eq!(serve("", "").unwrap().listen.to_string(), LISTEN);
    assert_eq!(serve("--lab", "").unwrap().place.data, PathBuf::from("pimlico-lab"));
    let listed = serve("--trusted-proxy 10.0.0.0/8,192.0.2.7", "").unwrap();
    assert_eq!(listed.trusted_proxies.len(), 2);
}

#[test]
fn a_bad_value_names_itself_and_what_is_allowed() {
    for (flags, toml, says) in [
        ("--listen here", "", "`here` is not an address and a port, such as `127.0.0.1:8080`"),
        ("", "listen = \"there\"", "pimlico.toml: listen: `there` is not an address"),
        ("", "lisen = \"there\"", "unknown field `lisen`"),
        ("--trusted-proxy 10/8", "", "`10/8` is not a network, such as `10.0.0.0/8`"),
        ("--public-url https://a.example/x", "", "`https://a.example/x` is not the address of a site"),
        ("--database mysql://root:s3cret@db", "", "--database: the address must begin with `postgres://`"),
        ("", "database = \"mysql://root:s3cret@db\"", "database: the address must begin with `postgres://`"),
        ("", "database = \"postgres://root:s3cret@db", "pimlico.toml: line 1"),
        ("", "lab = true\ndatabase = postgres://root:s3cret@db", "pimlico.toml: line 2"),
        ("--tls-cert c.pem", "", "--tls-cert needs --tls-key"),
    ] {
        let error = serve(flags, toml).unwrap_err();
        assert!(error.contains(says) && !error.contains("s3cret"), "{flags} {toml}: {error}");
    }
}

#[test]
fn passwords_never_travel_in_clear() {
    for wrong in [
        "--listen 0.0.0.0:80",
        "--listen 192.0.2.1:80",
        "--listen 10.0.0.1:80 --trusted-proxy 10.0.0.0/8",
        "--listen 10.0.0.1:80 --trusted-proxy 10.0.0.0/8 --public-url http://pim.example.org",
        "--public-url http://pim.example.org",
        "--public-url https://pim.example.org",
        "--listen 0.0.0.0:443 --tls-cert c --tls-key k",
        "--tls-cert c --tls-key k --public-url http://localhost:8080",
    ] {
        assert!(serve(wrong, "").is_err(), "{wrong}");
    }
    for right in [
        "",
        "--listen [::1]:8080",
        "--public-url http://localhost:8080",
        "--listen 0.0.0.0:443 --tls-cert c --tls-key k --public-url https://pim.example.org",
        "--listen 10.0.0.1:80 --trusted-proxy 10.0.0.0/8 --public-url https://pim.example.org",
        "--trusted-proxy 127.0.0.1 --public-url https://pim.example.org",
    ] {
        assert!(serve(right, "").is_ok(), "{right}: {:?}", serve(right, ""));
    }
}

#[test]
fn a_mail_server_is_named_whole_and_never_with_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "s3cret\n").unwrap();
    let password = format!("--smtp-password-file {}", file.display());
    let chosen = serve(
        &format!(
            "--smtp-url smtps://pim%40example.org@mail.example.org --mail-from pim@example.org {password}"
        ),
        "",
    );
    let mail = chosen.unwrap().mail.unwrap();
    assert_eq!((mail.host.as_str(), mail.port, mail.implicit_tls), ("mail.example.org", 465, true));
    assert_eq!(mail.user.as_deref(), Some("pim@example.org"));
    assert_eq!(mail.password.as_ref().map(Password::as_str), Some("s3cret"));
    assert!(!format!("{mail:?}").contains("s3cret"));
    let toml = "smtp_url = \"smtp://mail.example.org\"\nmail_from = \"Pimlico <pim@example.org>\"";
    let mail = serve("", toml).unwrap().mail.unwrap();
    assert_eq!((mail.port, mail.implicit_tls, mail.may_be_plain()), (587, false, false));
    assert!(serve("", "").unwrap().mail.is_none());
    for (flags, says) in [
        ("--smtp-url smtp://a:s3cret@b --mail-from a@b.example", "holds a password"),
        ("--smtp-url http://b --mail-from a@b.example", "must look like `smtp://"),
        ("--smtp-url smtp://b/x --mail-from a@b.example", "must look like `smtp://"),
        ("--smtp-url smtp://b", "needs --mail-from"),
        ("--mail-from a@b.example", "needs --smtp-url"),
        ("--smtp-url smtp://a@b --mail-from a@b.example", "PIMLICO_SMTP_PASSWORD"),
        ("--smtp-url smtp://b --mail-from nobody", "`nobody` is not a sender"),
    ] {
        let error = serve(flags, "").unwrap_err();
        assert!(error.contains(says) && !error.contains("s3cret"), "{flags}: {error}");
    }
}

#[test]
fn mails_go_in_clear_to_this_machine_alone() {
    for (host, ca, plain) in [
        ("127.0.0.1:25", "", true),
        ("localhost:25", "", true),
        ("localhost:25", "--smtp-ca ca.pem", false),
        ("mail.example.org:25", "", false),
        ("127.0.0.1.example.org:25", "", false),
    ] {
        let flags = format!("--smtp-url smtp://{host} --mail-from a@b.example {ca}");
        assert_eq!(serve(&flags, "").unwrap().mail.unwrap().may_be_plain(), plain, "{host} {ca}");
    }
}
