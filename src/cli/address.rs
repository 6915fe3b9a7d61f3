//! The database's address: what we add to it, and what we say when it leads nowhere. The password is never repeated.

/// What libpq does without these is to wait for minutes or hours on a host that has gone silent.
const PATIENCE: [(&str, &str); 5] = [
    ("connect_timeout", "10"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "30000"),
];

/// The address with limits to every wait that it does not limit itself.
pub fn with_patience(url: &str) -> String {
    let url = url.trim();
    let is_uri = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let mut out = url.to_owned();
    for (name, value) in PATIENCE.iter().filter(|(name, _)| !url.contains(name)) {
        let mark = match (is_uri, out.contains('?')) {
            (true, true) => '&',
            (true, false) => '?',
            (false, _) => ' ',
        };
        out.push(mark);
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
    out
}

/// Why the database cannot be reached, in one sentence with the remedy, made of what libpq said.
pub fn sentence(said: &str) -> String {
    let at_server = said.lines().rev().map(str::trim).find(|line| line.starts_with("connection to "));
    let name_unknown = said.lines().map(str::trim).find(|line| line.starts_with("could not translate host name"));
    let Some(line) = at_server.or(name_unknown) else {
        return "the address of the database cannot be understood: write \
                postgres://USER:PASSWORD@HOST:PORT/DATABASE in DATABASE_URL or --database-url"
            .to_owned();
    };
    let line = line.replace("FATAL:  ", "");
    let remedy = REMEDIES.iter().find(|(sign, _)| line.contains(sign)).map_or(OTHERWISE, |(_, remedy)| remedy);
    format!("the database cannot be reached: {line}; {remedy}")
}

/// That the database went away in the middle of a command, in one sentence, made of what the driver said.
pub fn lost(said: &str) -> String {
    let first = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no reason was given");
    format!("the database was lost: {first}; what was not finished is undone, so see to the server and try again")
}

const REMEDIES: [(&str, &str); 8] = [
    ("Connection refused", "start PostgreSQL there, or correct host and port in DATABASE_URL or --database-url"),
    ("No such file or directory", "start PostgreSQL, or correct the socket's folder in DATABASE_URL or --database-url"),
    (
        "timeout expired",
        "check that the host is up and lets this machine in, or correct DATABASE_URL or --database-url",
    ),
    ("could not translate host name", "correct the host in DATABASE_URL or --database-url"),
    ("password", "correct user and password in DATABASE_URL or --database-url"),
    ("role \"", "create that role, or correct the user in DATABASE_URL or --database-url"),
    ("database \"", "create that database (createdb), or correct its name in DATABASE_URL or --database-url"),
    ("starting up", "try again in a moment"),
];

const OTHERWISE: &str = "check the server, and DATABASE_URL or --database-url";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_every_wait_and_keeps_what_is_set() {
        let out = with_patience("postgres://u@h/d?connect_timeout=3&sslmode=require");
        assert!(out.starts_with("postgres://u@h/d?connect_timeout=3&sslmode=require&keepalives_idle=10&"), "{out}");
        assert_eq!(out.matches("connect_timeout").count(), 1);
        assert!(
            with_patience("postgres://u@h/d").starts_with("postgres://u@h/d?connect_timeout=10&keepalives_idle=10")
        );
        assert!(with_patience("host=h dbname=d").starts_with("host=h dbname=d connect_timeout=10 keepalives_idle=10"));
    }

    #[test]
    fn says_one_sentence_with_a_remedy() {
        let refused = "connection to server at \"localhost\" (::1), port 5 failed: Connection refused\n\tIs the server running \
            on that host and accepting TCP/IP connections?\nconnection to server at \"localhost\" (127.0.0.1), port 5 failed: \
            Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n";
        assert_eq!(
            sentence(refused),
            "the database cannot be reached: connection to server at \"localhost\" (127.0.0.1), port 5 failed: \
             Connection refused; start PostgreSQL there, or correct host and port in DATABASE_URL or --database-url"
        );
        let missing =
            "connection to server at \"h\" (1.2.3.4), port 5432 failed: FATAL:  database \"x\" does not exist\n";
        assert!(
            sentence(missing)
                .ends_with("create that database (createdb), or correct its name in DATABASE_URL or --database-url")
        );
    }

    #[test]
    fn repeats_no_part_of_an_address_that_cannot_be_read() {
        let said = sentence("missing \"=\" after \"postgres:/u:geheim@h/d\" in connection info string\n");
        assert!(!said.contains("geheim") && said.contains("postgres://USER:PASSWORD@HOST:PORT/DATABASE"), "{said}");
    }
}
