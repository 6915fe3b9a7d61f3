//! The database's address: what we add to it, and what we say when it leads nowhere. The password is never repeated.

/// What libpq does without these is to wait for minutes or hours on a host that has gone silent.
const PATIENCE: [(&str, &str); 5] = [
    ("connect_timeout", "10"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "30000"),
];

/// Where another host or the primary stands ready nobody is waited for long.
const PATIENCE_WITH_ANOTHER: [(&str, &str); 5] = [
    ("connect_timeout", "3"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
];

/// Of several hosts the one that counts is the one that takes writes.
const WRITES: [(&str, &str); 1] = [("target_session_attrs", "read-write")];

/// The address with limits to every wait that it does not limit itself; of several hosts, the one that takes writes.
pub fn with_patience(url: &str) -> String {
    if names_several(url) { with(&with(url, &PATIENCE_WITH_ANOTHER), &WRITES) } else { with(url, &PATIENCE) }
}

/// The same for the address of a replica. It is one machine: how far one is behind says nothing of another.
pub fn of_replica(url: &str) -> Result<String, String> {
    if names_several(url) {
        return Err("name one replica in DATABASE_REPLICA_URL or --database-replica-url, not several hosts".to_owned());
    }
    Ok(with(url, &PATIENCE_WITH_ANOTHER))
}

fn with(url: &str, defaults: &[(&str, &str)]) -> String {
    let url = url.trim();
    let mut out = url.to_owned();
    for (name, value) in defaults.iter().filter(|(name, _)| !url.contains(name)) {
        let mark = match (is_uri(url), out.contains('?')) {
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

fn is_uri(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Whether an address names several hosts, in whichever way libpq takes them.
fn names_several(url: &str) -> bool {
    let url = url.trim();
    // A user's name or password may hold commas too.
    let after_user = |authority: &str| authority.rsplit('@').next().unwrap_or_default().contains(',');
    let authority = url.split_once("://").filter(|_| is_uri(url)).map(|(_, rest)| rest.split(['/', '?']).next());
    let is_host = |part: &str| {
        let value = part.strip_prefix("host=").or_else(|| part.strip_prefix("hostaddr="));
        value.is_some_and(|hosts| hosts.contains(',') || hosts.to_ascii_lowercase().contains("%2c"))
    };
    authority.flatten().is_some_and(after_user) || url.split(['?', '&', ' ']).any(is_host)
}

/// Whether libpq could make sense of an address to which it said this.
pub fn was_understood(said: &str) -> bool {
    said.lines().any(|line| is_about_a_server(line.trim()))
}

fn is_about_a_server(line: &str) -> bool {
    line.starts_with("connection to ") || line.starts_with("could not translate host name")
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

const REMEDIES: [(&str, &str); 9] = [
    (
        "session is read-only",
        "none of the servers takes writes: promote one, or correct the hosts in DATABASE_URL or --database-url",
    ),
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
    fn of_several_hosts_the_one_that_takes_writes_is_looked_for() {
        let out = with_patience("postgres://u:p@h1:5432,h2:5433/d");
        assert!(out.starts_with("postgres://u:p@h1:5432,h2:5433/d?connect_timeout=3&"), "{out}");
        assert!(out.ends_with("&target_session_attrs=read-write"), "{out}");
        let own = with_patience("postgres://u@h1,h2/d?target_session_attrs=any");
        assert_eq!(own.matches("target_session_attrs").count(), 1);
        for several in [
            "postgres://u@/d?host=/a,/b",
            "postgres:///d?port=1&host=%2Fa%2C%2Fb",
            "host=h1,h2 dbname=d",
            "postgres://h1,h2",
        ] {
            assert!(names_several(several), "{several}");
        }
        for one in [
            "postgres://u,v:p,q@h/d",
            "postgres://u@h/d?options=-c,x",
            "host=h dbname=d",
            "postgres://h?application_name=a,b",
        ] {
            assert!(!names_several(one), "{one}");
        }
        assert_eq!(of_replica("postgres://u@h/d").unwrap().matches("target_session_attrs").count(), 0);
        assert!(of_replica("postgres://u:geheim@h1,h2/d").unwrap_err().starts_with("name one replica"));
    }

    #[test]
    fn an_address_that_makes_no_sense_is_told_from_a_server_that_is_away() {
        assert!(was_understood("connection to server at \"h\" (1.2.3.4), port 5 failed: Connection refused\n"));
        assert!(was_understood("could not translate host name \"h\" to address: Name or service not known\n"));
        assert!(!was_understood("missing \"=\" after \"postgres:/u\" in connection info string\n"));
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
